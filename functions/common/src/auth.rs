//! Who calls: roles, principals and API keys.

use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use subtle::ConstantTimeEq;

/// What a caller may be.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A user who is treated.
    Patient,
    /// A user who treats.
    Doctor,
    /// A user who checks prescriptions.
    Pharmacist,
    /// A user who runs the platform.
    Admin,
    /// A hospital system, by API key; never in a token.
    #[serde(skip)]
    System,
    /// Another function, by service token; never in a user token.
    #[serde(skip)]
    Service,
}

/// A caller whose credential was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Name of the API key, subject of the user token, or id of the calling function.
    pub id: String,
    /// What it may be.
    pub role: Role,
}

impl Principal {
    /// As audit log and rate limits name it.
    #[must_use]
    pub fn actor(&self) -> String {
        let kind = match self.role {
            Role::System => "system",
            Role::Service => "service",
            _ => "user",
        };
        format!("{kind}:{}", self.id)
    }
}

/// The API keys that are let in, by their SM3 hashes.
///
/// A plain hash is enough because keys are random (192 bits from `cargo xtask up`): there is nothing to guess.
#[derive(Clone, Debug, Default)]
pub struct ApiKeys(Vec<(String, [u8; 32])>);

impl ApiKeys {
    /// From the variable `api_key_hashes`: `name:hash` pairs, separated by commas, hash = hex SM3 of the key.
    ///
    /// # Errors
    /// Names the pair that is malformed, by position: a hash does not belong in a log.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let pairs = variable.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let keys = pairs.enumerate().map(|(i, pair)| {
            let malformed = || format!("api_key_hashes: pair {} is not name:<64 hex digits>", i + 1);
            let (name, hash) = pair.split_once(':').ok_or_else(malformed)?;
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            let mut bytes = [0; 32];
            hex::decode_to_slice(hash, &mut bytes).ok().filter(|()| plain).ok_or_else(malformed)?;
            Ok((name.to_owned(), bytes))
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The owner of a key; takes the same time whichever key it is.
    #[must_use]
    pub fn check(&self, key: &str) -> Option<Principal> {
        let hash: [u8; 32] = Sm3::digest(key).into();
        let mut owner = None;
        for (name, known) in &self.0 {
            if bool::from(known.ct_eq(&hash)) {
                owner = Some(name);
            }
        }
        owner.map(|name| Principal { id: name.clone(), role: Role::System })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_sm3_hash() {
        // SM3("abc") from GB/T 32905 annex A.
        let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        let keys = ApiKeys::parse(&format!("his:{abc}, lis:{}", "0".repeat(64))).unwrap();
        let his = keys.check("abc").unwrap();
        assert_eq!((his.actor().as_str(), his.role), ("system:his", Role::System));
        assert!(keys.check("abd").is_none() && keys.check("").is_none());
        assert!(ApiKeys::parse("").unwrap().check("abc").is_none());
    }

    #[test]
    fn a_malformed_variable_is_refused_without_telling_the_hash() {
        for bad in
            ["his", "his:12", "his:zz", ":66", "a b:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"]
        {
            let error = ApiKeys::parse(&format!(",{bad}")).unwrap_err();
            assert_eq!(error, "api_key_hashes: pair 1 is not name:<64 hex digits>");
        }
    }

    #[test]
    fn a_token_cannot_claim_to_be_a_system() {
        assert!(serde_json::from_str::<Role>("\"doctor\"").is_ok());
        assert!(serde_json::from_str::<Role>("\"system\"").is_err());
        assert!(serde_json::from_str::<Role>("\"service\"").is_err());
    }
}
