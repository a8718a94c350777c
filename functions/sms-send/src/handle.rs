//! A request of a caller who is let in, with its body: the answer.

use crate::accept::accept;
use crate::accepted::Accepted;
use crate::desk::{Desk, Request};
use crate::routes::Route;
use crate::{change, door_json, hooks, keywords, optouts, policy, read, soap, stats, templates};
use common::admission::Admission;
use common::call::{Call, Reply};
use common::idempotency::{Key, Outcome};
use common::page;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;

/// Answers the request.
///
/// # Errors
/// As the route's module tells.
pub async fn handle<S: Store>(
    desk: &Desk<'_, S>,
    call: &Call,
    admission: &Admission,
    route: Route<'_>,
    body: &[u8],
) -> Result<Reply, Problem> {
    let (caller, request) = (&admission.caller, Request::from(call));
    if !matches!(route, Route::Send | Route::Soap) {
        admission.settle(desk.store, desk.refused, &policy::FUNCTION, call.now).await?;
    }
    let none = || Query::new(call, &[]);
    match route {
        Route::Send => {
            none()?;
            let key = key(desk, admission, call.header("idempotency-key"), "POST /messages", body)?;
            let order = door_json::parse(body)?;
            let Outcome { status, body } = accept(desk, request, admission, &key, &order).await?;
            Ok(Reply::new(status, "application/json", body.into_bytes()))
        }
        Route::Soap => {
            let sms = soap::parse(call, body)?;
            let key = key(desk, admission, Some(&sms.key), "POST /soap", sms.same.as_bytes())?;
            let outcome = accept(desk, request, admission, &key, &sms.order).await?;
            let accepted: Accepted = serde_json::from_str(&outcome.body)
                .map_err(|error| Problem::internal(format!("soap: the outcome is malformed: {error}")))?;
            accepted.messages.first().map(soap::reply).ok_or_else(|| Problem::internal("soap: no message"))
        }
        Route::Messages => read::list(desk, caller, &Query::new(call, &read::LIST)?).await,
        Route::Message(id) => read::get(desk, request, caller, id, &Query::new(call, &read::ONE)?).await,
        Route::Events(id) => read::events(desk, caller, id).await,
        Route::Cancel(id) => change::cancel(desk, request, caller, id).await,
        Route::Replay(id) => change::replay(desk, request, caller, id).await,
        Route::CreateTemplate => {
            let key = key(desk, admission, call.header("idempotency-key"), "POST /templates", body)?;
            templates::edit::create(desk, request, caller, &key, body).await
        }
        Route::Templates => templates::list(desk, &Query::new(call, &page::PARAMETERS)?).await,
        Route::Template(id) => templates::get(desk, id).await,
        Route::ChangeTemplate(id) => templates::edit::patch(desk, request, caller, id, body).await,
        Route::ReviewTemplate(id) => templates::edit::review(desk, request, caller, id, body).await,
        Route::PreviewTemplate(id) => templates::preview(desk, id, body).await,
        Route::Keywords => keywords::list(desk, &Query::new(call, &page::PARAMETERS)?).await,
        Route::AddKeywords => keywords::add(desk, request, caller, body).await,
        Route::RemoveKeyword(id) => keywords::remove(desk, request, caller, id).await,
        Route::OptOuts => optouts::list(desk, &Query::new(call, &page::PARAMETERS)?).await,
        Route::AddOptOut => optouts::add(desk, request, caller, body).await,
        Route::RemoveOptOut(id) => optouts::remove(desk, request, caller, id).await,
        Route::Stats => stats::get(desk, caller, &Query::new(call, &stats::KNOWN)?, call.now).await,
        Route::Hooks => hooks::list(desk, caller, &Query::new(call, &hooks::LIST)?).await,
        Route::ReplayHook(id) => hooks::replay(desk, request, caller, id).await,
        // Nobody is let in by a policy there, or they need more than a desk.
        Route::Gateways
        | Route::Tick
        | Route::Receipts(..)
        | Route::Inbound(..)
        | Route::Wsdl
        | Route::Health
        | Route::OpenApi => Err(Problem::not_found()),
    }
}

/// The idempotency key; the body enters it by a keyed digest, for a plain one of a phone and a code could be guessed.
///
/// # Errors
/// 400 for a key that is missing or malformed.
pub fn key<S>(
    desk: &Desk<'_, S>,
    admission: &Admission,
    key: Option<&str>,
    route: &str,
    body: &[u8],
) -> Result<Key, Problem> {
    let digest = desk.settings.seal.index("request", body);
    Key::new(key, &admission.caller.actor(), route, digest.as_bytes())
}
