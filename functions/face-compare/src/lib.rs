//! Compares faces and checks that a living person is before the camera: `/v1/face-compare/`.
//!
//! Nothing of a face is stored or logged but scores, verdicts, SM3 digests and the model's version.

pub mod action;
pub mod answer;
pub mod api;
pub mod challenge;
pub mod failure;
pub mod policy;
pub mod recording;
pub mod request;
pub mod schema;

#[cfg(target_family = "wasm")]
mod record;
#[cfg(target_family = "wasm")]
mod verifier;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::answer::Comparison;
    use crate::record::{record, said};
    use crate::{api, challenge, policy, recording, request, verifier};
    use common::call::{Call, Reply};
    use common::guest::{self, Answer, Body, Sql};
    use common::idempotency::{Key, Outcome};
    use common::problem::Problem;
    use common::store::{Error, Store};
    use http::Method;
    use policy::{FUNCTION, VERIFY};
    use sm3::{Digest, Sm3};
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/face", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, body| match (&call.method, call.segments(FUNCTION.id).as_slice()) {
            (&Method::POST, ["compare"]) => compare(call, body).await,
            (&Method::POST, ["liveness", "silent"]) => silent(call, body).await,
            (&Method::POST, ["liveness", "challenges"]) => make(call, body).await,
            (&Method::POST, ["liveness", "challenges", id, "frames"]) => judge(call, body, id).await,
            (&Method::GET, ["healthz"]) => guest::ready(&FUNCTION, call.now).await.map(|()| Reply::empty(204)),
            (&Method::GET, ["openapi.json"]) => {
                let json = api::json().map_err(|error| Problem::internal(error.to_string()))?;
                Ok(Reply::new(200, "application/json", json.into_bytes()))
            }
            (_, ["compare"] | ["liveness", "silent" | "challenges"] | ["liveness", "challenges", _, "frames"]) => {
                Err(Problem::method_not_allowed("POST"))
            }
            (_, ["healthz" | "openapi.json"]) => Err(Problem::method_not_allowed("GET")),
            _ => Err(Problem::not_found()),
        })
        .await
    }

    async fn compare(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
        let pair = request::pair(call, body.read(call, request::BODY_BYTES).await?)?;
        let [a, b] = pair.images.each_ref().map(|image| hex::encode(Sm3::digest(image)));
        let found = verifier::compare(pair).await;
        let (object, result) = (format!("sm3:{a} sm3:{b}"), said(&found, Comparison::words));
        record(call, &caller, "compare", &object, &result, Vec::new()).await?;
        Reply::json(200, &found?)
    }

    async fn silent(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let caller = guest::admit(&FUNCTION, call, &VERIFY).await?;
        let image = request::image(call, body.read(call, request::BODY_BYTES).await?)?;
        let digest = format!("sm3:{}", hex::encode(Sm3::digest(&image)));
        let found = verifier::silent(image).await;
        let result = said(&found, |presence| format!("silent {:.3}", presence.score));
        record(call, &caller, "silent", &digest, &result, Vec::new()).await?;
        Reply::json(200, &found?)
    }

    async fn make(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
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

    async fn judge(call: &Call, body: &mut Body, id: &str) -> Result<Reply, Problem> {
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
}
