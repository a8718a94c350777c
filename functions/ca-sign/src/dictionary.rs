//! `PUT drugs`, `GET drugs`: the drug dictionary, loaded as CSV, and looked up while a prescription is written.

use crate::desk::{Desk, sql};
use crate::drugs::{self, Dictionary, Drug, Wrong};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use serde::Serialize;
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;
use utoipa::ToSchema;

/// Bytes of a dictionary: 16 MB.
pub const BYTES: usize = 16 << 20;
/// Drugs in an answer.
const SHOWN: usize = 20;

thread_local! {
    /// The newest dictionary, by its id: reading CSV takes longer than asking whether it is still the newest.
    static NEWEST: RefCell<Option<(String, Rc<Dictionary>)>> = const { RefCell::new(None) };
}

/// Drugs that were found.
#[derive(Serialize, ToSchema)]
pub struct Drugs {
    /// 20 at most.
    items: Vec<Drug>,
}

/// The dictionary that counts; empty where none was loaded.
///
/// # Errors
/// 500 where it was changed.
pub async fn load<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Rc<Dictionary>, Problem> {
    let newest = sql("SELECT id FROM {dictionary} ORDER BY loaded_at DESC, id DESC LIMIT 1");
    let rows = desk.query(newest).await?;
    let Some(id) = rows.first().and_then(|row| row.text(0)) else { return Ok(Rc::default()) };
    let kept = NEWEST.with_borrow(|kept| kept.as_ref().filter(|(known, _)| known == id).map(|(_, d)| Rc::clone(d)));
    if let Some(dictionary) = kept {
        return Ok(dictionary);
    }
    let rows = desk.query(sql("SELECT csv FROM {dictionary} WHERE id = ?1").bind(id)).await?;
    let csv = rows.first().and_then(|row| row.blob(0)).unwrap_or_default();
    let read = drugs::read(csv).map_err(|_| Problem::internal(format!("dictionary {id} is malformed")))?;
    let dictionary = Rc::new(read);
    NEWEST.set(Some((id.to_owned(), Rc::clone(&dictionary))));
    Ok(dictionary)
}

/// Loads a new one; what was written before stays as it was.
///
/// # Errors
/// 415, 422 `dictionary_refused` naming the lines.
pub async fn put<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    csv: Vec<u8>,
) -> Result<Reply, Problem> {
    if desk.call.media_type() != "text/csv" {
        return Err(Problem::new(415, "unsupported_format", "药品目录应为 text/csv", "a dictionary is text/csv"));
    }
    let read = drugs::read(&csv).map_err(|wrong| {
        let told = |line: fn(&Wrong) -> String| wrong.iter().map(line).collect::<Vec<_>>().join("\n");
        let zh = told(|Wrong { line, zh, .. }| format!("第 {line} 行：{zh}"));
        let en = told(|Wrong { line, en, .. }| format!("line {line}: {en}"));
        Problem::new(422, "dictionary_refused", format!("药品目录有误：{zh}"), en)
    })?;
    let (id, count) = (desk.id("dic"), i64::try_from(read.len()).unwrap_or(i64::MAX));
    let insert = sql("INSERT INTO {dictionary} (id, csv, drugs, loaded_by, loaded_at) VALUES (?1, ?2, ?3, ?4, ?5)");
    let insert = insert.bind(&*id).bind(csv).bind(count).bind(caller.actor()).bind(desk.now().0);
    // Two are enough to see what changed.
    let old = sql(
        "DELETE FROM {dictionary} WHERE id NOT IN (SELECT id FROM {dictionary} ORDER BY loaded_at DESC, id DESC LIMIT 2)",
    );
    desk.change(&caller.actor(), "dictionary.load", &id, &count.to_string(), vec![insert, old]).await?;
    Reply::json(200, &json!({"dictionary_id": id, "drugs": count}))
}

/// Finds drugs whose code begins, or whose name or ingredient holds, what is asked for.
///
/// # Errors
/// 400.
pub async fn search<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &["q"])?;
    let wanted = query.text("q").unwrap_or_default().trim().to_lowercase();
    let dictionary = load(desk).await?;
    let fits = |drug: &&Drug| {
        drug.code.to_lowercase().starts_with(&wanted)
            || drug.name.to_lowercase().contains(&wanted)
            || drug.ingredient.to_lowercase().contains(&wanted)
    };
    let items = dictionary.values().filter(fits).take(SHOWN).cloned().collect();
    Reply::json(200, &Drugs { items })
}
