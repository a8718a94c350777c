//! A request on its way through the function: admission, body, work, and what is left to do after the answer.

use crate::book::Book;
use crate::delivery;
use crate::desk::Desk;
use crate::gateways;
use crate::handle::handle;
use crate::policy::FUNCTION;
use crate::routes::Route;
use crate::settings::Settings;
use common::admission::Admission;
use common::audit::{self, Sealing};
use common::call::{Call, Reply};
use common::guest::{self, Body, Sql};
use common::problem::Problem;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static SETTINGS: RefCell<Option<Rc<Settings>>> = const { RefCell::new(None) };
    static BOOK: Rc<RefCell<Book>> = Rc::default();
    static SEALING: RefCell<Sealing> = RefCell::default();
}

/// Answers a request of a caller with a credential.
///
/// # Errors
/// The guard's, and as the route's module tells.
pub async fn served(call: &Call, body: &mut Body, route: Route<'_>) -> Result<Reply, Problem> {
    let admission = guest::recognise(&FUNCTION, call, route.policy()).await?;
    let settings = settings().await?;
    let answer = match body.read(call, route.body_bytes()).await {
        Ok(_) if route == Route::Gateways => gateways(call, &admission).await,
        Ok(body) => at_desk(call, &settings, async |desk| handle(desk, call, &admission, route, &body).await).await,
        Err(problem) => Err(problem),
    };
    if answer.is_err() {
        // Whatever went wrong, it is not free.
        admission.settle(&Sql, &guest::refused(), &FUNCTION, call.now).await?;
    }
    if answer.is_ok() && matches!(route, Route::Send | Route::Soap | Route::Replay(_)) {
        delivery::pump(call);
    }
    answer
}

/// Does work at a desk, and seals the audit log after the answer when it is time.
///
/// # Errors
/// The work's.
pub async fn at_desk(
    call: &Call,
    settings: &Settings,
    work: impl AsyncFnOnce(&Desk<'_, Sql>) -> Result<Reply, Problem>,
) -> Result<Reply, Problem> {
    let (book, refused, unsealed) = (BOOK.with(Rc::clone), guest::refused(), Cell::new(0));
    let (chance, unsealed) = (&guest::random, &unsealed);
    let answer = work(&Desk { store: &Sql, settings, book: &book, refused: &refused, chance, unsealed }).await;
    if SEALING.with_borrow_mut(|sealing| sealing.due(unsealed.get(), call.now)) {
        guest::spawn(async {
            // What fails here is sealed the next time.
            let _ = audit::seal(&Sql, FUNCTION.tables).await;
        });
    }
    answer
}

/// The variables, read at the instance's first request.
///
/// # Errors
/// 503, with the name of the variable that is wrong in the log.
pub async fn settings() -> Result<Rc<Settings>, Problem> {
    guest::settings(&SETTINGS, &Settings::VARIABLES, Settings::parse).await
}

/// `GET gateways`: the accounts, how they are, and where their vendors send receipts.
async fn gateways(call: &Call, admission: &Admission) -> Result<Reply, Problem> {
    admission.settle(&Sql, &guest::refused(), &FUNCTION, call.now).await?;
    let delivery = delivery::delivery().await?;
    gateways::list(&Sql, &delivery.settings, call.now, |gateway| delivery.receipt_path(gateway)).await
}
