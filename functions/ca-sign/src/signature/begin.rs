//! `POST documents/{id}/signatures`: a signer signs.

use super::{Mode, settle};
use crate::desk::{Desk, sql};
use crate::document::content::Content;
use crate::document::row::{Document, changed, find};
use crate::document::write::{self, Day};
use crate::document::{Event, end::refused, show};
use crate::outside::Outside;
use crate::pins;
use crate::signer::{self, Signer, authorise};
use ca_authority::{Approval, Error as Authority, Form, Job};
use common::auth::Principal;
use common::call::Reply;
use common::idempotency::Outcome;
use common::json;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use serde::Deserialize;
use std::cell::RefCell;
use utoipa::ToSchema;

/// A signer approves by a code within 10 minutes.
const QR_MS: i64 = 10 * 60_000;
/// After so long without an answer the tick asks what became of a signature.
const LOST_MS: i64 = 30_000;

/// Who signs, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignatureRequest)]
pub struct Ask {
    /// `sgn_<ULID>`: the caller's own; for an administrator the hospital's seal.
    signer_id: String,
    mode: Mode,
    /// For `pin`.
    pin: Option<String>,
    /// For `authorised`; the newest that is good when absent.
    authorisation_id: Option<String>,
}

/// A signature that was stored, to be handed over.
struct Begun {
    id: String,
    job: Job,
    signer: Signer,
    /// Its id here and the authority's.
    authorisation: Option<(String, String)>,
}

/// Signs; answers with the document. A second time with the same key tells how it stands now.
///
/// # Errors
/// 400, 403, 409 of the document's way, 422 `pin_wrong`, `prescription_refused`, `signer_...`, 503.
pub async fn begin<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let ask: Ask = json::parse(body)?;
    let (pin, authorised) = (ask.pin.is_some(), ask.authorisation_id.is_some());
    if pin != (ask.mode == Mode::Pin) || (authorised && ask.mode != Mode::Authorised) {
        let (zh, en) = (
            "签名口令只用于 pin 方式，授权只用于 authorised 方式",
            "a pin goes with pin, an authorisation with authorised",
        );
        return Err(Problem::bad_field("mode", zh, en));
    }
    let signer = signer::own(desk, caller, &ask.signer_id).await?;
    let document = find(desk, caller, id).await?;
    let key = desk.key(&caller.actor(), &format!("POST /documents/{id}/signatures"), body)?;
    let begun = RefCell::new(None);
    desk.once(&key, async |key| {
        let certificate = signer::active(&signer)?.der().to_vec();
        let now = desk.now();
        let way = document.way.after(Event::Begin(signer.role), now.0).map_err(refused)?;
        let whole = document.whole()?;
        if let Content::Prescription(prescription) = &whole.content {
            // The day may be over by now, or the dictionary a new one. Who signs first dates it; for as long as it is valid
            // the others look at it as of its day.
            let day = if document.way.signed.is_empty() { Day::Today } else { Day::OfIssue };
            write::prescribed(desk, prescription, &whole.patient.birth_date, day).await?;
        }
        let (authorisation, approval, count) = approval(desk, &signer, &ask).await?;
        let by = authorisation.as_ref().map(|(id, _)| id.clone());
        if ask.mode == Mode::Pin {
            pins::take(desk, &signer).await?;
        }
        let signature_id = desk.id("sig");
        let until = if ask.mode == Mode::Qr { now.0 + QR_MS } else { document.way.expires_at };
        let insert = sql("INSERT INTO {signature} (id, document_id, role, signer_id, mode, authorisation_id, state, \
                          certificate, created_at, expires_at, due_at) \
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'submitting', ?7, ?8, ?9, ?10)");
        let insert = insert.bind(&*signature_id).bind(id).bind(signer.role.name()).bind(&*signer.id);
        let insert = insert.bind(ask.mode.name()).bind(by).bind(certificate).bind(now.0);
        let insert = insert.bind(until.min(document.way.expires_at)).bind(now.0 + LOST_MS);
        let outcome = Outcome { status: 201, body: format!("{{\"signature_id\":\"{signature_id}\"}}") };
        let mut changes = vec![insert, document.save(desk, &way)?];
        changes.extend(count);
        changes.push(desk.outcome(key, &outcome)?);
        match desk.change(&caller.actor(), "document.sign", id, signer.role.name(), changes).await {
            Ok(_) => {}
            Err(error) => {
                if ask.mode == Mode::Pin {
                    pins::give_back(desk, &signer).await?;
                }
                return Err(if matches!(error, Error::Conflict(_)) { changed() } else { error.into() });
            }
        }
        let job = job(&document, &signer, approval, &signature_id, until.min(document.way.expires_at));
        begun.replace(Some(Begun { id: signature_id, job, signer: signer.clone(), authorisation }));
        Ok(outcome)
    })
    .await?;
    if let Some(begun) = begun.take() {
        let answer = desk.outside.submit(begun.job).await;
        let refused = matches!(answer, Err(Authority::Rejected(_)));
        let settled = settle::answered(desk, &begun.id, &begun.signer, ask.mode, answer).await;
        if let (true, Some((id, authority_id))) = (refused, &begun.authorisation) {
            authorise::refused(desk, id, authority_id).await?;
        }
        settled?;
    }
    show::reply(desk, caller, id).await
}

async fn approval<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    signer: &Signer,
    ask: &Ask,
) -> Result<(Option<(String, String)>, Approval, Option<Statement>), Problem> {
    Ok(match ask.mode {
        Mode::Qr => (None, Approval::Code, None),
        Mode::Pin => (None, Approval::Pin(ask.pin.clone().unwrap_or_default()), None),
        Mode::Authorised => {
            let (id, authority_id, count) = authorise::usable(desk, signer, ask.authorisation_id.as_deref()).await?;
            (Some((id, authority_id.clone())), Approval::Authorised(authority_id), Some(count))
        }
    })
}

fn job(document: &Document, signer: &Signer, approval: Approval, reference: &str, expires_at_ms: i64) -> Job {
    Job {
        reference: reference.to_owned(),
        person: signer.data.person.clone(),
        approval,
        // Nothing personal: the authority shows it on its own screens.
        title: format!("{} {}", document.kind.name(), document.id),
        content: document.content.clone(),
        form: Form::Gm,
        expires_at_ms,
    }
}
