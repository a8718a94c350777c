//! Accounts of a social network, tied to an account by a first sign-in with a code to the phone. Their ids are not kept,
//! only a keyed index.

use crate::account::{self, Account};
use crate::desk::{Desk, sql};
use crate::outside::{Outside, Unresolved};
use common::problem::Problem;
use common::store::{Statement, Store};

/// Redeems a login code: the index of whoever is behind it.
///
/// # Errors
/// 422 `social_code_over`, 403 `social_refused`, 503 `social_unavailable`.
pub async fn resolve<S: Store, O: Outside>(desk: &Desk<'_, S, O>, code: &str) -> Result<String, Problem> {
    if code.is_empty() || code.len() > 256 {
        return Err(Problem::bad_field("social_code", "应为 1 至 256 个字符", "1 to 256 characters"));
    }
    let subject = desk.outside.resolve(code).await.map_err(|unresolved| match unresolved {
        Unresolved::Invalid(why) => {
            let (zh, en) = ("登录码已失效，请重新获取", "the login code is over, get a new one");
            Problem::new(422, "social_code_over", zh, en).because(why)
        }
        Unresolved::Rejected(why) => {
            let (zh, en) = ("社交平台拒绝了这个账号", "the social network refuses this account");
            Problem::new(403, "social_refused", zh, en).because(why)
        }
        Unresolved::Busy(ms) => Problem::unavailable("social_unavailable", "busy").retry_in(ms.div_ceil(1_000).max(1)),
        Unresolved::Unavailable(why) => Problem::unavailable("social_unavailable", why),
    })?;
    let value = format!("{}/{subject}", desk.outside.network());
    Ok(desk.settings.seal.index("social", value.as_bytes()))
}

/// The account that it is tied to.
///
/// # Errors
/// The store's.
pub async fn account<S: Store, O: Outside>(desk: &Desk<'_, S, O>, index: &str) -> Result<Option<Account>, Problem> {
    let tied = account::select("id = (SELECT account_id FROM {social} WHERE social_index = ?1)");
    Ok(desk.query(tied.bind(index)).await?.first().and_then(account::read))
}

/// Ties it to an account; nothing to do where it is.
///
/// # Errors
/// 409 `tied_elsewhere` where it belongs to another account.
pub async fn tie<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    index: &str,
    account_id: &str,
) -> Result<Option<Statement>, Problem> {
    match account(desk, index).await? {
        Some(known) if known.id == account_id => Ok(None),
        Some(_) => {
            let zh = "这个社交账号已绑定另一个手机号，请用它登录后更换手机号";
            let en = "this social account is tied to another phone: sign in with it and change the phone";
            Err(Problem::new(409, "tied_elsewhere", zh, en))
        }
        None => {
            let insert = sql("INSERT INTO {social} (social_index, network, account_id, at) VALUES (?1, ?2, ?3, ?4)");
            Ok(Some(insert.bind(index).bind(desk.outside.network()).bind(account_id).bind(desk.now().0)))
        }
    }
}
