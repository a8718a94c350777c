//! Templates as they are kept and shown.

use crate::class::Class;
use crate::desk::{Desk, table};
use crate::parts;
use crate::template::{ParamRules, Text};
use common::call::Reply;
use common::json;
use common::page::{Ask, Page};
use common::problem::Problem;
use common::query::Query;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

pub mod edit;

const COLUMNS: &str = "id, name, class, signature, text, params, vendor_ids, review, note, created_at, updated_at";

/// Whether a template may be used.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SmsReview)]
pub enum Review {
    /// Not looked at yet, or changed since.
    Pending,
    /// It may be used.
    Approved,
    /// It may not.
    Rejected,
}

impl Review {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Pending, Self::Approved, Self::Rejected].into_iter().find(|review| review.name() == name)
    }
}

/// A template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// `tpl_<ULID>`.
    pub id: String,
    /// For people, unique.
    pub name: String,
    /// What its messages are for.
    pub class: Class,
    /// A registered signature, without brackets.
    pub signature: String,
    /// With placeholders.
    pub text: String,
    /// What may stand in them.
    pub rules: ParamRules,
    /// The ids under which vendors know it, by gateway.
    pub vendor_ids: BTreeMap<String, String>,
    /// Whether it may be used.
    pub review: Review,
    /// The reviewer's words.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

/// A template as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsTemplate)]
pub struct View {
    /// `tpl_<ULID>`.
    template_id: String,
    /// For people, unique.
    name: String,
    /// What its messages are for.
    class: Class,
    /// Without brackets.
    signature: String,
    /// With placeholders.
    #[schema(example = "您的验证码为{code}，5分钟内有效。")]
    text: String,
    /// Its placeholders, in the order of the text, with what may stand in them.
    placeholders: Vec<Placeholder>,
    /// Ids under which vendors know it, by gateway.
    vendor_ids: BTreeMap<String, String>,
    /// Whether it may be used.
    review: Review,
    /// The reviewer's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A placeholder.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsPlaceholder)]
pub struct Placeholder {
    /// Without braces.
    name: String,
    /// Characters of its value, at most.
    max_length: u16,
    /// Whether its value may hold a web address.
    links: bool,
}

impl Template {
    /// From the row of [`find`].
    ///
    /// # Errors
    /// 500 for a row that was not written here.
    pub fn read(row: &Row<'_>) -> Result<Self, Problem> {
        let read = || {
            let text = |column| row.text(column).map(str::to_owned);
            let time = |column| row.integer(column).map(Timestamp);
            Some(Self {
                id: text(0)?,
                name: text(1)?,
                class: Class::named(row.text(2)?)?,
                signature: text(3)?,
                text: text(4)?,
                rules: serde_json::from_str(row.text(5)?).ok()?,
                vendor_ids: serde_json::from_str(row.text(6)?).ok()?,
                review: Review::named(row.text(7)?)?,
                note: text(8),
                created_at: time(9)?,
                updated_at: time(10)?,
            })
        };
        read().ok_or_else(|| Problem::internal("a template row is malformed"))
    }

    fn view(self) -> Result<View, Problem> {
        let text = Text::parse(&self.text)?;
        let placeholders = text.names().into_iter().map(|name| {
            let rule = self.rules.get(name).copied().unwrap_or_default();
            Placeholder { name: name.to_owned(), max_length: rule.max_length, links: rule.links }
        });
        Ok(View {
            placeholders: placeholders.collect(),
            template_id: self.id,
            name: self.name,
            class: self.class,
            signature: self.signature,
            text: self.text,
            vendor_ids: self.vendor_ids,
            review: self.review,
            note: self.note,
            created_at: self.created_at.to_string(),
            updated_at: self.updated_at.to_string(),
        })
    }
}

/// Asks for one template.
#[must_use]
pub fn find(id: &str) -> Statement {
    Statement::new(format!("SELECT {COLUMNS} FROM {} WHERE id = ?1", table("template"))).bind(id)
}

async fn load<S: Store>(desk: &Desk<'_, S>, id: &str) -> Result<Template, Problem> {
    let rows = desk.store.query(find(id)).await?;
    rows.first().map_or_else(|| Err(Problem::not_found()), |row| Template::read(&row))
}

/// `GET templates/{id}`.
///
/// # Errors
/// 404, or the store's.
pub async fn get<S: Store>(desk: &Desk<'_, S>, id: &str) -> Result<Reply, Problem> {
    Reply::json(200, &load(desk, id).await?.view()?)
}

/// `GET templates`, the newest first.
///
/// # Errors
/// 400, or the store's.
pub async fn list<S: Store>(desk: &Desk<'_, S>, query: &Query) -> Result<Reply, Problem> {
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let (at, id) = ask.after.clone().unwrap_or((i64::MAX, String::new()));
    let sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE created_at < ?1 OR (created_at = ?1 AND id < ?2) \
         ORDER BY created_at DESC, id DESC LIMIT ?3",
        table("template")
    );
    let rows = desk.store.query(Statement::new(sql).bind(at).bind(id).bind(i64::from(ask.limit) + 1)).await?;
    let found = rows.iter().map(|row| Template::read(&row)).collect::<Result<Vec<_>, _>>()?;
    let page = ask.page(found, |template| (template.created_at.0, &template.id));
    let items = page.items.into_iter().map(Template::view).collect::<Result<_, _>>()?;
    Reply::json(200, &Page { items, next_cursor: page.next_cursor })
}

/// Values to look at a template with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsPreviewRequest)]
pub struct PreviewJson {
    /// A value for each placeholder.
    #[serde(default)]
    params: BTreeMap<String, String>,
}

/// A filled template.
#[derive(Serialize, ToSchema)]
#[schema(as = SmsPreview)]
pub struct Preview {
    /// As the phone would show it.
    text: String,
    /// In UCS-2 units, signature included.
    length: usize,
    /// Parts it is sent in and paid for: one up to 70 units, else 67 units each.
    parts: usize,
}

/// `POST templates/{id}/preview`: nothing is kept or sent.
///
/// # Errors
/// 400 naming the parameter, 404, or the store's.
pub async fn preview<S: Store>(desk: &Desk<'_, S>, id: &str, body: &[u8]) -> Result<Reply, Problem> {
    let json: PreviewJson = json::parse(body)?;
    let template = load(desk, id).await?;
    let text = Text::parse(&template.text)?.fill(&json.params, &template.rules)?;
    let length = parts::checked("params", &template.signature, &text)?;
    let text = parts::signed(&template.signature, &text);
    Reply::json(200, &Preview { text, length, parts: parts::parts(length) })
}

#[cfg(test)]
mod tests;
