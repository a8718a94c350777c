//! The three forms of a request: an image as it is, a form, JSON.

use crate::warning::Warning;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Call;
use common::form::{self, once, unknown};
use common::json;
use common::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes an image may have: 10 MB.
pub const IMAGE_BYTES: usize = 10 << 20;
/// Bytes a form may have beside its image.
const FORM_BYTES: usize = 16 << 10;

/// A side of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// With portrait and number.
    Front,
    /// With emblem and validity.
    Back,
}

impl Side {
    /// As in requests and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
        }
    }
}

/// The side a caller expects.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Either: the reader finds out.
    #[default]
    Auto,
    /// The portrait side.
    Front,
    /// The emblem side.
    Back,
}

/// What a caller wants read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// A JPEG, PNG or WebP file, at most 10 MB; its content is the reader's to check.
    pub image: Vec<u8>,
    /// The side expected, if any.
    pub side: Option<Side>,
    /// Whether to answer with the cut-out card and portrait.
    pub crops: bool,
    /// The alarms to look for.
    pub warnings: Vec<Warning>,
}

/// The JSON form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReadRequest)]
pub struct Json {
    /// JPEG, PNG or WebP in base64, at most 10 MB decoded.
    #[schema(content_encoding = "base64")]
    image: String,
    /// The side expected.
    #[serde(default)]
    side: Wanted,
    /// Whether to answer with the cut-out card and portrait.
    #[serde(default)]
    crops: bool,
    /// The alarms to look for; all of them when absent.
    warnings: Option<Vec<Warning>>,
}

/// An image file, for the OpenAPI document.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Photo(#[expect(dead_code, reason = "a description only")] Vec<u8>);

/// The form's parts.
#[derive(ToSchema)]
#[schema(as = ReadForm)]
#[expect(dead_code, reason = "a description only")]
pub struct Form {
    image: Photo,
    /// `auto` (default), `front` or `back`.
    side: Option<Wanted>,
    /// `true` or `false` (default).
    crops: Option<bool>,
    /// Names of alarms separated by commas; all of them when absent.
    warnings: Option<String>,
}

/// How many bytes the body may have, by its form.
///
/// # Errors
/// 415 for a form that is not taken.
pub fn body_limit(call: &Call) -> Result<usize, Problem> {
    match call.media_type().as_str() {
        "image/jpeg" | "image/png" | "image/webp" => Ok(IMAGE_BYTES),
        "multipart/form-data" => Ok(IMAGE_BYTES + FORM_BYTES),
        "application/json" => Ok(IMAGE_BYTES.div_ceil(3) * 4 + FORM_BYTES),
        _ => Err(Problem::new(
            415,
            "unsupported_format",
            "请上传 JPEG、PNG 或 WebP 图片（请求头 Content-Type 应为 image/jpeg、image/png、image/webp、multipart/form-data 或 application/json）",
            "send a JPEG, PNG or WebP image as image/jpeg, image/png, image/webp, multipart/form-data or application/json",
        )),
    }
}

/// Reads the request.
///
/// # Errors
/// 400 naming the field, 413, 415.
pub fn parse(call: &Call, body: Vec<u8>) -> Result<Ask, Problem> {
    let media_type = call.media_type();
    let mut options = Options::default();
    let image = match media_type.as_str() {
        "application/json" | "multipart/form-data" => {
            if let Some((name, _)) = call.query_pairs().next() {
                return Err(unknown(&name));
            }
            if media_type == "application/json" {
                let json: Json = json::parse(&body)?;
                drop(body);
                let warnings = json.warnings.unwrap_or_else(|| Warning::ALL.to_vec());
                options = Options { side: Some(json.side), crops: Some(json.crops), warnings: Some(warnings) };
                let wrong = |_| Problem::bad_field("image", "不是合法的 base64", "not base64 (RFC 4648, section 4)");
                BASE64.decode(json.image).map_err(wrong)?
            } else {
                image_of(form::parts(call, body, IMAGE_BYTES)?, &mut options)?
            }
        }
        _ => {
            call.query_pairs().try_for_each(|(name, value)| options.set(&name, &value))?;
            body
        }
    };
    if image.is_empty() {
        return Err(Problem::bad_field("image", "图片是空的", "empty"));
    }
    if image.len() > IMAGE_BYTES {
        return Err(Problem::too_large(IMAGE_BYTES));
    }
    let side = match options.side.unwrap_or_default() {
        Wanted::Auto => None,
        Wanted::Front => Some(Side::Front),
        Wanted::Back => Some(Side::Back),
    };
    let warnings = options.warnings.unwrap_or_else(|| Warning::ALL.to_vec());
    Ok(Ask { image, side, crops: options.crops.unwrap_or(false), warnings })
}

/// Options given as text, each at most once.
#[derive(Default)]
struct Options {
    side: Option<Wanted>,
    crops: Option<bool>,
    warnings: Option<Vec<Warning>>,
}

impl Options {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        match name {
            "side" => {
                let side = match value {
                    "auto" => Wanted::Auto,
                    "front" => Wanted::Front,
                    "back" => Wanted::Back,
                    _ => return Err(Problem::bad_field("side", "应为 auto、front 或 back", "auto, front or back")),
                };
                once(name, &mut self.side, side)
            }
            "crops" => {
                let wrong = |_| Problem::bad_field("crops", "应为 true 或 false", "true or false");
                once(name, &mut self.crops, value.parse().map_err(wrong)?)
            }
            "warnings" => {
                let known = Warning::ALL.map(Warning::name).join(", ");
                let wrong =
                    |_| Problem::bad_field("warnings", &format!("可选值：{known}"), &format!("known are {known}"));
                once(name, &mut self.warnings, Warning::list(value).map_err(wrong)?)
            }
            other => Err(unknown(other)),
        }
    }
}

/// The image of a form; the other parts go to `options`.
fn image_of(parts: Vec<(String, Vec<u8>)>, options: &mut Options) -> Result<Vec<u8>, Problem> {
    let mut image = None;
    for (name, value) in parts {
        if name == "image" {
            once("image", &mut image, value)?;
        } else {
            options.set(&name, form::text(&name, &value)?)?;
        }
    }
    image.ok_or_else(|| Problem::bad_field("image", "缺少", "missing"))
}
