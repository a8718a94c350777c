//! The extensions of a certificate that say what its key may do (RFC 5280, 4.2; GM/T 0015, 5.2.4).

use crate::certificate::Certificate;
use crate::oid;
use const_oid::ObjectIdentifier;
use der::Decode;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

/// Extensions that are judged here, or that restrict nothing that is asked here.
const KNOWN: [ObjectIdentifier; 6] = [
    oid::BASIC_CONSTRAINTS,
    oid::KEY_USAGE,
    oid::EXTENDED_KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::CERTIFICATE_POLICIES,
    oid::CRL_DISTRIBUTION_POINTS,
];
/// Restrictions that are not judged here, so that a certificate with them is refused, critical or not.
const RESTRICTIONS: [ObjectIdentifier; 2] = [oid::NAME_CONSTRAINTS, oid::POLICY_CONSTRAINTS];

/// What the extensions say.
pub(crate) struct Rights {
    pub usage: Option<KeyUsage>,
    pub constraints: BasicConstraints,
    pub purposes: Option<(bool, ExtendedKeyUsage)>,
    pub unknown_critical: bool,
    pub restricted: bool,
}

impl Rights {
    /// None where an extension cannot be read.
    pub fn of(certificate: &Certificate) -> Option<Self> {
        let found = certificate.extensions();
        let value = |oid| found.iter().find(|e| e.extn_id == oid).map(|e| (e.critical, e.extn_value.as_bytes()));
        let usage = value(oid::KEY_USAGE).map(|(_, der)| KeyUsage::from_der(der)).transpose().ok()?;
        let constraints =
            value(oid::BASIC_CONSTRAINTS).map(|(_, der)| BasicConstraints::from_der(der)).transpose().ok()?;
        let purposes = value(oid::EXTENDED_KEY_USAGE)
            .map(|(critical, der)| ExtendedKeyUsage::from_der(der).map(|purposes| (critical, purposes)))
            .transpose()
            .ok()?;
        Some(Self {
            usage,
            constraints: constraints.unwrap_or(BasicConstraints { ca: false, path_len_constraint: None }),
            purposes,
            unknown_critical: found.iter().any(|e| e.critical && !KNOWN.contains(&e.extn_id)),
            restricted: found.iter().any(|e| RESTRICTIONS.contains(&e.extn_id)),
        })
    }

    /// keyUsage must be there and allow it: GM/T 0015 wants it in every certificate.
    pub fn may(&self, what: impl FnOnce(&KeyUsage) -> bool) -> bool {
        self.usage.as_ref().is_some_and(what)
    }

    /// RFC 3161, 2.3: critical, and nothing but timestamps.
    pub fn only_timestamps(&self) -> bool {
        self.purposes.as_ref().is_some_and(|(critical, purposes)| *critical && purposes.0 == [oid::FOR_TIME_STAMPING])
    }

    /// A key whose every stated purpose is a machine's is no person's.
    pub fn only_machines(&self) -> bool {
        self.purposes.as_ref().is_some_and(|(_, found)| found.0.iter().all(|one| oid::FOR_MACHINES.contains(one)))
    }
}
