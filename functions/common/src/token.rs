//! Tokens: compact JWS (RFC 7515) with one algorithm, Ed25519 (RFC 8037), so that functions hold public keys only.
//!
//! A user token is issued by `register` and tells who the user is. A service token is signed by a function for one
//! call to another. The header's `typ` keeps them apart, its `kid` names the key, and the key's name names the issuer:
//! nobody but `register` can make user tokens. The header is read strictly and `alg` has one legal value, so there is
//! no algorithm to confuse; that is also why this is not a general JWT library with every other algorithm in the guest.

use crate::auth::{Principal, Role};
use crate::timestamp::Timestamp;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

mod proof;
pub use proof::{PROOF_TOKEN_S, Proof};

/// The function that issues user tokens.
pub const ISSUER: &str = "register";
/// A user token lives at most so long: 2 hours.
pub const USER_TOKEN_S: i64 = 7_200;
/// A service token lives so long.
pub const SERVICE_TOKEN_S: i64 = 60;
/// Clocks of two machines may differ by so much.
const SKEW_S: i64 = 30;
/// Longer is no token of ours.
const MOST_BYTES: usize = 2_048;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: Algorithm,
    typ: Kind,
    kid: String,
}

#[derive(Deserialize, Serialize)]
enum Algorithm {
    #[serde(rename = "EdDSA")]
    EdDsa,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, Serialize)]
enum Kind {
    #[serde(rename = "JWT")]
    User,
    #[serde(rename = "service+jwt")]
    Service,
    #[serde(rename = "identity-proof+jwt")]
    Proof,
}

#[derive(Deserialize, Serialize)]
struct User {
    iss: String,
    sub: String,
    role: Role,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize, Serialize)]
struct Service {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

/// Why a token is not accepted; for the log, a caller only learns that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not a compact JWS of the one form we write.
    Malformed,
    /// No public key of this name.
    UnknownKey,
    /// The signature is not the key's.
    Signature,
    /// Expired, not yet valid, or living too long.
    Time,
    /// Made by or for somebody else.
    Party,
}

/// Signs tokens for one function.
pub struct Signer {
    kid: String,
    key: SigningKey,
}

impl Signer {
    /// From the key's name (the function's id, with `.something` behind it when keys are renewed) and its 32-byte seed.
    #[must_use]
    pub fn new(kid: &str, seed: &[u8; 32]) -> Self {
        Self { kid: kid.to_owned(), key: SigningKey::from_bytes(seed) }
    }

    /// From the variable `service_key`, base64url of the seed.
    ///
    /// # Errors
    /// That it is malformed, without quoting it.
    pub fn parse(kid: &str, variable: &str) -> Result<Self, String> {
        let seed = BASE64.decode(variable).ok().and_then(|bytes| bytes.try_into().ok());
        seed.map(|seed| Self::new(kid, &seed)).ok_or("service_key is not base64url of 32 bytes".to_owned())
    }

    /// The entry for the variable `token_public_keys` of the functions that are to trust this key.
    #[must_use]
    pub fn public(&self) -> String {
        format!("{}:{}", self.kid, BASE64.encode(self.key.verifying_key().as_bytes()))
    }

    /// A user token; `seconds` beyond two hours are cut off.
    #[must_use]
    pub fn user(&self, subject: &str, role: Role, now: Timestamp, seconds: i64) -> String {
        let (iat, exp) = (now.seconds(), now.seconds() + seconds.min(USER_TOKEN_S));
        self.sign(Kind::User, &User { iss: issuer(&self.kid).to_owned(), sub: subject.to_owned(), role, iat, exp })
    }

    /// A token for one call to `audience`.
    #[must_use]
    pub fn service(&self, audience: &str, now: Timestamp) -> String {
        let (iat, exp) = (now.seconds(), now.seconds() + SERVICE_TOKEN_S);
        self.sign(Kind::Service, &Service { iss: issuer(&self.kid).to_owned(), aud: audience.to_owned(), iat, exp })
    }

    fn sign(&self, typ: Kind, claims: &impl Serialize) -> String {
        let header = Header { alg: Algorithm::EdDsa, typ, kid: self.kid.clone() };
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
    }
}

/// The public keys a function trusts.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<(String, VerifyingKey)>);

impl Keys {
    /// From the variable `token_public_keys`: `kid:key` pairs, separated by commas, key = base64url of 32 bytes.
    ///
    /// # Errors
    /// Names the pair that is malformed.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let pairs = variable.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let keys = pairs.map(|pair| {
            let key = pair.split_once(':').and_then(|(kid, key)| {
                let bytes: [u8; 32] = BASE64.decode(key).ok()?.try_into().ok()?;
                Some((kid.to_owned(), VerifyingKey::from_bytes(&bytes).ok()?))
            });
            key.ok_or_else(|| format!("token_public_keys: `{pair}` is not kid:<base64url of an Ed25519 public key>"))
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The caller behind a token that was sent to `function`.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn check(&self, token: &str, function: &str, now: Timestamp) -> Result<Principal, Refusal> {
        let (typ, kid, claims) = self.verify(token)?;
        match typ {
            Kind::User => {
                let user: User = decode(&claims)?;
                within(user.iat, user.exp, USER_TOKEN_S, now)?;
                let genuine = user.iss == ISSUER && issuer(&kid) == ISSUER && !user.sub.is_empty();
                genuine.then_some(Principal { id: user.sub, role: user.role }).ok_or(Refusal::Party)
            }
            Kind::Service => {
                let service: Service = decode(&claims)?;
                within(service.iat, service.exp, SERVICE_TOKEN_S, now)?;
                let genuine = service.iss == issuer(&kid) && service.aud == function;
                genuine.then_some(Principal { id: service.iss, role: Role::Service }).ok_or(Refusal::Party)
            }
            // It tells who somebody is, and lets nobody in.
            Kind::Proof => Err(Refusal::Party),
        }
    }

    /// The kind, the key's name and the claims of a token whose signature is right.
    fn verify(&self, token: &str) -> Result<(Kind, String, String), Refusal> {
        if token.len() > MOST_BYTES {
            return Err(Refusal::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
        let Header { alg: Algorithm::EdDsa, typ, kid } = decode(header)?;
        let (_, key) = self.0.iter().find(|(known, _)| *known == kid).ok_or(Refusal::UnknownKey)?;
        let bytes = BASE64.decode(signature).map_err(|_| Refusal::Malformed)?;
        let signature = Signature::from_slice(&bytes).map_err(|_| Refusal::Malformed)?;
        key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Refusal::Signature)?;
        Ok((typ, kid, claims.to_owned()))
    }
}

fn issuer(kid: &str) -> &str {
    kid.split('.').next().unwrap_or(kid)
}

fn within(iat: i64, exp: i64, most: i64, now: Timestamp) -> Result<(), Refusal> {
    let now = now.seconds();
    let lives = exp.checked_sub(iat).is_some_and(|life| (1..=most).contains(&life));
    (lives && iat <= now + SKEW_S && now < exp).then_some(()).ok_or(Refusal::Time)
}

fn encode(value: &impl Serialize) -> String {
    // Structs of strings and numbers always serialise.
    BASE64.encode(serde_json::to_vec(value).unwrap_or_default())
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let bytes = BASE64.decode(part).map_err(|_| Refusal::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed)
}

#[cfg(test)]
mod tests;
