//! One entry of a revocation list (RFC 5280, 5.3).

use super::{Error, Reason};
use crate::asn1::seconds;
use crate::oid;
use der::Decode;
use der::asn1::GeneralizedTime;
use x509_cert::crl::RevokedCert;
use x509_cert::time::Time;

/// Since when and why.
pub(super) struct Entry {
    pub since: i64,
    pub reason: Option<Reason>,
}

impl Entry {
    pub fn of(entry: &RevokedCert) -> Result<Self, Error> {
        let mut found = Self { since: seconds(&entry.revocation_date), reason: None };
        for extension in entry.crl_entry_extensions.iter().flatten() {
            let der = extension.extn_value.as_bytes();
            match extension.extn_id {
                oid::CRL_REASON => found.reason = Some(Reason::from_der(der).map_err(|_| Error::Malformed)?),
                // Since then the key is suspected, though the authority heard of it later.
                oid::INVALIDITY_DATE => {
                    let suspected = GeneralizedTime::from_der(der).map_err(|_| Error::Malformed)?;
                    found.since = found.since.min(seconds(&Time::GeneralTime(suspected)));
                }
                // certificateIssuer is one of them: the entry, and all that follow, are of another authority.
                _ if extension.critical => return Err(Error::UnknownCriticalExtension),
                _ => {}
            }
        }
        Ok(found)
    }
}
