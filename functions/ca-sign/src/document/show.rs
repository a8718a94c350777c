//! `GET documents`, `GET documents/{id}`.

use super::content::{Author, Content, Prescribed, Subject};
use super::row::{Document, find, read, select};
use super::{Kind, Role, State};
use crate::desk::Desk;
use crate::outside::Outside;
use crate::signature::{self, Signature, show as signed};
use common::auth::{self, Principal};
use common::call::Reply;
use common::page::Ask;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A document.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub struct Shown {
    /// `doc_<ULID>`.
    document_id: String,
    kind: Kind,
    /// 1, 2, ... of what is written anew.
    version: i64,
    /// The version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    state: State,
    /// Whose signature it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_signer: Option<Role>,
    /// Why it was sent back or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The hospital's.
    visit_id: String,
    patient: Subject,
    author: Author,
    /// As it was written.
    #[schema(value_type = Object)]
    content: Content,
    /// A prescription's, as the dictionary had them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drugs: Vec<Prescribed>,
    /// SM3 of the canonical form (RFC 8785) that is signed.
    #[schema(example = "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    digest: String,
    /// In the order in which they were begun.
    signatures: Vec<signed::Shown>,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
    /// Not complete by then it is over.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Documents.
#[derive(Serialize, ToSchema)]
#[schema(as = Documents)]
pub struct Listed {
    /// The newest first; for pharmacists, who work off a queue, the oldest.
    items: Vec<Shown>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

fn shown<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    document: &Document,
    signatures: &[Signature],
) -> Result<Shown, Problem> {
    let (whole, now) = (document.whole()?, desk.now().0);
    Ok(Shown {
        document_id: document.id.clone(),
        kind: document.kind,
        version: document.number,
        previous: document.previous.clone(),
        state: document.way.state(now),
        next_signer: document.way.next(now),
        note: document.note.clone(),
        visit_id: whole.visit_id,
        patient: whole.patient,
        author: whole.author,
        content: whole.content,
        drugs: whole.drugs,
        digest: format!("sm3:{}", document.digest),
        signatures: signatures.iter().map(|signature| signed::shown(signature, caller)).collect(),
        created_at: document.created_at.to_string(),
        expires_at: Timestamp(document.way.expires_at).to_string(),
    })
}

/// The document as JSON.
///
/// # Errors
/// 500.
pub fn json<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    document: &Document,
    signatures: &[Signature],
) -> Result<String, Problem> {
    serde_json::to_string(&shown(desk, caller, document, signatures)?)
        .map_err(|error| Problem::internal(error.to_string()))
}

/// The document as an answer, as it is in the store now.
///
/// # Errors
/// 403, the store's.
pub async fn reply<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let document = super::row::any(desk, id).await?;
    let signatures = signature::of(desk, id).await?;
    Reply::json(200, &shown(desk, caller, &document, &signatures)?)
}

/// `GET documents/{id}`.
///
/// # Errors
/// 403.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    let document = find(desk, caller, id).await?;
    desk.change(&caller.actor(), "document.read", id, "ok", Vec::new()).await?;
    let signatures = signature::of(desk, id).await?;
    Reply::json(200, &shown(desk, caller, &document, &signatures)?)
}

/// `GET documents`: a doctor's, a patient's complete ones, those that wait for a pharmacist, all for others.
///
/// # Errors
/// 400.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &["limit", "cursor", "state", "next_signer"])?;
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let queue = caller.role == auth::Role::Pharmacist;
    let state = query.text("state").unwrap_or_default().to_owned();
    let known = ["", "open", "complete", "sent_back", "voided", "expired"];
    if !known.contains(&state.as_str()) {
        return Err(Problem::bad_field("state", "没有这个状态", "no such state"));
    }
    let next = query.text("next_signer").unwrap_or_default().to_owned();
    if !next.is_empty() && Role::named(&next).is_none() {
        return Err(Problem::bad_field("next_signer", "没有这个角色", "no such role"));
    }
    let (order, than, first) = if queue { ("ASC", ">", i64::MIN) } else { ("DESC", "<", i64::MAX) };
    let (at, id) = ask.after.clone().unwrap_or((first, String::new()));
    let whose = match caller.role {
        auth::Role::Doctor => " AND author_id = ?6",
        // What was handed out and then taken back must be seen to be.
        auth::Role::Patient => {
            " AND account_id = ?6 AND (state = 'complete' OR state = 'voided' AND EXISTS (SELECT 1 FROM {signature} s \
             WHERE s.document_id = {document}.id AND s.state = 'signed' AND s.role = CASE {document}.kind \
             WHEN 'prescription' THEN 'pharmacist' WHEN 'consent' THEN 'hospital' ELSE 'doctor' END))"
        }
        auth::Role::Pharmacist => " AND expires_at > ?6 AND state = 'open' AND next_role = 'pharmacist'",
        _ => "",
    };
    let find = select(&format!(
        "(created_at, id) {than} (?1, ?2) AND (?3 = '' OR state = ?3) AND (?4 = '' OR next_role = ?4){whose} \
         ORDER BY created_at {order}, id {order} LIMIT ?5"
    ));
    let find = find.bind(at).bind(id).bind(state).bind(next).bind(i64::from(ask.limit) + 1);
    let find = match caller.role {
        auth::Role::Doctor | auth::Role::Patient => find.bind(&*caller.id),
        auth::Role::Pharmacist => find.bind(desk.now().0),
        _ => find,
    };
    let rows = desk.query(find).await?;
    let documents = rows.iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    let page = ask.page(documents, |document| (document.created_at.0, &document.id));
    let mut items = Vec::with_capacity(page.items.len());
    for document in &page.items {
        items.push(shown(desk, caller, document, &signature::of(desk, &document.id).await?)?);
    }
    let result = items.len().to_string();
    desk.change(&caller.actor(), "document.list", "documents", &result, Vec::new()).await?;
    Reply::json(200, &Listed { items, next_cursor: page.next_cursor })
}
