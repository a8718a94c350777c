//! `POST documents`: a document is written; or written anew, where the version before was sent back or taken back.

use super::content::{Author, Content, Prescribed, Subject, Text, Whole};
use super::{Kind, State, Way, row, show};
use crate::desk::{Desk, sql};
use crate::outside::{Outside, Patient};
use crate::pdf::Face;
use crate::prescription::{self, Prescription, rules};
use crate::{canonical, dictionary, paper, signer};
use common::auth::{Principal, Role};
use common::call::Reply;
use common::guard::forbidden;
use common::idempotency::Outcome;
use common::json;
use common::problem::Problem;
use common::store::{Error, Store};
use common::timestamp::Timestamp;
use common::token::Proof;
use serde::Deserialize;
use serde_json::Value;
use time::macros::format_description;
use utoipa::ToSchema;

/// Anything but a prescription waits so long for its signatures: 7 days.
const TEXT_MS: i64 = 7 * 24 * 3_600_000;

/// What is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentRequest)]
pub struct Ask {
    kind: Kind,
    /// The hospital's, 1 to 64 visible ASCII characters.
    visit_id: String,
    /// The patient's identity proof for `ca-sign`, from `register`.
    patient: String,
    /// A `Prescription`, or a `DocumentText` for any other kind.
    #[schema(value_type = Object)]
    content: Value,
    /// The version that this one takes the place of: sent back, taken back or expired.
    previous: Option<String>,
}

/// Writes.
///
/// # Errors
/// 400, 403, 409 `not_sent_back`, 422 `patient_proof_refused`, `no_signer`, `prescription_refused`, `glyph_missing` and the
/// like for what could be signed and never drawn, 503.
pub async fn write<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
    face: &Face,
    proof: impl AsyncFnOnce(&str) -> Result<Proof, Problem>,
) -> Result<Reply, Problem> {
    let ask: Ask = json::parse(body)?;
    let plain = |b: u8| b.is_ascii_graphic();
    if !(1..=64).contains(&ask.visit_id.len()) || !ask.visit_id.bytes().all(plain) {
        return Err(Problem::bad_field(
            "visit_id",
            "应为 1 至 64 个可见 ASCII 字符",
            "1 to 64 visible ASCII characters",
        ));
    }
    // What an administrator wrote no doctor could sign.
    let for_hospital = ask.kind.signers().first() == Some(&super::Role::Hospital);
    if caller.role == Role::Pharmacist || (caller.role == Role::Admin && !for_hospital) {
        return Err(forbidden());
    }
    let key = desk.key(&caller.actor(), "POST /documents", body)?;
    let made = desk.once(&key, async |key| {
        let proof = proof(&ask.patient).await?;
        if proof.level == "document_only" {
            let (zh, en) = ("患者尚未完成实名认证", "the patient's real name is not known yet");
            return Err(Problem::new(422, "patient_unverified", zh, en));
        }
        let author = author(desk, caller).await?;
        let patient = desk.outside.patient(&proof.patient_id).await;
        let patient =
            patient.map_err(|why| Problem::unavailable("register_unavailable", why))?.ok_or_else(forbidden)?;
        let content = content(desk, ask.kind, ask.content, &patient).await?;
        if let Content::Prescription(prescription) = &content
            && prescription.revisit.as_ref().is_some_and(|earlier| earlier.visit_id.trim() == ask.visit_id)
        {
            let (zh, en) = ("应为此前的就诊号，而非本次", "an earlier visit's, not this one's");
            return Err(Problem::bad_field("content.revisit.visit_id", zh, en));
        }
        let (id, now) = (desk.id("doc"), desk.now());
        let previous = previous(desk, caller, ask.previous.as_deref(), ask.kind, &patient).await?;
        let number = previous.as_ref().map_or(1, |previous| previous.number + 1);
        let expires_at = match &content {
            Content::Prescription(prescription) => end_of(prescription, now),
            Content::Text(_) => now.plus_ms(TEXT_MS),
        };
        let whole = Whole {
            document_id: id.clone(),
            kind: ask.kind,
            version: number,
            previous: previous.map(|previous| previous.id),
            hospital: desk.settings.hospital.clone(),
            visit_id: ask.visit_id.clone(),
            patient: Subject::of(&patient),
            author,
            drugs: prescribed_drugs(desk, &content).await?,
            content,
        };
        paper::check(&whole, now, face)?;
        let value = serde_json::to_value(&whole).map_err(|error| Problem::internal(error.to_string()))?;
        let bytes = canonical::bytes(&value)
            .map_err(|why| Problem::bad_field("content", "内容过长或含有不可表示的数字", &why))?;
        let way = Way::new(ask.kind, expires_at.0);
        let document = row::Document {
            id: id.clone(),
            kind: ask.kind,
            number,
            previous: whole.previous.clone(),
            patient_id: patient.patient_id.clone(),
            account_id: proof.sub.clone(),
            author_id: caller.id.clone(),
            digest: canonical::digest(&bytes),
            content: bytes,
            way,
            note: None,
            version: 1,
            created_at: now,
        };
        let body = show::json(desk, caller, &document, &[])?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert(desk, &document, &ask.visit_id)?, desk.outcome(key, &outcome)?];
        match desk.change(&caller.actor(), "document.write", &id, ask.kind.name(), changes).await {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(_)) => Err(rewritten()),
            Err(error) => Err(error.into()),
        }
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

fn insert<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &row::Document,
    visit_id: &str,
) -> Result<common::store::Statement, Problem> {
    let way = serde_json::to_string(&document.way).map_err(|error| Problem::internal(error.to_string()))?;
    let insert =
        sql("INSERT INTO {document} (id, kind, number, previous_id, visit_id, patient_id, account_id, author_id, \
                      content, digest, way, state, next_role, version, created_at, expires_at) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1, ?14, ?15)");
    let insert = insert.bind(&*document.id).bind(document.kind.name()).bind(document.number);
    let insert = insert.bind(document.previous.clone()).bind(visit_id).bind(&*document.patient_id);
    let insert = insert.bind(&*document.account_id).bind(&*document.author_id);
    let insert = insert.bind(desk.seal(&document.content, &format!("{}/content", document.id))?);
    let insert = insert.bind(&*document.digest).bind(way).bind(State::Open.name());
    let next = document.kind.signers().first().map(|role| role.name());
    Ok(insert.bind(next).bind(document.created_at.0).bind(document.way.expires_at))
}

/// Who writes: a doctor who may sign, or an administrator for the hospital.
async fn author<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Author, Problem> {
    let condition = if caller.role == Role::Admin {
        "role = 'hospital' AND state = 'active' ORDER BY created_at LIMIT 1"
    } else {
        "account_id = ?1"
    };
    let find = signer::select(condition);
    let find = if caller.role == Role::Admin { find } else { find.bind(&*caller.id) };
    let rows = desk.query(find).await?;
    let (zh, en) = ("您还没有签名证书，请联系管理员", "you are no signer: ask an administrator");
    let row = rows.first().ok_or_else(|| Problem::new(422, "no_signer", zh, en))?;
    Ok(Author::of(&signer::read(desk, row)?))
}

async fn content<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    kind: Kind,
    content: Value,
    patient: &Patient,
) -> Result<Content, Problem> {
    // Once more from text, so that unknown fields are refused by name as everywhere.
    let json = content.to_string();
    if kind != Kind::Prescription {
        let text: Text = json::parse(json.as_bytes())?;
        text.check()?;
        return Ok(Content::Text(text));
    }
    let prescription: Prescription = json::parse(json.as_bytes())?;
    prescription.check()?;
    prescribed(desk, &prescription, &patient.birth_date, Day::Today).await?;
    Ok(Content::Prescription(Box::new(prescription)))
}

/// As of when a prescription is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// It must be of today.
    Today,
    /// As it was on the day that it bears.
    OfIssue,
}

/// Whether a prescription may be signed.
///
/// # Errors
/// 422 `prescription_refused` with all findings.
pub async fn prescribed<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    prescription: &Prescription,
    birth_date: &str,
    day: Day,
) -> Result<(), Problem> {
    let date = |text: &str| time::Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
    let born = date(birth_date).ok_or_else(|| Problem::internal("a patient's date of birth is malformed"))?;
    let drugs = dictionary::load(desk).await?;
    let today = desk.now().china_date();
    let today = if day == Day::OfIssue { date(&prescription.issued_on).unwrap_or(today) } else { today };
    let found = rules::check(prescription, rules::Patient { born }, &drugs, today);
    if found.is_empty() {
        return Ok(());
    }
    Err(prescription::refused(&found))
}

/// What the codes of a prescription mean.
async fn prescribed_drugs<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    content: &Content,
) -> Result<Vec<Prescribed>, Problem> {
    let Content::Prescription(prescription) = content else { return Ok(Vec::new()) };
    let dictionary = dictionary::load(desk).await?;
    let known = prescription.drugs.iter().filter_map(|item| dictionary.get(&item.code));
    let named = known.map(|drug| Prescribed {
        code: drug.code.clone(),
        name: drug.name.clone(),
        specification: drug.specification.clone(),
    });
    Ok(named.collect())
}

/// A prescription is open to the end of its last day in China.
fn end_of(prescription: &Prescription, now: Timestamp) -> Timestamp {
    const CHINA_MS: i64 = 8 * 3_600_000;
    const DAY_MS: i64 = 24 * 3_600_000;
    let midnight = (now.0 + CHINA_MS).div_euclid(DAY_MS) * DAY_MS - CHINA_MS;
    Timestamp(midnight + i64::from(prescription.valid_days.max(1)) * DAY_MS)
}

async fn previous<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: Option<&str>,
    kind: Kind,
    patient: &Patient,
) -> Result<Option<row::Document>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let document = row::find(desk, caller, id).await?;
    // A signature that is under way may have been made in time, and count yet.
    let over = matches!(document.way.state(desk.now().0), State::SentBack | State::Voided | State::Expired)
        && (document.way.state != State::Open || document.way.under_way.is_none());
    if document.author_id != caller.id || document.kind != kind || document.patient_id != patient.patient_id {
        return Err(forbidden());
    }
    if !over {
        let (zh, en) = (
            "只有被退回、作废或过期的文书才能修改后重新提交",
            "only what was sent back, taken back or expired is written anew",
        );
        return Err(Problem::new(409, "not_sent_back", zh, en));
    }
    Ok(Some(document))
}

fn rewritten() -> Problem {
    let (zh, en) = ("该文书已有新版本", "there is a newer version of this document already");
    Problem::new(409, "rewritten", zh, en)
}
