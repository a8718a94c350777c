//! What a signature is held against: roots, lists, timestamps.

use super::{Signature, archive};
use crate::desk::{Desk, sql};
use crate::failure::problem;
use crate::outside::Outside;
use crate::settings::Lists as Policy;
use ca_authority::Revocation;
use common::problem::Problem;
use common::store::{Row, Store};
use common::timestamp::Timestamp;
use pki::bundle::Bytes;
use pki::crl::Crl;
use pki::evidence::{self, Evidence, Lists, Stamped, Trust, Verdict};
use pki::signed_data::{self, SignedData};
use pki::sm2::DEFAULT_ID;
use pki::timestamp::{Imprint, Token};
use pki::{Certificate, oid};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// Lists are fetched anew after so long: 5 minutes, or sooner where they say so.
const FRESH_MS: i64 = 5 * 60_000;
/// Seconds that other clocks may be ahead.
pub const SKEW_S: i64 = 60;

/// Authorities and their lists.
#[derive(Clone, Debug)]
pub struct Authorities {
    /// Believed.
    pub roots: Vec<Certificate>,
    /// Everything that was told, roots included.
    pub certificates: Vec<Certificate>,
    /// Complete ones with their deltas, and when they were fetched.
    pub lists: Vec<Lists>,
}

impl Authorities {
    /// With those of another time.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        for (all, more) in [(&mut self.roots, others.roots), (&mut self.certificates, others.certificates)] {
            let unknown: Vec<_> = more.into_iter().filter(|one| !all.contains(one)).collect();
            all.extend(unknown);
        }
        let der = |lists: &Lists| {
            [Some(&lists.complete), lists.delta.as_ref()].map(|list| list.map(|list| list.der().to_vec()))
        };
        for lists in others.lists {
            if !self.lists.iter().any(|known| der(known) == der(&lists)) {
                self.lists.push(lists);
            }
        }
        self
    }
}

/// What an authority told, in DER: its certificates, and its lists, each delta behind its complete one.
#[derive(Deserialize, Serialize)]
pub(super) struct Told<T = Bytes> {
    pub certificates: Vec<T>,
    pub lists: Vec<T>,
}

/// Authorities with lists that were fetched at `since` or later.
///
/// # Errors
/// 503 where they cannot be had.
pub async fn authorities<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    since: Timestamp,
) -> Result<Authorities, Problem> {
    let rows = desk.query(sql("SELECT lists, fetched_at FROM {lists} WHERE id = 1")).await?;
    let read = |row: Row<'_>| Some((serde_json::from_str::<Told>(row.text(0)?).ok()?, Timestamp(row.integer(1)?)));
    // Nor from where the clock is ahead of what is judged here.
    let past = |at: Timestamp| at <= desk.now().plus_ms(SKEW_S * 1_000);
    let fresh = |at: Timestamp| at >= since && at.plus_ms(FRESH_MS) > desk.now() && past(at);
    if let Some((told, at)) = rows.first().and_then(read).filter(|(_, at)| fresh(*at)) {
        return told.understood(desk, at);
    }
    let certificates = desk.outside.certificates().await.map_err(problem)?;
    let revoked = revoked(desk).await?;
    let count = i64::try_from(revoked.len()).unwrap_or(i64::MAX);
    let lists = desk.outside.revocations(revoked).await;
    let excused = lists.is_err() && desk.settings.lists == Policy::Open;
    let lists = if excused { Vec::new() } else { lists.map_err(problem)? };
    let [certificates, lists] = [certificates, lists].map(|all| all.into_iter().map(Bytes).collect());
    let told = Told { certificates, lists };
    let found = told.understood(desk, desk.now())?;
    if excused {
        return Ok(found);
    }
    let json = serde_json::to_string(&told).map_err(|error| Problem::internal(error.to_string()))?;
    // Not where somebody was revoked meanwhile.
    let keep = sql("INSERT INTO {lists} (id, lists, fetched_at) SELECT 1, ?1, ?2 \
                    WHERE (SELECT count(*) FROM {certificate} WHERE revoked_at IS NOT NULL) = ?3 \
                    ON CONFLICT (id) DO UPDATE SET lists = ?1, fetched_at = ?2");
    desk.query(keep.bind(json).bind(desk.now().0).bind(count)).await?;
    Ok(found)
}

/// What the hospital itself revoked.
async fn revoked<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Vec<Revocation>, Problem> {
    let find = sql("SELECT serial, revoked_at FROM {certificate} WHERE revoked_at IS NOT NULL");
    let rows = desk.query(find).await?;
    let read = |row: Row<'_>| Some(Revocation { serial: hex::decode(row.text(0)?).ok()?, at_ms: row.integer(1)? });
    Ok(rows.iter().filter_map(read).collect())
}

impl Told {
    /// Read, as of when it was fetched.
    ///
    /// # Errors
    /// 503 for what cannot be read.
    pub fn understood<S: Store, O: Outside>(
        &self,
        desk: &Desk<'_, S, O>,
        fetched_at: Timestamp,
    ) -> Result<Authorities, Problem> {
        let wrong = |why: String| Problem::unavailable("authority_unavailable", why);
        let certificates = self.certificates.iter().map(|der| Certificate::from_der(&der.0));
        let certificates: Result<Vec<_>, _> = certificates.collect();
        let certificates = certificates.map_err(|error| wrong(format!("a certificate: {error}")))?;
        let lists: Result<Vec<_>, _> = self.lists.iter().map(|der| Crl::from_der(&der.0)).collect();
        let lists = lists.map_err(|error| wrong(format!("a list: {error}")))?;
        // A list made after the request came may be of the next second.
        let made = lists.iter().map(Crl::this_update).max().unwrap_or(i64::MIN);
        let at = made.clamp(fetched_at.seconds(), fetched_at.seconds() + SKEW_S);
        let mut pairs: Vec<Lists> = Vec::new();
        for list in lists {
            match pairs.last_mut() {
                Some(last) if list.is_delta() => last.delta = Some(list),
                None if list.is_delta() => return Err(wrong("a delta list without its complete one".to_owned())),
                _ => pairs.push(Lists { complete: list, delta: None, at }),
            }
        }
        let own = |certificate: &&Certificate| certificate.issuer() == certificate.subject();
        let configured = &desk.settings.roots;
        let roots =
            if configured.is_empty() { certificates.iter().filter(own).cloned().collect() } else { configured.clone() };
        Ok(Authorities { roots, certificates, lists: pairs })
    }
}

/// The timestamp of a signature: the one that it has, or a new one; none where none is required and none can be had.
///
/// # Errors
/// 503 where one is required and cannot be had now.
pub async fn stamped<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    signature: &Signature,
    der: &[u8],
) -> Result<Option<Vec<u8>>, Problem> {
    if signature.timestamp.is_some() { Ok(signature.timestamp.clone()) } else { token(desk, der).await }
}

async fn token<S: Store, O: Outside>(desk: &Desk<'_, S, O>, der: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
    // What cannot be read is told by the verdict.
    let Ok(signed) = SignedData::parse(der) else { return Ok(None) };
    let [signer] = signed.signers.as_slice() else { return Ok(None) };
    let digest: [u8; 32] = Sm3::digest(&signer.signature).into();
    // One that came along and is of something else, as of another digest, would stand in the way of a good one.
    let of_this = |imprint: Imprint| imprint == Imprint { algorithm: oid::SM3, digest: digest.to_vec() };
    let along = signer.timestamp.as_deref().and_then(|der| Token::parse(der).ok());
    if along.is_some_and(|token| of_this(token.info.imprint)) {
        return Ok(None);
    }
    match desk.outside.timestamp(&digest).await {
        Ok(token) => Ok(Some(token)),
        Err(_) if !desk.settings.timestamp_required => Ok(None),
        Err(error) => Err(problem(error)),
    }
}

/// A SignedData as a PDF has it: without its content, and with a timestamp inside where one is required or can be had. What
/// cannot be read stays as it is, for the verdict to tell.
///
/// # Errors
/// 503 where one is required and cannot be had now.
pub async fn embedded<S: Store, O: Outside>(desk: &Desk<'_, S, O>, der: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let token = token(desk, &der).await?;
    Ok(signed_data::embedded(&der, token.as_deref()).unwrap_or(der))
}

/// Verifies a signature that was made now.
///
/// # Errors
/// 503 where lists cannot be had.
pub async fn verify<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    content: &[u8],
    signature: &Signature,
    der: &[u8],
    timestamp: Option<&[u8]>,
) -> Result<Verdict, Problem> {
    let authorities = authorities(desk, Timestamp(i64::MIN)).await?;
    let evidence = Evidence { content, signed_data: der, timestamp, stamped: Stamped::Signature };
    Ok(held_against(desk, &evidence, &authorities, Some(&signature.certificate)))
}

/// Judges evidence, which may be old.
///
/// # Errors
/// The store's.
pub async fn judged<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    evidence: &Evidence<'_>,
    authorities: &Authorities,
) -> Result<Verdict, Problem> {
    let verdict = held_against(desk, evidence, authorities, None);
    let Some(then) = archive::of_then(desk, &verdict).await? else { return Ok(verdict) };
    let authorities = authorities.clone().and(then);
    // A list from before the signature could not tell that the certificate stood then.
    Ok(evidence::verify(evidence, &Trust { lists_after: true, ..trust(desk, &authorities) }))
}

/// Judges evidence by what is at hand; under the policy `open` the lack of lists alone does not fail it.
#[must_use]
pub fn held_against<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    evidence: &Evidence<'_>,
    authorities: &Authorities,
    signer: Option<&Certificate>,
) -> Verdict {
    let trust = Trust { signer, ..trust(desk, authorities) };
    let mut verdict = evidence::verify(evidence, &trust);
    if desk.settings.lists == Policy::Open && authorities.lists.is_empty() {
        verdict.report.excuse("crl_missing");
    }
    verdict
}

fn trust<'a, S: Store, O: Outside>(desk: &Desk<'_, S, O>, authorities: &'a Authorities) -> Trust<'a> {
    Trust {
        roots: &authorities.roots,
        timestamp_roots: &authorities.roots,
        between: &authorities.certificates,
        lists: &authorities.lists,
        lists_after: false,
        signer: None,
        timestamp_required: desk.settings.timestamp_required,
        user_id: DEFAULT_ID,
        now: desk.now().seconds() + SKEW_S,
    }
}
