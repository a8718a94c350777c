//! One-time codes: six digits to a phone, good for five minutes and five tries.
//!
//! Nothing tells whether a phone is known: a code is sent to any. Guessing ends at a code's tries, at a phone's (however
//! many codes it was sent), and at an address'.

use crate::account::{self, checked_phone};
use crate::desk::{Desk, VISITOR, sql};
use crate::outside::Outside;
use crate::policy::TRIES;
use crate::services::sms;
use common::call::Reply;
use common::json;
use common::phone::Phone;
use common::problem::Problem;
use common::store::{Statement, Store};
use common::timestamp::Timestamp;
use common::windows::DAY_MS;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// A code is good for so long.
pub const LIFE_MS: i64 = 5 * 60_000;
/// And for so many tries.
pub const TRIES_EACH: i64 = 5;
const RESEND_MS: i64 = 60_000;
/// Codes are known for so long, to count them.
const KEPT_MS: i64 = 2 * DAY_MS;

/// What a code is good for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OtpPurpose)]
pub enum Purpose {
    /// Signing in.
    #[default]
    SignIn,
    /// Changing an account's phone; the old one and the new one each get a code.
    ChangePhone,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::ChangePhone => "change_phone",
        }
    }
}

/// Ask for a code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OtpRequest)]
pub struct Ask {
    /// 11 digits of the mainland, or E.164.
    #[schema(example = "13711112222")]
    phone: String,
    /// What it is to be good for; `sign_in` when absent.
    #[serde(default)]
    purpose: Purpose,
}

/// A code is on its way.
#[derive(Serialize, ToSchema)]
#[schema(as = OtpSent)]
pub struct Sent {
    /// To be sent back with the code.
    #[schema(example = "otp_01JD0000000000000000000000")]
    otp_id: String,
    /// The code is worthless then.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Seconds until another one can be asked for.
    resend_after_s: i64,
}

/// Proof that somebody holds a phone.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OtpProof)]
pub struct Proof {
    /// As the code was asked for.
    pub otp_id: String,
    /// Six digits.
    #[schema(example = "246810")]
    pub code: String,
}

/// `POST otp`.
///
/// # Errors
/// 400, 429 `phone_limited`, 503.
pub async fn ask<S: Store, O: Outside>(desk: &Desk<'_, S, O>, body: &[u8]) -> Result<Reply, Problem> {
    let Ask { phone, purpose } = json::parse(body)?;
    let phone = checked_phone("phone", &phone)?;
    let (id, index, now) = (desk.id("otp"), account::index(desk, &phone), desk.now());
    // 2^128 is so much larger than 10^6 that the remainder is as good as even.
    let code = format!("{:06}", (desk.chance)() % 1_000_000);
    let made = store(desk, &id, &index, purpose, &code).await?;
    if !made {
        return Err(limited(desk, &index).await?);
    }
    if let Err(problem) = sms::code(desk, &id, &phone, &code, purpose).await {
        // It was not sent, so it does not count.
        desk.query(sql("DELETE FROM {otp} WHERE id = ?1").bind(&*id)).await?;
        return Err(problem);
    }
    desk.change(VISITOR, "otp.send", &id, purpose.name(), Vec::new()).await?;
    let expires_at = now.plus_ms(LIFE_MS).to_string();
    Reply::json(202, &Sent { otp_id: id, expires_at, resend_after_s: RESEND_MS / 1_000 })
}

/// Stores a code, if the phone may have another one.
async fn store<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    index: &str,
    purpose: Purpose,
    code: &str,
) -> Result<bool, Problem> {
    let now = desk.now();
    let mut insert = sql("INSERT INTO {otp} (id, phone_index, purpose, code_hash, created_at, expires_at) \
                          SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE 1 = 1")
    .bind(id)
    .bind(index)
    .bind(purpose.name())
    .bind(hash(desk, id, code))
    .bind(now.0)
    .bind(now.plus_ms(LIFE_MS).0);
    for (length, most) in desk.settings.otp_limits.limited() {
        let n = insert.params.len();
        let within = sql(&format!(
            " AND (SELECT count(*) FROM {{otp}} WHERE phone_index = ?2 AND created_at > ?{}) < ?{}",
            n + 1,
            n + 2
        ));
        insert.sql += &within.sql;
        insert = insert.bind(now.plus_ms(-length).0).bind(i64::from(most));
    }
    insert.sql += " RETURNING id";
    Ok(desk.query(insert).await?.first().is_some())
}

async fn limited<S: Store, O: Outside>(desk: &Desk<'_, S, O>, index: &str) -> Result<Problem, Problem> {
    let day = desk.now().plus_ms(-DAY_MS).0;
    let asked = sql("SELECT created_at FROM {otp} WHERE phone_index = ?1 AND created_at > ?2 ORDER BY created_at DESC");
    let rows = desk.query(asked.bind(index).bind(day)).await?;
    let sent: Vec<_> = rows.iter().filter_map(|row| row.integer(0)).map(Timestamp).collect();
    let until = desk.settings.otp_limits.blocked_until(&sent, desk.now()).unwrap_or(desk.now());
    let wait = u32::try_from((until.0 - desk.now().0).div_euclid(1_000) + 1).unwrap_or(1);
    Ok(phone_limited(wait))
}

/// The problem of a phone that has had its share.
#[must_use]
pub fn phone_limited(wait: u32) -> Problem {
    let zh = format!("验证码发送过于频繁，请在 {wait} 秒后再试");
    Problem::new(429, "phone_limited", zh, format!("too many codes for this phone, try again in {wait} s"))
        .retry_in(wait)
}

/// A phone whose holder gave its code; the code is not used up yet.
pub struct Held {
    /// The phone.
    pub phone: Phone,
    /// What it is found by.
    pub index: String,
    otp_id: String,
}

/// Checks a code; the try counts before it is looked at.
///
/// # Errors
/// 422 `wrong_code`, or `code_over` where there is nothing left to try; 429.
pub async fn check<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    phone: Phone,
    proof: &Proof,
    purpose: Purpose,
) -> Result<Held, Problem> {
    let index = account::index(desk, &phone);
    let count = sql("UPDATE {otp} SET tries = tries + 1 WHERE id = ?1 AND phone_index = ?2 AND purpose = ?3 \
                     AND used_at IS NULL AND tries < ?4 AND expires_at > ?5 RETURNING code_hash, tries");
    let count = count.bind(&*proof.otp_id).bind(&*index).bind(purpose.name()).bind(TRIES_EACH).bind(desk.now().0);
    let rows = desk.query(count).await?;
    let Some(row) = rows.first() else { return Err(over()) };
    // Only tries at codes that were sent: else anybody could use up those of a phone.
    desk.take(&format!("tries:{index}"), TRIES).await?;
    let given = hash(desk, &proof.otp_id, &proof.code);
    if row.text(0).is_some_and(|known| bool::from(known.as_bytes().ct_eq(given.as_bytes()))) {
        return Ok(Held { phone, index, otp_id: proof.otp_id.clone() });
    }
    desk.change(VISITOR, "otp.try", &proof.otp_id, "wrong_code", Vec::new()).await?;
    let left = TRIES_EACH - row.integer(1).unwrap_or(TRIES_EACH);
    let (zh, en) = (format!("验证码不正确，还可以再试 {left} 次"), format!("the code is wrong, {left} tries are left"));
    Err(Problem::new(422, "wrong_code", zh, en))
}

impl Held {
    /// Uses the code up, in the transaction of what it is used for: a code used meanwhile is a `conflict`.
    #[must_use]
    pub fn consume(&self, now: Timestamp) -> Statement {
        let used = "UPDATE {otp} SET used_at = ?1, tries = CASE WHEN used_at IS NULL THEN tries END WHERE id = ?2";
        sql(used).bind(now.0).bind(&*self.otp_id)
    }
}

/// The problem of a code that is over, was never made, or was made for another phone: all the same to whoever asks.
#[must_use]
pub fn over() -> Problem {
    let (zh, en) = ("验证码已失效，请重新获取", "this code is over, ask for a new one");
    Problem::new(422, "code_over", zh, en)
}

fn hash<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, code: &str) -> String {
    desk.settings.seal.index("otp", format!("{id}/{code}").as_bytes())
}

/// Forgets codes that count no more.
#[must_use]
pub fn sweep(now: Timestamp) -> Statement {
    sql("DELETE FROM {otp} WHERE created_at < ?1").bind(now.plus_ms(-KEPT_MS).0)
}
