//! Everything that proves one signature, judged at once: content, SignedData, signer, timestamp, path and revocation.

use crate::asn1::{sequence, text};
use crate::certificate::Certificate;
use crate::chain::{self, Purpose};
use crate::crl::{self, Crl};
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
    /// Those of every authority on a path, the roots included; several where an authority's list is in parts.
    pub lists: &'a [Lists],
    /// When the lists were fetched: they must have been current then.
    pub lists_at: i64,
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
        Some(der) => *verdict.stamped.insert(stamp(der, evidence, trust, signer.signer, report)?),
    };
    let between = [&signed.certificates, trust.between].concat();
    let path = match chain::path(signer.certificate, &between, trust.roots, Purpose::Signing, time) {
        Ok(path) => path,
        Err(error) => return fails(report, "chain", error.code(), error),
    };
    report.holds("chain", format!("{} certificates to a trusted root", path.len()));
    revocation("revocation", &path, trust, time, report);
    Some(())
}

/// The time that the timestamp proves.
fn stamp(
    der: &[u8],
    evidence: &Evidence<'_>,
    trust: &Trust<'_>,
    signer: &signed_data::Signer,
    report: &mut Report,
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
    revocation(STAMPER, &path, trust, verified.time, report);
    Some(verified.time)
}

/// Whether each certificate of a path stood at that time; the root's own is not asked after.
fn revocation(point: &'static str, path: &[&Certificate], trust: &Trust<'_>, time: i64, report: &mut Report) {
    for (place, (certificate, authority)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        let lists = trust.lists.iter().filter(|lists| lists.complete.issuer() == authority.subject());
        let asked = lists.map(|Lists { complete, delta }| {
            crl::status(certificate, authority, complete, delta.as_ref(), trust.lists_at)
        });
        let Some(status) = asked.reduce(weightier) else {
            fails::<()>(report, point, "crl_missing", "there is no revocation list of an authority");
            return;
        };
        let stands = if place == 0 && point == STAMPER { status.of_stamper_at(time) } else { status.at(time) };
        if let Err(code) = stands {
            let why = match status {
                crl::Status::Unknown(error) => error.to_string(),
                crl::Status::Good | crl::Status::Revoked { .. } => "a certificate had been revoked".to_owned(),
            };
            fails::<()>(report, point, code, why);
            return;
        }
    }
    report.holds(point, "no certificate of the path had been revoked");
}

/// An authority may have several lists, each for a part of its certificates: revoked in one is revoked.
const fn weightier(one: crl::Status, other: crl::Status) -> crl::Status {
    match (one, other) {
        (crl::Status::Unknown(_), _) | (crl::Status::Good, crl::Status::Revoked { .. }) => other,
        _ => one,
    }
}

fn fails<T>(report: &mut Report, point: &'static str, code: &'static str, why: impl ToString) -> Option<T> {
    report.fails(point, code, why.to_string());
    None
}
