//! What was read, in the terms of `yunzhen:ocr/reader`.

use crate::fields::{Field, Name};
use crate::guest::exports::yunzhen::ocr::reader::{self, FieldName, Reason, Side, WarningKind};
use crate::warnings::{Kind, Warning};
use crate::{card, geometry, layout, rectify};
use picture::raster;

/// A card that was read.
pub fn answer(card: card::Card) -> reader::Card {
    let field = |f: Field| reader::Field {
        name: name(f.name),
        text: f.text,
        confidence: f.confidence,
        box_: quad(corners(f.area)),
        findings: f.findings,
    };
    let warning = |w: Warning| {
        let (kind, _) = KINDS.into_iter().find(|(_, kind)| *kind == w.kind)?;
        Some(reader::Warning { kind, detail: w.detail, score: w.score })
    };
    let quality = card.quality;
    reader::Card {
        side: if card.side == layout::Side::Front { Side::Front } else { Side::Back },
        fields: card.fields.into_iter().map(field).collect(),
        warnings: card.warnings.into_iter().filter_map(warning).collect(),
        quality: reader::Quality {
            sharpness: quality.sharpness,
            glare: quality.glare,
            completeness: quality.completeness,
        },
        crops: card.crops.map(|c| reader::Crops { card: c.card, portrait: c.portrait }),
        corners: quad(card.corners),
        rectified: (rectify::WIDTH as u32, rectify::HEIGHT as u32),
    }
}

/// The alarms under both their names.
pub const KINDS: [(WarningKind, Kind); 9] = [
    (WarningKind::Border, Kind::Border),
    (WarningKind::Copy, Kind::Copy),
    (WarningKind::Recapture, Kind::Recapture),
    (WarningKind::Temporary, Kind::Temporary),
    (WarningKind::Occlusion, Kind::Occlusion),
    (WarningKind::Tampered, Kind::Tampered),
    (WarningKind::Reflection, Kind::Reflection),
    (WarningKind::MonochromeCopy, Kind::MonochromeCopy),
    (WarningKind::InvalidValidity, Kind::InvalidValidity),
];

fn name(name: Name) -> FieldName {
    match name {
        Name::Name => FieldName::Name,
        Name::Sex => FieldName::Sex,
        Name::Ethnicity => FieldName::Ethnicity,
        Name::BirthDate => FieldName::BirthDate,
        Name::Address => FieldName::Address,
        Name::IdNumber => FieldName::IdNumber,
        Name::IssuingAuthority => FieldName::IssuingAuthority,
        Name::ValidFrom => FieldName::ValidFrom,
        Name::ValidUntil => FieldName::ValidUntil,
    }
}

/// Why none was read.
pub fn rejected(reason: card::Reason) -> Reason {
    match reason {
        card::Reason::NoCard => Reason::NoCard,
        card::Reason::SeveralCards => Reason::SeveralCards,
        card::Reason::WrongSide => Reason::WrongSide,
        card::Reason::TooSmall => Reason::TooSmall,
        card::Reason::TooDark => Reason::TooDark,
        card::Reason::Blurred => Reason::Blurred,
    }
}

fn corners(area: raster::Rect) -> geometry::Quad {
    let at = |x: usize, y: usize| geometry::Point::new(x as f32, y as f32);
    [at(area.x0, area.y0), at(area.x1, area.y0), at(area.x1, area.y1), at(area.x0, area.y1)]
}

fn quad(corners: geometry::Quad) -> reader::Quad {
    let [a, b, c, d] = corners.map(|p| reader::Point { x: p.x, y: p.y });
    (a, b, c, d)
}
