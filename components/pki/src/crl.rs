//! Revocation lists and delta lists (RFC 5280, 5 and 6.3; GM/T 0015): whether a certificate stands, and since when not.
//!
//! Whoever asks gives a complete list and, where the authority issues them, the newest delta. What cannot be told from
//! these is unknown, with the reason; unknown is never good.

mod entry;
mod error;
mod scope;
mod status;

use crate::asn1::{Signed, plain, seconds};
use crate::certificate::Certificate;
use crate::extensions::Rights;
use crate::{oid, sm2};
use const_oid::ObjectIdentifier;
use der::asn1::GeneralizedTime;
use der::{Decode, Encode};
use entry::Entry;
use scope::Scope;
use std::sync::OnceLock;
use x509_cert::crl::TbsCertList;
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::time::Time;

pub use error::Error;
pub use status::{REVOKED, Status, status};
pub use x509_cert::ext::pkix::CrlReason as Reason;

/// A list may have this many bytes: some 800,000 entries.
pub const MAX_BYTES: usize = 32 << 20;

/// A list that was read, not yet believed.
#[derive(Clone, Debug)]
pub struct Crl {
    der: Vec<u8>,
    list: TbsCertList,
    issuer: Vec<u8>,
    scope: Option<Scope>,
    number: Option<CrlNumber>,
    builds_on: Option<CrlNumber>,
    expired_since: Option<i64>,
    /// An authority's certificate, and whether it signed the list: several certificates of one are asked after.
    signed: OnceLock<(Vec<u8>, Result<(), Error>)>,
}

/// Extensions of a list that are judged here; the others may not be critical.
const KNOWN: [ObjectIdentifier; 4] =
    [oid::CRL_NUMBER, oid::DELTA_CRL_INDICATOR, oid::ISSUING_DISTRIBUTION_POINT, oid::EXPIRED_CERTS_ON_CRL];

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
            let expired_since = value(oid::EXPIRED_CERTS_ON_CRL).map(GeneralizedTime::from_der).transpose()?;
            let expired_since = expired_since.map(|time| seconds(&Time::GeneralTime(time)));
            let issuer = list.issuer.to_der()?;
            let same = list.signature.oid == signed.algorithm.oid;
            Ok::<_, der::Error>((
                same,
                Self {
                    der: der.to_vec(),
                    list,
                    issuer,
                    scope,
                    number,
                    builds_on,
                    expired_since,
                    signed: OnceLock::new(),
                },
            ))
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

    /// The authority's name in DER.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
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

    /// expiredCertsOnCRL (X.509): what expired at that time or later stays in the list.
    #[must_use]
    pub const fn expired_since(&self) -> Option<i64> {
        self.expired_since
    }

    /// Whether it is a delta.
    #[must_use]
    pub fn is_delta(&self) -> bool {
        self.builds_on.is_some()
    }

    /// Whether the list is for such certificates, and for every reason (RFC 5280, 5.2.5).
    #[must_use]
    pub fn covers(&self, certificate: &Certificate) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope.covers(certificate))
    }

    /// Whether the certificate would be in the list if it had been revoked. Authorities leave out what has expired (RFC 5280,
    /// 5), but for those that say since when they do not (X.509, expiredCertsOnCRL).
    fn tells_of(&self, certificate: &Certificate) -> bool {
        let end = certificate.not_after();
        self.this_update() <= end || self.expired_since.is_some_and(|since| since <= end)
    }

    /// Whether the list is this authority's and current.
    fn stand(&self, authority: &Certificate, now: i64) -> Result<(), Error> {
        if self.issuer != authority.subject() {
            return Err(Error::ListOfAnother);
        }
        if !Rights::of(authority).is_some_and(|rights| rights.may(|usage| usage.crl_sign())) {
            return Err(Error::NotListSigner);
        }
        match self.signed.get_or_init(|| (authority.der().to_vec(), self.signed_by(authority))) {
            (by, signed) if by == authority.der() => (*signed)?,
            _ => self.signed_by(authority)?,
        }
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

    fn signed_by(&self, authority: &Certificate) -> Result<(), Error> {
        let signed = Signed::parse(&self.der).map_err(|_| Error::Malformed)?;
        if !plain(&signed.algorithm, oid::SM2_WITH_SM3) {
            return Err(Error::Signature(sm2::Error::SignatureForm));
        }
        let verify = |key: sm2::PublicKey| key.verify(sm2::DEFAULT_ID, signed.content, signed.signature);
        authority.key().and_then(verify).map_err(Error::Signature)
    }

    fn entry(&self, certificate: &Certificate) -> Result<Option<Entry>, Error> {
        let mut all = self.list.revoked_certificates.iter().flatten();
        all.find(|one| one.serial_number == *certificate.tbs().serial_number()).map(Entry::of).transpose()
    }
}
