//! What is wrong with a timestamp.

use crate::{chain, signed_data};
use std::fmt;

/// What is wrong with a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Not a TimeStampResp in DER.
    AnswerMalformed,
    /// The authority refused; the bit of PKIFailureInfo (RFC 3161, 2.4.2), where it says one.
    Refused(Option<u8>),
    /// Not a TimeStampReq in DER.
    QueryMalformed,
    /// The content is no TSTInfo.
    InfoMalformed,
    /// The SignedData around it.
    SignedData(signed_data::Error),
    /// Not exactly one signer (RFC 3161, 2.4.2).
    NotOneSigner,
    /// The imprint is of another digest than SM3.
    ImprintNotSm3,
    /// The imprint is of something else.
    ImprintDiffers,
    /// The nonce is not the one that was sent.
    NonceDiffers,
    /// The policy is not the one that was asked for.
    PolicyDiffers,
    /// The time is later than now.
    InFuture,
    /// The signed attributes name another certificate than the one that verifies (RFC 5816).
    CertificateDiffers,
    /// The authority's certificate at the time of the timestamp.
    Chain(chain::Error),
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AnswerMalformed => "timestamp_answer_malformed",
            Self::Refused(_) => "timestamp_refused",
            Self::QueryMalformed => "timestamp_query_malformed",
            Self::InfoMalformed => "timestamp_info_malformed",
            Self::SignedData(error) => error.code(),
            Self::NotOneSigner => "timestamp_not_one_signer",
            Self::ImprintNotSm3 => "timestamp_imprint_not_sm3",
            Self::ImprintDiffers => "timestamp_imprint_differs",
            Self::NonceDiffers => "timestamp_nonce_differs",
            Self::PolicyDiffers => "timestamp_policy_differs",
            Self::InFuture => "timestamp_in_future",
            Self::CertificateDiffers => "timestamp_certificate_differs",
            Self::Chain(error) => error.code(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedData(error) => return error.fmt(f),
            Self::Chain(error) => return error.fmt(f),
            Self::Refused(Some(bit)) => return write!(f, "the authority refused: failure {bit}"),
            Self::Refused(None) => "the authority refused",
            Self::AnswerMalformed => "not an answer of a timestamp authority",
            Self::QueryMalformed => "not a request for a timestamp",
            Self::InfoMalformed => "not the content of a timestamp",
            Self::NotOneSigner => "a timestamp has exactly one signer",
            Self::ImprintNotSm3 => "the imprint is not of SM3",
            Self::ImprintDiffers => "the imprint is of something else",
            Self::NonceDiffers => "the nonce is not the one that was sent",
            Self::PolicyDiffers => "the policy is not the one that was asked for",
            Self::InFuture => "the timestamp is of a later time",
            Self::CertificateDiffers => "the timestamp names another certificate",
        })
    }
}

impl std::error::Error for Error {}
