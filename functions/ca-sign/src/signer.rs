//! Signers: people of the hospital whom the authority gave a certificate, and the hospital's own seal.

pub mod authorise;
pub mod change;
pub mod enrol;
pub mod list;
pub mod seal;

use crate::desk::{Desk, sql};
use crate::document::Role;
use crate::outside::Outside;
use ca_authority::{Enrolment, Standing};
use common::auth::Principal;
use common::guard::forbidden;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use pki::{Certificate, oid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a signer stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignerState)]
pub enum State {
    /// The person has something to do first at the authority.
    Pending,
    /// May sign.
    Active,
    /// May not for a while: by the hospital, the authority, or after wrong pins.
    Suspended,
    /// May never again.
    Revoked,
    /// The certificate is over.
    Expired,
}

impl State {
    const ALL: [Self; 5] = [Self::Pending, Self::Active, Self::Suspended, Self::Revoked, Self::Expired];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl From<Standing> for State {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Pending => Self::Pending,
            Standing::Active => Self::Active,
            Standing::Suspended => Self::Suspended,
            Standing::Revoked => Self::Revoked,
            Standing::Expired => Self::Expired,
        }
    }
}

/// What of a signer is sealed.
#[derive(Clone, Default, Deserialize, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Data {
    pub name: String,
    pub id_number: String,
    /// E.164.
    pub phone: String,
    /// The authority's id; it may hold the signer's key.
    pub person: String,
}

/// A signer.
#[derive(Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Signer {
    pub id: String,
    pub account_id: Option<String>,
    pub role: Role,
    pub employee_no: String,
    pub state: State,
    pub data: Data,
    pub certificate: Option<Certificate>,
    pub invitation: Option<String>,
    pub has_seal: bool,
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, account_id, role, employee_no, state, data, certificate, invitation, \
                       CASE WHEN seal IS NULL THEN 0 ELSE 1 END, created_at";

/// Asks for signers that fulfil a condition.
#[must_use]
pub fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM {{signer}} WHERE {condition}"))
}

/// Reads a row of [`select`].
///
/// # Errors
/// 500 for one that was changed.
pub fn read<S: Store, O: Outside>(desk: &Desk<'_, S, O>, row: Row<'_>) -> Result<Signer, Problem> {
    let broken = || Problem::internal("a signer row is malformed");
    let id = row.text(0).ok_or_else(broken)?.to_owned();
    let data = desk.keys().open(row.blob(5).ok_or_else(broken)?, &format!("{id}/data"))?;
    let invitation = row.blob(7).map(|sealed| desk.keys().open_text(sealed, &format!("{id}/invitation")));
    let certificate = row.blob(6).map(Certificate::from_der).transpose().map_err(|_| broken())?;
    let state = row.text(4).and_then(State::named).ok_or_else(broken)?;
    let over = certificate.as_ref().is_some_and(|certificate| certificate.not_after() < desk.now().seconds());
    Ok(Signer {
        account_id: row.text(1).map(str::to_owned),
        role: row.text(2).and_then(Role::named).ok_or_else(broken)?,
        employee_no: row.text(3).ok_or_else(broken)?.to_owned(),
        state: if over && state == State::Active { State::Expired } else { state },
        data: serde_json::from_slice(&data).map_err(|_| broken())?,
        certificate,
        invitation: invitation.transpose()?,
        has_seal: row.integer(8) == Some(1),
        created_at: Timestamp(row.integer(9).ok_or_else(broken)?),
        id,
    })
}

/// A signer by id.
///
/// # Errors
/// 403 where there is none.
pub async fn find<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Signer, Problem> {
    read(desk, desk.query(select("id = ?1").bind(id)).await?.first().ok_or_else(forbidden)?)
}

/// As what the hospital enrolled the holder of a certificate, if it did.
///
/// # Errors
/// The store's.
pub async fn enrolled<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    certificate: &Certificate,
) -> Result<Option<Role>, Problem> {
    let find = sql("SELECT role FROM {certificate} WHERE serial = ?1 AND certificate = ?2");
    let find = find.bind(hex::encode(certificate.serial())).bind(certificate.der().to_vec());
    Ok(desk.query(find).await?.first().and_then(|row| row.text(0)).and_then(Role::named))
}

/// The signer that a caller may sign as: its own, for an admin the hospital's seal.
///
/// # Errors
/// 403.
pub async fn own<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Signer, Problem> {
    let signer = find(desk, id).await?;
    let own = match signer.role {
        Role::Hospital => caller.role == common::auth::Role::Admin,
        _ => signer.account_id.as_ref() == Some(&caller.id) && signer.role.is(caller.role),
    };
    if own { Ok(signer) } else { Err(forbidden()) }
}

/// The problem of a signer who may not sign now.
///
/// # Errors
/// 422 `signer_<state>`.
pub fn active(signer: &Signer) -> Result<&Certificate, Problem> {
    let (code, zh, en) = match (signer.state, &signer.certificate) {
        (State::Active, Some(certificate)) => return Ok(certificate),
        (State::Active | State::Pending, _) => {
            ("signer_pending", "请先在认证机构完成证书申请", "complete the enrolment at the authority first")
        }
        (State::Suspended, _) => {
            ("signer_suspended", "签名权限已暂停，请联系管理员", "suspended: ask an administrator")
        }
        (State::Revoked, _) => ("signer_revoked", "证书已吊销", "the certificate is revoked"),
        (State::Expired, _) => ("signer_expired", "证书已过期，请重新申请", "the certificate has expired: enrol again"),
    };
    Err(Problem::new(422, code, zh, en))
}

/// The code of a certificate in another name than the signer's.
pub const OF_ANOTHER: &str = "certificate_of_another";

/// What the authority says of a person, for the row of a signer; what the hospital took away, also meanwhile, stays taken.
///
/// # Errors
/// 422 `certificate_of_another`, 500 from sealing, 503 where the certificate is none.
pub fn told<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    signer: &Signer,
    enrolment: &Enrolment,
) -> Result<Vec<Statement>, Problem> {
    let certificate = enrolment.certificate.as_deref().map(Certificate::from_der).transpose();
    let certificate = certificate.map_err(|error| Problem::unavailable("authority_unavailable", error.to_string()))?;
    // Of a person by another number the authority may give whatever it finds.
    let of = certificate.as_ref().map(|certificate| certificate.subject_value(oid::COMMON_NAME).unwrap_or_default());
    if of.is_some_and(|of| !of.contains(&signer.data.name)) {
        let (zh, en) = (
            "认证机构给出的证书属于他人，请联系认证机构",
            "the authority's certificate is another person's: ask the authority",
        );
        return Err(Problem::new(422, OF_ANOTHER, zh, en).because(format!("signer {}", signer.id)));
    }
    let kept = certificate.as_ref().map(|certificate| {
        let keep = sql("INSERT INTO {certificate} (serial, signer_id, role, certificate) VALUES (?1, ?2, ?3, ?4) \
                        ON CONFLICT (serial) DO NOTHING");
        let keep = keep.bind(hex::encode(certificate.serial())).bind(&*signer.id).bind(signer.role.name());
        keep.bind(certificate.der().to_vec())
    });
    let serial = certificate.as_ref().map(|certificate| hex::encode(certificate.serial()));
    let invitation =
        enrolment.invitation.as_deref().map(|text| desk.seal(text.as_bytes(), &format!("{}/invitation", signer.id)));
    let update =
        sql("UPDATE {signer} SET state = CASE WHEN state IN ('suspended', 'revoked') THEN state ELSE ?1 END, \
                      certificate = coalesce(?2, certificate), serial = coalesce(?3, serial), invitation = ?4, \
                      updated_at = ?5 WHERE id = ?6");
    let update = update.bind(State::from(enrolment.standing).name());
    let update = update.bind(certificate.map(|certificate| certificate.der().to_vec())).bind(serial);
    let update = update.bind(invitation.transpose()?).bind(desk.now().0).bind(&*signer.id);
    Ok([Some(update), kept].into_iter().flatten().collect())
}

/// What a signer is found by when the authority tells of a person.
#[must_use]
pub fn person_index<S: Store, O: Outside>(desk: &Desk<'_, S, O>, person: &str) -> String {
    desk.keys().index("person", person.as_bytes())
}
