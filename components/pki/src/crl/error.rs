//! What is wrong with a revocation list.

use crate::sm2;
use std::fmt;

/// What is wrong with a list, or why it does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Larger than [`super::MAX_BYTES`].
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
    /// The certificate had expired when the list was made: it may have been revoked and left out.
    AfterExpiry,
    /// The list is from before the signature: the certificate may have been revoked in between.
    BeforeSignature,
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
            Self::AfterExpiry => "crl_after_expiry",
            Self::BeforeSignature => "crl_before_signature",
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
            Self::AfterExpiry => "the revocation list is from after the certificate's end and need not name it any more",
            Self::BeforeSignature => {
                "the revocation list is from before the signature: get the evidence again once its authority has issued a newer one"
            }
            Self::DeltaWithoutBase => "a delta list without its complete list",
            Self::NotDelta => "a complete list instead of a delta",
            Self::DeltaOfAnotherBase => "the delta list builds on another complete list",
            Self::DeltaScope => "the delta list is for other certificates",
        })
    }
}

impl std::error::Error for Error {}
