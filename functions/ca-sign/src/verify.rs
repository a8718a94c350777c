//! `POST verify`: anybody has a signature, or a PDF, held against the hospital's roots, point by point.

use crate::desk::Desk;
use crate::document::Role;
use crate::outside::Outside;
use crate::pdf;
use crate::signature::trust::{self, Authorities};
use crate::signer;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use pki::evidence::{Evidence, Stamped, Verdict};
use pki::report::Line;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes of a PDF, or of JSON with its base64.
pub const BYTES: usize = 12 << 20;

/// What is to be verified.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VerifyRequest)]
pub struct Ask {
    /// What was signed, byte by byte.
    #[schema(content_encoding = "base64")]
    content: String,
    /// SignedData of GB/T 35275 or RFC 5652, DER.
    #[schema(content_encoding = "base64")]
    signed_data: String,
    /// TimeStampToken of RFC 3161 over the signature, DER, where it is not in the SignedData.
    #[schema(content_encoding = "base64")]
    timestamp: Option<String>,
}

/// A point that was judged.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifyPoint)]
pub struct Point {
    /// `signed_data`, `signature`, `signer`, `timestamp`, `timestamp_revocation`, `chain`, `revocation`, `enrolment`.
    point: &'static str,
    /// Whether it holds.
    ok: bool,
    /// `ok`, or the code of the failure.
    code: &'static str,
    /// In words.
    detail: String,
}

/// What became of a signature.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifiedSignature)]
pub struct Judged {
    /// Of a PDF: the signature field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Whether every point holds.
    valid: bool,
    /// As what the hospital enrolled the holder of this very certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    /// Whose certificate, once the signature holds; to be believed only if valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
    /// Its number in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    /// What the timestamp proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    signed_at: Option<String>,
    /// Point by point; those that hang on one that failed are left out.
    points: Vec<Point>,
}

/// The report.
#[derive(Serialize, ToSchema)]
#[schema(as = VerifyReport)]
pub struct Report {
    /// Whether there are signatures and all are valid.
    pub valid: bool,
    /// In the order in which they were made.
    pub signatures: Vec<Judged>,
}

/// A verdict as callers see it. An authority has other customers, too: only who is enrolled here signs for the hospital.
///
/// # Errors
/// The store's.
pub async fn judged<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    field: Option<String>,
    verdict: Verdict,
) -> Result<Judged, Problem> {
    let mut points: Vec<Point> = verdict.report.lines().iter().map(Point::of).collect();
    let role = match &verdict.signer {
        Some(certificate) => signer::enrolled(desk, certificate).await?,
        None => None,
    };
    if verdict.signer.is_some() {
        let (code, detail) = match role {
            Some(_) => ("ok", ""),
            None => ("signer_unknown", "nobody of this hospital has this certificate"),
        };
        points.push(Point { point: "enrolment", ok: role.is_some(), code, detail: detail.to_owned() });
    }
    Ok(Judged {
        field,
        role,
        valid: verdict.report.ok() && role.is_some(),
        points,
        signer: verdict.signer.as_ref().map(pki::Certificate::subject_text),
        certificate: verdict.signer.as_ref().map(|certificate| hex::encode(certificate.serial())),
        signed_at: verdict.stamped.map(|seconds| Timestamp(seconds * 1_000).to_string()),
    })
}

impl Point {
    fn of(line: &Line) -> Self {
        Self { point: line.point, ok: line.ok, code: line.code, detail: line.detail.clone() }
    }
}

impl Report {
    /// Of all signatures.
    #[must_use]
    pub fn of(signatures: Vec<Judged>) -> Self {
        Self { valid: !signatures.is_empty() && signatures.iter().all(|signature| signature.valid), signatures }
    }
}

/// Verifies.
///
/// # Errors
/// 400, 415, 422 with the code of a PDF that cannot be trusted as a whole, 503 where lists cannot be had.
pub async fn verify<S: Store, O: Outside>(desk: &Desk<'_, S, O>, body: &[u8]) -> Result<Reply, Problem> {
    let authorities = trust::authorities(desk, Timestamp(i64::MIN)).await?;
    let signatures = match desk.call.media_type().as_str() {
        "application/pdf" => paper(desk, &authorities, body).await?,
        "application/json" => vec![alone(desk, &authorities, json::parse(body)?).await?],
        _ => {
            let (zh, en) = (
                "请求头 Content-Type 应为 application/pdf 或 application/json",
                "send application/pdf or application/json",
            );
            return Err(Problem::new(415, "unsupported_format", zh, en));
        }
    };
    Reply::json(200, &Report::of(signatures))
}

async fn alone<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    authorities: &Authorities,
    ask: Ask,
) -> Result<Judged, Problem> {
    let bytes = |name: &str, text: &str| {
        BASE64
            .decode(text)
            .map_err(|_| Problem::bad_field(name, "不是合法的 base64", "not base64 (RFC 4648, section 4)"))
    };
    let (content, signed_data) = (bytes("content", &ask.content)?, bytes("signed_data", &ask.signed_data)?);
    let timestamp = ask.timestamp.as_deref().map(|text| bytes("timestamp", text)).transpose()?;
    let (content, signed_data, timestamp) = (content.as_slice(), signed_data.as_slice(), timestamp.as_deref());
    let evidence = Evidence { content, signed_data, timestamp, stamped: Stamped::Signature };
    judged(desk, None, trust::judged(desk, &evidence, authorities).await?).await
}

async fn paper<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    authorities: &Authorities,
    bytes: &[u8],
) -> Result<Vec<Judged>, Problem> {
    let signed = pdf::read(bytes).map_err(|error| {
        let zh = format!("这个 PDF 不可信：{error}");
        Problem::new(422, error.code(), zh, error.to_string())
    })?;
    let mut all = Vec::with_capacity(signed.len());
    for one in signed {
        let (content, signed_data) = (one.content(bytes), one.signed_data.as_slice());
        let evidence = Evidence { content: &content, signed_data, timestamp: None, stamped: Stamped::Signature };
        let verdict = trust::judged(desk, &evidence, authorities).await?;
        all.push(judged(desk, Some(one.field), verdict).await?);
    }
    Ok(all)
}
