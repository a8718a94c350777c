//! Building a SignedData. The key stays with the caller, who is handed the bytes to sign.

use super::Form;
use crate::asn1::{INTEGER, OCTET_STRING, SEQUENCE, SET, algorithm, oid as identifier, sorted, time, tlv};
use crate::certificate::Certificate;
use crate::oid;
use const_oid::ObjectIdentifier;
use sm3::{Digest, Sm3};

/// Context tags [0] and [1], constructed.
const TAGS: [u8; 2] = [0xa0, 0xa1];

/// Why nothing was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unbuilt<E> {
    /// A time before 1970 or after 9999.
    Time,
    /// Only the digest of the content is at hand.
    NoContent,
    /// The caller did not sign.
    Signing(E),
}

impl<E> Unbuilt<E> {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Time => "time_not_writable",
            Self::NoContent => "content_not_at_hand",
            Self::Signing(_) => "not_signed",
        }
    }
}

/// A SignedData in the making: each [`Builder::sign`] adds a signer.
#[derive(Clone, Debug)]
pub struct Builder<'a> {
    form: Form,
    content_type: ObjectIdentifier,
    content: Option<&'a [u8]>,
    digest: [u8; 32],
    attached: bool,
    certificates: Vec<Vec<u8>>,
    signers: Vec<Vec<u8>>,
}

impl<'a> Builder<'a> {
    /// Over plain data, which is attached.
    #[must_use]
    pub fn new(form: Form, content: &'a [u8]) -> Self {
        let digest = Sm3::digest(content).into();
        Self { content: Some(content), attached: true, ..Self::of_digest(form, digest) }
    }

    /// Over plain data that stays outside, of which only the SM3 digest is at hand.
    #[must_use]
    pub fn of_digest(form: Form, digest: [u8; 32]) -> Self {
        let (content_type, content, attached) = (form.data(), None, false);
        Self { form, content_type, content, digest, attached, certificates: Vec::new(), signers: Vec::new() }
    }

    /// The content stays outside.
    #[must_use]
    pub fn detached(mut self) -> Self {
        self.attached = false;
        self
    }

    /// The content is of another type than plain data.
    #[must_use]
    pub fn content_type(mut self, content_type: ObjectIdentifier) -> Self {
        self.content_type = content_type;
        self
    }

    /// A certificate goes along.
    #[must_use]
    pub fn certificate(mut self, certificate: &Certificate) -> Self {
        self.certificates.push(certificate.der().to_vec());
        self
    }

    /// Adds a signer with signed attributes: contentType, messageDigest, signingTime and the given ones (type, value in
    /// DER). `sign` gets the bytes to be signed with SM2 and returns a signature in DER.
    ///
    /// # Errors
    /// When `sign` fails, or the time cannot be written.
    pub fn sign<E>(
        mut self,
        certificate: &Certificate,
        at: i64,
        further: &[(ObjectIdentifier, Vec<u8>)],
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Self, Unbuilt<E>> {
        let attribute = |of, value: &[u8]| tlv(SEQUENCE, &[&identifier(of), &tlv(SET, &[value])]);
        let mut attributes = vec![
            attribute(oid::CONTENT_TYPE, &identifier(self.content_type)),
            attribute(oid::SIGNING_TIME, &time(at).ok_or(Unbuilt::Time)?),
            attribute(oid::MESSAGE_DIGEST, &tlv(OCTET_STRING, &[&self.digest])),
        ];
        attributes.extend(further.iter().map(|(of, value)| attribute(*of, value)));
        let attributes = sorted(attributes);
        let signature = sign(&tlv(SET, &[&attributes])).map_err(Unbuilt::Signing)?;
        self.signers.push(self.signer(certificate, Some(&attributes), &signature));
        Ok(self)
    }

    /// Adds a signer who signs the content itself, without attributes.
    ///
    /// # Errors
    /// When `sign` fails, or only the content's digest is at hand.
    pub fn sign_content<E>(
        mut self,
        certificate: &Certificate,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Self, Unbuilt<E>> {
        let signature = sign(self.content.ok_or(Unbuilt::NoContent)?).map_err(Unbuilt::Signing)?;
        self.signers.push(self.signer(certificate, None, &signature));
        Ok(self)
    }

    /// The SignedData in its ContentInfo, in DER.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let [zero, _] = TAGS;
        let explicit = |value: &[u8]| tlv(zero, &[value]);
        let attached = self.content.filter(|_| self.attached);
        let content = attached.map(|content| explicit(&tlv(OCTET_STRING, &[content]))).unwrap_or_default();
        let certificates = match self.certificates.as_slice() {
            [] => Vec::new(),
            _ => tlv(zero, &[&sorted(self.certificates)]),
        };
        // RFC 5652, 5.1: 3 for content other than data; GB/T 35275 knows 1 only.
        let version = if self.form == Form::Cms && self.content_type != oid::DATA { 3 } else { 1 };
        let signed_data = tlv(
            SEQUENCE,
            &[
                &tlv(INTEGER, &[&[version]]),
                &tlv(SET, &[&algorithm(oid::SM3)]),
                &tlv(SEQUENCE, &[&identifier(self.content_type), &content]),
                &certificates,
                &tlv(SET, &[&sorted(self.signers)]),
            ],
        );
        tlv(SEQUENCE, &[&identifier(self.form.signed_data()), &explicit(&signed_data)])
    }

    fn signer(&self, certificate: &Certificate, attributes: Option<&[u8]>, signature: &[u8]) -> Vec<u8> {
        let [zero, _] = TAGS;
        let signed_with = match self.form {
            Form::Gm => oid::SM2_SIGN,
            Form::Cms => oid::SM2_WITH_SM3,
        };
        tlv(
            SEQUENCE,
            &[
                &tlv(INTEGER, &[&[1]]),
                &tlv(SEQUENCE, &[certificate.issuer(), &tlv(INTEGER, &[certificate.serial()])]),
                &algorithm(oid::SM3),
                &attributes.map(|attributes| tlv(zero, &[attributes])).unwrap_or_default(),
                &algorithm(signed_with),
                &tlv(OCTET_STRING, &[signature]),
            ],
        )
    }
}
