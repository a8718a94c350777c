//! What an application is told so that it sends by the vendors' stand-ins, and the administrator it needs.

use crate::token;
use crate::vendors::{KEY, SECRET};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

/// Variables with an account at each vendor.
pub fn accounts<'a>(aliyun: &'a str, tencent: &'a str, huawei: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("sms_aliyun_endpoint", aliyun),
        ("sms_aliyun_access_key", KEY),
        ("sms_aliyun_secret", SECRET),
        ("sms_tencent_endpoint", tencent),
        ("sms_tencent_secret_id", KEY),
        ("sms_tencent_secret_key", SECRET),
        ("sms_tencent_sdk_app_id", "1400787878"),
        ("sms_huawei_endpoint", huawei),
        ("sms_huawei_app_key", KEY),
        ("sms_huawei_app_secret", SECRET),
        ("sms_huawei_sender", "1069000000"),
    ]
}

/// A template of a class that every vendor knows.
pub fn template(class: &str) -> Value {
    let ids = json!({"aliyun": "SMS_154950909", "tencent": "449739", "huawei": "8ff55eac1d0b478ab3c06c3c6a492300"});
    json!({"name": class, "class": class, "text": "验证码{code}，请勿告诉他人。", "vendor_ids": ids})
}

/// The value of `token_public_keys` that lets [`admin`] in beside the platform's own calls.
pub fn public_keys() -> String {
    let keys = [("register", [7; 32]), ("sms-send", [9; 32])];
    keys.map(|(name, seed)| token::public(name, &SigningKey::from_bytes(&seed))).join(",")
}

/// An administrator's `Authorization`, good for an hour.
pub fn admin() -> String {
    let now = token::now_s();
    let claims = json!({"iss": "register", "sub": "usr_admin", "role": "admin", "iat": now, "exp": now + 3_600});
    token::bearer(&SigningKey::from_bytes(&[7; 32]), "register", "JWT", &claims)
}
