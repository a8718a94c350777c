//! A request of a caller who is let in, or of anybody, with its body: the answer.

use crate::desk::Desk;
use crate::document::{Event, end, show, write};
use crate::outside::Outside;
use crate::pdf::Face;
use crate::routes::Route;
use crate::signature::{begin, callback, code, show::get as show_signature};
use crate::signer::{authorise, change, enrol, list, seal};
use crate::{dictionary, evidence, paper, public, template, verify};
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use common::token::Proof;

/// What only the instance has: the font, and the keys of identity proofs.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait House {
    /// The font that sheets are drawn with.
    ///
    /// # Errors
    /// 503 where it is missing.
    fn face(&self) -> Result<Face, Problem>;

    /// What an identity proof says.
    ///
    /// # Errors
    /// 422 where it is refused.
    async fn proof(&self, token: &str) -> Result<Proof, Problem>;
}

/// Answers the request.
///
/// # Errors
/// As the route's module tells.
pub async fn handle<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    house: &impl House,
    caller: Option<&Principal>,
    route: Route<'_>,
    body: Vec<u8>,
) -> Result<Reply, Problem> {
    if !matches!(route, Route::Signers | Route::Documents | Route::Drugs) {
        Query::new(desk.call, &[])?;
    }
    match route {
        Route::PaperByLink(secret) => return paper::by_link(desk, secret, &house.face()?).await,
        Route::Verification(secret) => return public::get(desk, secret).await,
        Route::Verify => return verify::verify(desk, &body).await,
        Route::Callback(authority) => return callback::take(desk, authority, body).await,
        _ => {}
    }
    let caller = caller.ok_or_else(forbidden)?;
    match route {
        Route::Enrol => enrol::enrol(desk, caller, &body, &house.face()?).await,
        Route::Signers => list::list(desk).await,
        Route::Signer(id) => list::get(desk, caller, id).await,
        Route::Suspend(id) => change::change(desk, caller, id, change::Deed::Suspend).await,
        Route::Activate(id) => change::change(desk, caller, id, change::Deed::Activate).await,
        Route::Revoke(id) => change::change(desk, caller, id, change::Deed::Revoke).await,
        Route::Refresh(id) => change::change(desk, caller, id, change::Deed::Refresh).await,
        Route::Seal(id) => seal::put(desk, caller, id, body).await,
        Route::Authorise(id) => authorise::give(desk, caller, id, &body).await,
        Route::Authorisations(id) => authorise::list(desk, caller, id).await,
        Route::EndAuthorisation(id, given) => authorise::end(desk, caller, id, given).await,
        Route::Write => write::write(desk, caller, &body, &house.face()?, async |token| house.proof(token).await).await,
        Route::Documents => show::list(desk, caller).await,
        Route::Document(id) => show::get(desk, caller, id).await,
        Route::Sign(id) => begin::begin(desk, caller, id, &body).await,
        Route::Signature(id, signature) => show_signature(desk, caller, id, signature).await,
        Route::Code(id, signature) => code::get(desk, caller, id, signature).await,
        Route::SendBack(id) => end::end(desk, caller, id, Event::SendBack, &body).await,
        Route::Void(id) => end::end(desk, caller, id, Event::Void, &body).await,
        Route::Evidence(id) => evidence::get(desk, caller, id).await,
        Route::Paper(id) => paper::get(desk, caller, id, &house.face()?).await,
        Route::Link(id) => paper::link(desk, caller, id).await,
        Route::Drugs => dictionary::search(desk).await,
        Route::LoadDrugs => dictionary::put(desk, caller, body).await,
        Route::Templates => template::list(desk, caller).await,
        Route::PutTemplate => template::put(desk, caller, &body).await,
        Route::DeleteTemplate(id) => template::delete(desk, caller, id).await,
        // They are answered before anybody gets here.
        Route::PaperByLink(_)
        | Route::Verification(_)
        | Route::Verify
        | Route::Callback(_)
        | Route::Tick
        | Route::Health
        | Route::OpenApi => Err(Problem::not_found()),
    }
}
