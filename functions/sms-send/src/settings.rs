//! What the hospital sets: the function's variables, read once per instance.

use crate::callback::CallbackHosts;
use crate::limits::Limits;
use crate::quiet::Quiet;
use crate::signatures::Signatures;
use common::seal::Seal;
use common::variables::Variables;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

/// Characters of a path token.
const TOKEN_CHARS: usize = 32;

/// The variables, understood.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Keys of personal data.
    pub seal: Seal,
    /// Messages per phone.
    pub limits: Limits,
    /// When notices wait.
    pub quiet: Quiet,
    /// Registered signatures.
    pub signatures: Signatures,
    /// Where reports may go besides the public.
    pub callback_hosts: CallbackHosts,
    /// Price of a part in yuan, by gateway.
    pub prices: BTreeMap<String, f64>,
    receipt_secret: String,
}

#[derive(Deserialize)]
struct Priced {
    name: String,
    price_per_part: Option<f64>,
}

impl Settings {
    /// The variables that [`parse`](Self::parse) looks at.
    pub const VARIABLES: [&'static str; 7] = [
        "data_key",
        "sms_limits",
        "sms_quiet_hours",
        "sms_signature",
        "sms_callback_hosts",
        "sms_gateways",
        "sms_receipt_secret",
    ];

    /// Understands the variables.
    ///
    /// # Errors
    /// Names the variable that is wrong.
    pub fn parse(variables: &Variables) -> Result<Self, String> {
        let get = |name: &str| variables.get(name).map_or("", |value| value.trim());
        let gateways = Some(get("sms_gateways")).filter(|json| !json.is_empty()).unwrap_or("[]");
        let priced: Vec<Priced> = serde_json::from_str(gateways).map_err(|error| format!("sms_gateways: {error}"))?;
        Ok(Self {
            seal: Seal::parse(get("data_key"))?,
            limits: Limits::parse(get("sms_limits"))?,
            quiet: Quiet::parse(get("sms_quiet_hours"))?,
            signatures: Signatures::parse(get("sms_signature"))?,
            callback_hosts: CallbackHosts::parse(get("sms_callback_hosts"))?,
            prices: priced.into_iter().filter_map(|gateway| Some((gateway.name, gateway.price_per_part?))).collect(),
            receipt_secret: get("sms_receipt_secret").to_owned(),
        })
    }

    /// Whether `token` is the secret part of a path that a vendor calls: the first 32 hex digits of
    /// HMAC-SHA256(`sms_receipt_secret`, `<kind>/<gateway>`). Takes the same time however much of it is right.
    #[must_use]
    pub fn is_token(&self, kind: &str, gateway: &str, token: &str) -> bool {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.receipt_secret.as_bytes()) else { return false };
        let expected = hex::encode(mac.chain_update(format!("{kind}/{gateway}")).finalize().into_bytes());
        let expected = expected.get(..TOKEN_CHARS).unwrap_or_default();
        !self.receipt_secret.is_empty() && bool::from(expected.as_bytes().ct_eq(token.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        Variables::from([("data_key", "07".repeat(32)), ("sms_receipt_secret", "key".to_owned())])
    }

    #[test]
    fn a_token_belongs_to_one_gateway_and_one_purpose() {
        let settings = Settings::parse(&variables()).unwrap();
        // printf inbound/sandbox | openssl dgst -sha256 -hmac key
        let token = "f44685df4075df523311cdf0fa699fb5";
        assert!(settings.is_token("inbound", "sandbox", token));
        assert!(!settings.is_token("inbound", "other", token) && !settings.is_token("receipts", "sandbox", token));
        for wrong in ["", &token[..31], &format!("{token}0"), &token.replace(&token[..1], "x")] {
            assert!(!settings.is_token("inbound", "sandbox", wrong), "{wrong}");
        }
        let none = Settings::parse(&Variables::from([("data_key", "07".repeat(32))])).unwrap();
        assert!(!none.is_token("inbound", "sandbox", token));
    }

    #[test]
    fn the_wrong_variable_is_named() {
        for name in Settings::VARIABLES.into_iter().filter(|name| *name != "sms_receipt_secret") {
            let mut variables = variables();
            variables.insert(name, "%".to_owned());
            assert!(Settings::parse(&variables).unwrap_err().starts_with(name), "{name}");
        }
        let mut variables = variables();
        variables.insert("sms_gateways", r#"[{"name":"a","price_per_part":0.045},{"name":"b","weight":2}]"#.to_owned());
        assert_eq!(Settings::parse(&variables).unwrap().prices, BTreeMap::from([("a".to_owned(), 0.045)]));
    }
}
