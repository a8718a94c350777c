//! The frames of a challenge as they are sent.

use crate::request::{checked, no_query, unsupported};
use common::call::Call;
use common::form::{self, once, unknown};
use common::problem::Problem;
use sm3::{Digest, Sm3};
use utoipa::ToSchema;

/// Bytes a frame may have: 1 MB. Twenty of 640 x 480 pixels are enough and stay far below.
const FRAME_BYTES: usize = 1 << 20;
/// Most frames that are read; how many are examined is the engine's to say.
const MOST_FRAMES: usize = 64;

/// The form's parts.
#[derive(ToSchema)]
#[schema(as = FaceFramesForm)]
#[expect(dead_code, reason = "a description only")]
pub struct FramesForm {
    /// Of the challenge.
    nonce: String,
    /// When each frame was taken, in milliseconds since any moment, separated by commas.
    #[schema(example = "0,250,500,750,1000,1250,1500,1750,2000,2250")]
    times: String,
    /// JPEG files in the order they were taken, not mirrored, each at most 1 MB and all together 15 MB.
    #[schema(value_type = Vec<String>, format = Binary)]
    frame: Vec<Vec<u8>>,
}

/// A recording.
#[derive(Debug, PartialEq, Eq)]
pub struct Recording {
    /// Of the challenge.
    pub nonce: String,
    /// JPEG files and their times in milliseconds.
    pub frames: Vec<(u32, Vec<u8>)>,
}

impl Recording {
    /// SM3 of each frame, in hex.
    #[must_use]
    pub fn digests(&self) -> Vec<String> {
        self.frames.iter().map(|(_, jpeg)| hex::encode(Sm3::digest(jpeg))).collect()
    }
}

/// Reads the form.
///
/// # Errors
/// 400 naming the field, 413, 415.
pub fn parse(call: &Call, body: Vec<u8>) -> Result<Recording, Problem> {
    no_query(call)?;
    if call.media_type() != "multipart/form-data" {
        return Err(unsupported("multipart/form-data", "multipart/form-data"));
    }
    let (mut nonce, mut times, mut frames) = (None, None, Vec::new());
    for (name, value) in form::parts(call, body, FRAME_BYTES)? {
        match &*name {
            "nonce" => once(&name, &mut nonce, form::text(&name, &value)?.to_owned())?,
            "times" => once(&name, &mut times, numbers(form::text(&name, &value)?)?)?,
            "frame" if frames.len() == MOST_FRAMES => {
                return Err(Problem::bad_field("frame", "最多 64 帧", "at most 64"));
            }
            "frame" => frames.push(jpeg(checked("frame", Some(value))?)?),
            _ => return Err(unknown(&name)),
        }
    }
    let missing = |name: &str| Problem::bad_field(name, "缺少", "missing");
    let (nonce, times) = (nonce.ok_or_else(|| missing("nonce"))?, times.ok_or_else(|| missing("times"))?);
    if frames.is_empty() {
        return Err(missing("frame"));
    }
    if times.len() != frames.len() {
        return Err(Problem::bad_field("times", "应与帧数相同", "one for each frame"));
    }
    Ok(Recording { nonce, frames: times.into_iter().zip(frames).collect() })
}

fn numbers(text: &str) -> Result<Vec<u32>, Problem> {
    let wrong = |_| Problem::bad_field("times", "应为逗号分隔的毫秒数", "milliseconds separated by commas");
    text.split(',').map(|number| number.trim().parse().map_err(wrong)).collect()
}

fn jpeg(file: Vec<u8>) -> Result<Vec<u8>, Problem> {
    if file.starts_with(b"\xff\xd8\xff") {
        return Ok(file);
    }
    Err(Problem::new(415, "unsupported_format", "每一帧都应为 JPEG 图片", "every frame has to be a JPEG"))
}
