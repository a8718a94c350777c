//! Whether a timestamp is to be believed (RFC 3161, 2.2 and 2.3; GM/T 0033).

use super::{Error, Token};
use crate::asn1::{elements, plain, sequence};
use crate::certificate::Certificate;
use crate::chain::{self, Purpose};
use crate::{oid, signed_data, sm2};
use const_oid::ObjectIdentifier;
use der::Decode;
use der::asn1::OctetStringRef;
use sm3::{Digest, Sm3};
use spki::AlgorithmIdentifierRef;

/// What a timestamp is held against.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// SM3 of what was to be stamped.
    pub digest: [u8; 32],
    /// The nonce that was sent, big-endian; none where the timestamp is not an answer of the moment.
    pub nonce: Option<&'a [u8]>,
    /// The policy that is wanted.
    pub policy: Option<ObjectIdentifier>,
    /// Certificates between the authority and the roots that did not come along.
    pub between: &'a [Certificate],
    /// Whom to trust for timestamps.
    pub roots: &'a [Certificate],
    /// The user id that the authority signed with: [`sm2::DEFAULT_ID`] unless agreed otherwise.
    pub user_id: &'a str,
    /// The present; add what the authority's clock may be ahead.
    pub now: i64,
}

impl<'a> Expected<'a> {
    /// A digest, stamped by an authority below these roots.
    #[must_use]
    pub const fn digest(digest: [u8; 32], roots: &'a [Certificate], now: i64) -> Self {
        Self { digest, nonce: None, policy: None, between: &[], roots, user_id: sm2::DEFAULT_ID, now }
    }
}

/// A timestamp that holds. Whether the authority's certificate was revoked is another question ([`crate::crl`]).
#[derive(Clone, Debug)]
pub struct Verified {
    /// When.
    pub time: i64,
    /// From the authority to a root.
    pub path: Vec<Certificate>,
}

impl Token {
    /// Checks everything that the token says, its signature, and the authority's certificate at the time it states.
    ///
    /// # Errors
    /// When one of these does not hold.
    pub fn verify(&self, expected: &Expected<'_>) -> Result<Verified, Error> {
        let info = &self.info;
        if info.imprint.algorithm != oid::SM3 {
            return Err(Error::ImprintNotSm3);
        }
        if info.imprint.digest != expected.digest {
            return Err(Error::ImprintDiffers);
        }
        if expected.nonce.is_some_and(|nonce| !info.has_nonce(nonce)) {
            return Err(Error::NonceDiffers);
        }
        if expected.policy.is_some_and(|policy| policy != info.policy) {
            return Err(Error::PolicyDiffers);
        }
        if info.time > expected.now {
            return Err(Error::InFuture);
        }
        let signed = self
            .signed
            .verify(&signed_data::Expected {
                content: None,
                content_type: Some(oid::TST_INFO),
                user_id: expected.user_id,
                certificates: expected.between,
                signed_within: 0..=expected.now,
            })
            .map_err(Error::SignedData)?;
        let [signer] = signed.as_slice() else { return Err(Error::NotOneSigner) };
        let named = signer.signer.attributes.as_ref().and_then(|all| all.value(oid::SIGNING_CERTIFICATE_V2));
        if named.is_some_and(|named| !names(named, signer.certificate)) {
            return Err(Error::CertificateDiffers);
        }
        let between = [&self.signed.certificates, expected.between].concat();
        let path = chain::path(signer.certificate, &between, expected.roots, Purpose::TimeStamping, info.time);
        let path = path.map_err(Error::Chain)?.into_iter().cloned().collect();
        Ok(Verified { time: info.time, path })
    }
}

/// Whether SigningCertificateV2 (RFC 5035) names this certificate first, by SM3. Another hash cannot be judged here and
/// is no reason to refuse: Z binds the signature to the key already.
fn names(der: &[u8], certificate: &Certificate) -> bool {
    let read = || {
        let parts = elements(sequence(der)?, 2)?;
        let all = elements(sequence(parts.first().copied().unwrap_or_default())?, 16)?;
        let id = elements(sequence(all.first().copied().unwrap_or_default())?, 3)?;
        let of_sm3 = |der: &[u8]| AlgorithmIdentifierRef::from_der(der).is_ok_and(|found| plain(&found, oid::SM3));
        let judged = match id.as_slice() {
            [algorithm, hash, ..] if of_sm3(algorithm) => Some(*hash),
            _ => None,
        };
        judged.map(|hash| Ok(<&OctetStringRef>::from_der(hash)?.as_bytes().to_vec())).transpose()
    };
    let read: Result<_, der::Error> = read();
    read.is_ok_and(|hash| hash.is_none_or(|hash| hash == Sm3::digest(certificate.der())[..]))
}
