//! A request of a caller who is let in, or of a visitor, with its body: the answer.

use crate::desk::Desk;
use crate::identity::card::Which;
use crate::identity::{card, compare, confirm, document, liveness, review, start, view};
use crate::me::{consents, erasure, export, phone, trail};
use crate::outside::Outside;
use crate::patients::{fhir, holds, merge, proof};
use crate::routes::Route;
use crate::{devices, me, otp, patients, sessions, staff};
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;

/// Answers the request.
///
/// # Errors
/// As the route's module tells.
pub async fn handle<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: Option<&Principal>,
    route: Route<'_>,
    body: Vec<u8>,
) -> Result<Reply, Problem> {
    if !matches!(route, Route::Staff | Route::Reviews | Route::Export | Route::Trail) {
        Query::new(desk.call, &[])?;
    }
    match route {
        Route::Otp => return otp::ask(desk, &body).await,
        Route::SignIn => return sessions::open(desk, &body).await,
        Route::Refresh => return devices::refresh(desk, &body).await,
        _ => {}
    }
    let caller = caller.ok_or_else(forbidden)?;
    devices::still_active(desk, caller, route).await?;
    match route {
        Route::Sessions => devices::list(desk, caller).await,
        Route::EndSession(id) => devices::close(desk, caller, id).await,
        Route::CreateStaff => staff::create(desk, caller, &body).await,
        Route::Staff => staff::list(desk).await,
        Route::DisableStaff(id) => staff::set(desk, caller, id, false).await,
        Route::EnableStaff(id) => staff::set(desk, caller, id, true).await,
        Route::StartCase => start::start(desk, caller, &body).await,
        Route::Cases => view::list(desk, caller).await,
        Route::Case(id) => view::get(desk, caller, id).await,
        Route::CancelCase(id) => start::cancel(desk, caller, id).await,
        Route::Front(id) => card::take(desk, caller, id, Which::Front, body).await,
        Route::Back(id) => card::take(desk, caller, id, Which::Back, body).await,
        Route::Confirm(id) => confirm::confirm(desk, caller, id, &body).await,
        Route::Liveness(id) => liveness::challenge(desk, caller, id).await,
        Route::Frames(id) => liveness::frames(desk, caller, id, body).await,
        Route::Compare(id) => compare::compare(desk, caller, id).await,
        Route::Document(id) => document::document(desk, caller, id).await,
        Route::Reviews => review::list(desk, caller).await,
        Route::ReviewPicture(id, name) => review::picture(desk, caller, id, name).await,
        Route::Review(id) => review::decide(desk, caller, id, &body).await,
        Route::Me => me::get(desk, caller).await,
        Route::ChangeMe => me::change(desk, caller, &body).await,
        Route::ChangePhone => phone::change(desk, caller, &body).await,
        Route::LeaveMember(id) => me::leave(desk, caller, id).await,
        Route::Consents => consents::list(desk, caller).await,
        Route::GiveConsent => consents::give(desk, caller, &body).await,
        Route::WithdrawConsent(id) => consents::withdraw(desk, caller, id).await,
        Route::Export => export::get(desk, caller).await,
        Route::Erase => erasure::ask(desk, caller, &body).await,
        Route::Trail => trail::list(desk, caller).await,
        Route::Patient(id) => patients::get(desk, caller, id).await,
        Route::Fhir(id) => fhir::get(desk, caller, id).await,
        Route::Holds(id) => holds::list(desk, id).await,
        Route::PlaceHold(id) => holds::place(desk, caller, id, &body).await,
        Route::ReleaseHold(id, hold) => holds::release(desk, caller, id, hold).await,
        Route::Merge(id) => merge::merge(desk, caller, id, &body).await,
        Route::Proof => proof::make(desk, caller, &body).await,
        // They are answered before anybody gets here.
        Route::Otp | Route::SignIn | Route::Refresh | Route::Tick | Route::Health | Route::OpenApi => {
            Err(Problem::not_found())
        }
    }
}
