//! A request on its way through the function: settings, body, work.

use crate::desk::Desk;
use crate::handle::handle;
use crate::policy::FUNCTION;
use crate::routes::Route;
use crate::settings::Settings;
use crate::ways::Ways;
use common::auth::Principal;
use common::call::{Call, Reply};
use common::guest::{self, Body, Sql};
use common::problem::Problem;
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
}

/// Answers a request of a caller who was let in, or of a visitor.
///
/// # Errors
/// As the route's module tells.
pub async fn served(
    call: &Call,
    body: &mut Body,
    route: Route<'_>,
    caller: Option<&Principal>,
) -> Result<Reply, Problem> {
    let body = body.read(call, route.body_bytes()).await?;
    at_desk(call, async |desk| handle(desk, caller, route, body).await).await
}

/// Does work at a desk.
///
/// # Errors
/// The work's, or 503 for a variable that is wrong.
pub async fn at_desk(
    call: &Call,
    work: impl AsyncFnOnce(&Desk<'_, Sql, Ways>) -> Result<Reply, Problem>,
) -> Result<Reply, Problem> {
    let (settings, refused) = (settings().await?, guest::refused());
    let outside = Ways { settings: &settings, request_id: &call.request_id };
    let chance = &guest::random;
    work(&Desk {
        function: &FUNCTION,
        store: &Sql,
        outside: &outside,
        settings: &settings,
        refused: &refused,
        chance,
        call,
    })
    .await
}

/// The variables, read at the instance's first request.
///
/// # Errors
/// 503, with the name of the variable that is wrong in the log.
pub async fn settings() -> Result<Rc<Settings>, Problem> {
    guest::settings(&SETTINGS, &Settings::VARIABLES, Settings::parse).await
}
