//! Accounts: one phone, one account, one role.

use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::Role;
use common::guard::forbidden;
use common::phone::Phone;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;

/// As stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// `usr_<ULID>`.
    pub id: String,
    /// patient, doctor, pharmacist or admin.
    pub role: Role,
    /// active, disabled or erased.
    pub state: String,
    /// Sealed.
    pub phone: Option<Vec<u8>>,
    /// Sealed: what staff is called, or what a patient wants to be called.
    pub name: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, role, state, phone, name, created_at";

/// A role as stored.
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Patient => "patient",
        Role::Doctor => "doctor",
        Role::Pharmacist => "pharmacist",
        Role::Admin => "admin",
        Role::System => "system",
        Role::Service => "service",
    }
}

/// The role of this name that an account can have.
#[must_use]
pub fn role_named(name: &str) -> Option<Role> {
    [Role::Patient, Role::Doctor, Role::Pharmacist, Role::Admin].into_iter().find(|role| role_name(*role) == name)
}

/// Reads a row of [`by_phone`], [`by_id`] and the like.
#[must_use]
pub fn read(row: Row<'_>) -> Option<Account> {
    Some(Account {
        id: row.text(0)?.to_owned(),
        role: role_named(row.text(1)?)?,
        state: row.text(2)?.to_owned(),
        phone: row.blob(3).map(<[u8]>::to_vec),
        name: row.blob(4).map(<[u8]>::to_vec),
        created_at: Timestamp(row.integer(5)?),
    })
}

/// Asks for accounts that fulfil a condition.
#[must_use]
pub fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM {{account}} WHERE {condition}"))
}

/// What an account's phone is found by.
#[must_use]
pub fn index<S: Store, O: Outside>(desk: &Desk<'_, S, O>, phone: &Phone) -> String {
    desk.settings.seal.index("phone", phone.e164().as_bytes())
}

/// The account of a phone.
///
/// # Errors
/// The store's.
pub async fn by_phone<S: Store, O: Outside>(desk: &Desk<'_, S, O>, index: &str) -> Result<Option<Account>, Problem> {
    Ok(desk.query(select("phone_index = ?1").bind(index)).await?.first().and_then(read))
}

/// The account of this id.
///
/// # Errors
/// The store's.
pub async fn by_id<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Option<Account>, Problem> {
    Ok(desk.query(select("id = ?1").bind(id)).await?.first().and_then(read))
}

/// The active account behind a token: a token outlives a disabled account by minutes, what it opens does not.
///
/// # Errors
/// 403 where there is none.
pub async fn active<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Account, Problem> {
    let found = by_id(desk, id).await?.filter(|account| account.state == "active");
    found.ok_or_else(forbidden)
}

/// A new account with what is sealed.
///
/// # Errors
/// 500 from sealing.
pub fn insert<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    role: Role,
    phone: &Phone,
    name: Option<&str>,
    created_by: &str,
) -> Result<Statement, Problem> {
    let sealed = desk.seal(phone.e164().as_bytes(), &format!("{id}/phone"))?;
    let name = name.map(|name| desk.seal(name.as_bytes(), &format!("{id}/name"))).transpose()?;
    let statement = sql("INSERT INTO {account} (id, role, state, phone, phone_index, name, created_by, created_at, \
                         updated_at) VALUES (?1, ?2, 'active', ?3, ?4, ?5, ?6, ?7, ?7)");
    Ok(statement
        .bind(id)
        .bind(role_name(role))
        .bind(sealed)
        .bind(index(desk, phone))
        .bind(name)
        .bind(created_by)
        .bind(desk.now().0))
}

impl Account {
    /// The phone, opened.
    ///
    /// # Errors
    /// 500 when it was changed.
    pub fn phone<S: Store, O: Outside>(&self, desk: &Desk<'_, S, O>) -> Result<Option<Phone>, Problem> {
        let place = format!("{}/phone", self.id);
        let opened = self.phone.as_deref().map(|sealed| desk.settings.seal.open_text(sealed, &place)).transpose()?;
        Ok(opened.as_deref().and_then(Phone::parse))
    }

    /// The name, opened.
    ///
    /// # Errors
    /// 500 when it was changed.
    pub fn name<S: Store, O: Outside>(&self, desk: &Desk<'_, S, O>) -> Result<Option<String>, Problem> {
        let place = format!("{}/name", self.id);
        self.name.as_deref().map(|sealed| desk.settings.seal.open_text(sealed, &place)).transpose()
    }

    /// The phone with its middle left out.
    ///
    /// # Errors
    /// 500 when it was changed.
    pub fn masked_phone<S: Store, O: Outside>(&self, desk: &Desk<'_, S, O>) -> Result<Option<String>, Problem> {
        Ok(self.phone(desk)?.map(|phone| phone.masked()))
    }
}

/// A name for people to read: 1 to 40 characters, none of them invisible.
///
/// # Errors
/// 400 naming the field.
pub fn checked_name(field: &str, name: &str) -> Result<String, Problem> {
    let name = name.trim();
    let count = name.chars().count();
    if (1..=40).contains(&count) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Problem::bad_field(field, "应为 1 至 40 个字符", "1 to 40 characters"))
}

/// A phone number in a request.
///
/// # Errors
/// 400 naming the field, never the number.
pub fn checked_phone(field: &str, text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).ok_or_else(|| {
        let zh = "不是手机号码：应为 11 位大陆手机号，或带 + 和国家码的号码";
        Problem::bad_field(field, zh, "no phone number: 11 digits of the mainland, or + and country code")
    })
}
