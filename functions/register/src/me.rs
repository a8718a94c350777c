//! One's own account: what is known, what may be changed, and what one agreed to.

pub mod consents;
pub mod erasure;
pub mod export;
pub mod phone;
pub mod trail;

use crate::account::{self, Account, checked_name, role_name};
use crate::desk::{Desk, sql};
use crate::identity::case::Level;
use crate::identity::record::{self, Member};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::json;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A patient of the account, masked.
#[derive(Serialize, ToSchema)]
#[schema(as = FamilyMember)]
pub struct Shown {
    /// `pat_<ULID>`.
    patient_id: String,
    /// self, child, ...
    relation: String,
    /// How the identity was found out.
    level: Level,
    /// `张*`.
    name: String,
    /// `1****************X`.
    id_number: String,
    /// YYYY-MM-DD.
    birth_date: String,
    /// 男 or 女.
    sex: String,
    /// When the identity was found out.
    #[schema(format = DateTime)]
    verified_at: String,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = MyAccount)]
pub struct Me {
    /// `usr_<ULID>`.
    account_id: String,
    /// patient, doctor, pharmacist or admin.
    role: &'static str,
    /// With its middle left out.
    phone: Option<String>,
    /// What one wants to be called; staff: the name that patients see.
    display_name: Option<String>,
    /// Whether the holder's real name is known, from a face or from a person.
    verified: bool,
    /// The holder's record.
    patient: Option<Shown>,
    /// At most 5.
    family: Vec<Shown>,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
}

fn shown(member: Member) -> Shown {
    Shown {
        name: member.person.masked_name(),
        id_number: member.person.masked_number(),
        birth_date: member.person.birth_date,
        sex: member.person.sex,
        patient_id: member.patient_id,
        relation: member.relation,
        level: member.level,
        verified_at: Timestamp(member.verified_at).to_string(),
    }
}

async fn me<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account: &Account) -> Result<Me, Problem> {
    let mut members = record::members(desk, &account.id).await?;
    let holder = members.first().is_some_and(|member| member.slot == 0).then(|| members.remove(0));
    Ok(Me {
        account_id: account.id.clone(),
        role: role_name(account.role),
        phone: account.masked_phone(desk)?,
        display_name: account.name(desk)?,
        verified: holder.as_ref().is_some_and(|holder| holder.level >= Level::Manual),
        patient: holder.map(shown),
        family: members.into_iter().map(shown).collect(),
        created_at: account.created_at.to_string(),
    })
}

/// `GET me`.
///
/// # Errors
/// 403 without an account.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let account = account::active(desk, &caller.id).await?;
    Reply::json(200, &me(desk, &account).await?)
}

/// What may be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MyChanges)]
pub struct Changes {
    /// What one wants to be called.
    #[schema(min_length = 1, max_length = 40)]
    display_name: String,
}

/// `PATCH me`.
///
/// # Errors
/// 400; 403 for staff, whose name an administrator gave.
pub async fn change<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Changes { display_name } = json::parse(body)?;
    let name = checked_name("display_name", &display_name)?;
    let account = account::active(desk, &caller.id).await?;
    if account.role != common::auth::Role::Patient {
        return Err(forbidden());
    }
    let sealed = desk.seal(name.as_bytes(), &format!("{}/name", account.id))?;
    let update = sql("UPDATE {account} SET name = ?1, updated_at = ?2 WHERE id = ?3");
    let update = update.bind(sealed).bind(desk.now().0).bind(&*account.id);
    desk.change(&caller.actor(), "account.change", &account.id, "display_name", vec![update]).await?;
    get(desk, caller).await
}

/// `DELETE me/family/{patient}`: a member leaves; the record stays, it may belong to others, and to the hospital.
///
/// # Errors
/// 403 for nobody of the family, or the holder.
pub async fn leave<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
) -> Result<Reply, Problem> {
    let members = record::members(desk, &caller.id).await?;
    if !members.iter().any(|member| member.patient_id == patient_id && member.slot > 0) {
        return Err(forbidden());
    }
    let delete = sql("DELETE FROM {member} WHERE account_id = ?1 AND patient_id = ?2 AND slot > 0");
    let delete = delete.bind(&*caller.id).bind(patient_id);
    desk.change(&caller.actor(), "family.leave", patient_id, "ok", vec![delete]).await?;
    Ok(Reply::empty(204))
}
