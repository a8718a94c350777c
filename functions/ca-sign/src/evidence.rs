//! `GET documents/{id}/evidence`: what proves a document offline, for `cargo xtask verify-evidence` and anybody else.

use crate::desk::{Desk, sql};
use crate::document::row::{Document, find};
use crate::outside::Outside;
use crate::signature::{self, Signature, State, archive, trust};
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Row, Store};
use common::timestamp::Timestamp;
use pki::bundle::{self, Bundle, Bytes, Format, List, Policy, Time};
use pki::evidence::{Evidence, Stamped};
use pki::sm2::DEFAULT_ID;
use serde_json::json;

/// Entries of the audit log, at most.
const ENTRIES: i64 = 500;

/// The bundle.
///
/// # Errors
/// 403, 409 `not_signed`, 503.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    let document = find(desk, caller, id).await?;
    let signed: Vec<Signature> =
        signature::of(desk, id).await?.into_iter().filter(|signature| signature.state == State::Signed).collect();
    if signed.is_empty() {
        return Err(Problem::new(409, "not_signed", "文书还没有签名", "nobody has signed this document yet"));
    }
    let bundle = bundle(desk, &document, &signed).await?;
    desk.change(&caller.actor(), "document.evidence", id, "ok", Vec::new()).await?;
    let reply = Reply::json(200, &bundle)?;
    Ok(reply.with(http::header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{id}.evidence.json\"")))
}

/// A document with all that proves its signatures. The lists are of after the last signature: one from before could not
/// tell that a certificate still stood. Where a certificate has expired since, those of its time come along.
///
/// # Errors
/// 503 where lists cannot be had.
pub async fn bundle<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &Document,
    signed: &[Signature],
) -> Result<Bundle, Problem> {
    let last = signed.iter().filter_map(|signature| signature.stamped_at).max().unwrap_or(Timestamp(i64::MIN));
    let now = trust::authorities(desk, last).await?;
    let mut authorities = now.clone();
    for signature in signed {
        let evidence = Evidence {
            content: &document.content,
            signed_data: signature.signed_data.as_deref().unwrap_or_default(),
            timestamp: signature.timestamp.as_deref(),
            stamped: Stamped::Signature,
        };
        let verdict = trust::held_against(desk, &evidence, &now, Some(&signature.certificate));
        if let Some(then) = archive::of_then(desk, &verdict).await? {
            authorities = authorities.and(then);
        }
    }
    let lists = authorities.lists.iter().map(|lists| List {
        complete: Bytes(lists.complete.der().to_vec()),
        delta: lists.delta.as_ref().map(|delta| Bytes(delta.der().to_vec())),
        fetched_at: Time(lists.at),
    });
    let signatures = signed.iter().map(|signature| bundle::Signature {
        role: signature.role.name().to_owned(),
        signer: Bytes(signature.certificate.der().to_vec()),
        signed_data: Bytes(signature.signed_data.clone().unwrap_or_default()),
        timestamp: signature.timestamp.clone().map(Bytes),
        signed_at: Time(signature.stamped_at.unwrap_or(signature.created_at).seconds()),
    });
    Ok(Bundle {
        format: Format::One,
        document: bundle::Document {
            id: document.id.clone(),
            kind: document.kind.name().to_owned(),
            version: u32::try_from(document.number).unwrap_or(u32::MAX),
        },
        content: Bytes(document.content.clone()),
        signatures: signatures.collect(),
        certificates: authorities.certificates.iter().map(|certificate| Bytes(certificate.der().to_vec())).collect(),
        lists: lists.collect(),
        audit: audit(desk, &document.id).await?,
        policy: Policy { timestamp_required: desk.settings.timestamp_required, user_id: DEFAULT_ID.to_owned() },
    })
}

async fn audit<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Vec<String>, Problem> {
    let find = sql("SELECT id, at, request_id, actor, action, object, result, seq, hash FROM {audit} \
                    WHERE object = ?1 ORDER BY id LIMIT ?2");
    let rows = desk.query(find.bind(id).bind(ENTRIES)).await?;
    let line = |row: Row<'_>| {
        json!({"id": row.text(0), "at": row.integer(1), "request_id": row.text(2), "actor": row.text(3),
               "action": row.text(4), "object": row.text(5), "result": row.text(6), "seq": row.integer(7), "hash": row.text(8)})
        .to_string()
    };
    Ok(rows.iter().map(line).collect())
}
