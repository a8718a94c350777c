//! What the vendor answers.

use crate::codes::{Failure, failure};
use cloud::json;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Envelope<T> {
    #[serde(rename = "Response")]
    response: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Refusal {
    error: Option<Code>,
    #[serde(default)]
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Code {
    code: String,
}

/// Of `CompareFace` and `DetectLiveFaceAccurate`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Scored {
    /// 0 to 100.
    pub score: f32,
}

/// Of `DetectFace`, the largest face first.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Detected {
    /// In pixels.
    pub image_width: f32,
    /// In pixels.
    pub image_height: f32,
    /// The faces.
    pub face_infos: Vec<Info>,
}

/// A face; pixels of the picture, from its top left corner.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Info {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub face_attributes_info: Option<Attributes>,
    pub face_quality_info: Option<Marks>,
}

/// What is told of the head.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attributes {
    /// Up and down, -30 to 30 degrees.
    pub pitch: f32,
    /// Left and right, -30 to 30 degrees.
    pub yaw: f32,
}

/// Marks of 0 to 100 for what makes a face fit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Marks {
    /// Larger is sharper.
    pub sharpness: f32,
    /// Larger is brighter.
    pub brightness: f32,
    /// How little is hidden.
    pub completeness: Option<Uncovered>,
}

/// Larger is less hidden.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Uncovered {
    pub eye: f32,
    pub nose: f32,
    pub mouth: f32,
}

/// Of `AnalyzeFace`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Analyzed {
    /// A shape for each face.
    pub face_shape_set: Vec<Shape>,
}

/// Outlines of a face; left and right as the picture shows them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Shape {
    pub left_eye: Vec<Point>,
    pub right_eye: Vec<Point>,
    pub nose: Vec<Point>,
    pub mouth: Vec<Point>,
}

/// In pixels.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the names say it")]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

/// Reads an answer.
///
/// # Errors
/// What the vendor's code means; `unavailable` for what it never promised.
pub fn read<T: DeserializeOwned>(answer: &http::Response<Vec<u8>>) -> Result<T, Failure> {
    let unreadable = |why: String| Failure::Unavailable(format!("status {}: {why}", answer.status().as_u16()));
    // The vendor's codes come with status 200; another status is that of a proxy, whatever stands in its body.
    let Envelope { response } = json::parse::<Envelope<Refusal>>(answer.body()).map_err(unreadable)?;
    match response.error {
        Some(Code { code }) => Err(failure(&code, &response.request_id)),
        None => Ok(json::parse::<Envelope<T>>(answer.body()).map_err(unreadable)?.response),
    }
}
