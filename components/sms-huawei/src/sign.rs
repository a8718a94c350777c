//! The two schemes that Huawei takes: SDK-HMAC-SHA256, and the older WSSE.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use sms_vendor::Moment;
use sms_vendor::canonical::{Canonical, hmac_hex, sha256};

/// The name of the first scheme.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// What the SDK signs in place of a form's digest.
pub const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// The media type that is signed and sent.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";
/// The `Authorization` header of the second scheme.
pub const WSSE: &str = r#"WSSE realm="SDP",profile="UsernameToken",type="Appkey""#;

/// The `Authorization` header of a POST by the first scheme.
#[must_use]
pub fn authorization(app_key: &str, secret: &str, host: &str, path: &str, moment: Moment) -> String {
    let (date, path) = (moment.basic(), format!("{}/", path.trim_end_matches('/')));
    let headers =
        [("content-type", CONTENT_TYPE), ("host", host), ("x-sdk-content-sha256", UNSIGNED), ("x-sdk-date", &date)];
    let canonical = Canonical { method: "POST", path: &path, query: "", headers: &headers, payload: UNSIGNED };
    let signature = hmac_hex(secret.as_bytes(), &format!("{ALGORITHM}\n{date}\n{}", canonical.digest()));
    let signed = canonical.signed_headers();
    format!("{ALGORITHM} Access={app_key}, SignedHeaders={signed}, Signature={signature}")
}

/// The `X-WSSE` header of the second scheme: the digest in hex and then in base64, as the vendor's samples have it.
#[must_use]
pub fn wsse(app_key: &str, secret: &str, moment: Moment) -> String {
    let (nonce, created) = (moment.nonce_hex(), moment.extended());
    let digest = BASE64.encode(sha256(format!("{nonce}{created}{secret}").as_bytes()));
    format!(r#"UsernameToken Username="{app_key}",PasswordDigest="{digest}",Nonce="{nonce}",Created="{created}""#)
}
