//! Why there is no path.

use crate::sm2;
use std::fmt;

/// Why there is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The time is after the certificate's last second.
    Expired,
    /// The time is before the certificate's first second.
    NotYetValid,
    /// No certificate at hand has the issuer's name.
    IssuerMissing,
    /// A self-signed certificate that is not among the roots.
    RootUnknown,
    /// The signature on a certificate is not its issuer's.
    Signature(sm2::Error),
    /// The issuer is no authority: no basicConstraints with cA.
    NotAuthority,
    /// The issuer's keyUsage does not have keyCertSign.
    NotCertificateSigner,
    /// More authorities than a pathLenConstraint allows, or than this module goes through.
    PathTooLong,
    /// keyUsage is missing or does not allow the purpose.
    KeyUsage,
    /// extKeyUsage is not what RFC 3161 wants of an authority for timestamps.
    NotForTimeStamping,
    /// extKeyUsage names machines' purposes only.
    NotForPersons,
    /// A critical extension that is not known here.
    UnknownCriticalExtension,
    /// nameConstraints or policyConstraints, which are not judged here.
    UnsupportedConstraint,
    /// An extension that cannot be read.
    ExtensionMalformed,
    /// Too many candidates.
    TooManyCandidates,
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expired => "certificate_expired",
            Self::NotYetValid => "certificate_not_yet_valid",
            Self::IssuerMissing => "issuer_missing",
            Self::RootUnknown => "root_unknown",
            Self::Signature(_) => "certificate_signature_wrong",
            Self::NotAuthority => "issuer_not_authority",
            Self::NotCertificateSigner => "issuer_key_usage_wrong",
            Self::PathTooLong => "path_too_long",
            Self::KeyUsage => "key_usage_wrong",
            Self::NotForTimeStamping => "not_for_time_stamping",
            Self::NotForPersons => "not_for_persons",
            Self::UnknownCriticalExtension => "unknown_critical_extension",
            Self::UnsupportedConstraint => "unsupported_constraint",
            Self::ExtensionMalformed => "extension_malformed",
            Self::TooManyCandidates => "too_many_candidates",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "a certificate had expired",
            Self::NotYetValid => "a certificate was not yet valid",
            Self::IssuerMissing => "the certificate of an issuer is missing",
            Self::RootUnknown => "the path ends at a root that is not trusted",
            Self::Signature(_) => "the signature on a certificate is not its issuer's",
            Self::NotAuthority => "an issuer is no authority",
            Self::NotCertificateSigner => "an issuer's key is not for signing certificates",
            Self::PathTooLong => "there are more authorities than allowed",
            Self::KeyUsage => "the key is not for this use",
            Self::NotForTimeStamping => "the certificate is not for timestamps alone",
            Self::NotForPersons => "the certificate is for machines",
            Self::UnknownCriticalExtension => "a critical extension is not known",
            Self::UnsupportedConstraint => "a certificate restricts names or policies",
            Self::ExtensionMalformed => "an extension cannot be read",
            Self::TooManyCandidates => "too many certificates have the issuer's name",
        })
    }
}

impl std::error::Error for Error {}
