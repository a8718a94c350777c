//! Paging by cursor: a page says where the next one starts, so that nothing is skipped or doubled while rows are added.

use crate::problem::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Serialize;
use utoipa::ToSchema;

/// The names of the two query parameters.
pub const PARAMETERS: [&str; 2] = ["limit", "cursor"];
const DEFAULT: u32 = 20;
const MOST: u32 = 100;

/// What a list request asks for: `?limit=&cursor=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Items wanted, 1 to 100.
    pub limit: u32,
    /// The last item seen, as sort key and id; none for the first page.
    pub after: Option<(i64, String)>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// At most `limit` items.
    pub items: Vec<T>,
    /// Opaque; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl Ask {
    /// From the two query parameters.
    ///
    /// # Errors
    /// 400 naming the parameter.
    pub fn new(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, Problem> {
        let limit = limit.map_or(Some(DEFAULT), |text| text.parse().ok().filter(|n| (1..=MOST).contains(n)));
        let limit = limit.ok_or_else(|| Problem::bad_field("limit", "应为 1 至 100", "1 to 100"))?;
        let bad_cursor = || Problem::bad_field("cursor", "应为上一页给出的值", "as the page before gave it");
        let after = cursor.map(|text| decode(text).ok_or_else(bad_cursor));
        Ok(Self { limit, after: after.transpose()? })
    }

    /// Makes the page from up to `limit + 1` rows: the one too many tells that there is more.
    pub fn page<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> (i64, &str)) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more).map(position);
        Page { next_cursor: last.map(|(key, id)| encode(key, id)), items: rows }
    }
}

fn encode(key: i64, id: &str) -> String {
    BASE64.encode([&key.to_be_bytes()[..], id.as_bytes()].concat())
}

fn decode(cursor: &str) -> Option<(i64, String)> {
    let bytes = BASE64.decode(cursor).ok()?;
    let (key, id) = bytes.split_first_chunk()?;
    let id = String::from_utf8(id.to_vec()).ok().filter(|id| id.len() <= 64)?;
    Some((i64::from_be_bytes(*key), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_meet_without_gap_or_overlap() {
        let all: Vec<(i64, String)> = (0..45).map(|i| (i / 3, format!("id_{i:02}"))).collect();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let ask = Ask::new(Some("10"), cursor.as_deref()).unwrap();
            let rest = all.iter().filter(|row| ask.after.as_ref().is_none_or(|after| *row > after));
            let page = ask.page(rest.take(11).collect(), |row| (row.0, &row.1));
            seen.extend(page.items.into_iter().cloned());
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn wrong_parameters_are_named() {
        assert_eq!(Ask::new(None, None).unwrap(), Ask { limit: 20, after: None });
        for limit in ["0", "101", "-1", "ten", ""] {
            assert!(Ask::new(Some(limit), None).unwrap_err().detail[1].contains("limit"));
        }
        for cursor in ["", "!!", "AAAA", &"A".repeat(400)] {
            assert!(Ask::new(None, Some(cursor)).unwrap_err().detail[1].contains("cursor"));
        }
    }
}
