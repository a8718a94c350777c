//! Staff: doctors, pharmacists and administrators, made by an administrator; they sign in with a code to their phone.

use crate::account::{self, Account, checked_name, checked_phone, role_name, role_named};
use crate::desk::{Desk, sql};
use crate::devices;
use crate::outside::Outside;
use common::auth::{Principal, Role};
use common::call::Reply;
use common::idempotency::Outcome;
use common::json;
use common::page::{Ask, Page};
use common::problem::Problem;
use common::query::Query;
use common::store::{Error, Store};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the list takes.
pub const LIST: [&str; 3] = ["role", "limit", "cursor"];

/// A role of staff.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum StaffRole {
    Doctor,
    Pharmacist,
    Admin,
}

impl From<StaffRole> for Role {
    fn from(role: StaffRole) -> Self {
        match role {
            StaffRole::Doctor => Self::Doctor,
            StaffRole::Pharmacist => Self::Pharmacist,
            StaffRole::Admin => Self::Admin,
        }
    }
}

/// A new member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffRequest)]
pub struct New {
    /// Of nobody else here.
    phone: String,
    /// As patients are to see it.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    role: StaffRole,
}

/// A member of staff.
#[derive(Serialize, ToSchema)]
pub struct Staff {
    /// `usr_<ULID>`.
    account_id: String,
    /// doctor, pharmacist or admin.
    role: &'static str,
    /// Name.
    name: Option<String>,
    /// With its middle left out.
    phone: Option<String>,
    /// active or disabled.
    state: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
}

fn shown<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account: &Account) -> Result<Staff, Problem> {
    Ok(Staff {
        account_id: account.id.clone(),
        role: role_name(account.role),
        name: account.name(desk)?,
        phone: account.masked_phone(desk)?,
        state: account.state.clone(),
        created_at: account.created_at.to_string(),
    })
}

/// `POST staff`.
///
/// # Errors
/// 400, 409 `phone_in_use`.
pub async fn create<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let New { phone, name, role } = json::parse(body)?;
    let (phone, name) = (checked_phone("phone", &phone)?, checked_name("name", &name)?);
    let key = desk.key(&caller.actor(), "POST /staff", body)?;
    let made = desk.once(&key, async |key| {
        let (id, actor) = (desk.id("usr"), caller.actor());
        let insert = account::insert(desk, &id, role.into(), &phone, Some(&name), &actor)?;
        let staff = Staff {
            account_id: id.clone(),
            role: role_name(role.into()),
            name: Some(name),
            phone: Some(phone.masked()),
            state: "active".to_owned(),
            created_at: desk.now().to_string(),
        };
        let body = serde_json::to_string(&staff).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert, desk.outcome(key, &outcome)?];
        match desk.change(&actor, "staff.create", &id, role_name(role.into()), changes).await {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(_)) => Err(phone_in_use()),
            Err(error) => Err(error.into()),
        }
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

/// The problem of a phone that another account has.
#[must_use]
pub fn phone_in_use() -> Problem {
    let (zh, en) = ("这个手机号已有账号", "another account has this phone");
    Problem::new(409, "phone_in_use", zh, en)
}

/// `GET staff`, the oldest first.
///
/// # Errors
/// 400 for a wrong parameter.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &LIST)?;
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let wrong = || Problem::bad_field("role", "应为 doctor、pharmacist 或 admin", "doctor, pharmacist or admin");
    let role = match query.text("role") {
        Some(name) => Some(role_named(name).filter(|role| *role != Role::Patient).ok_or_else(wrong)?),
        None => None,
    };
    let (at, id) = ask.after.clone().unwrap_or((i64::MIN, String::new()));
    let find = account::select(
        "role <> 'patient' AND state <> 'erased' AND (?1 IS NULL OR role = ?1) AND (created_at, id) > (?2, ?3) \
         ORDER BY created_at, id LIMIT ?4",
    );
    let find = find.bind(role.map(role_name)).bind(at).bind(id).bind(i64::from(ask.limit) + 1);
    let found: Vec<Account> = desk.query(find).await?.iter().filter_map(account::read).collect();
    let page = ask.page(found, |account| (account.created_at.0, &account.id));
    let items = page.items.iter().map(|account| shown(desk, account)).collect::<Result<Vec<_>, _>>()?;
    Reply::json(200, &Page { items, next_cursor: page.next_cursor })
}

/// `POST staff/{id}/disable` and `enable`; a second time is the same as once. Who is disabled is signed out everywhere.
///
/// # Errors
/// 404, 409 `own_account`.
pub async fn set<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    enabled: bool,
) -> Result<Reply, Problem> {
    let staff = async || {
        let found = account::by_id(desk, id).await?;
        found
            .filter(|account| account.role != Role::Patient && account.state != "erased")
            .ok_or_else(Problem::not_found)
    };
    staff().await?;
    if caller.id == id {
        return Err(Problem::new(409, "own_account", "不能停用自己的账号", "nobody disables his own account"));
    }
    let (state, action) = if enabled { ("active", "staff.enable") } else { ("disabled", "staff.disable") };
    let update = sql("UPDATE {account} SET state = ?1, updated_at = ?2 WHERE id = ?3 AND state <> 'erased'");
    let mut changes = vec![update.bind(state).bind(desk.now().0).bind(id)];
    if !enabled {
        changes.push(devices::end_all(id, "disabled", desk.now()));
    }
    desk.change(&caller.actor(), action, id, "ok", changes).await?;
    Reply::json(200, &shown(desk, &staff().await?)?)
}
