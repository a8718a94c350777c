//! Pictures compared and judged, for callers with a credential.

use crate::answer::Comparison;
use crate::policy::{FUNCTION, VERIFY};
use crate::record::{record, said};
use crate::{challenge, recording, request, verifier};
use common::call::{Call, Reply};
use common::guest::{self, Body, Sql};
use common::idempotency::{Key, Outcome};
use common::problem::Problem;
use common::store::{Error, Store};
use sm3::{Digest, Sm3};

/// Compares two pictures.
pub async fn compare(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
    let pair = request::pair(call, body.read(call, request::BODY_BYTES).await?)?;
    let [a, b] = pair.images.each_ref().map(|image| hex::encode(Sm3::digest(image)));
    let found = verifier::compare(pair).await;
    let (object, result) = (format!("sm3:{a} sm3:{b}"), said(&found, Comparison::words));
    record(call, &caller, "compare", &object, &result, Vec::new()).await?;
    Reply::json(200, &found?)
}

/// Judges one picture by itself.
pub async fn silent(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
    let image = request::image(call, body.read(call, request::BODY_BYTES).await?)?;
    let digest = format!("sm3:{}", hex::encode(Sm3::digest(&image)));
    let found = verifier::silent(image).await;
    let result = said(&found, |presence| format!("silent {:.3}", presence.score));
    record(call, &caller, "silent", &digest, &result, Vec::new()).await?;
    Reply::json(200, &found?)
}

/// Makes a challenge.
pub async fn make(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
    let body = request::nothing(body.read(call, 1 << 10).await?)?;
    let (actor, prefix) = (caller.actor(), FUNCTION.tables);
    let key = Key::new(call.header("idempotency-key"), &actor, "POST /liveness/challenges", &body)?;
    let first = async || key.replay(&Sql.query(key.find(prefix)).await?);
    let reply = |outcome: Outcome| Reply::new(outcome.status, "application/json", outcome.body.into_bytes());
    if let Some(outcome) = first().await? {
        return Ok(reply(outcome));
    }
    let made = challenge::make(call.now, [guest::random(), guest::random(), guest::random()]);
    let outcome = challenge::outcome(&made)?;
    let mut changes = challenge::insert(prefix, &actor, &made, call.now);
    changes.push(key.outcome(prefix, &outcome, call.now));
    match record(call, &caller, "challenge", &made.challenge_id, "made", changes).await {
        Ok(()) => Ok(reply(outcome)),
        Err(Error::Conflict(_)) => first().await?.map(reply).ok_or_else(|| Problem::internal("no outcome")),
        Err(error) => Err(error.into()),
    }
}

/// Judges the frames of a challenge.
pub async fn judge(call: &Call, body: &mut Body, id: &str) -> Result<Reply, Problem> {
    let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
    let recording = recording::parse(call, body.read(call, request::BODY_BYTES).await?)?;
    let (digests, prefix) = (recording.digests(), FUNCTION.tables);
    let names = [id, &caller.actor(), &recording.nonce];
    let used = challenge::take(&Sql, prefix, names, &digests, guest::now()).await?;
    let found = match used.replayed {
        true => Ok(challenge::replayed(verifier::version())),
        false => verifier::challenge(recording, &digests, &used.actions, challenge::LONGEST_MS).await,
    };
    let result = said(&found, |verdict| if verdict.live { "live" } else { "not_live" }.to_owned());
    let changes = found.iter().map(|verdict| challenge::judged(prefix, id, verdict)).collect();
    record(call, &caller, "liveness", id, &result, changes).await?;
    Reply::json(200, &found?)
}
