//! `POST identity/{case}/document`: going on without a face. The card alone gives the lowest level, and a person looks at it.

use super::card::wrong_step;
use super::case::{Level, State};
use super::{open, own, record, view};
use crate::desk::Desk;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;

/// Ends the patient's part of a case. A second time is the same as once.
///
/// # Errors
/// 409 `wrong_step` before the card is confirmed, `another_person`, `family_full`.
pub async fn document<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let case = own(desk, caller, id).await?;
    if case.state == State::Review {
        return view::reply(desk, &case);
    }
    let mut case = open(desk, caller, id).await?;
    let Some(confirmed) = &case.data.confirmed else { return Err(wrong_step()) };
    let mut why = vec!["no_face".to_owned()];
    if confirmed.doubtful {
        why.push("corrected".to_owned());
    }
    let doubtful = confirmed.doubtful;
    (case.data.review, case.data.failure) = (why, None);
    if doubtful {
        return record::to_review(desk, caller, case).await;
    }
    (case.state, case.expires_at) = (State::Review, desk.now().plus_ms(record::REVIEW_MS));
    record::make(desk, &caller.actor(), case, Level::DocumentOnly, false).await
}
