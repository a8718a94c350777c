//! Whether everybody who is named signed the content (RFC 5652, 5.4 and 5.6; GB/T 35275, 8).

use super::{Algorithm, Attributes, Error, SignedData, Signer};
use crate::certificate::Certificate;
use crate::oid;
use crate::sm2;
use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode, Tag, Tagged};
use sm3::{Digest, Sm3};
use std::ops::RangeInclusive;

/// What a SignedData is held against.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// The content: needed where it is not attached; attached content must be the same.
    pub content: Option<&'a [u8]>,
    /// The type of the content; none means plain data in the SignedData's own form.
    pub content_type: Option<ObjectIdentifier>,
    /// The user id that the signers signed with: [`sm2::DEFAULT_ID`] unless agreed otherwise.
    pub user_id: &'a str,
    /// Certificates that did not come along.
    pub certificates: &'a [Certificate],
    /// When it may have been signed; a SignedData that does not state a time passes.
    pub signed_within: RangeInclusive<i64>,
}

/// One signer whose signature holds. Whether the certificate is to be trusted is another question ([`crate::chain`]).
#[derive(Clone, Copy, Debug)]
pub struct Verified<'a> {
    /// Who signed.
    pub certificate: &'a Certificate,
    /// What was claimed as the time of signing.
    pub signing_time: Option<i64>,
    /// The signer's part.
    pub signer: &'a Signer,
}

impl SignedData {
    /// Checks every signer's signature and what it covers.
    ///
    /// # Errors
    /// When the signature of one signer does not hold, whatever the others' do.
    pub fn verify<'a>(&'a self, expected: &Expected<'a>) -> Result<Vec<Verified<'a>>, Error> {
        if self.content_type != expected.content_type.unwrap_or(self.form.data()) {
            return Err(Error::ContentTypeUnexpected);
        }
        let content = match (&self.content, expected.content) {
            (Some(attached), Some(given)) if attached != given => return Err(Error::ContentDiffers),
            (Some(attached), _) => attached,
            (None, Some(given)) => given,
            (None, None) => return Err(Error::ContentMissing),
        };
        self.signers.iter().map(|signer| self.verify_one(signer, content, expected)).collect()
    }

    fn verify_one<'a>(
        &'a self,
        signer: &'a Signer,
        content: &[u8],
        expected: &Expected<'a>,
    ) -> Result<Verified<'a>, Error> {
        if signer.digest != (Algorithm { oid: oid::SM3, plain: true }) {
            return Err(Error::DigestNotSm3);
        }
        let with = [oid::SM2_WITH_SM3, oid::SM2_SIGN, oid::SM2];
        if !with.contains(&signer.signed_with.oid) || !signer.signed_with.plain {
            return Err(Error::SignatureNotSm2);
        }
        let mut at_hand = self.certificates.iter().chain(expected.certificates);
        let certificate = at_hand.find(|one| signer.id.names(one)).ok_or(Error::SignerMissing)?;
        let signed = self.covered(signer, content)?;
        let key = certificate.key().map_err(|_| Error::SignerKey)?;
        key.verify(expected.user_id, signed, &signer.signature).map_err(Error::Signature)?;
        let signing_time = signer.attributes.as_ref().and_then(|attributes| attributes.signing_time);
        if signing_time.is_some_and(|time| !expected.signed_within.contains(&time)) {
            return Err(Error::SigningTime);
        }
        Ok(Verified { certificate, signing_time, signer })
    }

    /// The bytes that are signed, after a look at what they say of the content.
    fn covered<'a>(&self, signer: &'a Signer, content: &'a [u8]) -> Result<&'a [u8], Error> {
        let Some(attributes) = &signer.attributes else {
            return match self.content_type == self.form.data() {
                false => Err(Error::AttributesMissing),
                // Somebody's signature over attributes may not be passed off as one over this content.
                true if like_attributes(content) => Err(Error::ContentLikeAttributes),
                true => Ok(content),
            };
        };
        match attributes.content_type {
            None => return Err(Error::ContentTypeMissing),
            Some(signed) if signed != self.content_type => return Err(Error::ContentTypeDiffers),
            Some(_) => {}
        }
        match &attributes.message_digest {
            None => Err(Error::MessageDigestMissing),
            Some(signed) if *signed != Sm3::digest(content)[..] => Err(Error::MessageDigestDiffers),
            Some(_) => Ok(attributes.signed()),
        }
    }
}

/// Whether these bytes could have been signed as signed attributes.
fn like_attributes(content: &[u8]) -> bool {
    let set = AnyRef::from_der(content).ok().filter(|any| any.tag() == Tag::Set);
    set.is_some_and(|set| Attributes::parse(set.value()).is_ok())
}

impl<'a> Expected<'a> {
    /// Content that was to be signed, with the default user id, at any time up to `now`.
    #[must_use]
    pub fn content(content: &'a [u8], now: i64) -> Self {
        Self {
            content: Some(content),
            content_type: None,
            user_id: sm2::DEFAULT_ID,
            certificates: &[],
            signed_within: 0..=now,
        }
    }
}
