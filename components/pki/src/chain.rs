//! From a certificate to a root that was configured (RFC 5280, 6; GM/T 0015).
//!
//! The roots are trusted as they stand, but within their validity only. The certificates in between come from anywhere;
//! who sends many of them may not make the search long.

mod error;

use crate::certificate::Certificate;
use crate::extensions::Rights;

pub use error::Error;

/// So many certificates from first to last.
const MAX_LENGTH: usize = 8;
/// So many signatures are checked in one search.
const MAX_CHECKS: usize = 32;

/// What the first certificate's key is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A person or organisation signs: digitalSignature or nonRepudiation.
    Signing,
    /// An authority signs timestamps: besides, extKeyUsage critical with timeStamping alone (RFC 3161, 2.3).
    TimeStamping,
    /// An authority signs revocation lists: cRLSign.
    CrlSigning,
}

/// The path from `first` to one of the roots, both included, with everything valid at one time.
///
/// # Errors
/// Why the path that came furthest fails.
pub fn path<'a>(
    first: &'a Certificate,
    between: &'a [Certificate],
    roots: &'a [Certificate],
    purpose: Purpose,
    at: i64,
) -> Result<Vec<&'a Certificate>, Error> {
    fit(first, purpose)?;
    let mut search = Search { between, roots, at, path: vec![first], checks: 0, furthest: (0, Error::IssuerMissing) };
    if search.extend()? { Ok(search.path) } else { Err(search.furthest.1) }
}

/// Whether the key may be used for this.
fn fit(certificate: &Certificate, purpose: Purpose) -> Result<(), Error> {
    let rights = Rights::of(certificate).ok_or(Error::ExtensionMalformed)?;
    let signs = || rights.may(|usage| usage.digital_signature() || usage.non_repudiation());
    match purpose {
        Purpose::CrlSigning if rights.may(|usage| usage.crl_sign()) => Ok(()),
        Purpose::CrlSigning => Err(Error::KeyUsage),
        _ if !signs() => Err(Error::KeyUsage),
        Purpose::TimeStamping if !rights.only_timestamps() => Err(Error::NotForTimeStamping),
        Purpose::Signing if rights.only_machines() => Err(Error::NotForPersons),
        Purpose::Signing | Purpose::TimeStamping => Ok(()),
    }
}

struct Search<'a> {
    between: &'a [Certificate],
    roots: &'a [Certificate],
    at: i64,
    path: Vec<&'a Certificate>,
    checks: usize,
    furthest: (usize, Error),
}

impl<'a> Search<'a> {
    /// Goes on from the last certificate of the path; an error ends the whole search.
    fn extend(&mut self) -> Result<bool, Error> {
        let Some(last) = self.path.last().copied() else { return Ok(false) };
        if let Err(error) = self.stand(last) {
            return Ok(self.failed(error));
        }
        if self.roots.contains(last) {
            return Ok(true);
        }
        if last.issuer() == last.subject() && last.key().is_ok_and(|key| last.signed_by(&key).is_ok()) {
            return Ok(self.failed(Error::RootUnknown));
        }
        if self.path.len() == MAX_LENGTH {
            return Ok(self.failed(Error::PathTooLong));
        }
        let (roots, between) = (self.roots, self.between);
        let mut found = false;
        for issuer in roots.iter().chain(between).filter(|issuer| issuer.subject() == last.issuer()) {
            if self.path.contains(&issuer) {
                continue;
            }
            found = true;
            self.checks += 1;
            if self.checks > MAX_CHECKS {
                return Err(Error::TooManyCandidates);
            }
            if let Err(error) = self.issued(issuer, last) {
                self.failed(error);
                continue;
            }
            self.path.push(issuer);
            if self.extend()? {
                return Ok(true);
            }
            self.path.pop();
        }
        if !found {
            self.failed(Error::IssuerMissing);
        }
        Ok(false)
    }

    /// What every certificate of a path must keep to.
    fn stand(&self, certificate: &Certificate) -> Result<(), Error> {
        let rights = Rights::of(certificate).ok_or(Error::ExtensionMalformed)?;
        match () {
            () if rights.restricted => Err(Error::UnsupportedConstraint),
            () if rights.unknown_critical => Err(Error::UnknownCriticalExtension),
            () if self.at < certificate.not_before() => Err(Error::NotYetValid),
            () if self.at > certificate.not_after() => Err(Error::Expired),
            () => Ok(()),
        }
    }

    /// Whether the issuer may issue at this place of the path, and did.
    fn issued(&self, issuer: &Certificate, last: &Certificate) -> Result<(), Error> {
        let rights = Rights::of(issuer).ok_or(Error::ExtensionMalformed)?;
        if !rights.constraints.ca {
            return Err(Error::NotAuthority);
        }
        if !rights.may(|usage| usage.key_cert_sign()) {
            return Err(Error::NotCertificateSigner);
        }
        // Self-issued certificates, as an authority has them when it changes its key, do not count (RFC 5280, 4.2.1.9).
        let below = self.path.iter().skip(1).filter(|one| one.issuer() != one.subject()).count();
        if rights.constraints.path_len_constraint.is_some_and(|most| below > usize::from(most)) {
            return Err(Error::PathTooLong);
        }
        issuer.key().and_then(|key| last.signed_by(&key)).map_err(Error::Signature)
    }

    fn failed(&mut self, error: Error) -> bool {
        if self.path.len() > self.furthest.0 {
            self.furthest = (self.path.len(), error);
        }
        false
    }
}
