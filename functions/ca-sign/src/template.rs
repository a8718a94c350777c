//! `GET`, `PUT`, `DELETE templates/{name}`: what a doctor often writes.

use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::{Row, Store};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A doctor's templates, at most.
const MOST: i64 = 100;
/// Characters of a name.
const NAME: usize = 40;

/// A template.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentTemplate)]
pub struct Template {
    /// `tpl_<ULID>`.
    template_id: String,
    /// What it is called.
    name: String,
    /// Part of a `Prescription`, as the page left it: nothing in it is checked before it is written.
    #[schema(value_type = Object)]
    content: Value,
}

/// Templates.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentTemplates)]
pub struct Templates {
    /// By name.
    items: Vec<Template>,
}

/// `GET templates`.
///
/// # Errors
/// The store's.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let find = sql("SELECT id, name, content FROM {template} WHERE author_id = ?1 ORDER BY name");
    let rows = desk.query(find.bind(&*caller.id)).await?;
    let read = |row: Row<'_>| {
        let content = serde_json::from_str(row.text(2)?).ok()?;
        Some(Template { template_id: row.text(0)?.to_owned(), name: row.text(1)?.to_owned(), content })
    };
    Reply::json(200, &Templates { items: rows.iter().filter_map(read).collect() })
}

/// A template to keep.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentTemplateRequest)]
pub struct Ask {
    /// 1 to 40 characters; one of this name is replaced.
    name: String,
    /// Drugs, diagnoses and the like; no patient.
    #[schema(value_type = Object)]
    content: Value,
}

/// `PUT templates`.
///
/// # Errors
/// 400, 409 `too_many_templates`.
pub async fn put<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { name, content } = json::parse(body)?;
    let name = name.trim().to_owned();
    if !(1..=NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) || !content.is_object() {
        return Err(Problem::bad_field(
            "name",
            "名称应为 1 至 40 个字符，内容为对象",
            "a name of 1 to 40 characters, and an object",
        ));
    }
    let count = sql("SELECT count(*) FROM {template} WHERE author_id = ?1 AND name <> ?2");
    let rows = desk.query(count.bind(&*caller.id).bind(&*name)).await?;
    if rows.first().and_then(|row| row.integer(0)).is_some_and(|count| count >= MOST) {
        return Err(Problem::new(409, "too_many_templates", "最多保存 100 个模板", "at most 100 templates"));
    }
    let put = sql("INSERT INTO {template} (id, author_id, name, content, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                   ON CONFLICT (author_id, name) DO UPDATE SET content = ?4, updated_at = ?5");
    let put = put.bind(desk.id("tpl")).bind(&*caller.id).bind(name).bind(content.to_string()).bind(desk.now().0);
    desk.change(&caller.actor(), "template.put", "templates", "ok", vec![put]).await?;
    list(desk, caller).await
}

/// `DELETE templates/{id}`; a second time is the same as once.
///
/// # Errors
/// The store's.
pub async fn delete<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let delete = sql("DELETE FROM {template} WHERE id = ?1 AND author_id = ?2").bind(id).bind(&*caller.id);
    desk.change(&caller.actor(), "template.delete", id, "ok", vec![delete]).await?;
    Ok(Reply::empty(204))
}
