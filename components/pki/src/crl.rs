//! Revocation lists and delta lists (RFC 5280, 5 and 6.3; GM/T 0015): whether a certificate stands, and since when not.
//!
//! Whoever asks gives a complete list and, where the authority issues them, the newest delta. What cannot be told from
//! these is unknown, with the reason; unknown is never good.

mod entry;
mod scope;

use crate::asn1::{Signed, plain, seconds};
use crate::certificate::Certificate;
use crate::extensions::Rights;
use crate::{oid, sm2};
use const_oid::ObjectIdentifier;
use der::{Decode, Encode};
use entry::Entry;
use scope::Scope;
use std::fmt;
use x509_cert::crl::TbsCertList;
use x509_cert::ext::pkix::CrlNumber;

pub use x509_cert::ext::pkix::CrlReason as Reason;

/// A list may have this many bytes: some 800,000 entries.
pub const MAX_BYTES: usize = 32 << 20;

/// What is wrong with a list, or why it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// Not one list in DER, or something follows it.
    Malformed,
    /// The algorithm outside differs from the one inside.
    AlgorithmsDiffer,
    /// The certificate is not of this authority.
    CertificateOfAnother,
    /// The list is of another authority.
    ListOfAnother,
    /// The authority's key is not for lists: no cRLSign.
    NotListSigner,
    /// The signature is not the authority's.
    Signature(sm2::Error),
    /// thisUpdate is in the future.
    NotYetValid,
    /// nextUpdate has passed.
    Expired,
    /// There is no nextUpdate: nobody knows how long to believe the list.
    NoNextUpdate,
    /// A critical extension of the list or of the entry is not known here.
    UnknownCriticalExtension,
    /// The list is for other certificates or other reasons.
    OutOfScope,
    /// A delta where the complete list should be.
    DeltaWithoutBase,
    /// A complete list where the delta should be.
    NotDelta,
    /// The delta builds on a newer list than the complete one at hand, or has no number to compare.
    DeltaOfAnotherBase,
    /// The delta is for another set of certificates than the complete list.
    DeltaScope,
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "crl_too_large",
            Self::Malformed => "crl_malformed",
            Self::AlgorithmsDiffer => "crl_algorithms_differ",
            Self::CertificateOfAnother => "crl_certificate_of_another_issuer",
            Self::ListOfAnother => "crl_issuer_wrong",
            Self::NotListSigner => "crl_signer_key_usage_wrong",
            Self::Signature(_) => "crl_signature_wrong",
            Self::NotYetValid => "crl_not_yet_valid",
            Self::Expired => "crl_expired",
            Self::NoNextUpdate => "crl_without_next_update",
            Self::UnknownCriticalExtension => "crl_unknown_critical_extension",
            Self::OutOfScope => "crl_out_of_scope",
            Self::DeltaWithoutBase => "crl_delta_without_base",
            Self::NotDelta => "crl_not_delta",
            Self::DeltaOfAnotherBase => "crl_delta_of_another_base",
            Self::DeltaScope => "crl_delta_out_of_scope",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the revocation list is too large",
            Self::Malformed => "not a revocation list in DER",
            Self::AlgorithmsDiffer => "the revocation list names two signature algorithms",
            Self::CertificateOfAnother => "the certificate is of another authority",
            Self::ListOfAnother => "the revocation list is of another authority",
            Self::NotListSigner => "the authority's key is not for revocation lists",
            Self::Signature(_) => "the signature on the revocation list is not the authority's",
            Self::NotYetValid => "the revocation list is of a later time",
            Self::Expired => "the revocation list is out of date",
            Self::NoNextUpdate => "the revocation list does not say how long it holds",
            Self::UnknownCriticalExtension => "the revocation list has a critical extension that is not known",
            Self::OutOfScope => "the revocation list is for other certificates or reasons",
            Self::DeltaWithoutBase => "a delta list without its complete list",
            Self::NotDelta => "a complete list instead of a delta",
            Self::DeltaOfAnotherBase => "the delta list builds on another complete list",
            Self::DeltaScope => "the delta list is for other certificates",
        })
    }
}

impl std::error::Error for Error {}

/// What the lists tell of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good,
    /// Revoked: since when, or since when its key is suspected where that is earlier; and why.
    Revoked {
        /// Seconds since 1970.
        since: i64,
        /// `Unspecified` where the list does not say.
        reason: Reason,
    },
    /// The lists do not tell, for this reason.
    Unknown(Error),
}

impl Status {
    /// The code of what was found: [`REVOKED`] where the certificate was revoked before that time.
    ///
    /// # Errors
    /// When the certificate did not stand at that time, or nobody can tell.
    pub fn at(self, time: i64) -> Result<(), &'static str> {
        match self {
            Self::Revoked { since, .. } if since <= time => Err(REVOKED),
            Self::Good | Self::Revoked { .. } => Ok(()),
            Self::Unknown(error) => Err(error.code()),
        }
    }
}

/// The code of a certificate that was revoked.
pub const REVOKED: &str = "certificate_revoked";

/// A list that was read, not yet believed.
#[derive(Clone, Debug)]
pub struct Crl {
    der: Vec<u8>,
    list: TbsCertList,
    issuer: Vec<u8>,
    scope: Option<Scope>,
    number: Option<CrlNumber>,
    builds_on: Option<CrlNumber>,
}

/// Extensions of a list that are judged here; the others may not be critical.
const KNOWN: [ObjectIdentifier; 3] = [oid::CRL_NUMBER, oid::DELTA_CRL_INDICATOR, oid::ISSUING_DISTRIBUTION_POINT];

impl Crl {
    /// Reads one list in DER, complete or delta.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let read = || {
            let signed = Signed::parse(der)?;
            let list = TbsCertList::from_der(signed.content)?;
            let value = |oid| {
                let mut found = list.crl_extensions.iter().flatten();
                found.find(|e| e.extn_id == oid).map(|e| e.extn_value.as_bytes())
            };
            let number = |oid| value(oid).map(CrlNumber::from_der).transpose();
            let (number, builds_on) = (number(oid::CRL_NUMBER)?, number(oid::DELTA_CRL_INDICATOR)?);
            let scope = value(oid::ISSUING_DISTRIBUTION_POINT).map(Scope::from_der).transpose()?;
            let issuer = list.issuer.to_der()?;
            let same = list.signature.oid == signed.algorithm.oid;
            Ok::<_, der::Error>((same, Self { der: der.to_vec(), list, issuer, scope, number, builds_on }))
        };
        match read() {
            Ok((true, list)) => Ok(list),
            Ok((false, _)) => Err(Error::AlgorithmsDiffer),
            Err(_) => Err(Error::Malformed),
        }
    }

    /// As it came.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// thisUpdate.
    #[must_use]
    pub fn this_update(&self) -> i64 {
        seconds(&self.list.this_update)
    }

    /// nextUpdate.
    #[must_use]
    pub fn next_update(&self) -> Option<i64> {
        self.list.next_update.as_ref().map(seconds)
    }

    /// Whether it is a delta.
    #[must_use]
    pub fn is_delta(&self) -> bool {
        self.builds_on.is_some()
    }

    /// Whether the list is this authority's and current.
    fn stand(&self, authority: &Certificate, now: i64) -> Result<(), Error> {
        if self.issuer != authority.subject() {
            return Err(Error::ListOfAnother);
        }
        if !Rights::of(authority).is_some_and(|rights| rights.may(|usage| usage.crl_sign())) {
            return Err(Error::NotListSigner);
        }
        let signed = Signed::parse(&self.der).map_err(|_| Error::Malformed)?;
        if !plain(&signed.algorithm, oid::SM2_WITH_SM3) {
            return Err(Error::Signature(sm2::Error::SignatureForm));
        }
        let verify = |key: sm2::PublicKey| key.verify(sm2::DEFAULT_ID, signed.content, signed.signature);
        authority.key().and_then(verify).map_err(Error::Signature)?;
        if self.list.crl_extensions.iter().flatten().any(|e| e.critical && !KNOWN.contains(&e.extn_id)) {
            return Err(Error::UnknownCriticalExtension);
        }
        match self.next_update() {
            _ if now < self.this_update() => Err(Error::NotYetValid),
            None => Err(Error::NoNextUpdate),
            Some(next) if now > next => Err(Error::Expired),
            Some(_) => Ok(()),
        }
    }

    fn entry(&self, certificate: &Certificate) -> Result<Option<Entry>, Error> {
        let mut all = self.list.revoked_certificates.iter().flatten();
        all.find(|one| one.serial_number.as_bytes() == certificate.serial()).map(Entry::of).transpose()
    }
}

/// What an authority's lists tell of a certificate. The authority's own certificate is taken as proved ([`crate::chain`]).
#[must_use]
pub fn status(
    certificate: &Certificate,
    authority: &Certificate,
    complete: &Crl,
    delta: Option<&Crl>,
    now: i64,
) -> Status {
    match judge(certificate, authority, complete, delta, now) {
        Ok(Some(Entry { since, reason })) => Status::Revoked { since, reason },
        Ok(None) => Status::Good,
        Err(error) => Status::Unknown(error),
    }
}

fn judge(
    certificate: &Certificate,
    authority: &Certificate,
    complete: &Crl,
    delta: Option<&Crl>,
    now: i64,
) -> Result<Option<Entry>, Error> {
    if certificate.issuer() != authority.subject() {
        return Err(Error::CertificateOfAnother);
    }
    complete.stand(authority, now)?;
    if complete.is_delta() {
        return Err(Error::DeltaWithoutBase);
    }
    if complete.scope.as_ref().is_some_and(|scope| !scope.covers(certificate)) {
        return Err(Error::OutOfScope);
    }
    let entry = complete.entry(certificate)?;
    let Some(delta) = delta else { return Ok(entry) };
    delta.stand(authority, now)?;
    let builds_on = delta.builds_on.as_ref().ok_or(Error::NotDelta)?;
    if delta.scope != complete.scope {
        return Err(Error::DeltaScope);
    }
    // RFC 5280, 5.2.4: the complete list is at least the one that the delta builds on.
    let number = complete.number.as_ref().filter(|number| !newer(builds_on, number)).ok_or(Error::DeltaOfAnotherBase)?;
    let delta_number = delta.number.as_ref().ok_or(Error::DeltaOfAnotherBase)?;
    if newer(number, delta_number) {
        // The complete list knows more than the delta.
        return Ok(entry);
    }
    Ok(match delta.entry(certificate)? {
        Some(Entry { reason: Reason::RemoveFromCRL, .. }) => None,
        Some(changed) => Some(changed),
        None => entry,
    })
}

fn newer(one: &CrlNumber, other: &CrlNumber) -> bool {
    let [one, other] = [one, other].map(|number| (number.0.as_bytes().len(), number.0.as_bytes()));
    one > other
}
