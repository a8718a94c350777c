//! `GET verifications/{secret}`: what the code on a sheet of paper opens, for whoever holds the sheet.

use crate::desk::Desk;
use crate::document::{Kind, State};
use crate::evidence;
use crate::link;
use crate::outside::Outside;
use crate::signature::trust::{SKEW_S, authorities};
use crate::signature::{self, State as Signed};
use crate::verify::{Report, judged};
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use pki::bundle::Newness;
use serde::Serialize;
use utoipa::ToSchema;

/// A document, as somebody may know it who holds it on paper.
#[derive(Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct Shown {
    /// `doc_<ULID>`.
    document_id: String,
    kind: Kind,
    state: State,
    /// Until when a prescription may be filled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    /// Whether that is past.
    over: bool,
    /// The hospital.
    hospital: String,
    /// The family name's character alone.
    patient: String,
    /// Who wrote it.
    author: String,
    /// SM3 of what was signed.
    digest: String,
    /// What the signatures prove, judged now.
    report: Report,
}

/// Shows it.
///
/// # Errors
/// 404, 503 where lists cannot be had.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, secret: &str) -> Result<Reply, Problem> {
    let document = link::verified(desk, secret).await?;
    let whole = document.whole()?;
    let signed: Vec<_> =
        signature::of(desk, &document.id).await?.into_iter().filter(|found| found.state == Signed::Signed).collect();
    let bundle = evidence::bundle(desk, &document, &signed).await?;
    let authorities = authorities(desk, Timestamp(i64::MIN)).await?;
    // The hospital knows itself when it fetched the lists.
    let verdicts = pki::bundle::verify(&bundle, &authorities.roots, Newness::AsFetched, desk.now().seconds() + SKEW_S);
    let verdicts = verdicts.map_err(|error| Problem::internal(error.to_string()))?;
    let mut signatures = Vec::with_capacity(verdicts.len());
    for found in verdicts {
        signatures.push(judged(desk, Some(found.role), found.verdict).await?);
    }
    let report = Report::of(signatures);
    let until = Some(Timestamp(document.way.expires_at)).filter(|_| document.kind == Kind::Prescription);
    let mut name = whole.patient.name.chars();
    let patient = name.next().map(|first| format!("{first}{}", "*".repeat(name.count()))).unwrap_or_default();
    desk.change("visitor", "document.verify", &document.id, if report.valid { "ok" } else { "invalid" }, Vec::new())
        .await?;
    Reply::json(
        200,
        &Shown {
            document_id: document.id.clone(),
            kind: document.kind,
            state: document.way.state(desk.now().0),
            valid_until: until.map(|until| until.to_string()),
            over: until.is_some_and(|until| until <= desk.now()),
            hospital: whole.hospital,
            patient,
            author: whole.author.name,
            digest: format!("sm3:{}", document.digest),
            report,
        },
    )
}
