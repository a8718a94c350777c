//! Holds every signature of a bundle against roots that somebody trusts.

use super::{Bundle, Error, Signature};
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::evidence::{self, Evidence, Lists, Stamped, Trust, Verdict};

/// Whose word tells how new the lists are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newness {
    /// Their authorities' alone: what they signed as `thisUpdate`. For whoever was handed the bundle.
    AsIssued,
    /// The bundle's too: `fetched_at`. For whoever fetched the lists and made the bundle himself.
    AsFetched,
}

/// What became of one signature.
#[derive(Clone, Debug)]
pub struct Judged {
    /// As what somebody signed.
    pub role: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges all signatures at `now`. A bundle is proved if there are some and every report is ok.
///
/// # Errors
/// When a certificate or a list of the bundle cannot be read.
pub fn verify(bundle: &Bundle, roots: &[Certificate], newness: Newness, now: i64) -> Result<Vec<Judged>, Error> {
    let between = certificates(bundle)?;
    let lists = bundle.lists.iter().map(|list| {
        let complete = Crl::from_der(&list.complete.0)?;
        let delta = list.delta.as_ref().map(|delta| Crl::from_der(&delta.0)).transpose()?;
        let at = match newness {
            Newness::AsIssued => issued(&complete, delta.as_ref()),
            Newness::AsFetched => list.fetched_at.0,
        };
        Ok(Lists { complete, delta, at })
    });
    let lists: Vec<Lists> = lists.collect::<Result<_, _>>().map_err(Error::List)?;
    let trust = Trust {
        roots,
        timestamp_roots: roots,
        between: &between,
        lists: &lists,
        lists_after: true,
        signer: None,
        timestamp_required: bundle.policy.timestamp_required,
        user_id: &bundle.policy.user_id,
        now,
    };
    let judge = |signature: &Signature| {
        let signer = Certificate::from_der(&signature.signer.0).map_err(Error::Certificate)?;
        let evidence = Evidence {
            content: &bundle.content.0,
            signed_data: &signature.signed_data.0,
            timestamp: signature.timestamp.as_ref().map(|timestamp| timestamp.0.as_slice()),
            stamped: Stamped::Signature,
        };
        let trust = Trust { signer: Some(&signer), ..trust.clone() };
        let mut verdict = evidence::verify(&evidence, &trust);
        if verdict.stamped.is_none() {
            // Nothing proves when it was signed: certificates and lists must stand today.
            let today: Vec<Lists> = lists.iter().map(|lists| Lists { at: now, ..lists.clone() }).collect();
            verdict = evidence::verify(&evidence, &Trust { lists: &today, ..trust });
        }
        Ok(Judged { role: signature.role.clone(), verdict })
    };
    bundle.signatures.iter().map(judge).collect()
}

/// What an authority's newest list says of its own age. A signature that does not hold is told by the verdict.
fn issued(complete: &Crl, delta: Option<&Crl>) -> i64 {
    delta.map_or(complete.this_update(), |delta| complete.this_update().max(delta.this_update()))
}

fn certificates(bundle: &Bundle) -> Result<Vec<Certificate>, Error> {
    let certificates = bundle.certificates.iter().map(|der| Certificate::from_der(&der.0));
    certificates.collect::<Result<_, _>>().map_err(Error::Certificate)
}

/// The bundle's own roots: they prove only that it is whole, for anybody can make himself a root.
///
/// # Errors
/// When a certificate of the bundle cannot be read.
pub fn self_issued(bundle: &Bundle) -> Result<Vec<Certificate>, Error> {
    let mut certificates = certificates(bundle)?;
    certificates.retain(|certificate| certificate.issuer() == certificate.subject());
    Ok(certificates)
}
