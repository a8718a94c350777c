//! The engine behind `yunzhen:ocr/reader`, in the terms of the rules.

use crate::failure::Failure;
use crate::guest::bindings::yunzhen::ocr::reader as wit;
use crate::reading::{Crops, Field, FieldName, Quad, Quality, Raised, Reading};
use crate::request::{Ask, Side};
use crate::warning::Warning;
use common::timestamp::Timestamp;
use std::time::Instant;

/// Reads a card; validity is judged on the day it is in China.
///
/// # Errors
/// Why it was not read.
pub async fn read(ask: Ask, now: Timestamp) -> Result<Reading, Failure> {
    let started = Instant::now();
    let today = now.china_date();
    let request = wit::Request {
        image: ask.image,
        side: ask.side.map(|side| match side {
            Side::Front => wit::Side::Front,
            Side::Back => wit::Side::Back,
        }),
        crops: ask.crops,
        warnings: ask.warnings.into_iter().map(lower).collect(),
        today: wit::Date {
            year: today.year().try_into().unwrap_or_default(),
            month: today.month().into(),
            day: today.day(),
        },
    };
    let card = wit::read(request).await.map_err(failure)?;
    let reading = Reading {
        side: match card.side {
            wit::Side::Front => Side::Front,
            wit::Side::Back => Side::Back,
        },
        warnings: card.warnings.into_iter().map(|w| Raised::new(lift(w.kind), w.detail, w.score)).collect(),
        quality: Quality {
            sharpness: card.quality.sharpness,
            glare: card.quality.glare,
            completeness: card.quality.completeness,
        },
        crops: card.crops.map(|crops| Crops::new(&crops.card, crops.portrait.as_deref())),
        corners: quad(&card.corners),
        rectified: card.rectified.into(),
        engine_version: wit::version(),
        duration_ms: started.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        fields: Default::default(),
        confidence: Default::default(),
        findings: Default::default(),
        boxes: Default::default(),
    };
    let fields = card.fields.into_iter().map(|field| Field {
        name: name(field.name),
        text: field.text,
        confidence: field.confidence,
        corners: quad(&field.box_),
        findings: field.findings,
    });
    Ok(reading.with(fields.collect()))
}

fn quad((a, b, c, d): &wit::Quad) -> Quad {
    [a, b, c, d].map(|point| [point.x, point.y])
}

fn name(name: wit::FieldName) -> FieldName {
    match name {
        wit::FieldName::Name => FieldName::Name,
        wit::FieldName::Sex => FieldName::Sex,
        wit::FieldName::Ethnicity => FieldName::Ethnicity,
        wit::FieldName::BirthDate => FieldName::BirthDate,
        wit::FieldName::Address => FieldName::Address,
        wit::FieldName::IdNumber => FieldName::IdNumber,
        wit::FieldName::IssuingAuthority => FieldName::IssuingAuthority,
        wit::FieldName::ValidFrom => FieldName::ValidFrom,
        wit::FieldName::ValidUntil => FieldName::ValidUntil,
    }
}

fn lower(warning: Warning) -> wit::WarningKind {
    match warning {
        Warning::Border => wit::WarningKind::Border,
        Warning::Copy => wit::WarningKind::Copy,
        Warning::Recapture => wit::WarningKind::Recapture,
        Warning::Temporary => wit::WarningKind::Temporary,
        Warning::Occlusion => wit::WarningKind::Occlusion,
        Warning::Tampered => wit::WarningKind::Tampered,
        Warning::Reflection => wit::WarningKind::Reflection,
        Warning::MonochromeCopy => wit::WarningKind::MonochromeCopy,
        Warning::InvalidValidity => wit::WarningKind::InvalidValidity,
    }
}

fn lift(kind: wit::WarningKind) -> Warning {
    match kind {
        wit::WarningKind::Border => Warning::Border,
        wit::WarningKind::Copy => Warning::Copy,
        wit::WarningKind::Recapture => Warning::Recapture,
        wit::WarningKind::Temporary => Warning::Temporary,
        wit::WarningKind::Occlusion => Warning::Occlusion,
        wit::WarningKind::Tampered => Warning::Tampered,
        wit::WarningKind::Reflection => Warning::Reflection,
        wit::WarningKind::MonochromeCopy => Warning::MonochromeCopy,
        wit::WarningKind::InvalidValidity => Warning::InvalidValidity,
    }
}

fn failure(error: wit::Error) -> Failure {
    match error {
        wit::Error::Unsupported(why) => Failure::Unsupported(why),
        wit::Error::Invalid(why) => Failure::Invalid(why),
        wit::Error::Rejected(wit::Reason::NoCard) => Failure::NoCard,
        wit::Error::Rejected(wit::Reason::SeveralCards) => Failure::SeveralCards,
        wit::Error::Rejected(wit::Reason::WrongSide) => Failure::WrongSide,
        wit::Error::Rejected(wit::Reason::TooSmall) => Failure::TooSmall,
        wit::Error::Rejected(wit::Reason::TooDark) => Failure::TooDark,
        wit::Error::Rejected(wit::Reason::Blurred) => Failure::Blurred,
        wit::Error::Unavailable(why) => Failure::Unavailable(why),
    }
}
