//! Everything that proves one signature, judged at once: content, SignedData, signer, timestamp, path and revocation.

use crate::asn1::{sequence, text};
use crate::certificate::Certificate;
use crate::chain::{self, Purpose};
use crate::crl::{self, Crl, Status};
use crate::report::Report;
use crate::signed_data::{self, SignedData};
use crate::timestamp::{self, Token};
use sm3::{Digest, Sm3};

/// What was kept of one signature.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The bytes that were to be signed.
    pub content: &'a [u8],
    /// The SignedData in DER.
    pub signed_data: &'a [u8],
    /// The timestamp in DER: a token, or the authority's answer. None where it is among the unsigned attributes, or there is none.
    pub timestamp: Option<&'a [u8]>,
    /// What was stamped.
    pub stamped: Stamped,
}

/// What a timestamp is of. A timestamp of the content alone proves nothing of the signature: it may have been made when
/// the certificate no longer stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// The signature (RFC 3161, appendix A).
    Signature,
    /// The SignedData.
    SignedData,
}

/// An authority's lists: the complete one and the newest delta.
#[derive(Clone, Debug)]
pub struct Lists {
    /// Complete.
    pub complete: Crl,
    /// Delta, where the authority issues them.
    pub delta: Option<Crl>,
    /// When they were fetched, or issued: they must have been current then.
    pub at: i64,
}

/// What evidence is held against.
#[derive(Clone, Debug)]
pub struct Trust<'a> {
    /// Whom to trust for signers.
    pub roots: &'a [Certificate],
    /// Whom to trust for timestamps.
    pub timestamp_roots: &'a [Certificate],
    /// Certificates that did not come along.
    pub between: &'a [Certificate],
    /// Those of every authority on a path, the roots included; several where an authority's list is in parts, or there are
    /// lists of several times. What one of them tells counts.
    pub lists: &'a [Lists],
    /// Whether only a list from after the time that is proved can tell that a certificate stood.
    pub lists_after: bool,
    /// Who is to have signed; none where anybody below the roots may have.
    pub signer: Option<&'a Certificate>,
    /// Whether evidence without a timestamp fails; else it is judged as of now.
    pub timestamp_required: bool,
    /// The user id that the signer signed with.
    pub user_id: &'a str,
    /// The present; add what other clocks may be ahead.
    pub now: i64,
}

/// The point of what became of the certificates behind the timestamp.
const STAMPER: &str = "timestamp_revocation";

/// What became of evidence.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Point by point: `signed_data`, `signature`, `signer`, `timestamp`, `timestamp_revocation`, `chain` and
    /// `revocation`. Points that hang on one that failed are left out.
    pub report: Report,
    /// Whose signature holds. To be trusted only if the report is ok.
    pub signer: Option<Certificate>,
    /// The time that the timestamp proves.
    pub stamped: Option<i64>,
    /// Certificates of its paths that have expired, and of which the lists do not tell any more: those of their time may.
    pub forgotten: Vec<Certificate>,
}

/// Judges evidence; path and revocation as of the time that the timestamp proves.
#[must_use]
pub fn verify(evidence: &Evidence<'_>, trust: &Trust<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    judge(evidence, trust, &mut verdict);
    verdict
}

/// None where the points that are left hang on one that failed.
fn judge(evidence: &Evidence<'_>, trust: &Trust<'_>, verdict: &mut Verdict) -> Option<()> {
    let report = &mut verdict.report;
    let signed = match SignedData::parse(evidence.signed_data) {
        Ok(signed) => signed,
        Err(error) => return fails(report, "signed_data", error.code(), error),
    };
    report.holds("signed_data", "SignedData in DER");
    let expected = signed_data::Expected {
        user_id: trust.user_id,
        certificates: trust.between,
        ..signed_data::Expected::content(evidence.content, trust.now)
    };
    let verified = match signed.verify(&expected) {
        Ok(verified) => verified,
        Err(error) => return fails(report, "signature", error.code(), error),
    };
    report.holds("signature", "SM2 with SM3 over the content");
    let [signer] = verified.as_slice() else {
        return fails(report, "signer", "not_one_signer", "there is not exactly one signer");
    };
    if trust.signer.is_some_and(|wanted| wanted != signer.certificate) {
        fails::<()>(report, "signer", "signer_not_expected", "another certificate signed than the one expected");
    } else {
        report.holds("signer", "one signer");
    }
    verdict.signer = Some(signer.certificate.clone());
    let time = match evidence.timestamp.or(signer.signer.timestamp.as_deref()) {
        None if trust.timestamp_required => {
            return fails(report, "timestamp", "timestamp_missing", "there is no timestamp");
        }
        None => trust.now,
        Some(der) => {
            let time = stamp(der, evidence, trust, signer.signer, report, &mut verdict.forgotten)?;
            *verdict.stamped.insert(time)
        }
    };
    let between = [&signed.certificates, trust.between].concat();
    let path = match chain::path(signer.certificate, &between, trust.roots, Purpose::Signing, time) {
        Ok(path) => path,
        Err(error) => return fails(report, "chain", error.code(), error),
    };
    report.holds("chain", format!("{} certificates to a trusted root", path.len()));
    revocation("revocation", &path, trust, time, report, &mut verdict.forgotten);
    Some(())
}

/// The time that the timestamp proves.
fn stamp(
    der: &[u8],
    evidence: &Evidence<'_>,
    trust: &Trust<'_>,
    signer: &signed_data::Signer,
    report: &mut Report,
    forgotten: &mut Vec<Certificate>,
) -> Option<i64> {
    let stamped = match evidence.stamped {
        Stamped::Signature => &signer.signature,
        Stamped::SignedData => evidence.signed_data,
    };
    let expected = timestamp::Expected {
        between: trust.between,
        ..timestamp::Expected::digest(Sm3::digest(stamped).into(), trust.timestamp_roots, trust.now)
    };
    // A token begins with its content type, an answer with its status.
    let is_token = sequence(der).is_ok_and(|body| body.first() == Some(&0x06));
    let token = if is_token { Token::parse(der) } else { Token::from_answer(der) };
    let verified = match token.and_then(|token| token.verify(&expected)) {
        Ok(verified) => verified,
        Err(error) => return fails(report, "timestamp", error.code(), error),
    };
    report.holds("timestamp", format!("stamped at {}", text(verified.time)));
    let path: Vec<&Certificate> = verified.path.iter().collect();
    revocation(STAMPER, &path, trust, verified.time, report, forgotten);
    Some(verified.time)
}

/// Whether each certificate of a path stood at that time; the root's own is not asked after.
fn revocation(
    point: &'static str,
    path: &[&Certificate],
    trust: &Trust<'_>,
    time: i64,
    report: &mut Report,
    forgotten: &mut Vec<Certificate>,
) {
    let mut failure = None;
    for (place, (certificate, authority)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        let stands = |status: Status| {
            if place == 0 && point == STAMPER { status.of_stamper_at(time) } else { status.at(time) }
        };
        if let Err((code, why)) = stood(certificate, authority, trust, stands, time) {
            if code != crl::REVOKED && certificate.not_after() < trust.now {
                forgotten.push((*certificate).clone());
            }
            failure = failure.filter(|_| code != crl::REVOKED).or(Some((code, why)));
        }
    }
    match failure {
        None => report.holds(point, "no certificate of the path had been revoked"),
        Some((code, why)) => report.fails(point, code, why),
    }
}

/// Whether one certificate did, or the code and the words of why not.
fn stood(
    certificate: &Certificate,
    authority: &Certificate,
    trust: &Trust<'_>,
    stands: impl Fn(Status) -> Result<(), &'static str>,
    time: i64,
) -> Result<(), (&'static str, String)> {
    let (mut good, mut unknown) = (false, None);
    for lists in trust.lists.iter().filter(|lists| lists.complete.issuer() == authority.subject()) {
        match told(certificate, authority, lists, trust, time) {
            Status::Unknown(error) => unknown = unknown.filter(|told| weighty(*told)).or(Some(error)),
            // An authority may have several lists: revoked in one is revoked.
            status => {
                stands(status).map_err(|code| (code, "a certificate had been revoked".to_owned()))?;
                good = true;
            }
        }
    }
    match unknown {
        _ if good => Ok(()),
        Some(error) => Err((error.code(), error.to_string())),
        None => Err(("crl_missing", "there is no revocation list of an authority".to_owned())),
    }
}

/// What an authority's lists tell of a certificate and that time.
fn told(certificate: &Certificate, authority: &Certificate, lists: &Lists, trust: &Trust<'_>, time: i64) -> Status {
    let Lists { complete, delta, at } = lists;
    match crl::status(certificate, authority, complete, delta.as_ref(), *at) {
        Status::Unknown(error) => Status::Unknown(error),
        _ if *at > trust.now => Status::Unknown(crl::Error::NotYetValid),
        Status::Good if trust.lists_after && *at < time => Status::Unknown(crl::Error::BeforeSignature),
        status => status,
    }
}

/// Where several lists do not tell, lists of another time may.
const fn weighty(error: crl::Error) -> bool {
    matches!(error, crl::Error::AfterExpiry | crl::Error::BeforeSignature)
}

fn fails<T>(report: &mut Report, point: &'static str, code: &'static str, why: impl ToString) -> Option<T> {
    report.fails(point, code, why.to_string());
    None
}
