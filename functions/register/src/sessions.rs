//! Signing in: a code to the phone, or a social network's word for an account that is tied to a phone already.

use crate::account::{self, Account, checked_phone, role_name};
use crate::desk::{Desk, VISITOR, sql};
use crate::otp::{self, Held, Proof, Purpose};
use crate::outside::Outside;
use crate::{devices, social};
use common::auth::Role;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A token lives so long; what it opens at `register` ends at once with the account.
pub const TOKEN_S: i64 = 3_600;

/// Sign in with a code to the phone, with a social login code, or (the first time, to tie the two) with both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
pub struct SignIn {
    /// As the code was asked for; goes with `otp_id` and `code`.
    phone: Option<String>,
    otp_id: Option<String>,
    code: Option<String>,
    /// The login code of the social network's mini program or page; may also be called `<network>_code`.
    #[schema(max_length = 256)]
    social_code: Option<String>,
    /// What the list of devices is to call this one; the user agent when absent.
    #[schema(max_length = 80)]
    device: Option<String>,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub struct SignedIn {
    /// For `Authorization: Bearer`.
    pub token: String,
    /// The token ends then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Gives the next token, once; then there is another one.
    pub refresh_token: String,
    /// Its place in the list of devices.
    pub session_id: String,
    /// The subject of the token.
    pub account_id: String,
    /// The role in the token.
    pub role: &'static str,
    /// Whether the holder's real name is known, from a face or from a person.
    pub verified: bool,
}

/// `POST sessions`.
///
/// # Errors
/// 400, 403 `account_disabled`, 422 `wrong_code`, `code_over`, `social_code_over`, `phone_needed`, 429, 503.
pub async fn open<S: Store, O: Outside>(desk: &Desk<'_, S, O>, body: &[u8]) -> Result<Reply, Problem> {
    let ask = parse(&desk.outside.network(), body)?;
    let device = devices::named(desk, ask.device.as_deref());
    let held = match (ask.phone, ask.otp_id, ask.code) {
        (Some(phone), Some(otp_id), Some(code)) => {
            let phone = checked_phone("phone", &phone)?;
            Some(otp::check(desk, phone, &Proof { otp_id, code }, Purpose::SignIn).await?)
        }
        (None, None, None) => None,
        (phone, otp_id, _) => {
            let missing = if phone.is_none() {
                "phone"
            } else if otp_id.is_none() {
                "otp_id"
            } else {
                "code"
            };
            return Err(Problem::bad_field(missing, "缺少", "missing"));
        }
    };
    let social = match ask.social_code {
        Some(code) => Some(social::resolve(desk, &code).await?),
        None => None,
    };
    match (held, social) {
        (Some(held), social) => by_phone(desk, &held, social.as_deref(), &device).await,
        (None, Some(index)) => {
            let account = social::account(desk, &index).await?;
            let account = account.ok_or_else(|| {
                let zh = "请先用手机验证码登录一次，并同时提交新的社交账号登录码";
                Problem::new(422, "phone_needed", zh, "sign in with a code to the phone once, with a new social code")
            })?;
            Ok(session(desk, &account, &device, "social", Vec::new()).await.map_err(Problem::from)??)
        }
        (None, None) => Err(Problem::bad_field("phone", "缺少", "missing")),
    }
}

fn parse(network: &str, body: &[u8]) -> Result<SignIn, Problem> {
    let mut fields: Map<String, Value> = json::parse(body)?;
    if let Some(code) = fields.remove(&format!("{network}_code"))
        && fields.insert("social_code".to_owned(), code).is_some()
    {
        return Err(Problem::bad_field("social_code", "重复", "given twice"));
    }
    json::parse(&serde_json::to_vec(&fields).unwrap_or_default())
}

async fn by_phone<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    held: &Held,
    social: Option<&str>,
    device: &str,
) -> Result<Reply, Problem> {
    for _ in 0..3 {
        let mut changes = vec![held.consume(desk.now())];
        let account = match account::by_phone(desk, &held.index).await? {
            Some(account) => account,
            None => {
                let (id, role) = (desk.id("usr"), Role::Patient);
                changes.push(account::insert(desk, &id, role, &held.phone, None, VISITOR)?);
                let (state, created_at) = ("active".to_owned(), desk.now());
                Account { id, role, state, phone: None, name: None, created_at }
            }
        };
        if let Some(index) = social {
            changes.extend(social::tie(desk, index, &account.id).await?);
        }
        match session(desk, &account, device, "otp", changes).await {
            Ok(reply) => return reply,
            // The code was used meanwhile, or another request made the account.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(otp::over())
}

/// Opens a session in one transaction with `changes`; the outer error is the store's.
async fn session<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    account: &Account,
    device: &str,
    way: &str,
    mut changes: Vec<Statement>,
) -> Result<Result<Reply, Problem>, Error> {
    if account.state != "active" {
        let (zh, en) = ("账号已停用，请联系医院", "this account is disabled, ask the hospital");
        return Ok(Err(Problem::new(403, "account_disabled", zh, en)));
    }
    let (session_id, refresh) = (desk.id("ses"), devices::refresh_token(desk));
    changes.extend(devices::insert(desk, &session_id, &account.id, device, &refresh));
    let actor = format!("user:{}", account.id);
    desk.change(&actor, "session.open", &session_id, way, changes).await?;
    let verified = match verified(desk, &account.id).await {
        Ok(verified) => verified,
        Err(problem) => return Ok(Err(problem)),
    };
    Ok(Reply::json(201, &signed_in(desk, &account.id, account.role, session_id, refresh, verified)))
}

/// The answer, with a new token.
pub fn signed_in<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    account_id: &str,
    role: Role,
    session_id: String,
    refresh_token: String,
    verified: bool,
) -> SignedIn {
    SignedIn {
        token: desk.settings.signer.user(account_id, role, desk.now(), TOKEN_S),
        expires_at: desk.now().plus_ms(TOKEN_S * 1_000).to_string(),
        refresh_token,
        session_id,
        account_id: account_id.to_owned(),
        role: role_name(role),
        verified,
    }
}

/// Whether the holder's real name is known.
///
/// # Errors
/// The store's.
pub async fn verified<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str) -> Result<bool, Problem> {
    let level = sql("SELECT p.level FROM {member} m JOIN {patient} p ON p.id = m.patient_id \
                     WHERE m.account_id = ?1 AND m.slot = 0");
    let rows = desk.query(level.bind(account_id)).await?;
    Ok(rows.first().and_then(|row| row.text(0)).is_some_and(|level| level != "document_only"))
}
