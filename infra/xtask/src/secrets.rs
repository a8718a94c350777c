//! Secrets: made at first start, kept in the data folder (readable by its owner only), handed to the functions as
//! variables. A variable that is set in the environment wins over the file.

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use sm3::{Digest, Sm3};
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name under which the API key appears in audit logs.
const OWNER: &str = "system";
/// Whose tokens are believed: the functions that sign, and with which variable.
const SIGNERS: [(&str, &str); 3] = [(SERVICE, "service_key"), ("register", "register_key"), ("ca-sign", "ca_sign_key")];
/// The function that signs with `service_key`, and takes receipts.
const SERVICE: &str = "sms-send";
/// The key with which whoever has the data folder makes an administrator's token, as if `register` had.
const OPERATOR: &str = "register.operator";
const OPERATOR_FILE: &str = "operator-key";
/// As long as a user token may live.
const TOKEN_S: u64 = 7_200;

type Written = fn(&[u8; 32]) -> String;

/// Variables with 32 random bytes each, and how they are written.
const RANDOM: [(&str, Written); 8] = [
    ("data_key", |bytes| hex::encode(bytes)),
    ("service_key", |bytes| BASE64.encode(bytes)),
    ("register_key", |bytes| BASE64.encode(bytes)),
    ("ca_sign_key", |bytes| BASE64.encode(bytes)),
    ("ca_local_key", |bytes| hex::encode(bytes)),
    ("register_webhook_secret", |bytes| hex::encode(bytes)),
    ("sms_receipt_secret", |bytes| hex::encode(bytes)),
    ("sms_webhook_secret", |bytes| hex::encode(bytes)),
];

/// The API key given, else the one in `<data>/api-key`, else a new one written there.
pub fn api_key(given: Option<&str>, data: &Path) -> anyhow::Result<String> {
    given.map_or_else(
        || kept(data, "api-key", || Ok(format!("yz_{}", hex::encode(random::<24>()?)))),
        |key| Ok(key.to_owned()),
    )
}

/// Names and values of the environment variables from which the host takes the functions' secrets.
pub fn variables(api_key: &str, data: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let name = |variable: &str| format!("SPIN_VARIABLE_{}", variable.to_uppercase());
    let set = |variable: &str| std::env::var(name(variable)).ok().filter(|value| !value.is_empty());
    let mut all = vec![(name("api_key_hashes"), format!("{OWNER}:{}", hex::encode(Sm3::digest(api_key))))];
    let mut keys: Vec<String> = set("token_public_keys").into_iter().collect();
    for (variable, written) in RANDOM {
        let value = match set(variable) {
            Some(value) => value,
            None => kept(data, &variable.replace('_', "-"), || Ok(written(&random()?)))?,
        };
        if let Some((signer, _)) = SIGNERS.iter().find(|(_, key)| *key == variable) {
            keys.push(public_key(signer, &value)?);
        }
        if variable == "sms_receipt_secret" && set("sms_sandbox_receipts_url").is_none() {
            all.push((name("sms_sandbox_receipts_url"), receipts_url("sandbox", &value)?));
        }
        all.push((name(variable), value));
    }
    keys.push(public_key(OPERATOR, &operator_key(data)?)?);
    all.push((name("token_public_keys"), keys.join(",")));
    Ok(all)
}

/// A JWT (RFC 7519) with the role `admin`, for a person of this name.
pub fn admin_token(data: &Path, name: &str) -> anyhow::Result<String> {
    let path = data.join(OPERATOR_FILE);
    let seed = fs::read_to_string(&path).with_context(|| {
        format!("{}: start the application with this data folder first (`cargo xtask up`)", path.display())
    })?;
    let key = signing_key(seed.trim())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": OPERATOR});
    let claims = json!({"iss": "register", "sub": name, "role": "admin", "iat": now, "exp": now + TOKEN_S});
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = BASE64.encode(key.sign(signed.as_bytes()).to_bytes());
    Ok(format!("{signed}.{signature}"))
}

fn operator_key(data: &Path) -> anyhow::Result<String> {
    kept(data, OPERATOR_FILE, || Ok(BASE64.encode(random::<32>()?)))
}

/// Where a gateway inside the application sends receipts: the path that `GET /v1/sms-send/gateways` tells.
fn receipts_url(gateway: &str, secret: &str) -> anyhow::Result<String> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).context("sms_receipt_secret")?;
    let token = hex::encode(mac.chain_update(format!("receipts/{gateway}")).finalize().into_bytes());
    let token = token.get(..32).unwrap_or_default();
    Ok(format!("http://{SERVICE}.spin.internal/v1/{SERVICE}/receipts/{gateway}/{token}"))
}

/// The entry for `token_public_keys` that lets functions believe this one's tokens.
fn public_key(name: &str, seed: &str) -> anyhow::Result<String> {
    Ok(format!("{name}:{}", BASE64.encode(signing_key(seed)?.verifying_key().as_bytes())))
}

fn signing_key(seed: &str) -> anyhow::Result<SigningKey> {
    let seed = BASE64.decode(seed).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    Ok(SigningKey::from_bytes(&seed.context("a key is not base64url of 32 bytes")?))
}

/// What `<data>/<file>` holds; what is made, where it is not there yet.
fn kept(data: &Path, file: &str, make: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<String> {
    let path = data.join(file);
    match fs::read_to_string(&path) {
        Ok(secret) => Ok(secret.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = make()?;
            fs::create_dir_all(data)?;
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            writeln!(file, "{secret}")?;
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_made_once_and_for_their_owner() {
        let data = std::env::temp_dir().join(format!("xtask-secrets-{}", std::process::id()));
        let key = api_key(None, &data).unwrap();
        assert_eq!(api_key(None, &data).unwrap(), key);
        assert_eq!(api_key(Some("mine"), &data).unwrap(), "mine");
        let first = variables(&key, &data).unwrap();
        assert_eq!(variables(&key, &data).unwrap(), first);
        let value = |name: &str| first.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap();
        assert_eq!(value("SPIN_VARIABLE_DATA_KEY").len(), 64);
        let public = value("SPIN_VARIABLE_TOKEN_PUBLIC_KEYS");
        for (signer, variable) in SIGNERS {
            let seed = value(&format!("SPIN_VARIABLE_{}", variable.to_uppercase()));
            assert!(public.contains(&public_key(signer, &seed).unwrap()), "{signer}");
        }
        let token = admin_token(&data, "operator").unwrap();
        let elsewhere = admin_token(&data.join("elsewhere"), "operator").unwrap_err();
        assert!(elsewhere.to_string().contains("start the application"), "no key is made that nobody knows");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let operator = signing_key(&operator_key(&data).unwrap()).unwrap();
        assert!(public.ends_with(&BASE64.encode(operator.verifying_key().as_bytes())));
        let signature = BASE64.decode(signature).unwrap().as_slice().try_into().unwrap();
        operator.verifying_key().verify_strict(signed.as_bytes(), &signature).unwrap();
        for entry in fs::read_dir(&data).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn a_seed_has_one_public_key() {
        // RFC 8032, 7.1, test 1.
        let seed =
            BASE64.encode(hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap());
        let public = hex::decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").unwrap();
        assert_eq!(public_key("sms-send", &seed).unwrap(), format!("sms-send:{}", BASE64.encode(public)));
        assert!(public_key("sms-send", "AAAA").is_err());
    }
}
