//! What time drives: signatures whose answer was lost or that cannot be verified yet, documents that are over, signers who
//! complete their enrolment, lists to be kept. Safe to call twice and from several places.

use crate::desk::{Desk, sql};
use crate::document::{self, State as Way};
use crate::outside::Outside;
use crate::policy::FUNCTION;
use crate::signature::{self, Signature, State, archive, settle};
use crate::signer::{self, OF_ANOTHER, Signer, told};
use ca_authority::Error as Authority;
use common::audit;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Error, Store};
use serde_json::json;

const BATCH: i64 = 50;
/// A signature that was looked at rests so long, while another tick would look at it, too.
const REST_MS: i64 = 20_000;

/// Does it all.
///
/// # Errors
/// The first failure, after everything else was done.
pub async fn run<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Reply, Problem> {
    let signatures = signatures(desk).await;
    let documents = documents(desk).await;
    let signers = signers(desk).await;
    let archived = archive::keep(desk).await;
    let sealed = audit::seal(desk.store, FUNCTION.tables).await;
    let done = json!({"signatures": signatures?, "documents": documents?, "signers": signers?});
    archived?;
    sealed?;
    Reply::json(200, &done)
}

/// Takes what is due and rests it in the same statement, so that of two ticks one has it.
async fn signatures<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    let now = desk.now().0;
    let claim = sql("UPDATE {signature} SET due_at = ?1 WHERE id IN (SELECT id FROM {signature} \
                     WHERE state IN ('submitting', 'waiting', 'received', 'voiding') AND due_at <= ?2 \
                     ORDER BY due_at LIMIT ?3) AND due_at <= ?2 RETURNING id");
    let rows = desk.query(claim.bind(now + REST_MS).bind(now).bind(BATCH)).await?;
    let mut first = Ok(());
    for row in rows.iter() {
        let id = row.text(0).unwrap_or_default();
        let done = match signature::find(desk, id).await {
            Ok(signature) => one(desk, &signature).await,
            Err(problem) => Err(problem),
        };
        first = first.and(done);
    }
    first.map(|()| rows.rows.len())
}

async fn one<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signature: &Signature) -> Result<(), Problem> {
    let over = signature.expires_at <= desk.now();
    match signature.state {
        State::Received => settle::finish(desk, &signature.id).await,
        State::Voiding => void(desk, signature, over).await,
        _ => match desk.outside.query(signature.job.as_deref(), &signature.id).await {
            Ok(outcome) => match outcome.fate {
                ca_authority::Fate::Waiting(_) if over => {
                    settle::stop(desk, &signature.id, State::Expired, None, None).await
                }
                _ => settle::settle(desk, &signature.id, outcome).await,
            },
            // It may be there: it is asked after until its time is over.
            Err(_) if over => settle::stop(desk, &signature.id, State::Expired, None, None).await,
            Err(error) => Err(crate::failure::problem(error)),
        },
    }
}

/// Takes a signature back at the authority, which is asked first where its answer was lost.
async fn void<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signature: &Signature, over: bool) -> Result<(), Problem> {
    let mut job = signature.job.clone();
    if job.is_none() {
        match desk.outside.query(None, &signature.id).await {
            Ok(outcome) => {
                settle::settle(desk, &signature.id, outcome).await?;
                let now = signature::find(desk, &signature.id).await?;
                if now.state.is_over() {
                    return Ok(());
                }
                job = now.job;
            }
            Err(error) if !over => return Err(crate::failure::problem(error)),
            Err(_) => {}
        }
    }
    if let Some(job) = &job {
        // An authority that cannot take it back tells so: it ends here all the same.
        match desk.outside.void(job).await {
            Ok(()) | Err(Authority::Rejected(_) | Authority::Invalid(_)) => {}
            Err(error) => return Err(crate::failure::problem(error)),
        }
    }
    settle::stop(desk, &signature.id, State::Voided, None, None).await
}

/// Ends documents whose time is over, but for those whose signature may have been made in time.
async fn documents<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    let due = document::row::select(
        "state = 'open' AND expires_at <= ?1 AND NOT EXISTS (SELECT 1 FROM {signature} s WHERE \
         s.document_id = {document}.id AND s.state IN ('submitting', 'received')) ORDER BY expires_at LIMIT ?2",
    );
    let rows = desk.query(due.bind(desk.now().0).bind(BATCH)).await?;
    let mut ended = 0;
    for row in rows.iter() {
        let document = document::row::read(desk, row)?;
        let way = document::Way { state: Way::Expired, under_way: None, ..document.way.clone() };
        match desk
            .change("service:ca-sign", "document.expire", &document.id, "ok", vec![document.save(desk, &way)?])
            .await
        {
            Ok(_) => ended += 1,
            // Another tick was faster.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ended)
}

async fn signers<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    let pending = signer::select("state = 'pending' AND updated_at <= ?1 ORDER BY updated_at LIMIT ?2");
    let rows = desk.query(pending.bind(desk.now().0 - REST_MS).bind(BATCH)).await?;
    let mut first = Ok(());
    for row in rows.iter() {
        let done = one_signer(desk, &signer::read(desk, row)?).await;
        first = first.and(done);
    }
    first.map(|()| rows.rows.len())
}

async fn one_signer<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signer: &Signer) -> Result<(), Problem> {
    // The others first, next time, whatever becomes of this one.
    let rest = sql("UPDATE {signer} SET updated_at = ?1 WHERE id = ?2").bind(desk.now().0);
    desk.query(rest.bind(&*signer.id)).await?;
    let enrolment = desk.outside.look(&signer.data.person).await.map_err(crate::failure::problem)?;
    match told(desk, signer, &enrolment) {
        Ok(changes) => Ok(desk.store.transact(changes).await.map(drop)?),
        // An administrator who refreshes the signer is told; no later tick would make it right.
        Err(problem) if problem.code == OF_ANOTHER => {
            desk.call.note(&problem);
            Ok(())
        }
        Err(problem) => Err(problem),
    }
}
