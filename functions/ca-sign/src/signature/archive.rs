//! Authorities' lists of former days. An authority may leave out what has expired (RFC 5280, 5): whether a certificate stood
//! when something was signed is told, years later, by a list from before its end.

use super::trust::{Authorities, Told, authorities};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use pki::bundle::Bytes;
use sm3::{Digest, Sm3};

/// Lists are kept once an hour.
const EVERY_MS: i64 = 3_600_000;

/// Keeps the lists of now, where it is time to and something was ever signed.
///
/// # Errors
/// 503 where lists cannot be had.
pub async fn keep<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<bool, Problem> {
    let due = sql("SELECT 1 WHERE EXISTS (SELECT 1 FROM {signature} WHERE state = 'signed') \
                   AND NOT EXISTS (SELECT 1 FROM {archive} WHERE fetched_at > ?1)");
    if desk.query(due.bind(desk.now().0 - EVERY_MS)).await?.rows.is_empty() {
        return Ok(false);
    }
    let now = authorities(desk, desk.now()).await?;
    if now.lists.is_empty() {
        return Ok(false);
    }
    let lists = now.lists.iter().flat_map(|lists| [Some(&lists.complete), lists.delta.as_ref()]).flatten();
    let mut changes = Vec::new();
    // Most are the same as an hour ago.
    let mut kept = |der: &[u8]| {
        let digest = hex::encode(Sm3::digest(der));
        let keep = sql("INSERT INTO {archived} (digest, der) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING");
        changes.push(keep.bind(&*digest).bind(der.to_vec()));
        digest
    };
    let named = Told {
        certificates: now.certificates.iter().map(|certificate| kept(certificate.der())).collect(),
        lists: lists.map(|list| kept(list.der())).collect(),
    };
    let named = serde_json::to_string(&named).map_err(|error| Problem::internal(error.to_string()))?;
    let keep = sql("INSERT INTO {archive} (fetched_at, told) VALUES (?1, ?2) ON CONFLICT (fetched_at) DO NOTHING");
    changes.push(keep.bind(desk.now().0).bind(named));
    desk.store.transact(changes).await?;
    Ok(true)
}

/// The last that was kept from `since` to `until`, or else the first after it; seconds.
///
/// # Errors
/// The store's.
pub async fn between<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    since: i64,
    until: i64,
) -> Result<Option<Authorities>, Problem> {
    let (since, until) = (since.saturating_mul(1_000), until.saturating_mul(1_000));
    let find = sql("SELECT told, fetched_at FROM {archive} WHERE fetched_at >= ?1 \
                    ORDER BY CASE WHEN fetched_at <= ?2 THEN ?2 - fetched_at ELSE fetched_at END LIMIT 1");
    let rows = desk.query(find.bind(since).bind(until)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let broken = || Problem::internal("an archive row is malformed");
    let named: Told<String> = row.text(0).and_then(|text| serde_json::from_str(text).ok()).ok_or_else(broken)?;
    let at = row.integer(1).map(Timestamp).ok_or_else(broken)?;
    let told = Told { certificates: bytes(desk, named.certificates).await?, lists: bytes(desk, named.lists).await? };
    told.understood(desk, at).map(Some)
}

async fn bytes<S: Store, O: Outside>(desk: &Desk<'_, S, O>, digests: Vec<String>) -> Result<Vec<Bytes>, Problem> {
    let mut all = Vec::with_capacity(digests.len());
    for digest in digests {
        let rows = desk.query(sql("SELECT der FROM {archived} WHERE digest = ?1").bind(digest)).await?;
        let der = rows.first().and_then(|row| row.blob(0).map(<[u8]>::to_vec));
        all.push(Bytes(der.ok_or_else(|| Problem::internal("an archived list is gone"))?));
    }
    Ok(all)
}
