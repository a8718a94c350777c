//! Authorities' lists of former days. An authority may leave out what has expired (RFC 5280, 5): whether a certificate stood
//! when something was signed is told, years later, by the last list from before its end, and by the first from after it, which
//! has to name what was revoked in between (RFC 5280, 3.3).

use super::trust::{Authorities, Told, authorities};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use pki::Certificate;
use pki::bundle::Bytes;
use pki::crl::Crl;
use pki::evidence::{Lists, Verdict};
use sm3::{Digest, Sm3};

/// Lists are looked at once an hour.
const EVERY_MS: i64 = 3_600_000;
/// And again after so long where they could not be had.
const AGAIN_MS: i64 = 5 * 60_000;

/// Keeps the lists of now, where it is time to and something was ever signed.
///
/// # Errors
/// 503 where lists cannot be had.
pub async fn keep<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<bool, Problem> {
    let now = desk.now().0;
    let claim = sql("INSERT INTO {archive_due} (id, due_at) SELECT 1, ?1 \
                     WHERE EXISTS (SELECT 1 FROM {signature} WHERE state = 'signed') ON CONFLICT (id) DO UPDATE \
                     SET due_at = ?1 WHERE {archive_due}.due_at <= ?2 OR {archive_due}.due_at > ?3 RETURNING id");
    let claim = claim.bind(now + AGAIN_MS).bind(now).bind(now + EVERY_MS);
    if desk.query(claim).await?.first().is_none() {
        return Ok(false);
    }
    let mut found = authorities(desk, desk.now()).await?;
    let current = |list: &Crl| list.next_update().is_some_and(|next| next >= desk.now().seconds());
    let count = found.lists.len();
    found.lists.retain(|lists| all(std::slice::from_ref(lists)).all(current));
    if found.lists.len() < count {
        let why = format!("{} of {count} lists are out of date and were not kept", count - found.lists.len());
        desk.call.note(&Problem::unavailable("crl_expired", why));
    }
    if found.lists.is_empty() {
        return Ok(false);
    }
    // Where all keep what expires, the newest will always tell.
    let forgets = |lists: &Lists| lists.complete.expired_since().is_none_or(|since| since > desk.now().seconds());
    let mut changes = if found.lists.iter().any(forgets) { set(desk, &found)? } else { Vec::new() };
    let kept = !changes.is_empty();
    changes.push(sql("UPDATE {archive_due} SET due_at = ?1 WHERE id = 1").bind(now + EVERY_MS));
    desk.store.transact(changes).await?;
    Ok(kept)
}

fn all(lists: &[Lists]) -> impl Iterator<Item = &Crl> {
    lists.iter().flat_map(|lists| [Some(&lists.complete), lists.delta.as_ref()]).flatten()
}

/// The statements that keep certificates and lists as they are now. While they stay the same it is one set, last seen now.
fn set<S: Store, O: Outside>(desk: &Desk<'_, S, O>, found: &Authorities) -> Result<Vec<Statement>, Problem> {
    let mut changes = Vec::new();
    let mut kept = |der: &[u8]| {
        let digest = hex::encode(Sm3::digest(der));
        let keep = sql("INSERT INTO {archived} (digest, der) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING");
        changes.push(keep.bind(&*digest).bind(der.to_vec()));
        digest
    };
    let told = Told {
        certificates: found.certificates.iter().map(|certificate| kept(certificate.der())).collect(),
        lists: all(&found.lists).map(|list| kept(list.der())).collect(),
    };
    let told = serde_json::to_string(&told).map_err(|error| Problem::internal(error.to_string()))?;
    let set = hex::encode(Sm3::digest(&told));
    let keep = sql("INSERT INTO {archive} (id, told, seen_at) VALUES (?1, ?2, ?3) \
                    ON CONFLICT (id) DO UPDATE SET seen_at = ?3");
    changes.push(keep.bind(&*set).bind(told).bind(desk.now().0));
    for lists in &found.lists {
        let age = sql("INSERT INTO {archive_age} (id, issuer, complete_at, newest_at) VALUES (?1, ?2, ?3, ?4) \
                       ON CONFLICT (id, issuer, complete_at, newest_at) DO NOTHING");
        let complete = lists.complete.this_update();
        let newest = lists.delta.as_ref().map_or(complete, |delta| delta.this_update().max(complete));
        let age = age.bind(&*set).bind(issuer(lists.complete.issuer()));
        changes.push(age.bind(complete).bind(newest));
    }
    Ok(changes)
}

/// What lists of an issuer are found by.
fn issuer(name: &[u8]) -> String {
    hex::encode(Sm3::digest(name))
}

/// Authorities with the lists that can tell of certificates that were forgotten since; none unless there are some for each.
///
/// # Errors
/// The store's.
pub async fn of_then<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    verdict: &Verdict,
) -> Result<Option<Authorities>, Problem> {
    if verdict.report.ok() {
        return Ok(None);
    }
    let mut then: Option<Authorities> = None;
    for certificate in &verdict.forgotten {
        let Some(before) = around(desk, certificate, Side::Before).await? else { return Ok(None) };
        let after = around(desk, certificate, Side::After).await?;
        for found in [Some(before), after].into_iter().flatten() {
            then = Some(match then {
                Some(then) => then.and(found),
                None => found,
            });
        }
    }
    Ok(then)
}

/// On which side of a certificate's end a list was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Side {
    /// The sets whose lists of an issuer may be there, the nearest first.
    const fn sets(self) -> &'static str {
        match self {
            Self::Before => {
                "GROUP BY kept.id HAVING max(newest_at) <= ?2 ORDER BY max(newest_at) DESC, seen_at DESC LIMIT 1"
            }
            // Where lists are in parts, the first is perhaps of another part.
            Self::After => {
                "AND complete_at > ?2 GROUP BY kept.id ORDER BY min(complete_at), min(newest_at), seen_at LIMIT 64"
            }
        }
    }
}

/// The nearest set that has a list for such a certificate on that side of its end, with that list alone.
async fn around<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    certificate: &Certificate,
    side: Side,
) -> Result<Option<Authorities>, Problem> {
    let find = sql(&format!(
        "SELECT told, seen_at FROM {{archive}} AS kept JOIN {{archive_age}} AS age ON age.id = kept.id \
         WHERE issuer = ?1 {}",
        side.sets()
    ));
    let end = certificate.not_after();
    let rows = desk.query(find.bind(issuer(certificate.issuer())).bind(end)).await?;
    for row in rows.iter() {
        let read =
            |row: Row<'_>| Some((serde_json::from_str::<Told<String>>(row.text(0)?).ok()?, Timestamp(row.integer(1)?)));
        let (named, at) = read(row).ok_or_else(|| Problem::internal("an archive row is malformed"))?;
        let told =
            Told { certificates: bytes(desk, named.certificates).await?, lists: bytes(desk, named.lists).await? };
        let mut found = told.understood(desk, at)?;
        found.lists.retain(|lists| {
            let complete = &lists.complete;
            let there = if complete.this_update() > end { Side::After } else { Side::Before };
            complete.issuer() == certificate.issuer() && complete.covers(certificate) && there == side
        });
        if !found.lists.is_empty() {
            return Ok(Some(found));
        }
    }
    Ok(None)
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
