//! What the authority said of a signature, made true here.

use super::{Mode, Signature, State, find, trust};
use crate::desk::{Desk, sql};
use crate::document::row::{self, Document};
use crate::document::{Event, Refusal};
use crate::outside::Outside;
use crate::pins;
use crate::signer::{self, Signer, State as Standing, authorise};
use ca_authority::{Error as Authority, Fate, Outcome};
use common::problem::Problem;
use common::store::{Error, Statement, Store};

/// Who acts where the authority does.
const ACTOR: &str = "service:ca-sign";
/// While a signature waits it is asked after so often, for callbacks get lost.
const ASK_MS: i64 = 20_000;

/// The code of a signature that was perhaps made, and cannot be had.
const AUTHORITY_FAILED: &str = "authority_failed";

/// What became of a submission. A refusal, or an authority that is busy, ends the signature and is told; where the answer was
/// lost, the signature stays on its way and the tick asks.
///
/// # Errors
/// The authority's refusal, in our words.
pub async fn answered<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    signer: &Signer,
    mode: Mode,
    answer: Result<Outcome, Authority>,
) -> Result<(), Problem> {
    match answer {
        Err(Authority::Lost(_)) => Ok(()),
        Ok(outcome) => {
            pins::counted(desk, signer, mode == Mode::Pin, Ok(())).await?;
            settle(desk, id, outcome).await
        }
        Err(error) => {
            let refused = pins::counted::<S, O, ()>(desk, signer, mode == Mode::Pin, Err(error)).await;
            let Err(problem) = refused else { return Ok(()) };
            stop(desk, id, State::Failed, Some(problem.code), None).await?;
            Err(problem)
        }
    }
}

/// Stores an outcome; one that was stored already changes nothing.
///
/// # Errors
/// The store's; 503 where it cannot be verified now, which the tick does later.
pub async fn settle<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, outcome: Outcome) -> Result<(), Problem> {
    if !outcome.id.is_empty() {
        // Where the answer was lost: callbacks may know no other name of it.
        let sealed = desk.seal(outcome.id.as_bytes(), &format!("{id}/job"))?;
        let name =
            sql("UPDATE {signature} SET job = ?1, job_index = ?2 WHERE id = ?3 AND job_index IS NULL").bind(sealed);
        desk.query(name.bind(job_index(desk, &outcome.id)).bind(id)).await?;
    }
    match outcome.fate {
        Fate::Waiting(invitation) => wait(desk, id, invitation).await,
        Fate::Signed(der) => {
            // An authority may put the content in.
            let sealed = desk.seal(&der, &format!("{id}/signed_data"))?;
            // What was given up here may yet have been made there: it is kept.
            let keep = sql("UPDATE {signature} SET signed_data = ?1, due_at = ?2, \
                            state = CASE WHEN state IN ('submitting', 'waiting') THEN 'received' ELSE 'late' END \
                            WHERE id = ?3 AND signed_data IS NULL AND \
                            state IN ('submitting', 'waiting', 'voiding', 'voided', 'expired', 'failed')");
            desk.query(keep.bind(sealed).bind(desk.now().0).bind(id)).await?;
            finish(desk, id).await
        }
        Fate::Refused(reason) => stop(desk, id, State::Refused, None, Some(&reason)).await,
        Fate::Expired => stop(desk, id, State::Expired, None, None).await,
        Fate::Voided => stop(desk, id, State::Voided, None, None).await,
        Fate::Failed(_) => stop(desk, id, State::Failed, Some(AUTHORITY_FAILED), None).await,
        Fate::Unknown => stop(desk, id, State::Failed, Some("never_submitted"), None).await,
    }
}

async fn wait<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    invitation: Option<String>,
) -> Result<(), Problem> {
    let invitation = invitation.map(|text| desk.seal(text.as_bytes(), &format!("{id}/invitation"))).transpose()?;
    let keep = sql("UPDATE {signature} SET invitation = coalesce(?1, invitation), due_at = ?2, \
                    state = CASE WHEN state = 'submitting' THEN 'waiting' ELSE state END \
                    WHERE id = ?3 AND state IN ('submitting', 'waiting', 'voiding')");
    let keep = keep.bind(invitation).bind(desk.now().0 + ASK_MS);
    desk.query(keep.bind(id)).await?;
    Ok(())
}

/// What a signature is found by when the authority tells of a job.
#[must_use]
pub fn job_index<S: Store, O: Outside>(desk: &Desk<'_, S, O>, job: &str) -> String {
    desk.keys().index("job", job.as_bytes())
}

/// Verifies what was received, and lets it count.
///
/// # Errors
/// 503 where it cannot be verified now: it stays, and the tick comes back to it.
pub async fn finish<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<(), Problem> {
    for _ in 0..4 {
        let signature = find(desk, id).await?;
        let (State::Received, Some(der)) = (signature.state, signature.signed_data.as_deref()) else { return Ok(()) };
        let does_not_count = async |state, code| end(desk, id, |now| now == State::Received, state, code, None).await;
        // Whoever was suspended meanwhile did not approve it, perhaps.
        let signer = signer::find(desk, &signature.signer_id).await?;
        if let (Standing::Suspended | Standing::Revoked, Err(problem)) = (signer.state, signer::active(&signer)) {
            return does_not_count(State::Failed, Some(problem.code)).await;
        }
        let document = row::any(desk, &signature.document_id).await?;
        let stamped = trust::stamped(desk, &signature, der).await?;
        if signature.timestamp.is_none() && stamped.is_some() {
            // The first one: where lists cannot be had now, a later one would tell a later time.
            let keep = sql("UPDATE {signature} SET timestamp = ?1 WHERE id = ?2 AND timestamp IS NULL RETURNING id");
            if desk.query(keep.bind(stamped.clone()).bind(id)).await?.first().is_none() {
                continue;
            }
        }
        let verdict = trust::verify(desk, &document.content, &signature, der, stamped.as_deref()).await?;
        if let Some(failure) = verdict.report.failure() {
            return does_not_count(State::Failed, Some(failure.code)).await;
        }
        let at = verdict.stamped.map_or(desk.now().0, |seconds| seconds * 1_000);
        // As of the time that is proved: it may have been in time, and verified later.
        match document.way.after(Event::Signed(signature.role), at.min(desk.now().0)) {
            Ok(way) => {
                let keep = sql("UPDATE {signature} SET timestamp = ?1, stamped_at = ?2, \
                                state = CASE WHEN state = 'received' AND EXISTS (SELECT 1 FROM {signer} AS whose \
                                WHERE whose.id = signer_id AND whose.state NOT IN ('suspended', 'revoked')) \
                                THEN 'signed' END WHERE id = ?3");
                let keep = keep.bind(stamped).bind(at).bind(id);
                let mut changes = vec![keep, document.save(desk, &way)?];
                if signature.mode == Mode::Pin {
                    // Also where the answer to the pin had been lost.
                    changes.push(pins::right(&signature.signer_id));
                }
                match desk.change(ACTOR, "document.signed", &document.id, signature.role.name(), changes).await {
                    Ok(_) => return Ok(()),
                    // The document moved on, or another one finished this signature: look again.
                    Err(Error::Conflict(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(_) => return does_not_count(State::Late, None).await,
        }
    }
    Err(Problem::unavailable("store_busy", "signature: a document changes faster than it is read"))
}

/// Ends a signature that does not come about: its signer may begin again. One that was received is not ended by what is told
/// afterwards.
///
/// # Errors
/// The store's.
pub async fn stop<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    state: State,
    code: Option<&str>,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let open = |now| matches!(now, State::Submitting | State::Waiting | State::Voiding);
    end(desk, id, open, state, code, reason).await
}

async fn end<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    may: impl Fn(State) -> bool,
    state: State,
    code: Option<&str>,
    reason: Option<&str>,
) -> Result<(), Problem> {
    for _ in 0..4 {
        let signature = find(desk, id).await?;
        if !may(signature.state) {
            return Ok(());
        }
        let document = row::any(desk, &signature.document_id).await?;
        let mut changes = vec![ended(desk, &signature, state, code, reason)?];
        changes.extend(freed(desk, &document, &signature)?);
        // Where nothing was made, nothing counts. (Whether a pin was tried nobody knows.)
        let unmade = state == State::Failed && signature.state != State::Received && code != Some(AUTHORITY_FAILED);
        if unmade && signature.mode == Mode::Authorised {
            changes.push(authorise::unused_by(id));
        }
        let result = code.unwrap_or(state.name());
        match desk.change(ACTOR, "document.not_signed", &document.id, result, changes).await {
            Ok(_) => return Ok(()),
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable("store_busy", "signature: a document changes faster than it is read"))
}

fn ended<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    signature: &Signature,
    state: State,
    code: Option<&str>,
    reason: Option<&str>,
) -> Result<Statement, Problem> {
    let short: Option<String> = reason.map(|reason| reason.chars().take(200).collect());
    let sealed = short.map(|reason| desk.seal(reason.as_bytes(), &format!("{}/reason", signature.id))).transpose()?;
    let end =
        sql("UPDATE {signature} SET code = ?1, reason = ?2, state = CASE WHEN state = ?3 THEN ?4 END WHERE id = ?5");
    let end = end.bind(code.map(str::to_owned)).bind(sealed).bind(signature.state.name()).bind(state.name());
    Ok(end.bind(&*signature.id))
}

/// The document without this signature under way; nothing where it has moved on.
fn freed<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &Document,
    signature: &Signature,
) -> Result<Option<Statement>, Problem> {
    match document.way.after(Event::Stopped(signature.role), desk.now().0) {
        Ok(way) if signature.state != State::Voiding => document.save(desk, &way).map(Some),
        Ok(_) | Err(Refusal::Over | Refusal::NotBegun) => Ok(None),
        Err(refusal) => Err(Problem::internal(format!("a signature cannot end: {}", refusal.code()))),
    }
}
