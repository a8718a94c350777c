//! Bodies of requests to the co-signing service.

use crate::names::Names;
use crate::sign::{Nested, signature, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ca_authority::Person;
use serde_json::{Map, Value, json};

/// Where requests go, below the service's address.
pub const ADD_JOB: &str = "/coss/service/v1/addSignJob";
/// As [`ADD_JOB`].
pub const RESULT: &str = "/coss/service/v1/getSignResult";
/// As [`ADD_JOB`].
pub const FIND_USER: &str = "/coss/service/v1/queryUserInfo";
/// As [`ADD_JOB`].
pub const ADD_USER: &str = "/coss/service/v1/addUser";
/// As [`ADD_JOB`].
pub const CERTIFICATE: &str = "/coss/service/v1/queryCert";
/// As [`ADD_JOB`].
pub const AUTO_SIGN: &str = "/coss/service/v1/startAutoSign";
const VERSION: &str = "1.0";

/// The hospital's account.
pub struct Account {
    /// The application's id.
    pub app_id: String,
    /// Signs requests.
    pub secret: String,
    /// See there.
    pub nested: Nested,
    /// See there.
    pub names: Names,
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
    /// The caller's id, where the service is known to take one: the name `reference` must be given.
    pub reference: &'a str,
    /// The approval that was given beforehand.
    pub authorised: Option<&'a str>,
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
            "reference": self.names.known("reference").map(|_| job.reference),
            "autoSignId": job.authorised,
        }))
    }

    /// The body that asks after a job.
    ///
    /// # Errors
    /// As [`text`].
    pub fn result(&self, job: &str) -> Result<Value, String> {
        self.signed(json!({"signDataId": job}))
    }

    /// The body that asks after a job by the caller's id.
    ///
    /// # Errors
    /// As [`text`].
    pub fn result_of(&self, reference: &str) -> Result<Value, String> {
        self.signed(json!({ "reference": reference }))
    }

    /// The body that asks after a person, or adds one.
    ///
    /// # Errors
    /// As [`text`].
    pub fn person(&self, person: &Person, all: bool) -> Result<Value, String> {
        let added = |field: &str| all.then(|| field.to_owned());
        self.signed(json!({
            "idNumber": person.id_number,
            "userName": added(&person.name),
            "mobile": added(&person.phone),
            "employeeNum": added(&person.employee_no),
        }))
    }

    /// The body that names a person and nothing else.
    ///
    /// # Errors
    /// As [`text`].
    pub fn user(&self, user: &str) -> Result<Value, String> {
        self.signed(json!({ "userId": user }))
    }

    /// The body that asks for approval beforehand.
    ///
    /// # Errors
    /// As [`text`].
    pub fn auto_sign(&self, user: &str, minutes: u32, most: u32) -> Result<Value, String> {
        self.signed(json!({"userId": user, "expiryDate": minutes.to_string(), "signCount": most.to_string()}))
    }

    fn signed(&self, fields: Value) -> Result<Value, String> {
        let mut all = Map::new();
        for (name, value) in [("version", VERSION), ("appId", &self.app_id), ("signAlgo", "HMAC")] {
            all.insert(name.to_owned(), value.into());
        }
        if let Value::Object(fields) = fields {
            let there = fields.into_iter().filter(|(_, value)| !value.is_null());
            all.extend(there.map(|(name, value)| (self.names.of(&name).to_owned(), value)));
        }
        let signed = signature(&self.secret, &text(&all, self.nested)?);
        all.insert("signature".to_owned(), signed.into());
        Ok(Value::Object(all))
    }
}
