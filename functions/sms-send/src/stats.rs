//! Statistics over messages: how many arrived, how fast, at what cost.

use crate::desk::{Desk, table};
use crate::policy::Scope;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::query::Query;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use http::header;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

mod csv;

/// Parameters of `GET stats`.
pub const KNOWN: [&str; 4] = ["by", "from", "until", "format"];
const DAY_MS: i64 = 24 * 3_600_000;
const MOST_MS: i64 = 31 * DAY_MS;
/// Groups in an answer.
const MOST_GROUPS: usize = 1_000;
const HOUR_MS: i64 = 3_600_000;

/// What messages are put together by.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SmsStatsBy)]
pub enum By {
    /// The gateway that had a message last.
    Vendor,
    /// The template.
    Template,
    /// The carrier by the number's prefix.
    Carrier,
    /// The hour in which a message was accepted.
    Hour,
}

impl By {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "vendor" => Self::Vendor,
            "template" => Self::Template,
            "carrier" => Self::Carrier,
            "hour" => Self::Hour,
            _ => return None,
        })
    }

    /// The SQL of the key, a text.
    const fn key(self) -> &'static str {
        match self {
            Self::Vendor => "coalesce(gateway, '')",
            Self::Template => "coalesce(template_id, '')",
            Self::Carrier => "carrier",
            Self::Hour => "CAST(created_at / 3600000 AS TEXT)",
        }
    }

    /// The key as it is shown.
    fn shown(self, key: &str) -> String {
        match self {
            Self::Hour => {
                key.parse().map_or_else(|_| key.to_owned(), |hour: i64| Timestamp(hour * HOUR_MS).to_string())
            }
            _ => key.to_owned(),
        }
    }
}

/// Nearest-rank percentiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SmsPercentiles)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Percentiles {
    pub p50: i64,
    pub p95: i64,
    pub p99: i64,
}

/// Messages put together.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = SmsStatsGroup)]
pub struct Group {
    /// The gateway (empty: none yet), the template's id (empty: free text), the carrier, or when the hour began.
    pub key: String,
    /// All.
    pub messages: i64,
    /// On their way: accepted, submitting, submitted, unknown.
    pub under_way: i64,
    /// Those that a gateway took.
    pub submitted: i64,
    /// On the phone.
    pub delivered: i64,
    /// The carrier or the vendor says that they do not arrive.
    pub failed: i64,
    /// Too late.
    pub expired: i64,
    /// Taken back.
    pub cancelled: i64,
    /// Stopped by a guard, or no gateway took them.
    pub dead: i64,
    /// Delivered, of those that a gateway took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_share: Option<f64>,
    /// Delivered within 5 minutes, of those that a gateway took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within_5_minutes_share: Option<f64>,
    /// From the time a message was due until a gateway took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit_ms: Option<Percentiles>,
    /// From then until it was on the phone; from the time it was due, where the gateway's answer was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_ms: Option<Percentiles>,
    /// Parts of those that a gateway took.
    pub parts: i64,
    /// Of these parts, in yuan, where all of their gateways have a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// Statistics of a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsStats)]
pub struct Stats {
    pub(super) by: By,
    /// Messages accepted since then.
    #[schema(format = DateTime)]
    from: String,
    /// And before then.
    #[schema(format = DateTime)]
    until: String,
    /// The most frequent 1000.
    groups: Vec<Group>,
}

/// `GET stats`; without times, the last 24 hours.
///
/// # Errors
/// 400 naming the parameter, or the store's.
pub async fn get<S: Store>(
    desk: &Desk<'_, S>,
    caller: &Principal,
    query: &Query,
    now: Timestamp,
) -> Result<Reply, Problem> {
    let wrong =
        || Problem::bad_field("by", "应为 vendor、template、carrier 或 hour", "vendor, template, carrier or hour");
    let by = By::named(query.text("by").unwrap_or("vendor")).ok_or_else(wrong)?;
    let until = query.time("until")?.unwrap_or(now);
    let from = query.time("from")?.unwrap_or(until.plus_ms(-DAY_MS));
    if from >= until || until.0.saturating_sub(from.0) > MOST_MS {
        return Err(Problem::bad_field("from", "应早于 until，最多 31 天", "before until, at most 31 days"));
    }
    let as_csv = match query.text("format") {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(Problem::bad_field("format", "应为 json 或 csv", "json or csv")),
    };
    let groups = groups(desk, caller, by, from, until).await?;
    if !as_csv {
        return Reply::json(200, &Stats { by, from: from.to_string(), until: until.to_string(), groups });
    }
    let reply = Reply::new(200, "text/csv; charset=utf-8", csv::written(by, &groups).into_bytes());
    Ok(reply.with(header::CONTENT_DISPOSITION, "attachment; filename=\"sms-stats.csv\""))
}

async fn groups<S: Store>(
    desk: &Desk<'_, S>,
    caller: &Principal,
    by: By,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Group>, Problem> {
    let owner = match Scope::of(caller) {
        Scope::All => None,
        Scope::Own(owner) => Some(owner),
    };
    let mine = if owner.is_some() { " AND caller = ?3" } else { "" };
    let source = format!(
        "(SELECT {} AS k, state, parts, coalesce(gateway, '') AS g, submitted_at - send_at AS submit_ms, \
         CASE WHEN state = 'delivered' THEN final_at - coalesce(submitted_at, send_at) END AS receipt_ms FROM {} \
         WHERE created_at >= ?1 AND created_at < ?2{mine}) AS m",
        by.key(),
        table("message")
    );
    let bound = |sql: String| {
        let statement = Statement::new(sql).bind(from.0).bind(until.0);
        owner.iter().fold(statement, |statement, owner| statement.bind(owner.as_str()))
    };
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for row in desk.store.query(bound(counts(&source))).await?.iter() {
        count(&row, &desk.settings.prices, &mut groups);
    }
    for value in ["submit_ms", "receipt_ms"] {
        for row in desk.store.query(bound(ranked(&source, value))).await?.iter() {
            rank(&row, value, &mut groups);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().map(|group| finish(group, by)).collect();
    if groups.len() > MOST_GROUPS {
        groups.sort_by_key(|group| std::cmp::Reverse(group.messages));
        groups.truncate(MOST_GROUPS);
        groups.sort_by(|a, b| a.key.cmp(&b.key));
    }
    Ok(groups)
}

/// One row for each key and gateway.
fn counts(source: &str) -> String {
    let sum = |condition: &str| format!("CAST(sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT)");
    // What arrived was taken, also where the gateway's answer was lost.
    let taken = "submit_ms IS NOT NULL OR state = 'delivered'";
    format!(
        "SELECT k, g, count(*), {}, {}, {}, {}, {}, {}, {}, {}, \
         CAST(sum(CASE WHEN {taken} THEN parts ELSE 0 END) AS BIGINT) FROM {source} GROUP BY k, g",
        sum("state IN ('accepted', 'submitting', 'submitted', 'unknown')"),
        sum(taken),
        sum("state = 'delivered'"),
        sum("state = 'failed'"),
        sum("state = 'expired'"),
        sum("state = 'cancelled'"),
        sum("state = 'dead'"),
        sum("receipt_ms <= 300000"),
    )
}

fn count(row: &Row<'_>, prices: &BTreeMap<String, f64>, groups: &mut BTreeMap<String, Group>) {
    let (Some(key), Some(gateway)) = (row.text(0), row.text(1)) else { return };
    let number = |column| row.integer(column).unwrap_or(0);
    let group = groups.entry(key.to_owned()).or_insert_with(|| Group { cost: Some(0.0), ..Group::default() });
    group.key = key.to_owned();
    group.messages += number(2);
    group.under_way += number(3);
    group.submitted += number(4);
    group.delivered += number(5);
    group.failed += number(6);
    group.expired += number(7);
    group.cancelled += number(8);
    group.dead += number(9);
    // Counted here, made a share in `finish`.
    *group.within_5_minutes_share.get_or_insert(0.0) += number(10) as f64;
    group.parts += number(11);
    let cost = match (number(11), prices.get(gateway)) {
        (0, _) => Some(0.0),
        (parts, price) => price.map(|price| parts as f64 * price),
    };
    group.cost = group.cost.zip(cost).map(|(sum, cost)| sum + cost);
}

/// The values at the ranks of the percentiles, with the rank and the number of values.
fn ranked(source: &str, value: &str) -> String {
    format!(
        "SELECT k, {value}, r, n FROM (SELECT k, {value}, row_number() OVER (PARTITION BY k ORDER BY {value}) AS r, \
         count(*) OVER (PARTITION BY k) AS n FROM {source} WHERE {value} IS NOT NULL) AS ranked \
         WHERE r IN ((n * 50 + 99) / 100, (n * 95 + 99) / 100, (n * 99 + 99) / 100)"
    )
}

fn rank(row: &Row<'_>, value: &str, groups: &mut BTreeMap<String, Group>) {
    let Some(group) = row.text(0).and_then(|key| groups.get_mut(key)) else { return };
    let (Some(ms), Some(rank), Some(n)) = (row.integer(1), row.integer(2), row.integer(3)) else { return };
    let percentiles = if value == "submit_ms" { &mut group.submit_ms } else { &mut group.receipt_ms };
    let percentiles = percentiles.get_or_insert_default();
    // A receipt may be older than the answer to the submission.
    let ms = ms.max(0);
    let at = |percent: i64| rank == (n * percent + 99) / 100;
    for (percent, place) in [(50, &mut percentiles.p50), (95, &mut percentiles.p95), (99, &mut percentiles.p99)] {
        if at(percent) {
            *place = ms;
        }
    }
}

fn finish(mut group: Group, by: By) -> Group {
    let of = group.submitted as f64;
    group.delivered_share = (of > 0.).then(|| group.delivered as f64 / of);
    group.within_5_minutes_share = group.within_5_minutes_share.filter(|_| of > 0.).map(|part| part / of);
    group.key = by.shown(&group.key);
    group
}

#[cfg(test)]
mod tests;
