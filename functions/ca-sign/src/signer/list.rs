//! `GET signers`, `GET signers/{id}`, `GET signers/me`.

use super::{Signer, State, find, read, select};
use crate::desk::Desk;
use crate::document::Role;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::page::{Ask, PARAMETERS};
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A signer.
#[derive(Serialize, ToSchema)]
#[schema(as = Signer)]
pub struct Shown {
    /// `sgn_<ULID>`.
    signer_id: String,
    /// The user who signs as this signer.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    /// The hospital's.
    employee_no: String,
    /// Of the person, or the hospital.
    name: String,
    role: Role,
    state: State,
    /// The certificate's number in hex, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    /// The certificate is good until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    valid_until: Option<String>,
    /// What the person scans or opens to go on, while `pending`.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
    /// Whether there is a picture of a seal.
    has_seal: bool,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
}

/// A signer as callers see it.
#[must_use]
pub fn shown(signer: &Signer) -> Shown {
    let certificate = signer.certificate.as_ref();
    Shown {
        signer_id: signer.id.clone(),
        account_id: signer.account_id.clone(),
        employee_no: signer.employee_no.clone(),
        name: signer.data.name.clone(),
        role: signer.role,
        state: signer.state,
        certificate: certificate.map(|certificate| hex::encode(certificate.serial())),
        valid_until: certificate.map(|certificate| Timestamp(certificate.not_after() * 1_000).to_string()),
        invitation: signer.invitation.clone(),
        has_seal: signer.has_seal,
        created_at: signer.created_at.to_string(),
    }
}

/// `GET signers`, the oldest first.
///
/// # Errors
/// 400.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &PARAMETERS)?;
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let (at, id) = ask.after.clone().unwrap_or((i64::MIN, String::new()));
    let find = select("(created_at, id) > (?1, ?2) ORDER BY created_at, id LIMIT ?3");
    let rows = desk.query(find.bind(at).bind(id).bind(i64::from(ask.limit) + 1)).await?;
    let signers = rows.iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    let page = ask.page(signers, |signer| (signer.created_at.0, &signer.id));
    let items: Vec<Shown> = page.items.iter().map(shown).collect();
    Reply::json(200, &common::page::Page { items, next_cursor: page.next_cursor })
}

/// `GET signers/{id}`; `me` is the caller's own.
///
/// # Errors
/// 403 for another's.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    let signer = if id == "me" {
        let rows = desk.query(select("account_id = ?1").bind(&*caller.id)).await?;
        let none = || {
            Problem::new(404, "no_signer", "您还没有签名证书，请联系管理员", "you are no signer: ask an administrator")
        };
        read(desk, rows.first().ok_or_else(none)?)?
    } else {
        find(desk, id).await?
    };
    if caller.role != common::auth::Role::Admin && signer.account_id.as_ref() != Some(&caller.id) {
        return Err(forbidden());
    }
    Reply::json(200, &shown(&signer))
}
