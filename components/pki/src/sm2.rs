//! SM2 signatures (GB/T 32918.2, GM/T 0003.2) over SM3 (GB/T 32905), in the formats of GM/T 0009 and GM/T 0015.

use crate::asn1::plain;
use crate::oid;
use ::sm2::dsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
use ::sm2::pkcs8::DecodePrivateKey;
use ::sm2::{NonZeroScalar, Scalar, SecretKey};
use der::{Decode, Encode};
use sm3::{Digest, Sm3};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use std::fmt;

/// The user id where none was agreed on (GM/T 0009, 10).
pub const DEFAULT_ID: &str = "1234567812345678";

/// `a`, `b` and the base point of sm2p256v1 (GB/T 32918.5), as Z takes them.
const CURVE: [&[u8; 32]; 4] = [
    b"\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc",
    b"\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93",
    b"\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7",
    b"\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0",
];

/// What is wrong with a key or a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Not a public key on sm2p256v1, or not in a form that GM/T 0015 knows.
    PublicKey,
    /// Not a private key in PKCS #8, or not of this curve.
    PrivateKey,
    /// The user id is longer than 8191 bytes.
    UserId,
    /// Not `SEQUENCE { r INTEGER, s INTEGER }` in DER, or out of range (GM/T 0009, 7.2).
    SignatureForm,
    /// The signature is not of this key over this message.
    Signature,
}

impl Error {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PublicKey => "public_key_invalid",
            Self::PrivateKey => "private_key_invalid",
            Self::UserId => "user_id_too_long",
            Self::SignatureForm => "signature_malformed",
            Self::Signature => "signature_wrong",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicKey => "the public key is none of SM2",
            Self::PrivateKey => "the private key is none of SM2",
            Self::UserId => "the user id is too long",
            Self::SignatureForm => "the signature is not two integers in DER",
            Self::Signature => "the signature is not of this key over this message",
        })
    }
}

impl std::error::Error for Error {}

/// A point on sm2p256v1.
#[derive(Clone, Debug)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From the uncompressed point `04 || x || y` (GM/T 0009, 7.1).
    ///
    /// # Errors
    /// For every other form, and for what is not on the curve.
    pub fn from_point(point: &[u8]) -> Result<Self, Error> {
        if point.len() != 65 {
            return Err(Error::PublicKey);
        }
        VerifyingKey::from_sec1_bytes(DEFAULT_ID, point).map(Self).map_err(|_| Error::PublicKey)
    }

    /// From a SubjectPublicKeyInfo (GM/T 0015): id-ecPublicKey on sm2p256v1, or SM2 itself as the algorithm.
    ///
    /// # Errors
    /// For another algorithm or curve, trailing bytes, and what is not on the curve.
    pub fn from_spki(der: &[u8]) -> Result<Self, Error> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| Error::PublicKey)?;
        let curve = |found: &AlgorithmIdentifierRef<'_>| found.parameters_oid().is_ok_and(|oid| oid == oid::SM2);
        let known = match spki.algorithm.oid {
            oid::EC_PUBLIC_KEY => curve(&spki.algorithm),
            oid::SM2 => plain(&spki.algorithm, oid::SM2) || curve(&spki.algorithm),
            _ => false,
        };
        let point = spki.subject_public_key.as_bytes().filter(|_| known).ok_or(Error::PublicKey)?;
        Self::from_point(point)
    }

    /// The uncompressed point.
    #[must_use]
    pub fn to_point(&self) -> Box<[u8]> {
        // The crate writes the form that it read: uncompressed.
        self.0.to_sec1_bytes()
    }

    /// The key as a SubjectPublicKeyInfo with id-ecPublicKey.
    #[must_use]
    pub fn to_spki(&self) -> Vec<u8> {
        use crate::asn1::{SEQUENCE, oid, tlv};
        let algorithm = tlv(SEQUENCE, &[&oid(oid::EC_PUBLIC_KEY), &oid(oid::SM2)]);
        tlv(SEQUENCE, &[&algorithm, &tlv(0x03, &[&[0], &self.to_point()])])
    }

    /// Z of a user: the hash of its id, the curve and the key (GB/T 32918.2, 5.5).
    ///
    /// # Errors
    /// For an id whose length in bits does not fit 16 bits.
    pub fn z(&self, user_id: &str) -> Result<[u8; 32], Error> {
        let bits = u16::try_from(user_id.len()).ok().and_then(|bytes| bytes.checked_mul(8)).ok_or(Error::UserId)?;
        let mut hash = Sm3::new_with_prefix(bits.to_be_bytes());
        hash.update(user_id);
        CURVE.iter().for_each(|part| hash.update(part));
        hash.update(self.to_point().get(1..).ok_or(Error::PublicKey)?);
        Ok(hash.finalize().into())
    }

    /// `e`, what is signed in the end: SM3 of Z and the message (GB/T 32918.2, 6.1). A signer that is handed a digest
    /// instead of the message wants this one.
    ///
    /// # Errors
    /// As [`PublicKey::z`].
    pub fn digest(&self, user_id: &str, message: &[u8]) -> Result<[u8; 32], Error> {
        Ok(Sm3::new_with_prefix(self.z(user_id)?).chain_update(message).finalize().into())
    }

    /// Checks a signature in DER over a message.
    ///
    /// # Errors
    /// When it is malformed, or not of this key and user id over this message.
    pub fn verify(&self, user_id: &str, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let signature = Signature::from_der(signature).map_err(|_| Error::SignatureForm)?;
        let e = self.digest(user_id, message)?;
        self.0.verify_prehash(&e, &signature).map_err(|_| Error::Signature)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_affine() == other.0.as_affine()
    }
}

impl Eq for PublicKey {}

/// A private key, for an authority or a signer of one's own.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// From the 32 bytes of its number.
    ///
    /// # Errors
    /// For another length, and for 0 or a number not below n - 1 (GB/T 32918.1, 6.1).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let scalar = NonZeroScalar::try_from(bytes).map_err(|_| Error::PrivateKey)?;
        let next = *scalar + Scalar::ONE;
        if bool::from(next.is_zero()) {
            return Err(Error::PrivateKey);
        }
        SigningKey::from_nonzero_scalar(DEFAULT_ID, scalar).map(Self).map_err(|_| Error::PrivateKey)
    }

    /// From PKCS #8 in PEM.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let key = SecretKey::from_pkcs8_pem(pem).map_err(|_| Error::PrivateKey)?;
        Self::from_bytes(&key.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().clone())
    }

    /// Signs a message; the same message gets the same signature (the nonce is made as in RFC 6979, with SM3).
    ///
    /// # Errors
    /// For a user id that is too long.
    pub fn sign(&self, user_id: &str, message: &[u8]) -> Result<Vec<u8>, Error> {
        let e = self.public().digest(user_id, message)?;
        let signature = self.0.sign_prehash(&e).map_err(|_| Error::Signature)?;
        signature.to_der().to_der().map_err(|_| Error::SignatureForm)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}
