//! Pictures to be compared or judged: a form, JSON, or one picture as it is.

use crate::session::THRESHOLD;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Call;
use common::form::{self, once, unknown};
use common::json;
use common::problem::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

/// Bytes an image may have: 10 MB.
pub const IMAGE_BYTES: usize = 10 << 20;
/// Bytes a body may have; two images have to share them.
pub const BODY_BYTES: usize = 15 << 20;

/// What is done about several faces in one picture; faces in the background do not count.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Several {
    /// The picture is refused.
    #[default]
    Refuse,
    /// The largest face is taken.
    Largest,
}

/// What is done about a face whose eyes or mouth are hidden.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Covered {
    /// The picture is refused.
    #[default]
    Refuse,
    /// It is compared as it is, for what that is worth.
    Accept,
}

/// Two pictures and what to make of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// JPEG, PNG or WebP files; their content is the engine's to check.
    pub images: [Vec<u8>; 2],
    /// About several faces.
    pub several: Several,
    /// About hidden ones.
    pub covered: Covered,
    /// The score from which on it is one person: 40, 50 or 60.
    pub threshold: u8,
}

impl Pair {
    /// One face in each, told apart as a real name asks for it.
    #[must_use]
    pub const fn of(images: [Vec<u8>; 2]) -> Self {
        Self { images, several: Several::Largest, covered: Covered::Refuse, threshold: THRESHOLD }
    }
}

/// Two pictures in JSON.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaceCompareRequest)]
pub struct PairJson {
    /// JPEG, PNG or WebP in base64, at most 10 MB decoded.
    #[schema(content_encoding = "base64")]
    image_a: String,
    /// The other.
    #[schema(content_encoding = "base64")]
    image_b: String,
    /// About several faces in one picture.
    #[serde(default)]
    several: Several,
    /// About a face whose eyes or mouth are hidden.
    #[serde(default)]
    covered: Covered,
    /// 40, 50 (default) or 60: one false match in 1,000, 10,000 or 100,000. Take 50 for real names, 40 only beside a second proof.
    threshold: Option<u8>,
}

/// The form's parts.
#[derive(ToSchema)]
#[schema(as = FaceCompareForm)]
#[expect(dead_code, reason = "a description only")]
pub struct PairForm {
    image_a: Photo,
    image_b: Photo,
    /// `refuse` (default) or `largest`.
    several: Option<Several>,
    /// `refuse` (default) or `accept`.
    covered: Option<Covered>,
    /// 40, 50 (default) or 60.
    threshold: Option<u8>,
}

/// One picture in JSON.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaceSilentRequest)]
pub struct ImageJson {
    /// JPEG, PNG or WebP in base64, at most 10 MB decoded.
    #[schema(content_encoding = "base64")]
    image: String,
}

/// The form's part.
#[derive(ToSchema)]
#[schema(as = FaceSilentForm)]
#[expect(dead_code, reason = "a description only")]
pub struct ImageForm {
    image: Photo,
}

/// An image file, for the OpenAPI document.
#[derive(ToSchema)]
#[schema(as = FacePhoto, value_type = String, format = Binary)]
pub struct Photo(#[expect(dead_code, reason = "a description only")] Vec<u8>);

/// Reads a request to compare.
///
/// # Errors
/// 400 naming the field, 413, 415.
pub fn pair(call: &Call, body: Vec<u8>) -> Result<Pair, Problem> {
    no_query(call)?;
    let (mut a, mut b, mut several, mut covered, mut threshold) = (None, None, None, None, None);
    match call.media_type().as_str() {
        "application/json" => {
            let json: PairJson = json::parse(&body)?;
            (a, b) = (Some(decoded("image_a", &json.image_a)?), Some(decoded("image_b", &json.image_b)?));
            (several, covered, threshold) = (Some(json.several), Some(json.covered), json.threshold);
        }
        "multipart/form-data" => {
            for (name, value) in form::parts(call, body, IMAGE_BYTES)? {
                match &*name {
                    "image_a" => once(&name, &mut a, value)?,
                    "image_b" => once(&name, &mut b, value)?,
                    "several" => once(&name, &mut several, several_of(form::text(&name, &value)?)?)?,
                    "covered" => once(&name, &mut covered, covered_of(form::text(&name, &value)?)?)?,
                    "threshold" => {
                        let number = form::text(&name, &value)?.parse().map_err(|_| wrong_threshold())?;
                        once(&name, &mut threshold, number)?;
                    }
                    _ => return Err(unknown(&name)),
                }
            }
        }
        _ => {
            return Err(unsupported(
                "application/json、multipart/form-data",
                "application/json or multipart/form-data",
            ));
        }
    }
    let threshold = threshold.unwrap_or(THRESHOLD);
    if ![40, 50, 60].contains(&threshold) {
        return Err(wrong_threshold());
    }
    let images = [checked("image_a", a)?, checked("image_b", b)?];
    Ok(Pair { images, several: several.unwrap_or_default(), covered: covered.unwrap_or_default(), threshold })
}

/// Reads a request about one picture.
///
/// # Errors
/// As [`pair`].
pub fn image(call: &Call, body: Vec<u8>) -> Result<Vec<u8>, Problem> {
    no_query(call)?;
    let mut image = None;
    match call.media_type().as_str() {
        "application/json" => image = Some(decoded("image", &json::parse::<ImageJson>(&body)?.image)?),
        "multipart/form-data" => {
            for (name, value) in form::parts(call, body, IMAGE_BYTES)? {
                if name != "image" {
                    return Err(unknown(&name));
                }
                once("image", &mut image, value)?;
            }
        }
        "image/jpeg" | "image/png" | "image/webp" => image = Some(body),
        _ => {
            let kinds = "image/jpeg, image/png, image/webp, multipart/form-data or application/json";
            return Err(unsupported("image/jpeg、image/png、image/webp、multipart/form-data、application/json", kinds));
        }
    }
    checked("image", image)
}

/// A body in which nothing is asked for: empty, or an empty JSON object.
///
/// # Errors
/// 400 naming the field.
pub fn nothing(body: Vec<u8>) -> Result<Vec<u8>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    if !body.is_empty() {
        json::parse::<Nothing>(&body)?;
    }
    Ok(body)
}

/// Nothing is asked for in the query.
///
/// # Errors
/// 400 naming the field.
pub fn no_query(call: &Call) -> Result<(), Problem> {
    call.query_pairs().next().map_or(Ok(()), |(name, _)| Err(unknown(&name)))
}

/// The problem of another media type.
#[must_use]
pub fn unsupported(zh: &str, en: &str) -> Problem {
    let zh = format!("请求头 Content-Type 应为 {zh}");
    Problem::new(415, "unsupported_format", zh, format!("send {en}"))
}

/// A file that is there, and not too large.
///
/// # Errors
/// 400 or 413.
pub fn checked(name: &str, file: Option<Vec<u8>>) -> Result<Vec<u8>, Problem> {
    match file {
        None => Err(Problem::bad_field(name, "缺少", "missing")),
        Some(file) if file.is_empty() => Err(Problem::bad_field(name, "图片是空的", "empty")),
        Some(file) if file.len() > IMAGE_BYTES => Err(Problem::too_large(IMAGE_BYTES)),
        Some(file) => Ok(file),
    }
}

/// Base64 (RFC 4648, section 4).
///
/// # Errors
/// 400 naming the field.
pub fn decoded(name: &str, text: &str) -> Result<Vec<u8>, Problem> {
    let wrong = |_| Problem::bad_field(name, "不是合法的 base64", "not base64 (RFC 4648, section 4)");
    BASE64.decode(text).map_err(wrong)
}

fn covered_of(text: &str) -> Result<Covered, Problem> {
    match text {
        "refuse" => Ok(Covered::Refuse),
        "accept" => Ok(Covered::Accept),
        _ => Err(Problem::bad_field("covered", "应为 refuse 或 accept", "refuse or accept")),
    }
}

fn several_of(text: &str) -> Result<Several, Problem> {
    match text {
        "refuse" => Ok(Several::Refuse),
        "largest" => Ok(Several::Largest),
        _ => Err(Problem::bad_field("several", "应为 refuse 或 largest", "refuse or largest")),
    }
}

fn wrong_threshold() -> Problem {
    Problem::bad_field("threshold", "应为 40、50 或 60", "40, 50 or 60")
}
