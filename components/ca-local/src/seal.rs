//! Ids that hold what the authority must know: sealed with SM4-GCM (RFC 8998), in base64url.
//!
//! The kind of what is sealed is authenticated with it, so that an id of one kind does not open as another. Nonces are
//! random: with 96 bits of chance a key may seal 2^32 values (NIST SP 800-38D, 8.3).

use crate::keys::Keys;
use aes_gcm::AesGcm;
use aes_gcm::KeyInit;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ca_authority::Error;
use ca_authority::types::ID_BYTES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sm4::Sm4;

/// The first byte: which form the rest has.
const FORM: u8 = 1;
const NONCE_BYTES: usize = 12;

/// Something that an id holds.
pub trait Sealed: Serialize + DeserializeOwned {
    /// Keeps kinds apart.
    const KIND: &'static str;
}

/// Seals and opens ids.
pub struct Seal(AesGcm<Sm4, U12>);

impl Seal {
    /// With a key of its own.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        // SM4 takes 128 bits.
        let [key, _] = halves(keys.derive("seal", &[]));
        Self(AesGcm::new(&key.into()))
    }

    /// An id of at most 2,048 bytes.
    ///
    /// # Errors
    /// `invalid` where it would be longer.
    pub fn id<T: Sealed>(&self, value: &T, random: &[u8; 32]) -> Result<String, Error> {
        let long = || Error::invalid("id_too_long: names or hospital are too long");
        let plain = postcard::to_allocvec(value).map_err(|_| long())?;
        // The nonce can be read in the id, and a private key may have been drawn from the same chance.
        let drawn = Keys::of(random)?.derive("nonce", &[]);
        let (nonce, _) = drawn.split_first_chunk::<NONCE_BYTES>().ok_or_else(long)?;
        let payload = Payload { msg: &plain, aad: T::KIND.as_bytes() };
        let sealed = self.0.encrypt(&(*nonce).into(), payload).map_err(|_| long())?;
        let id = URL_SAFE_NO_PAD.encode([&[FORM], &nonce[..], &sealed].concat());
        if id.len() > ID_BYTES { Err(long()) } else { Ok(id) }
    }

    /// What an id holds; none where it is of another kind or another authority, or was changed.
    #[must_use]
    pub fn open<T: Sealed>(&self, id: &str) -> Option<T> {
        if id.len() > ID_BYTES {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (nonce, sealed) = bytes.strip_prefix(&[FORM])?.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: T::KIND.as_bytes() };
        postcard::from_bytes(&self.0.decrypt(&(*nonce).into(), payload).ok()?).ok()
    }
}

/// Two keys or salts of 128 bits.
#[must_use]
pub fn halves(bytes: [u8; 32]) -> [[u8; 16]; 2] {
    let (halves, _) = bytes.as_chunks();
    [halves.first().copied().unwrap_or_default(), halves.last().copied().unwrap_or_default()]
}
