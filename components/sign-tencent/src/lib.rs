//! Requests to Tencent Cloud's APIs, signed with TC3-HMAC-SHA256: the body and two headers, by a key of the day.

use cloud::canonical::{Canonical, hmac, hmac_hex, sha256};
use cloud::{Endpoint, Moment};

/// The name of the scheme.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";
/// The media type that is signed and sent.
pub const CONTENT_TYPE: &str = "application/json";
const END: &str = "tc3_request";

/// One of the vendor's APIs.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// As it is signed: the first part of its host name.
    pub name: &'static str,
    /// The API's version, a date.
    pub version: &'static str,
}

/// Credentials and address.
#[derive(Clone)]
pub struct Signer {
    /// The API key's id.
    pub secret_id: String,
    /// The API key.
    pub secret_key: String,
    /// For example `ap-guangzhou`.
    pub region: String,
    /// Where requests go.
    pub endpoint: Endpoint,
}

impl Signer {
    /// A signed request for an action of a service, with a body of JSON.
    ///
    /// # Errors
    /// When a value cannot stand in a header.
    pub fn request(
        &self,
        service: Service,
        action: &str,
        body: String,
        moment: Moment,
    ) -> Result<http::Request<Vec<u8>>, http::Error> {
        let key = (&*self.secret_id, &*self.secret_key);
        let authorization = authorization(key, service.name, self.endpoint.host(), &body, moment);
        http::Request::post(self.endpoint.url("/"))
            .header("content-type", CONTENT_TYPE)
            .header("x-tc-action", action)
            .header("x-tc-version", service.version)
            .header("x-tc-region", &self.region)
            .header("x-tc-timestamp", moment.unix_s())
            .header("authorization", authorization)
            .body(body.into_bytes())
    }
}

/// The `Authorization` header of a POST to `/`, with the key's id and the key.
#[must_use]
pub fn authorization(
    (secret_id, secret_key): (&str, &str),
    service: &str,
    host: &str,
    body: &str,
    moment: Moment,
) -> String {
    let payload = sha256(body.as_bytes());
    let headers = [("content-type", CONTENT_TYPE), ("host", host)];
    let canonical = Canonical { method: "POST", path: "/", query: "", headers: &headers, payload: &payload };
    let date = moment.date();
    let scope = format!("{date}/{service}/{END}");
    let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", moment.unix_s(), canonical.digest());
    let of_day = hmac(format!("TC3{secret_key}").as_bytes(), &date);
    let key = hmac(&hmac(&of_day, service), END);
    let (signature, signed) = (hmac_hex(&key, &to_sign), canonical.signed_headers());
    format!("{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={signature}")
}
