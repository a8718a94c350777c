//! Certificates (RFC 5280, GM/T 0015) of SM2 keys, read with what was signed as it came.

use crate::asn1::{Signed, integer, plain, seconds};
use crate::oid;
use crate::sm2::{self, PublicKey};
use const_oid::ObjectIdentifier;
use der::pem::PemLabel;
use der::{Decode, Document, Encode, Tag, Tagged};
use std::fmt;
use x509_cert::TbsCertificate;
use x509_cert::ext::Extension;

/// A certificate may have this many bytes.
pub const MAX_BYTES: usize = 32 << 10;

/// What is wrong with a certificate by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// Not one certificate in DER, or something follows it.
    Malformed,
    /// The algorithm outside differs from the one inside (RFC 5280, 4.1.1.2).
    AlgorithmsDiffer,
    /// An extension occurs twice (RFC 5280, 4.2).
    RepeatedExtension,
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "certificate_too_large",
            Self::Malformed => "certificate_malformed",
            Self::AlgorithmsDiffer => "certificate_algorithms_differ",
            Self::RepeatedExtension => "certificate_extension_repeated",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the certificate is too large",
            Self::Malformed => "not a certificate in DER",
            Self::AlgorithmsDiffer => "the certificate names two signature algorithms",
            Self::RepeatedExtension => "an extension of the certificate occurs twice",
        })
    }
}

impl std::error::Error for Error {}

/// A certificate that was read, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: TbsCertificate,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
}

impl Certificate {
    /// Reads one certificate in DER.
    ///
    /// # Errors
    /// When it is something else, or contradicts itself.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let read = || {
            let signed = Signed::parse(der)?;
            let tbs = TbsCertificate::from_der(signed.content)?;
            let (issuer, subject) = (tbs.issuer().to_der()?, tbs.subject().to_der()?);
            let serial = integer(&tbs.serial_number().to_der()?)?.to_vec();
            Ok::<_, der::Error>((signed.algorithm.oid, Self { der: der.to_vec(), tbs, serial, issuer, subject }))
        };
        let (algorithm, made) = read().map_err(|_| Error::Malformed)?;
        if made.tbs.signature().oid != algorithm {
            return Err(Error::AlgorithmsDiffer);
        }
        let extensions = made.extensions();
        if extensions.iter().enumerate().any(|(i, one)| extensions.iter().skip(i + 1).any(|o| o.extn_id == one.extn_id))
        {
            return Err(Error::RepeatedExtension);
        }
        Ok(made)
    }

    /// Reads one certificate in PEM (RFC 7468).
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let (label, document) = Document::from_pem(pem.trim_ascii()).map_err(|_| Error::Malformed)?;
        x509_cert::Certificate::validate_pem_label(label).map_err(|_| Error::Malformed)?;
        Self::from_der(document.as_bytes())
    }

    /// As it came.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number as the contents of an INTEGER: big-endian, with a zero before a set first bit.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The issuer's name in DER. Names are compared byte by byte: an authority writes its own in one way.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The subject's name in DER.
    #[must_use]
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The subject's name for people (RFC 4514). Personal data.
    #[must_use]
    pub fn subject_text(&self) -> String {
        self.tbs.subject().to_string()
    }

    /// One value of the subject's name, e.g. the number by which the authority knows the person. Personal data.
    #[must_use]
    pub fn subject_value(&self, kind: ObjectIdentifier) -> Option<String> {
        let value = &self.tbs.subject().iter().find(|part| part.oid == kind)?.value;
        let bytes = value.value();
        match value.tag() {
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => String::from_utf8(bytes.to_vec()).ok(),
            // Older authorities write Chinese so.
            Tag::BmpString => {
                let (pairs, rest) = bytes.as_chunks();
                let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
                String::from_utf16(&units).ok().filter(|_| rest.is_empty())
            }
            _ => None,
        }
    }

    /// The first second of its validity.
    #[must_use]
    pub fn not_before(&self) -> i64 {
        seconds(&self.tbs.validity().not_before)
    }

    /// The last second of its validity.
    #[must_use]
    pub fn not_after(&self) -> i64 {
        seconds(&self.tbs.validity().not_after)
    }

    /// The key.
    ///
    /// # Errors
    /// When it is none of SM2.
    pub fn key(&self) -> Result<PublicKey, sm2::Error> {
        let spki = self.tbs.subject_public_key_info().to_der().map_err(|_| sm2::Error::PublicKey)?;
        PublicKey::from_spki(&spki)
    }

    /// The subject key identifier (RFC 5280, 4.2.1.2), where there is one.
    #[must_use]
    pub fn key_identifier(&self) -> Option<Vec<u8>> {
        let (_, found) = self.tbs.get_extension::<x509_cert::ext::pkix::SubjectKeyIdentifier>().ok()??;
        Some(found.0.as_bytes().to_vec())
    }

    /// Whether this key made the signature on this certificate, with SM2 and SM3 and the default user id.
    ///
    /// # Errors
    /// When it did not, or with another algorithm.
    pub fn signed_by(&self, key: &PublicKey) -> Result<(), sm2::Error> {
        let signed = Signed::parse(&self.der).map_err(|_| sm2::Error::SignatureForm)?;
        if !plain(&signed.algorithm, oid::SM2_WITH_SM3) {
            return Err(sm2::Error::SignatureForm);
        }
        key.verify(sm2::DEFAULT_ID, signed.content, signed.signature)
    }

    pub(crate) fn tbs(&self) -> &TbsCertificate {
        &self.tbs
    }

    pub(crate) fn extensions(&self) -> &[Extension] {
        self.tbs.extensions().map(Vec::as_slice).unwrap_or_default()
    }

    /// The serial number with its issuer, as SignedData names a certificate.
    pub(crate) fn is(&self, issuer: &[u8], serial: &[u8]) -> bool {
        self.issuer == issuer && self.serial() == serial
    }
}
