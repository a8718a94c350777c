//! Personal data at rest: sealed with SM4-GCM (RFC 8998), found again by a keyed SM3 index (HMAC, RFC 2104).
//!
//! A sealed value opens only in its place: the id of its row and the column's name are authenticated with it, so a
//! value that was moved to another row is refused like one that was changed.
//! Nonces are random: with 96 bits of chance a key may seal 2^32 values (NIST SP 800-38D, 8.3).

use crate::problem::Problem;
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;
use sm4::Sm4;
use std::fmt;

/// The first byte of a sealed value: which form it has.
const FORM: u8 = 1;
const NONCE_BYTES: usize = 12;

/// The keys made from the variable `data_key`.
#[derive(Clone)]
pub struct Seal {
    cipher: AesGcm<Sm4, U12>,
    index: Hmac<Sm3>,
}

impl Seal {
    /// From the variable `data_key`: 32 bytes in hex. Each of the two keys is made of all of them.
    ///
    /// # Errors
    /// Says what is wrong with it, without repeating it.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let mut data_key = [0; 32];
        hex::decode_to_slice(variable.trim(), &mut data_key).map_err(|_| "data_key: not 64 hex digits".to_owned())?;
        let master = keyed(&data_key)?;
        let derived = |label: &str| master.clone().chain_update(label).finalize().into_bytes();
        let (key, _) = derived("sm4-gcm").split();
        Ok(Self { cipher: AesGcm::new(&key), index: keyed(&derived("sm3-index"))? })
    }

    /// Seals a value for its place, e.g. `msg_01J.../phone`; `random` must come from a cryptographic source.
    ///
    /// # Errors
    /// 500 for a value of more than 64 GB.
    pub fn seal(&self, plain: &[u8], place: &str, random: u128) -> Result<Vec<u8>, Problem> {
        let random = random.to_be_bytes();
        let (nonce, _) = random.split_first_chunk::<NONCE_BYTES>().ok_or_else(|| broken(place))?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.cipher.encrypt(&(*nonce).into(), payload).map_err(|_| broken(place))?;
        Ok([&[FORM], &nonce[..], &sealed].concat())
    }

    /// Opens a value in its place.
    ///
    /// # Errors
    /// 500 when it was sealed with another key or for another place, or was changed.
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<Vec<u8>, Problem> {
        let rest = sealed.strip_prefix(&[FORM]).ok_or_else(|| broken(place))?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(|| broken(place))?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| broken(place))
    }

    /// Opens a text in its place.
    ///
    /// # Errors
    /// As [`Seal::open`], and when it is no text.
    pub fn open_text(&self, sealed: &[u8], place: &str) -> Result<String, Problem> {
        String::from_utf8(self.open(sealed, place)?).map_err(|_| broken(place))
    }

    /// What a value is looked up by, in hex; `kind` keeps values of two kinds apart.
    #[must_use]
    pub fn index(&self, kind: &str, value: &[u8]) -> String {
        let mac = self.index.clone().chain_update(kind).chain_update([0]).chain_update(value);
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

fn keyed(key: &[u8]) -> Result<Hmac<Sm3>, String> {
    Hmac::new_from_slice(key).map_err(|error| format!("data_key: {error}"))
}

/// The place is an id and a column's name: nothing personal.
fn broken(place: &str) -> Problem {
    Problem::internal(format!("sealed value {place}: changed, moved, or sealed with another data_key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sm3::Digest;

    fn seal() -> Seal {
        Seal::parse(&"07".repeat(32)).unwrap()
    }

    #[test]
    fn sm4_gcm_is_that_of_rfc_8998() {
        let key: [u8; 16] = hex::decode("0123456789abcdeffedcba9876543210").unwrap().try_into().unwrap();
        let nonce: [u8; 12] = hex::decode("00001234567800000000abcd").unwrap().try_into().unwrap();
        let aad = hex::decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").unwrap();
        let plain = hex::decode(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd\
             eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        )
        .unwrap();
        let cipher = AesGcm::<Sm4, U12>::new(&key.into());
        let sealed = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).unwrap();
        assert_eq!(
            hex::encode(sealed),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
             d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d\
             83de3541e4c2b58177e065a9bf7b62ec"
        );
    }

    #[test]
    fn sm3_is_that_of_gb_t_32905() {
        let digest = |text: &str| hex::encode(Sm3::digest(text));
        assert_eq!(digest("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(digest(&"abcd".repeat(16)), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    #[test]
    fn hmac_sm3_is_that_of_gm_t_0042() {
        let mac = |key: &[u8], text: &[u8]| hex::encode(keyed(key).unwrap().chain_update(text).finalize().into_bytes());
        let text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
        let key: Vec<u8> = (1..=32).collect();
        assert_eq!(mac(&key, text.as_bytes()), "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a");
        let key: Vec<u8> = (1..=37).collect();
        assert_eq!(mac(&key, &[0xcd; 50]), "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae");
        let jefe = mac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(jefe, "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882");
    }

    #[test]
    fn a_value_opens_in_its_place_only() {
        let sealed = seal().seal("13711112222".as_bytes(), "msg_1/phone", 5).unwrap();
        assert_eq!(seal().open_text(&sealed, "msg_1/phone").unwrap(), "13711112222");
        assert!(!sealed.windows(5).any(|window| window == b"13711"));
        assert_ne!(sealed, seal().seal("13711112222".as_bytes(), "msg_1/phone", 6 << 64).unwrap());
        assert!(seal().open(&sealed, "msg_2/phone").is_err(), "another row");
        assert!(Seal::parse(&"08".repeat(32)).unwrap().open(&sealed, "msg_1/phone").is_err(), "another key");
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(seal().open(&changed, "msg_1/phone").is_err(), "byte {i}");
            assert!(seal().open(&sealed[..i], "msg_1/phone").is_err(), "cut at {i}");
        }
    }

    #[test]
    fn an_index_depends_on_key_kind_and_value() {
        let index = seal().index("phone", b"+8613711112222");
        assert_eq!((index.len(), &seal().index("phone", b"+8613711112222")), (64, &index));
        assert_ne!(seal().index("phone", b"+8613711112223"), index);
        assert_ne!(seal().index("phon", b"e+8613711112222"), index);
        assert_ne!(Seal::parse(&"08".repeat(32)).unwrap().index("phone", b"+8613711112222"), index);
    }

    #[test]
    fn a_malformed_key_is_not_repeated() {
        for bad in ["", "0707", &"07".repeat(33), &"zz".repeat(32)] {
            assert_eq!(Seal::parse(bad).unwrap_err(), "data_key: not 64 hex digits");
        }
    }
}
