//! TC3-HMAC-SHA256: the body and two headers, by a key of the day.

use sms_vendor::Moment;
use sms_vendor::canonical::{Canonical, hmac, hmac_hex, sha256};

/// The name of the scheme.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";
/// The media type that is signed and sent.
pub const CONTENT_TYPE: &str = "application/json";
const SERVICE: &str = "sms";
const END: &str = "tc3_request";

/// The `Authorization` header of a POST to `/`.
#[must_use]
pub fn authorization(secret_id: &str, secret_key: &str, host: &str, body: &str, moment: Moment) -> String {
    let payload = sha256(body.as_bytes());
    let headers = [("content-type", CONTENT_TYPE), ("host", host)];
    let canonical = Canonical { method: "POST", path: "/", query: "", headers: &headers, payload: &payload };
    let date = moment.date();
    let scope = format!("{date}/{SERVICE}/{END}");
    let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", moment.unix_s(), canonical.digest());
    let of_day = hmac(format!("TC3{secret_key}").as_bytes(), &date);
    let key = hmac(&hmac(&of_day, SERVICE), END);
    let (signature, signed) = (hmac_hex(&key, &to_sign), canonical.signed_headers());
    format!("{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={signature}")
}
