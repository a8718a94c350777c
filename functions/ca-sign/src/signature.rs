//! Signatures: begun here, made at the authority, verified here before they count.
//!
//! A signature is stored before the authority is asked (`submitting`), what the authority made of it before it is verified
//! (`received`), and counts (`signed`) in the transaction that moves the document on. So whatever is interrupted goes on
//! from what is stored (`tick.rs`), and of two answers about one signature the second finds nothing to do.

pub mod archive;
pub mod begin;
pub mod callback;
pub mod code;
pub mod settle;
pub mod show;
pub mod trust;

use crate::desk::{Desk, sql};
use crate::document::{Role, row};
use crate::outside::Outside;
use common::auth::Principal;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use pki::Certificate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a signer approves.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignatureMode)]
pub enum Mode {
    /// At the authority, by a code that is shown.
    Qr,
    /// Beforehand, by an authorisation.
    Authorised,
    /// Now, by a pin.
    Pin,
}

/// Where a signature is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignatureState)]
pub enum State {
    /// On its way to the authority, or perhaps there.
    Submitting,
    /// The signer has to approve.
    Waiting,
    /// Made, and not verified yet.
    Received,
    /// Verified: it counts.
    Signed,
    /// The document was taken back meanwhile.
    Voiding,
    /// As `voiding`, and the authority knows.
    Voided,
    /// The signer refused.
    Refused,
    /// Not approved in time.
    Expired,
    /// The authority could not, or what it made does not verify.
    Failed,
    /// Made when document or signature was over already: kept, and counts for nothing.
    Late,
}

impl Mode {
    const ALL: [Self; 3] = [Self::Qr, Self::Authorised, Self::Pin];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Authorised => "authorised",
            Self::Pin => "pin",
        }
    }
}

impl State {
    const ALL: [Self; 10] = [
        Self::Submitting,
        Self::Waiting,
        Self::Received,
        Self::Signed,
        Self::Voiding,
        Self::Voided,
        Self::Refused,
        Self::Expired,
        Self::Failed,
        Self::Late,
    ];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitting => "submitting",
            Self::Waiting => "waiting",
            Self::Received => "received",
            Self::Signed => "signed",
            Self::Voiding => "voiding",
            Self::Voided => "voided",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Failed => "failed",
            Self::Late => "late",
        }
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Submitting | Self::Waiting | Self::Received | Self::Voiding)
    }
}

/// A signature.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Signature {
    pub id: String,
    pub document_id: String,
    pub role: Role,
    pub signer_id: String,
    /// The user behind the signer; none for the hospital's seal.
    pub account_id: Option<String>,
    pub mode: Mode,
    pub state: State,
    /// The authority's id, once it is known.
    pub job: Option<String>,
    pub invitation: Option<String>,
    /// SignedData, DER.
    pub signed_data: Option<Vec<u8>>,
    /// The certificate that is to have signed.
    pub certificate: Certificate,
    /// TimeStampToken, DER.
    pub timestamp: Option<Vec<u8>>,
    pub stamped_at: Option<Timestamp>,
    /// Why it failed.
    pub code: Option<String>,
    /// Why the signer refused.
    pub reason: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

const COLUMNS: &str = "id, document_id, role, signer_id, mode, state, job, invitation, signed_data, certificate, timestamp, \
                       stamped_at, code, reason, created_at, expires_at, \
                       (SELECT account_id FROM {signer} AS whose WHERE whose.id = signer_id)";

/// Asks for signatures that fulfil a condition.
#[must_use]
pub fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM {{signature}} WHERE {condition}"))
}

/// Reads a row of [`select`].
///
/// # Errors
/// 500 for one that was changed.
pub fn read<S: Store, O: Outside>(desk: &Desk<'_, S, O>, row: Row<'_>) -> Result<Signature, Problem> {
    let broken = || Problem::internal("a signature row is malformed");
    let text = |column: usize| row.text(column).map(str::to_owned).ok_or_else(broken);
    let id = text(0)?;
    let open = |column: usize, name: &str| {
        row.blob(column).map(|sealed| desk.keys().open_text(sealed, &format!("{id}/{name}"))).transpose()
    };
    let signed_data = row.blob(8).map(|sealed| desk.keys().open(sealed, &format!("{id}/signed_data")));
    let mode = row.text(4).and_then(|name| Mode::ALL.into_iter().find(|mode| mode.name() == name));
    let state = row.text(5).and_then(|name| State::ALL.into_iter().find(|state| state.name() == name));
    Ok(Signature {
        document_id: text(1)?,
        role: row.text(2).and_then(Role::named).ok_or_else(broken)?,
        signer_id: text(3)?,
        account_id: row.text(16).map(str::to_owned),
        mode: mode.ok_or_else(broken)?,
        state: state.ok_or_else(broken)?,
        job: open(6, "job")?,
        invitation: open(7, "invitation")?,
        signed_data: signed_data.transpose()?,
        certificate: row.blob(9).and_then(|der| Certificate::from_der(der).ok()).ok_or_else(broken)?,
        timestamp: row.blob(10).map(<[u8]>::to_vec),
        stamped_at: row.integer(11).map(Timestamp),
        code: row.text(12).map(str::to_owned),
        reason: open(13, "reason")?,
        created_at: Timestamp(row.integer(14).ok_or_else(broken)?),
        expires_at: Timestamp(row.integer(15).ok_or_else(broken)?),
        id,
    })
}

/// A document's signatures, in the order in which they were begun.
///
/// # Errors
/// The store's.
pub async fn of<S: Store, O: Outside>(desk: &Desk<'_, S, O>, document_id: &str) -> Result<Vec<Signature>, Problem> {
    let rows = desk.query(select("document_id = ?1 ORDER BY created_at, id").bind(document_id)).await?;
    rows.iter().map(|row| read(desk, row)).collect()
}

/// One of them, for a caller who may see the document.
///
/// # Errors
/// 403, 404.
pub async fn seen<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    document_id: &str,
    id: &str,
) -> Result<Signature, Problem> {
    let document = row::find(desk, caller, document_id).await?;
    let signatures = of(desk, &document.id).await?;
    signatures.into_iter().find(|signature| signature.id == id).ok_or_else(Problem::not_found)
}

/// A signature.
///
/// # Errors
/// 500 where there is none.
pub async fn find<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Signature, Problem> {
    let rows = desk.query(select("id = ?1").bind(id)).await?;
    read(desk, rows.first().ok_or_else(|| Problem::internal("a signature is gone"))?)
}
