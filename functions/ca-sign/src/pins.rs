//! Wrong pins are counted; after some in a row the signer is suspended, until an administrator looks.

use crate::desk::{Desk, sql};
use crate::failure::{code, problem};
use crate::outside::Outside;
use crate::policy::PIN_TRIES;
use crate::signer::Signer;
use ca_authority::Error;
use common::problem::Problem;
use common::store::Store;

/// What the authority answered to an approval; a wrong pin is counted, a right one ends the count.
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
        let count = sql("UPDATE {signer} SET wrong_pins = wrong_pins + 1, state = CASE WHEN wrong_pins + 1 >= ?1 AND \
                         state = 'active' THEN 'suspended' ELSE state END WHERE id = ?2");
        let changes = vec![count.bind(PIN_TRIES).bind(&*signer.id)];
        desk.change("service:ca-sign", "signer.pin_wrong", &signer.id, "pin_wrong", changes).await?;
    } else if by_pin && answer.is_ok() {
        desk.query(sql("UPDATE {signer} SET wrong_pins = 0 WHERE id = ?1 AND wrong_pins > 0").bind(&*signer.id))
            .await?;
    }
    answer.map_err(problem)
}
