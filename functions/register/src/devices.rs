//! Sessions after they were opened: the next token, the list of devices, the end.
//!
//! A refresh token is good for once (RFC 9700, 4.14.2). One that comes back was copied: nobody knows who of the two has
//! it by right, so the whole session ends.

use crate::account::{self, role_named};
use crate::desk::{Desk, VISITOR, sql};
use crate::outside::Outside;
use crate::routes::Route;
use crate::sessions::{signed_in, verified};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use common::auth::{Principal, Role};
use common::call::Reply;
use common::guard::forbidden;
use common::json;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use utoipa::ToSchema;

/// A session that is not used for so long ends: 30 days.
pub const IDLE_MS: i64 = 30 * 24 * 3_600_000;
/// Ended sessions stay in the list for so long.
const SHOWN_MS: i64 = 90 * 24 * 3_600_000;

/// Ask for the next token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefreshRequest)]
pub struct Ask {
    refresh_token: String,
}

/// A device that is or was signed in.
#[derive(Serialize, ToSchema)]
pub struct Device {
    /// `ses_<ULID>`.
    session_id: String,
    /// What it calls itself.
    device: String,
    /// When it signed in.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last got a token.
    #[schema(format = DateTime)]
    last_at: String,
    /// Unless it is used before.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was ended, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// `signed_out`, `token_reused`, `phone_changed`, `disabled` or `erased`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// All devices.
#[derive(Serialize, ToSchema)]
pub struct Devices {
    /// The newest first.
    items: Vec<Device>,
}

/// A new refresh token: 256 bits.
pub fn refresh_token<S, O>(desk: &Desk<'_, S, O>) -> String {
    let bytes = [(desk.chance)().to_be_bytes(), (desk.chance)().to_be_bytes()].concat();
    format!("yr_{}", BASE64.encode(bytes))
}

/// A plain hash is enough of what nobody can guess.
fn hash(token: &str) -> String {
    hex::encode(Sm3::digest(token))
}

/// What a device is called: as it says, or its user agent.
pub fn named<S, O>(desk: &Desk<'_, S, O>, given: Option<&str>) -> String {
    let name = given.or_else(|| desk.call.header("user-agent")).unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// A session and its first refresh token.
pub fn insert<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    account_id: &str,
    device: &str,
    refresh: &str,
) -> [Statement; 2] {
    let now = desk.now();
    let session = sql("INSERT INTO {session} (id, account_id, device, created_at, last_at, expires_at) \
                       VALUES (?1, ?2, ?3, ?4, ?4, ?5)");
    let session = session.bind(id).bind(account_id).bind(device).bind(now.0).bind(now.plus_ms(IDLE_MS).0);
    [session, token(id, refresh, now)]
}

fn token(session_id: &str, refresh: &str, now: Timestamp) -> Statement {
    sql("INSERT INTO {refresh} (hash, session_id, at) VALUES (?1, ?2, ?3)")
        .bind(hash(refresh))
        .bind(session_id)
        .bind(now.0)
}

/// `POST sessions/refresh`.
///
/// # Errors
/// 401 `session_over` for any token that gives no other one.
pub async fn refresh<S: Store, O: Outside>(desk: &Desk<'_, S, O>, body: &[u8]) -> Result<Reply, Problem> {
    let Ask { refresh_token: given } = json::parse(body)?;
    let (old, now) = (hash(&given), desk.now());
    let find =
        sql("SELECT s.id, s.account_id, a.role, r.used_at FROM {refresh} r JOIN {session} s ON s.id = r.session_id \
                    JOIN {account} a ON a.id = s.account_id WHERE r.hash = ?1 AND s.ended_at IS NULL \
                    AND s.expires_at > ?2 AND a.state = 'active'");
    let rows = desk.query(find.bind(&*old).bind(now.0)).await?;
    let found = rows.first().and_then(|row| {
        let texts = (row.text(0)?.to_owned(), row.text(1)?.to_owned(), role_named(row.text(2)?)?);
        Some((texts, row.integer(3).is_some()))
    });
    let Some(((session_id, account_id, role), used)) = found else { return Err(over()) };
    let actor = format!("user:{account_id}");
    let reused = async || {
        let changes = end("id = ?3", &session_id, "token_reused", now);
        desk.change(VISITOR, "session.revoke", &session_id, "token_reused", vec![changes]).await?;
        Err(over())
    };
    if used {
        return reused().await;
    }
    let next = refresh_token(desk);
    let changes = vec![
        // Who comes second finds nothing to put there: a conflict.
        sql("UPDATE {refresh} SET used_at = ?1, session_id = CASE WHEN used_at IS NULL THEN session_id END \
             WHERE hash = ?2")
        .bind(now.0)
        .bind(old),
        token(&session_id, &next, now),
        sql("UPDATE {session} SET last_at = CASE WHEN ended_at IS NULL THEN ?1 END, expires_at = ?2 WHERE id = ?3")
            .bind(now.0)
            .bind(now.plus_ms(IDLE_MS).0)
            .bind(&*session_id),
    ];
    match desk.change(&actor, "session.refresh", &session_id, "ok", changes).await {
        Ok(_) => {
            let verified = verified(desk, &account_id).await?;
            Reply::json(200, &signed_in(desk, &account_id, role, session_id, next, verified))
        }
        Err(Error::Conflict(_)) => reused().await,
        Err(error) => Err(error.into()),
    }
}

fn over() -> Problem {
    let (zh, en) = ("登录已失效，请重新登录", "the session is over, sign in again");
    Problem::new(401, "session_over", zh, en)
}

/// Ends sessions that fulfil a condition on `?3`.
#[must_use]
pub fn end(condition: &str, value: &str, reason: &str, now: Timestamp) -> Statement {
    let update = format!("UPDATE {{session}} SET ended_at = ?1, reason = ?2 WHERE ended_at IS NULL AND {condition}");
    sql(&update).bind(now.0).bind(reason).bind(value)
}

/// `GET sessions`.
///
/// # Errors
/// The store's.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    Reply::json(200, &Devices { items: all(desk, &caller.id).await? })
}

/// The devices of an account.
///
/// # Errors
/// The store's.
pub async fn all<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str) -> Result<Vec<Device>, Problem> {
    let find = sql("SELECT id, device, created_at, last_at, expires_at, ended_at, reason FROM {session} \
                    WHERE account_id = ?1 AND last_at > ?2 ORDER BY created_at DESC, id DESC LIMIT 100");
    let rows = desk.query(find.bind(account_id).bind(desk.now().plus_ms(-SHOWN_MS).0)).await?;
    let time = |ms: i64| Timestamp(ms).to_string();
    let read = |row: common::store::Row<'_>| {
        Some(Device {
            session_id: row.text(0)?.to_owned(),
            device: row.text(1)?.to_owned(),
            created_at: time(row.integer(2)?),
            last_at: time(row.integer(3)?),
            expires_at: time(row.integer(4)?),
            ended_at: row.integer(5).map(time),
            reason: row.text(6).map(str::to_owned),
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// `DELETE sessions/{id}`; a second time is the same as once.
///
/// # Errors
/// 403 for another's, or none.
pub async fn close<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let own = sql("SELECT id FROM {session} WHERE id = ?1 AND account_id = ?2").bind(id).bind(&*caller.id);
    if desk.query(own).await?.first().is_none() {
        return Err(forbidden());
    }
    desk.change(&caller.actor(), "session.close", id, "ok", vec![end("id = ?3", id, "signed_out", desk.now())]).await?;
    Ok(Reply::empty(204))
}

/// The account's own sessions all end, but for none.
#[must_use]
pub fn end_all(account_id: &str, reason: &str, now: Timestamp) -> Statement {
    end("account_id = ?3", account_id, reason, now)
}

/// Whether a user has an active account. A hospital system has none, and an operator's token names none: it does what
/// administrators may, and nothing that concerns an account of one's own.
///
/// # Errors
/// 403.
pub async fn still_active<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    route: Route<'_>,
) -> Result<(), Problem> {
    let without = match caller.role {
        // Services are known by their tokens; which one may what, routes tell.
        Role::System => true,
        Role::Service => caller.id == "ca-sign",
        Role::Admin => route.is_for_admins() && !common::id::is("usr", &caller.id),
        _ => false,
    };
    if without { Ok(()) } else { account::active(desk, &caller.id).await.map(drop) }
}
