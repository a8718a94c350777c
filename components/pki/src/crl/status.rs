//! Whether a certificate stands (RFC 5280, 6.3.3).

use super::{Crl, Entry, Error, Reason};
use crate::certificate::Certificate;
use x509_cert::ext::pkix::CrlNumber;

/// What the lists tell of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not revoked.
    Good,
    /// Revoked: since when, or since when its key is suspected where that is earlier; and why.
    Revoked {
        /// Seconds since 1970.
        since: i64,
        /// None where the list does not say.
        reason: Option<Reason>,
    },
    /// The lists do not tell, for this reason.
    Unknown(Error),
}

impl Status {
    /// As [`Status::at`], for an authority's timestamp of that time: where the list gives no reason, or one that does not
    /// leave the key beyond doubt, all its timestamps are void (RFC 3161, 4).
    ///
    /// # Errors
    /// As [`Status::at`].
    pub fn of_stamper_at(self, time: i64) -> Result<(), &'static str> {
        match self {
            Self::Revoked {
                reason:
                    Some(
                        Reason::Unspecified
                        | Reason::AffiliationChanged
                        | Reason::Superseded
                        | Reason::CessationOfOperation,
                    ),
                ..
            } => self.at(time),
            Self::Revoked { .. } => Err(REVOKED),
            Self::Good | Self::Unknown(_) => self.at(time),
        }
    }

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
    if !complete.covers(certificate) {
        return Err(Error::OutOfScope);
    }
    match newest(certificate, authority, complete, delta, now)? {
        // What a list left out before it had expired stays in the deltas until it stands in a list (5.2.4).
        None if !complete.tells_of(certificate) => Err(Error::AfterExpiry),
        entry => Ok(entry),
    }
}

fn newest(
    certificate: &Certificate,
    authority: &Certificate,
    complete: &Crl,
    delta: Option<&Crl>,
    now: i64,
) -> Result<Option<Entry>, Error> {
    let entry = complete.entry(certificate)?;
    let Some(delta) = delta else { return Ok(entry) };
    delta.stand(authority, now)?;
    let builds_on = delta.builds_on.as_ref().ok_or(Error::NotDelta)?;
    if delta.scope != complete.scope {
        return Err(Error::DeltaScope);
    }
    // RFC 5280, 5.2.4: the complete list is at least the one that the delta builds on.
    let number =
        complete.number.as_ref().filter(|number| !newer(builds_on, number)).ok_or(Error::DeltaOfAnotherBase)?;
    let delta_number = delta.number.as_ref().ok_or(Error::DeltaOfAnotherBase)?;
    if newer(number, delta_number) {
        // The complete list knows more than the delta; numbers that say so of a younger one are not of one series (5.2.3).
        return if delta.this_update() <= complete.this_update() { Ok(entry) } else { Err(Error::DeltaOfAnotherBase) };
    }
    Ok(match delta.entry(certificate)? {
        // From hold, or since it has expired (5.3.1); what was revoked for good is gone for its age alone.
        Some(Entry { reason: Some(Reason::RemoveFromCRL), .. }) => match entry {
            Some(Entry { reason: Some(Reason::CertificateHold), .. })
                if delta.this_update() > certificate.not_after() =>
            {
                return Err(Error::AfterExpiry);
            }
            entry => entry.filter(|entry| entry.reason != Some(Reason::CertificateHold)),
        },
        Some(changed) => Some(changed),
        None => entry,
    })
}

fn newer(one: &CrlNumber, other: &CrlNumber) -> bool {
    let [one, other] = [one, other].map(|number| (number.0.as_bytes().len(), number.0.as_bytes()));
    one > other
}
