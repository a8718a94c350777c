//! Holds every signature of a bundle against roots that somebody trusts.

use super::{Bundle, Error, Signature};
use crate::asn1::text;
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
    /// The verdict; its report has the point `lists` besides those of [`evidence`].
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
        Ok(Lists { complete, delta })
    });
    let lists: Vec<Lists> = lists.collect::<Result<_, _>>().map_err(Error::List)?;
    let times: Vec<i64> = match newness {
        Newness::AsIssued => lists.iter().map(issued).collect(),
        Newness::AsFetched => bundle.lists.iter().map(|list| list.fetched_at.0).collect(),
    };
    let trust = Trust {
        roots,
        timestamp_roots: roots,
        between: &between,
        lists: &lists,
        // All must have been current when the last of them came.
        lists_at: times.iter().copied().max().unwrap_or(now),
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
            verdict = evidence::verify(&evidence, &Trust { lists_at: now, ..trust });
        }
        judge_lists(newness, &times, now, &mut verdict);
        Ok(Judged { role: signature.role.clone(), verdict })
    };
    bundle.signatures.iter().map(judge).collect()
}

/// What an authority's newest list says of its own age. A signature that does not hold is told by the verdict.
fn issued(lists: &Lists) -> i64 {
    let complete = lists.complete.this_update();
    lists.delta.as_ref().map_or(complete, |delta| complete.max(delta.this_update()))
}

/// A list from before the signature cannot tell that the certificate stood when it was made.
fn judge_lists(newness: Newness, times: &[i64], now: i64, verdict: &mut Verdict) {
    let Some(stamped) = verdict.stamped else { return };
    let report = &mut verdict.report;
    for at in times.iter().copied() {
        if at < stamped {
            return match newness {
                Newness::AsFetched => {
                    report.fails("lists", "lists_before_signature", "a list is from before the signature");
                }
                Newness::AsIssued => report.fails(
                    "lists",
                    "lists_issued_before_signature",
                    format!(
                        "a list was issued on {}, before the signature was stamped on {}: \
                         get the evidence again once its authority has issued a newer one",
                        text(at),
                        text(stamped)
                    ),
                ),
            };
        }
        if at > now {
            return report.fails("lists", "lists_in_future", format!("a list is of {}", text(at)));
        }
    }
    report.holds(
        "lists",
        match newness {
            Newness::AsIssued => "issued after the signature was stamped",
            Newness::AsFetched => "fetched after the signature was stamped",
        },
    );
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
