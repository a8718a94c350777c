//! Documents in the store, and who may see one.

use super::content::Whole;
use super::{Kind, State, Way};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::{Principal, Role};
use common::guard::forbidden;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;

/// A document.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Document {
    pub id: String,
    pub kind: Kind,
    /// 1, 2, ... of what is written anew.
    pub number: i64,
    pub previous: Option<String>,
    pub patient_id: String,
    /// The patient's user.
    pub account_id: String,
    /// The user who wrote it.
    pub author_id: String,
    /// Canonical.
    pub content: Vec<u8>,
    /// SM3 of it, in hex.
    pub digest: String,
    pub way: Way,
    /// Why it was sent back or taken back.
    pub note: Option<String>,
    /// Of the row.
    pub version: i64,
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, kind, number, previous_id, patient_id, account_id, author_id, content, digest, way, note, version, \
                       created_at";

/// Asks for documents that fulfil a condition.
#[must_use]
pub fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM {{document}} WHERE {condition}"))
}

/// Reads a row of [`select`].
///
/// # Errors
/// 500 for one that was changed.
pub fn read<S: Store, O: Outside>(desk: &Desk<'_, S, O>, row: Row<'_>) -> Result<Document, Problem> {
    let broken = || Problem::internal("a document row is malformed");
    let text = |column: usize| row.text(column).map(str::to_owned).ok_or_else(broken);
    let id = text(0)?;
    let note = row.blob(10).map(|sealed| desk.keys().open_text(sealed, &format!("{id}/note")));
    Ok(Document {
        kind: row.text(1).and_then(Kind::named).ok_or_else(broken)?,
        number: row.integer(2).ok_or_else(broken)?,
        previous: row.text(3).map(str::to_owned),
        patient_id: text(4)?,
        account_id: text(5)?,
        author_id: text(6)?,
        content: desk.keys().open(row.blob(7).ok_or_else(broken)?, &format!("{id}/content"))?,
        digest: text(8)?,
        way: serde_json::from_str(row.text(9).ok_or_else(broken)?).map_err(|_| broken())?,
        note: note.transpose()?,
        version: row.integer(11).ok_or_else(broken)?,
        created_at: Timestamp(row.integer(12).ok_or_else(broken)?),
        id,
    })
}

/// A document that a caller may see: what a doctor wrote, every one for pharmacists, administrators and systems, a patient's
/// own.
///
/// # Errors
/// 403 for another's, or none.
pub async fn find<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Document, Problem> {
    let document = any(desk, id).await?;
    let may = match caller.role {
        Role::Patient => document.account_id == caller.id,
        Role::Doctor => document.author_id == caller.id,
        Role::Pharmacist | Role::Admin | Role::System => true,
        Role::Service => false,
    };
    if may { Ok(document) } else { Err(forbidden()) }
}

/// A document.
///
/// # Errors
/// 403 where there is none.
pub async fn any<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Document, Problem> {
    read(desk, desk.query(select("id = ?1").bind(id)).await?.first().ok_or_else(forbidden)?)
}

/// The problem of a document that another request changed meanwhile.
#[must_use]
pub fn changed() -> Problem {
    let (zh, en) = ("文书刚被另一个请求更新，请重试", "another request changed this document, try again");
    Problem::new(409, "document_changed", zh, en).retry_in(1)
}

impl Document {
    /// What it says.
    ///
    /// # Errors
    /// 500 where it was changed.
    pub fn whole(&self) -> Result<Whole, Problem> {
        serde_json::from_slice(&self.content).map_err(|_| Problem::internal("a document is malformed"))
    }

    /// Stores where it is now: who did not read the last version is a `conflict`.
    ///
    /// # Errors
    /// 500 from sealing.
    pub fn save<S: Store, O: Outside>(&self, desk: &Desk<'_, S, O>, way: &Way) -> Result<Statement, Problem> {
        let json = serde_json::to_string(way).map_err(|error| Problem::internal(error.to_string()))?;
        let next = (way.state == State::Open).then(|| way.kind.signers().get(way.signed.len())).flatten();
        let note = self.note.as_ref().map(|note| desk.seal(note.as_bytes(), &format!("{}/note", self.id)));
        let update = sql("UPDATE {document} SET way = ?1, state = ?2, next_role = ?3, note = ?4, \
                          version = CASE WHEN version = ?5 THEN version + 1 END WHERE id = ?6");
        let update = update.bind(json).bind(way.state.name()).bind(next.map(|role| role.name()));
        Ok(update.bind(note.transpose()?).bind(self.version).bind(&*self.id))
    }
}
