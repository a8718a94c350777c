//! `POST me/phone`: another phone, with a code to the old one and one to the new one.

use crate::account::{self, checked_phone};
use crate::desk::{Desk, sql};
use crate::devices;
use crate::otp::{self, Proof, Purpose};
use crate::outside::Outside;
use crate::staff::phone_in_use;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::{Error, Store};
use serde::Deserialize;
use utoipa::ToSchema;

/// Both codes are asked for with the purpose `change_phone`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PhoneChange)]
pub struct Change {
    /// The code that the account's phone got.
    old: Proof,
    /// The new phone.
    phone: String,
    /// The code that it got.
    new: Proof,
}

/// Changes the phone, and signs out everywhere.
///
/// # Errors
/// 400, 409 `phone_in_use`, 422 `wrong_code`, `code_over`, 429.
pub async fn change<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Change { old, phone, new } = json::parse(body)?;
    let phone = checked_phone("phone", &phone)?;
    let account = account::active(desk, &caller.id).await?;
    let current = account.phone(desk)?.ok_or_else(otp::over)?;
    let old = otp::check(desk, current, &old, Purpose::ChangePhone).await?;
    let new = otp::check(desk, phone, &new, Purpose::ChangePhone).await?;
    let now = desk.now();
    let sealed = desk.seal(new.phone.e164().as_bytes(), &format!("{}/phone", account.id))?;
    let update = sql("UPDATE {account} SET phone = ?1, phone_index = ?2, updated_at = ?3 WHERE id = ?4");
    let update = update.bind(sealed).bind(&*new.index).bind(now.0).bind(&*account.id);
    let changes = vec![old.consume(now), new.consume(now), update, devices::end_all(&account.id, "phone_changed", now)];
    match desk.change(&caller.actor(), "account.phone", &account.id, "ok", changes).await {
        Ok(_) => crate::me::get(desk, caller).await,
        // Its holder proved to hold it, so this is no secret to him.
        Err(Error::Conflict(_)) if account::by_phone(desk, &new.index).await?.is_some() => Err(phone_in_use()),
        Err(Error::Conflict(_)) => Err(otp::over()),
        Err(error) => Err(error.into()),
    }
}
