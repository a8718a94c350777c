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
        match typ {
            Kind::User => {
                let user: User = decode(claims)?;
                within(user.iat, user.exp, USER_TOKEN_S, now)?;
                let genuine = user.iss == ISSUER && issuer(&kid) == ISSUER && !user.sub.is_empty();
                genuine.then_some(Principal { id: user.sub, role: user.role }).ok_or(Refusal::Party)
            }
            Kind::Service => {
                let service: Service = decode(claims)?;
                within(service.iat, service.exp, SERVICE_TOKEN_S, now)?;
                let genuine = service.iss == issuer(&kid) && service.aud == function;
                genuine.then_some(Principal { id: service.iss, role: Role::Service }).ok_or(Refusal::Party)
            }
        }
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
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn register() -> Signer {
        Signer::new("register", &[7; 32])
    }

    fn relay() -> Signer {
        Signer::new("chat-relay.2", &[8; 32])
    }

    fn keys() -> Keys {
        Keys::parse(&format!("{}, {}", register().public(), relay().public())).unwrap()
    }

    fn check(token: &str) -> Result<Principal, Refusal> {
        keys().check(token, "sms-send", NOW)
    }

    #[test]
    fn users_and_services_are_known() {
        let user = check(&register().user("usr_1", Role::Doctor, NOW, 600)).unwrap();
        assert_eq!((user.actor().as_str(), user.role), ("user:usr_1", Role::Doctor));
        let service = check(&relay().service("sms-send", NOW)).unwrap();
        assert_eq!((service.actor().as_str(), service.role), ("service:chat-relay", Role::Service));
        assert_eq!(check(&relay().service("ca-sign", NOW)), Err(Refusal::Party), "for another function");
    }

    #[test]
    fn only_register_issues_user_tokens() {
        assert_eq!(check(&relay().user("usr_1", Role::Admin, NOW, 600)), Err(Refusal::Party));
        let posing = Signer::new("register", &[8; 32]);
        assert_eq!(check(&posing.user("usr_1", Role::Admin, NOW, 600)), Err(Refusal::Signature));
        let stranger = Signer::new("stranger", &[9; 32]);
        assert_eq!(check(&stranger.service("sms-send", NOW)), Err(Refusal::UnknownKey));
    }

    #[test]
    fn time_is_kept() {
        let token = register().user("usr_1", Role::Patient, NOW, 600);
        let at = |seconds: i64| keys().check(&token, "sms-send", NOW.plus_ms(seconds * 1000)).map(|_| ());
        assert_eq!(at(599), Ok(()));
        assert_eq!(at(600), Err(Refusal::Time));
        assert_eq!(at(-30), Ok(()));
        assert_eq!(at(-31), Err(Refusal::Time));
        let claims = |iat, exp| User { iss: ISSUER.into(), sub: "u".into(), role: Role::Patient, iat, exp };
        let s = NOW.seconds();
        for (iat, exp) in [(s, s + USER_TOKEN_S + 1), (s, i64::MAX), (i64::MIN, s + 1), (s + 9, s + 8)] {
            assert_eq!(check(&register().sign(Kind::User, &claims(iat, exp))), Err(Refusal::Time));
        }
        assert!(check(&register().user("u", Role::Patient, NOW, i64::MAX / 2)).is_ok(), "cut to two hours");
    }

    #[test]
    fn there_is_no_other_algorithm_and_no_other_header() {
        let token = register().user("usr_1", Role::Patient, NOW, 600);
        let (_, rest) = token.split_once('.').unwrap();
        let headers = [
            r#"{"alg":"none","typ":"JWT","kid":"register"}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"register"}"#,
            r#"{"alg":"EdDSA","typ":"JWT","kid":"register","jwk":{}}"#,
            r#"{"alg":"EdDSA","typ":"JWT","kid":"register","crit":["b64"]}"#,
            r#"{"alg":"EdDSA","typ":"JWT"}"#,
            r#"{"alg":"EdDSA","alg":"none","typ":"JWT","kid":"register"}"#,
            "",
        ];
        for header in headers {
            assert_eq!(check(&format!("{}.{rest}", BASE64.encode(header))), Err(Refusal::Malformed), "{header}");
        }
        let retyped = BASE64.encode(r#"{"alg":"EdDSA","typ":"service+jwt","kid":"register"}"#);
        assert_eq!(check(&format!("{retyped}.{rest}")), Err(Refusal::Signature));
        for bad in ["", ".", "..", "a.b", "a.b.c", &"x".repeat(5_000), &format!("{token}="), &format!("{token}.")] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn one_changed_character_is_enough() {
        let token = register().user("usr_1", Role::Patient, NOW, 600);
        for i in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
            assert!(check(&String::from_utf8(bytes).unwrap()).is_err(), "character {i}");
        }
    }

    #[test]
    fn malformed_keys_are_named() {
        assert!(Keys::parse("").is_ok());
        for bad in ["register", "register:", "register:AAAA"] {
            assert!(Keys::parse(bad).unwrap_err().contains(bad));
        }
        assert_eq!(Signer::parse("register", &BASE64.encode([7; 32])).unwrap().public(), register().public());
        assert!(["", "AAAA", "not base64url"].into_iter().all(|bad| Signer::parse("register", bad).is_err()));
    }
}
