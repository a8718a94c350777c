//! `POST callbacks/{authority}`: the authority tells what became of jobs, persons and authorisations.

use super::settle;
use crate::desk::{Desk, sql};
use crate::failure::problem;
use crate::outside::Outside;
use crate::signer::{self, person_index, told};
use ca_authority::{Callback, Notice, Outcome};
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;
use http::{HeaderMap, HeaderValue, header};

/// Bytes of a callback: SignedData in base64, among other fields.
pub const BYTES: usize = 8 << 20;

/// Takes a callback. What it says is stored before it is acknowledged; one that came before changes nothing.
///
/// # Errors
/// 404 for another authority, 400 where its proof of origin does not hold.
pub async fn take<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    authority: &str,
    body: Vec<u8>,
) -> Result<Reply, Problem> {
    if authority != desk.outside.authority() {
        return Err(Problem::not_found());
    }
    let content_type = desk.call.header("content-type").unwrap_or_default().to_owned();
    let notices = desk.outside.parse_callback(Callback { content_type, body }).await;
    let notices = notices.map_err(|error| {
        let refused = || Problem::new(400, "callback_refused", "回调无效", "this callback does not hold");
        match error {
            ca_authority::Error::Invalid(why) | ca_authority::Error::Rejected(why) => refused().because(why),
            error => problem(error),
        }
    })?;
    let mut stored = true;
    for notice in notices {
        stored &= match notice {
            Notice::Job(outcome) => job(desk, outcome).await?,
            Notice::Person(person) => look(desk, &person).await?,
            // Asked after when it is used.
            Notice::Authorisation(_) => true,
        };
    }
    let answer = desk.outside.answer_callback(stored);
    let kind = HeaderValue::from_str(&answer.content_type).unwrap_or(HeaderValue::from_static("text/plain"));
    Ok(Reply {
        status: answer.status,
        headers: HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]),
        body: answer.body,
    })
}

/// Whether the signature is known and what it says is stored.
async fn job<S: Store, O: Outside>(desk: &Desk<'_, S, O>, outcome: Outcome) -> Result<bool, Problem> {
    let find = sql("SELECT id FROM {signature} WHERE job_index = ?1 OR id = ?2");
    let find = find.bind(settle::job_index(desk, &outcome.id)).bind(outcome.reference.clone());
    let rows = desk.query(find).await?;
    let Some(id) = rows.first().and_then(|row| row.text(0)).map(str::to_owned) else { return Ok(false) };
    match settle::settle(desk, &id, outcome).await {
        // Stored; that it cannot be verified yet is the tick's business.
        Err(problem) if problem.status == 503 && problem.code.starts_with("authority") => Ok(true),
        settled => settled.map(|()| true),
    }
}

async fn look<S: Store, O: Outside>(desk: &Desk<'_, S, O>, person: &str) -> Result<bool, Problem> {
    let rows = desk.query(signer::select("person_index = ?1").bind(person_index(desk, person))).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let signer = signer::read(desk, row)?;
    let enrolment = desk.outside.look(person).await.map_err(problem)?;
    let changes = told(desk, &signer, &enrolment)?;
    desk.change("service:ca-sign", "signer.told", &signer.id, "ok", changes).await?;
    Ok(true)
}
