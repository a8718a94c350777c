//! An account: its variables and the requests that it makes.

use crate::codes::Failure;
use cloud::{Endpoint, Moment, json};
use serde::Serialize;
use sign_tencent::{Service, Signer};
use std::time::Duration;

const SECRET_ID: &str = "face_tencent_secret_id";
const SECRET_KEY: &str = "face_tencent_secret_key";
const REGION: &str = "face_tencent_region";
const ENDPOINT: &str = "face_tencent_endpoint";
const TIMEOUT_MS: &str = "face_tencent_timeout_ms";
/// What an account is made of.
pub const VARIABLES: [&str; 5] = [SECRET_ID, SECRET_KEY, REGION, ENDPOINT, TIMEOUT_MS];

const SERVICE: Service = Service { name: "iai", version: "2020-03-03" };
const MODEL: &str = "3.0";
/// The vendor tells quality and attributes of no more faces.
const MOST_FACES: u8 = 5;
/// For all exchanges of one call together, where nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Credentials, address and patience.
#[derive(Clone)]
pub struct Account {
    signer: Signer,
    /// How long all exchanges of one call together may take.
    pub timeout: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Compare<'a> {
    image_a: &'a str,
    image_b: &'a str,
    face_model_version: &'a str,
    quality_control: u8,
    need_rotate_detection: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Detect<'a> {
    image: &'a str,
    max_face_num: u8,
    need_face_attributes: u8,
    need_quality_detection: u8,
    face_model_version: &'a str,
    need_rotate_detection: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Analyze<'a> {
    image: &'a str,
    mode: u8,
    face_model_version: &'a str,
    need_rotate_detection: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Live<'a> {
    image: &'a str,
    face_model_version: &'a str,
}

/// A request, or why none can be made.
pub type Made = Result<http::Request<Vec<u8>>, Failure>;

impl Account {
    /// Reads the values of [`VARIABLES`], empty where they are not set.
    ///
    /// # Errors
    /// `unavailable`, naming the variable.
    pub fn configure(values: &[String; 5]) -> Result<Self, Failure> {
        let [id, key, region, endpoint, timeout] = values.each_ref().map(|value| value.trim());
        let wrong = |name: &str, why: &str| Failure::Unavailable(format!("variable {name} is not {why}"));
        for (name, value) in VARIABLES.into_iter().zip([id, key, region, endpoint]) {
            if value.is_empty() {
                return Err(wrong(name, "set"));
            }
        }
        let timeout = match (timeout, timeout.parse()) {
            ("", _) => TIMEOUT,
            (_, Ok(ms @ 1..=60_000)) => Duration::from_millis(ms),
            _ => return Err(wrong(TIMEOUT_MS, "1 to 60000")),
        };
        let endpoint = Endpoint::parse(endpoint).ok_or_else(|| wrong(ENDPOINT, "http(s)://host[:port]"))?;
        let (secret_id, secret_key, region) = (id.to_owned(), key.to_owned(), region.to_owned());
        Ok(Self { signer: Signer { secret_id, secret_key, region, endpoint }, timeout })
    }

    /// Compares the largest faces of two pictures, whatever their quality, as they stand.
    ///
    /// # Errors
    /// `unavailable` when the account's values cannot be sent.
    pub fn compare(&self, image_a: &str, image_b: &str, now: Moment) -> Made {
        let (face_model_version, quality_control, need_rotate_detection) = (MODEL, 0, 0);
        let body = Compare { image_a, image_b, face_model_version, quality_control, need_rotate_detection };
        self.request("CompareFace", &body, now)
    }

    /// Finds faces, with their quality.
    ///
    /// # Errors
    /// As [`Account::compare`].
    pub fn detect(&self, image: &str, now: Moment) -> Made {
        let body = Detect {
            image,
            max_face_num: MOST_FACES,
            need_face_attributes: 1,
            need_quality_detection: 1,
            face_model_version: MODEL,
            need_rotate_detection: 0,
        };
        self.request("DetectFace", &body, now)
    }

    /// Finds the landmarks of every face: which of several equals is the largest, two answers may see differently.
    ///
    /// # Errors
    /// As [`Account::compare`].
    pub fn analyze(&self, image: &str, now: Moment) -> Made {
        let body = Analyze { image, mode: 0, face_model_version: MODEL, need_rotate_detection: 0 };
        self.request("AnalyzeFace", &body, now)
    }

    /// Judges whether a picture is one of a living person.
    ///
    /// # Errors
    /// As [`Account::compare`].
    pub fn live(&self, image: &str, now: Moment) -> Made {
        self.request("DetectLiveFaceAccurate", &Live { image, face_model_version: MODEL }, now)
    }

    fn request(&self, action: &str, body: &impl Serialize, now: Moment) -> Made {
        let request = self.signer.request(SERVICE, action, json::write(body), now);
        request.map_err(|error| Failure::Unavailable(error.to_string()))
    }
}
