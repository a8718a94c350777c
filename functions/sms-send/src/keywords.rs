//! The list of keywords.

use crate::desk::{Desk, Request, table};
use crate::{book, keyword};
use common::auth::Principal;
use common::call::Reply;
use common::id;
use common::json;
use common::page::Ask;
use common::problem::Problem;
use common::query::Query;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Words in one request.
const TOGETHER: usize = 1_000;
/// Words in all.
const MOST: i64 = 20_000;

/// Words that must not be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsKeywordsRequest)]
pub struct Json {
    /// Found also where they are written with separators, in full width or in traditional characters.
    #[schema(min_items = 1, max_items = 1000, example = json!(["代开发票"]))]
    words: Vec<String>,
}

/// A word that must not be sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsKeyword)]
pub struct Keyword {
    /// `kw_<ULID>`.
    keyword_id: String,
    /// As it was entered.
    word: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// For paging.
    #[serde(skip)]
    at: i64,
}

/// Words just added, or there before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsKeywords)]
pub struct Keywords {
    items: Vec<Keyword>,
}

fn read(row: Row<'_>) -> Option<Keyword> {
    let (at, text) = (row.integer(2)?, |column| row.text(column).map(str::to_owned));
    Some(Keyword { keyword_id: text(0)?, word: text(1)?, created_at: Timestamp(at).to_string(), at })
}

/// `POST keywords`: adding a word twice changes nothing.
///
/// # Errors
/// 400, 409 where there are too many, or the store's.
pub async fn add<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: Json = json::parse(body)?;
    if json.words.is_empty() || json.words.len() > TOGETHER {
        return Err(Problem::bad_field("words", "应为 1 至 1000 个", "1 to 1000"));
    }
    let mut folded = Vec::new();
    for (i, word) in json.words.iter().enumerate() {
        keyword::check(&format!("words[{i}]"), word)?;
        let form = keyword::folded(word);
        if folded.iter().any(|(known, _)| *known == form) {
            return Err(Problem::bad_field(&format!("words[{i}]"), "重复", "given twice"));
        }
        folded.push((form, word.trim()));
    }
    let rows = desk.store.query(Statement::new(format!("SELECT count(*) FROM {}", table("keyword")))).await?;
    let count = rows.first().and_then(|row| row.integer(0)).unwrap_or(0);
    if count + i64::try_from(folded.len()).unwrap_or(MOST) > MOST {
        let (zh, en) = (format!("关键词最多 {MOST} 个"), format!("at most {MOST} keywords"));
        return Err(Problem::new(409, "too_many", zh, en));
    }
    let mut insert = Statement::new(String::new()).bind(request.now.0);
    let mut places = Vec::new();
    for (form, word) in &folded {
        let n = insert.params.len();
        places.push(format!("(?{}, ?{}, ?{}, ?1)", n + 1, n + 2, n + 3));
        insert = insert.bind(form.as_str()).bind(desk.id("kw", request.now)).bind(*word);
    }
    insert.sql = format!(
        "INSERT INTO {} (folded, id, word, created_at) VALUES {} ON CONFLICT (folded) DO UPDATE SET word = excluded.word \
         RETURNING id, word, created_at",
        table("keyword"),
        places.join(", ")
    );
    let object = format!("{} keywords", folded.len());
    let answers = desk.change(request, caller, "keyword.add", &object, vec![insert, book::raise()]).await?;
    let items = answers.first().into_iter().flat_map(|rows| rows.iter()).filter_map(read).collect();
    Reply::json(201, &Keywords { items })
}

/// `GET keywords`, the newest first.
///
/// # Errors
/// 400, or the store's.
pub async fn list<S: Store>(desk: &Desk<'_, S>, query: &Query) -> Result<Reply, Problem> {
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let (at, id) = ask.after.clone().unwrap_or((i64::MAX, String::new()));
    let sql = format!(
        "SELECT id, word, created_at FROM {} WHERE created_at < ?1 OR (created_at = ?1 AND id < ?2) \
         ORDER BY created_at DESC, id DESC LIMIT ?3",
        table("keyword")
    );
    let rows = desk.store.query(Statement::new(sql).bind(at).bind(id).bind(i64::from(ask.limit) + 1)).await?;
    Reply::json(200, &ask.page(rows.iter().filter_map(read).collect(), |word| (word.at, &word.keyword_id)))
}

/// `DELETE keywords/{id}`: also where it is gone already.
///
/// # Errors
/// 404 for what is no id, or the store's.
pub async fn remove<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    if !id::is("kw", id) {
        return Err(Problem::not_found());
    }
    let delete = Statement::new(format!("DELETE FROM {} WHERE id = ?1", table("keyword"))).bind(id);
    desk.change(request, caller, "keyword.remove", id, vec![delete, book::raise()]).await?;
    Ok(Reply::empty(204))
}
