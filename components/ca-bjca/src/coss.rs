//! Jobs for the co-signing service.

use crate::sign::{Nested, signature, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// Where requests go, below the service's address.
pub const ADD_JOB: &str = "/coss/service/v1/addSignJob";
/// As [`ADD_JOB`].
pub const RESULT: &str = "/coss/service/v1/getSignResult";
const VERSION: &str = "1.0";

/// The hospital's account.
pub struct Account {
    /// The application's id.
    pub app_id: String,
    /// Signs requests.
    pub secret: String,
    /// See there.
    pub nested: Nested,
}

/// Something to be signed.
pub struct Job<'a> {
    /// The service's id of the signer.
    pub user: &'a str,
    /// Shown to the signer.
    pub title: &'a str,
    /// Shown below it.
    pub description: &'a str,
    /// The bytes whose SM3 is signed.
    pub data: &'a [u8],
    /// Minutes that the signer has.
    pub minutes: u32,
    /// Whether the signer scans a code.
    pub code: bool,
}

impl Account {
    /// The body that hands a job over.
    ///
    /// # Errors
    /// As [`text`].
    pub fn add_job(&self, job: &Job<'_>) -> Result<Value, String> {
        self.signed(json!({
            "userId": job.user,
            "title": job.title,
            "dataType": "DATA",
            "algo": "SM3withSM2",
            "description": job.description,
            "expiryDate": job.minutes.to_string(),
            "data": STANDARD.encode(job.data),
            "requireQrCode": if job.code { "Y" } else { "N" },
        }))
    }

    /// The body that asks after a job.
    ///
    /// # Errors
    /// As [`text`].
    pub fn result(&self, job: &str) -> Result<Value, String> {
        self.signed(json!({"signDataId": job}))
    }

    fn signed(&self, fields: Value) -> Result<Value, String> {
        let mut all = Map::new();
        for (name, value) in [("version", VERSION), ("appId", &self.app_id), ("signAlgo", "HMAC")] {
            all.insert(name.to_owned(), value.into());
        }
        if let Value::Object(fields) = fields {
            all.extend(fields);
        }
        let signed = signature(&self.secret, &text(&all, self.nested)?);
        all.insert("signature".to_owned(), signed.into());
        Ok(Value::Object(all))
    }
}
