//! Wrong pins are counted; after some in a row the signer is suspended, until an administrator looks.

use crate::desk::{Desk, sql};
use crate::failure::{code, problem};
use crate::outside::Outside;
use crate::policy::PIN_TRIES;
use crate::signer::{Signer, State, active};
use ca_authority::Error;
use common::problem::Problem;
use common::store::{Statement, Store};

/// Takes one of the tries, before the authority is asked: of many guesses at once no more get through than there are tries.
///
/// # Errors
/// 422 `signer_suspended` where none is left.
pub async fn take<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signer: &Signer) -> Result<(), Problem> {
    let take = sql("UPDATE {signer} SET wrong_pins = wrong_pins + 1 WHERE id = ?1 AND wrong_pins < ?2 RETURNING id");
    let taken = desk.query(take.bind(&*signer.id).bind(PIN_TRIES)).await?;
    let none = || active(&Signer { state: State::Suspended, ..signer.clone() }).err();
    if taken.first().is_some() { Ok(()) } else { none().map_or(Ok(()), Err) }
}

/// Gives a try back that was not used.
///
/// # Errors
/// The store's.
pub async fn give_back<S: Store, O: Outside>(desk: &Desk<'_, S, O>, signer: &Signer) -> Result<(), Problem> {
    desk.query(unused(&signer.id)).await.map(drop)
}

/// As [`give_back`], to be part of a change.
#[must_use]
pub fn unused(signer_id: &str) -> Statement {
    sql("UPDATE {signer} SET wrong_pins = wrong_pins - 1 WHERE id = ?1 AND wrong_pins > 0").bind(signer_id)
}

/// A right pin ends the count.
#[must_use]
pub fn right(signer_id: &str) -> Statement {
    sql("UPDATE {signer} SET wrong_pins = 0 WHERE id = ?1").bind(signer_id)
}

/// What the authority answered to an approval for which a try was taken; a right pin ends the count, and where none was judged
/// the try is given back.
///
/// # Errors
/// The authority's, in our words.
pub async fn counted<S: Store, O: Outside, T>(
    desk: &Desk<'_, S, O>,
    signer: &Signer,
    by_pin: bool,
    answer: Result<T, Error>,
) -> Result<T, Problem> {
    let wrong = matches!(&answer, Err(Error::Rejected(why)) if code(why) == Some("pin_wrong"));
    if wrong {
        let last = sql("UPDATE {signer} SET state = CASE WHEN wrong_pins >= ?1 AND state = 'active' THEN 'suspended' \
                        ELSE state END WHERE id = ?2");
        let changes = vec![last.bind(PIN_TRIES).bind(&*signer.id)];
        desk.change("service:ca-sign", "signer.pin_wrong", &signer.id, "pin_wrong", changes).await?;
    } else if by_pin {
        desk.query(if answer.is_ok() { right(&signer.id) } else { unused(&signer.id) }).await?;
    }
    answer.map_err(problem)
}
