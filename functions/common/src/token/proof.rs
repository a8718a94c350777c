//! Identity proofs: who somebody is and how that was found out, signed by `register` for one function.

use super::{ISSUER, Keys, Kind, Refusal, Signer, decode, issuer, within};
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// A proof lives so long: 10 minutes, within which a consultation or a signature begins.
pub const PROOF_TOKEN_S: i64 = 600;

/// The claims of an identity proof (RFC 7519); no personal data is in it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// `register`.
    pub iss: String,
    /// The function that it is for.
    pub aud: String,
    /// The account that asked.
    pub sub: String,
    /// Whose identity it is.
    pub patient_id: String,
    /// What the patient is to the account's holder: `self`, `child`, ...
    pub relation: String,
    /// `real_name`, `manual` or `document_only`.
    pub level: String,
    /// When the identity was found out, in seconds since the epoch.
    pub verified_at: i64,
    /// Unique: a function may refuse one that it has seen.
    pub jti: String,
    /// Seconds since the epoch.
    pub iat: i64,
    /// Seconds since the epoch.
    pub exp: i64,
}

impl Signer {
    /// A proof as a compact JWS.
    #[must_use]
    pub fn proof(&self, proof: &Proof) -> String {
        self.sign(Kind::Proof, proof)
    }
}

impl Keys {
    /// The proof in a token that was made for `function`.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn proof(&self, token: &str, function: &str, now: Timestamp) -> Result<Proof, Refusal> {
        let (typ, kid, claims) = self.verify(token)?;
        if typ != Kind::Proof {
            return Err(Refusal::Party);
        }
        let proof: Proof = decode(&claims)?;
        within(proof.iat, proof.exp, PROOF_TOKEN_S, now)?;
        let genuine = proof.iss == ISSUER && issuer(&kid) == ISSUER && proof.aud == function;
        genuine.then_some(proof).ok_or(Refusal::Party)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Role;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn proof(aud: &str) -> Proof {
        let (iat, text) = (NOW.seconds(), |text: &str| text.to_owned());
        Proof {
            iss: text(ISSUER),
            aud: text(aud),
            sub: text("usr_1"),
            patient_id: text("pat_1"),
            relation: text("self"),
            level: text("real_name"),
            verified_at: iat,
            jti: text("prf_1"),
            iat,
            exp: iat + PROOF_TOKEN_S,
        }
    }

    #[test]
    fn a_proof_is_for_one_function_and_lets_nobody_in() {
        let register = Signer::new("register", &[7; 32]);
        let keys = Keys::parse(&register.public()).unwrap();
        let token = register.proof(&proof("ca-sign"));
        assert_eq!(keys.proof(&token, "ca-sign", NOW), Ok(proof("ca-sign")));
        assert_eq!(keys.proof(&token, "chat-relay", NOW), Err(Refusal::Party));
        assert_eq!(keys.proof(&token, "ca-sign", NOW.plus_ms(PROOF_TOKEN_S * 1_000)), Err(Refusal::Time));
        assert_eq!(keys.check(&token, "ca-sign", NOW), Err(Refusal::Party));
        let user = register.user("usr_1", Role::Patient, NOW, 60);
        assert_eq!(keys.proof(&user, "ca-sign", NOW), Err(Refusal::Party));
        let relay = Signer::new("chat-relay", &[8; 32]);
        let keys = Keys::parse(&relay.public()).unwrap();
        assert_eq!(keys.proof(&relay.proof(&proof("ca-sign")), "ca-sign", NOW), Err(Refusal::Party), "another signer");
    }
}
