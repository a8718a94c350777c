//! A request on its way through the function: settings, body, work.

use crate::desk::Desk;
use crate::handle::{House, handle};
use crate::pdf::Face;
use crate::policy::FUNCTION;
use crate::routes::Route;
use crate::settings::Settings;
use crate::ways::Ways;
use common::auth::Principal;
use common::call::{Call, Reply};
use common::guest::{self, Body, Sql};
use common::problem::Problem;
use common::timestamp::Timestamp;
use common::token::Proof;
use std::cell::RefCell;
use std::rc::Rc;

/// The font, mounted by `spin.toml`.
const FONT: &str = "/fonts/NotoSansSC_400Regular.ttf";

thread_local! {
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
    static FACE: RefCell<Option<Face>> = const { RefCell::new(None) };
}

struct Here {
    now: Timestamp,
}

impl House for Here {
    fn face(&self) -> Result<Face, Problem> {
        if let Some(face) = FACE.with_borrow(Clone::clone) {
            return Ok(face);
        }
        let missing = |why: String| Problem::unavailable("font_missing", format!("{FONT}: {why}; cargo xtask models"));
        let bytes = std::fs::read(FONT).map_err(|error| missing(error.to_string()))?;
        let face = Face::read(bytes).map_err(|error| missing(error.to_string()))?;
        FACE.set(Some(face.clone()));
        Ok(face)
    }

    async fn proof(&self, token: &str) -> Result<Proof, Problem> {
        guest::proof(token, FUNCTION.id, self.now).await
    }
}

/// Answers a request of a caller who was let in, or of anybody.
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
    let house = Here { now: call.now };
    at_desk(call, async |desk| handle(desk, &house, caller, route, body).await).await
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
    let (settings, chance) = (&*settings, &guest::random);
    let function = &FUNCTION;
    work(&Desk { function, store: &Sql, outside: &outside, settings, refused: &refused, chance, call }).await
}

/// The variables, read at the instance's first request.
///
/// # Errors
/// 503, with the name of the variable that is wrong in the log.
pub async fn settings() -> Result<Rc<Settings>, Problem> {
    guest::settings(&SETTINGS, &Settings::VARIABLES, Settings::parse).await
}
