//! What is wrong with a SignedData.

use crate::{certificate, sm2};
use std::fmt;

/// What is wrong with a SignedData.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Larger than [`super::MAX_BYTES`].
    TooLarge,
    /// Not one ContentInfo in DER, or something follows it.
    Malformed,
    /// Another content type than signedData.
    NotSignedData,
    /// A version that the standard does not give to what is there.
    Version,
    /// The content is no OCTET STRING.
    ContentForm,
    /// A certificate that came along cannot be read.
    Certificate(certificate::Error),
    /// Nobody signed.
    NoSigner,
    /// Signed attributes that are not in DER: not sorted, or repeated.
    AttributesNotDer,
    /// An attribute with no value or several, or of another type.
    AttributeMalformed,
    /// contentType is not among the signed attributes.
    ContentTypeMissing,
    /// contentType is not the content's.
    ContentTypeDiffers,
    /// messageDigest is not among the signed attributes.
    MessageDigestMissing,
    /// messageDigest is not the content's.
    MessageDigestDiffers,
    /// No signed attributes though the content is not plain data (RFC 5652, 5.3).
    AttributesMissing,
    /// No signed attributes, and content that has their form.
    ContentLikeAttributes,
    /// signingTime is not within the time that was expected.
    SigningTime,
    /// The digest is another than SM3.
    DigestNotSm3,
    /// The signer's digest is not in digestAlgorithms.
    DigestNotListed,
    /// The signature is another than SM2 with SM3.
    SignatureNotSm2,
    /// Neither attached nor given.
    ContentMissing,
    /// Attached, and another than was given.
    ContentDiffers,
    /// The content is of another type than expected.
    ContentTypeUnexpected,
    /// The signer's certificate is not at hand.
    SignerMissing,
    /// The signer's certificate holds no SM2 key.
    SignerKey,
    /// The signature is not the signer's over this.
    Signature(sm2::Error),
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "signed_data_too_large",
            Self::Malformed => "signed_data_malformed",
            Self::NotSignedData => "not_signed_data",
            Self::Version => "signed_data_version_wrong",
            Self::ContentForm => "content_malformed",
            Self::Certificate(error) => error.code(),
            Self::NoSigner => "no_signer",
            Self::AttributesNotDer => "attributes_not_der",
            Self::AttributeMalformed => "attribute_malformed",
            Self::ContentTypeMissing => "content_type_missing",
            Self::ContentTypeDiffers => "content_type_differs",
            Self::MessageDigestMissing => "message_digest_missing",
            Self::MessageDigestDiffers => "message_digest_differs",
            Self::AttributesMissing => "attributes_missing",
            Self::ContentLikeAttributes => "content_like_attributes",
            Self::SigningTime => "signing_time_out_of_range",
            Self::DigestNotSm3 => "digest_not_sm3",
            Self::DigestNotListed => "digest_not_listed",
            Self::SignatureNotSm2 => "signature_not_sm2",
            Self::ContentMissing => "content_missing",
            Self::ContentDiffers => "content_differs",
            Self::ContentTypeUnexpected => "content_type_unexpected",
            Self::SignerMissing => "signer_certificate_missing",
            Self::SignerKey => "signer_key_not_sm2",
            Self::Signature(error) => error.code(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Certificate(error) => return error.fmt(f),
            Self::Signature(error) => return error.fmt(f),
            Self::TooLarge => "the signed data is too large",
            Self::Malformed => "not a SignedData in DER",
            Self::NotSignedData => "the content is no SignedData",
            Self::Version => "the version does not fit what is there",
            Self::ContentForm => "the content is no OCTET STRING",
            Self::NoSigner => "nobody signed",
            Self::AttributesNotDer => "the signed attributes are not in DER",
            Self::AttributeMalformed => "a signed attribute cannot be read",
            Self::ContentTypeMissing => "the signed attributes do not tell the type of the content",
            Self::ContentTypeDiffers => "the signed type is not the content's",
            Self::MessageDigestMissing => "the signed attributes do not tell the digest of the content",
            Self::MessageDigestDiffers => "the signed digest is not the content's",
            Self::AttributesMissing => "signed attributes are missing",
            Self::ContentLikeAttributes => "the content has the form of signed attributes",
            Self::SigningTime => "the stated time of signing is out of range",
            Self::DigestNotSm3 => "the digest is not SM3",
            Self::DigestNotListed => "the digest of a signer is not announced",
            Self::SignatureNotSm2 => "the signature is not of SM2",
            Self::ContentMissing => "the content is missing",
            Self::ContentDiffers => "the content is another than the one that was to be signed",
            Self::ContentTypeUnexpected => "the content is of another type than expected",
            Self::SignerMissing => "the certificate of a signer is missing",
            Self::SignerKey => "the certificate of a signer holds no SM2 key",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Error {}
