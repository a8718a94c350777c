//! Everything secret follows from one variable: HMAC-SM3 (GM/T 0042) as a key derivation function, a label for each use.

use ca_authority::Error;
use hmac::{Hmac, KeyInit, Mac};
use pki::sm2::PrivateKey;
use sm3::Sm3;

/// The variable: 32 bytes in hex.
pub const VARIABLE: &str = "ca_local_key";

/// HMAC-SM3 under a key that labels and values are drawn from.
#[derive(Clone)]
pub struct Keys(Hmac<Sm3>);

impl Keys {
    /// From the variable.
    ///
    /// # Errors
    /// `unavailable`, without repeating it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::Unavailable(format!("variable {VARIABLE} is not set")));
        }
        let mut secret = [0; 32];
        let decoded = hex::decode_to_slice(text, &mut secret);
        decoded.map_err(|_| Error::Unavailable(format!("variable {VARIABLE} is not 64 hex digits")))?;
        Self::of(&secret)
    }

    /// From a secret.
    ///
    /// # Errors
    /// None for 32 bytes.
    pub fn of(secret: &[u8; 32]) -> Result<Self, Error> {
        let mac = Hmac::new_from_slice(secret).map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self(mac))
    }

    /// 32 bytes for this use of this value.
    #[must_use]
    pub fn derive(&self, label: &str, value: &[u8]) -> [u8; 32] {
        self.mac(label, value).finalize().into_bytes().into()
    }

    /// Whether these bytes were derived so, in a time that does not depend on them.
    #[must_use]
    pub fn matches(&self, label: &str, value: &[u8], derived: &[u8; 32]) -> bool {
        self.mac(label, value).verify_slice(derived).is_ok()
    }

    /// An SM2 key for this use.
    ///
    /// # Errors
    /// Never in practice: one draw in 2^32 is none, and then the next counts.
    pub fn private(&self, label: &str) -> Result<PrivateKey, Error> {
        let drawn = (0..u8::MAX).find_map(|n| PrivateKey::from_bytes(&self.derive(label, &[n])).ok());
        drawn.ok_or_else(|| Error::Unavailable("no SM2 key could be derived".to_owned()))
    }

    fn mac(&self, label: &str, value: &[u8]) -> Hmac<Sm3> {
        // No label holds a zero byte, so that no two pairs read alike.
        self.0.clone().chain_update(label).chain_update([0]).chain_update(value)
    }
}
