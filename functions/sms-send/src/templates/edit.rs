//! Making, changing and reviewing templates.

use super::{COLUMNS, Review, Template, find, load};
use crate::book;
use crate::class::Class;
use crate::desk::{Desk, Request, table};
use crate::template::{ParamRule, Text};
use crate::{charset, parts};
use common::auth::Principal;
use common::call::Reply;
use common::idempotency::{Key, Outcome};
use common::json;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

const NAME_CHARS: usize = 64;
const NOTE_CHARS: usize = 200;
const MOST_VENDORS: usize = 16;

/// A new template.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsTemplateRequest)]
pub struct CreateJson {
    /// For people, unique.
    #[schema(max_length = 64)]
    name: String,
    /// What its messages are for.
    class: Class,
    /// A registered signature; the default one when absent.
    signature: Option<String>,
    /// With placeholders such as `{code}`, and without the signature.
    #[schema(example = "您的验证码为{code}，5分钟内有效。")]
    text: String,
    /// What may stand in a placeholder, where it is not 35 characters without a link.
    #[serde(default)]
    params: BTreeMap<String, ParamRule>,
    /// Ids under which vendors know it, by gateway.
    #[serde(default)]
    vendor_ids: BTreeMap<String, String>,
}

/// What is to be changed; what is absent stays. New words, class or rules have to be reviewed again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsTemplateChange)]
pub struct PatchJson {
    name: Option<String>,
    class: Option<Class>,
    signature: Option<String>,
    text: Option<String>,
    params: Option<BTreeMap<String, ParamRule>>,
    vendor_ids: Option<BTreeMap<String, String>>,
}

/// A review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsTemplateReview)]
pub struct ReviewJson {
    review: Review,
    /// The reviewer's words.
    #[schema(max_length = 200)]
    note: Option<String>,
}

fn check<S>(desk: &Desk<'_, S>, template: &Template) -> Result<(), Problem> {
    let name = &template.name;
    if name.trim().is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(charset::hidden) {
        return Err(Problem::bad_field("name", "应为 1 至 64 个可见字符", "1 to 64 visible characters"));
    }
    desk.settings.signatures.choose(Some(&template.signature))?;
    let text = Text::parse(&template.text)?;
    parts::checked("text", &template.signature, &template.text)?;
    let names = text.names();
    for (name, rule) in &template.rules {
        if !names.contains(&name.as_str()) {
            return Err(Problem::bad_field("params", "正文中没有这个占位符", "the text has no such placeholder"));
        }
        if !(1..=200).contains(&rule.max_length) {
            return Err(Problem::bad_field("params", "max_length 应为 1 至 200", "max_length: 1 to 200"));
        }
    }
    let plain = |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if template.vendor_ids.len() > MOST_VENDORS
        || !template.vendor_ids.iter().all(|(gateway, id)| plain(gateway, 32) && plain(id, 64))
    {
        let en = "at most 16, each a gateway's name and the vendor's id of the template, visible ASCII";
        return Err(Problem::bad_field("vendor_ids", "最多 16 项，通道名和供应商模板编号为可见 ASCII 字符", en));
    }
    Ok(())
}

/// `POST templates`.
///
/// # Errors
/// 400, 409 where the name is taken, or the store's.
pub async fn create<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    key: &Key,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: CreateJson = json::parse(body)?;
    let now = request.now;
    let template = Template {
        id: desk.id("tpl", now),
        name: json.name,
        class: json.class,
        signature: desk.settings.signatures.choose(json.signature.as_deref())?.to_owned(),
        text: json.text,
        rules: json.params,
        vendor_ids: json.vendor_ids,
        review: Review::Pending,
        note: None,
        created_at: now,
        updated_at: now,
    };
    check(desk, &template)?;
    let id = template.id.clone();
    let sql =
        format!("INSERT INTO {} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?9)", table("template"));
    let insert = bound(Statement::new(sql), &template)?.bind(now.0);
    let body = serde_json::to_string(&template.view()?).map_err(|error| Problem::internal(error.to_string()))?;
    let outcome = Outcome { status: 201, body };
    let changes = vec![key.outcome(crate::policy::FUNCTION.tables, &outcome, now), insert, book::raise()];
    match desk.change(request, caller, "template.create", &id, changes).await {
        Ok(_) => Ok(replied(outcome)),
        Err(Error::Conflict(_)) => {
            let found = desk.store.query(key.find(crate::policy::FUNCTION.tables)).await?;
            key.replay(&found)?.map(replied).ok_or_else(taken)
        }
        Err(error) => Err(error.into()),
    }
}

/// `PATCH templates/{id}`.
///
/// # Errors
/// 400, 404, 409, or the store's.
pub async fn patch<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: PatchJson = json::parse(body)?;
    let old = load(desk, id).await?;
    let mut new = old.clone();
    new.name = json.name.unwrap_or(new.name);
    new.class = json.class.unwrap_or(new.class);
    new.signature = json.signature.unwrap_or(new.signature);
    new.text = json.text.unwrap_or(new.text);
    new.rules = json.params.unwrap_or(new.rules);
    new.vendor_ids = json.vendor_ids.unwrap_or(new.vendor_ids);
    check(desk, &new)?;
    let reviewed = |t: &Template| (t.class, t.signature.clone(), t.text.clone(), t.rules.clone());
    if reviewed(&new) != reviewed(&old) {
        (new.review, new.note) = (Review::Pending, None);
    }
    store(desk, request, caller, "template.change", &old, new).await
}

/// `POST templates/{id}/review`.
///
/// # Errors
/// 400, 404, 409, or the store's.
pub async fn review<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: ReviewJson = json::parse(body)?;
    let long = |note: &String| note.chars().count() > NOTE_CHARS || note.chars().any(charset::hidden_in_text);
    if json.note.as_ref().is_some_and(long) {
        return Err(Problem::bad_field("note", "最多 200 个可见字符", "at most 200 visible characters"));
    }
    let old = load(desk, id).await?;
    let new = Template { review: json.review, note: json.note, ..old.clone() };
    let action = format!("template.{}", json.review.name());
    store(desk, request, caller, &action, &old, new).await
}

/// Stores a template in the place of the one that was read, if nobody changed it meanwhile.
async fn store<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    action: &str,
    old: &Template,
    mut new: Template,
) -> Result<Reply, Problem> {
    // Later than before even within a millisecond, for it tells two versions apart.
    new.updated_at = request.now.max(old.updated_at.plus_ms(1));
    // A name of NULL breaks the transaction: nothing of it is stored when the row is not the one that was read.
    let sql = format!(
        "UPDATE {} SET name = CASE WHEN updated_at = ?9 THEN ?2 END, class = ?3, signature = ?4, text = ?5, \
         params = ?6, vendor_ids = ?7, review = ?8, note = ?10, updated_at = ?11 WHERE id = ?1",
        table("template")
    );
    let update = bound(Statement::new(sql), &new)?.bind(old.updated_at.0).bind(new.note.clone()).bind(new.updated_at.0);
    match desk.change(request, caller, action, &old.id, vec![update, book::raise()]).await {
        Ok(_) => Reply::json(200, &new.view()?),
        Err(Error::Conflict(_)) => {
            let rows = desk.store.query(find(&old.id)).await?;
            let now = rows.first().map(|row| Template::read(&row)).transpose()?;
            let same = now.is_some_and(|now| now.updated_at == old.updated_at);
            Err(if same { taken() } else { changed() })
        }
        Err(error) => Err(error.into()),
    }
}

/// Binds `?1` to `?8`, from the id to the review.
fn bound(statement: Statement, template: &Template) -> Result<Statement, Problem> {
    let json = |error: serde_json::Error| Problem::internal(error.to_string());
    Ok(statement
        .bind(&*template.id)
        .bind(&*template.name)
        .bind(template.class.name())
        .bind(&*template.signature)
        .bind(&*template.text)
        .bind(serde_json::to_string(&template.rules).map_err(json)?)
        .bind(serde_json::to_string(&template.vendor_ids).map_err(json)?)
        .bind(template.review.name()))
}

fn replied(outcome: Outcome) -> Reply {
    Reply::new(outcome.status, "application/json", outcome.body.into_bytes())
}

fn taken() -> Problem {
    Problem::new(409, "name_taken", "已有同名模板", "there is a template of this name")
}

fn changed() -> Problem {
    let (zh, en) = ("模板刚刚被别人修改，请重新读取后再试", "somebody else changed it just now: read it again");
    Problem::new(409, "changed_meanwhile", zh, en)
}
