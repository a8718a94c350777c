//! What is true of each picture: one record per file in `truth.json`.

use crate::person::{Issue, Person};
use serde::Serialize;
use std::collections::BTreeMap;

/// One picture. Quads and boxes are pixels of the picture as it is seen, after EXIF rotation.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// `front` or `back`; of the card in full view when there are two.
    pub side: &'static str,
    /// The front's fields.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The back's fields.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub issue: Option<Issue>,
    /// Name in the folder.
    pub file: String,
    /// 0 easy, 1 medium, 2 hard.
    pub level: u8,
    /// What is wrong with the card or the picture; `plain` when nothing is.
    pub condition: &'static str,
    /// Warnings that a reader must raise, by the names of the HTTP contract.
    pub warnings: Vec<&'static str>,
    /// Warnings that are as right as their absence.
    pub tolerated: Vec<&'static str>,
    /// Fields that cannot be read whole, because something lies over them.
    pub hidden: Vec<&'static str>,
    /// Why the picture must be refused, by the problem code of the HTTP contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'static str>,
    /// The side to ask for, where a certain one must be asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<&'static str>,
    /// Settings of the photograph.
    pub degrade: BTreeMap<&'static str, serde_json::Value>,
    /// Top left, top right, bottom right, bottom left of the card as it is read.
    pub quad: [[f32; 2]; 4],
    /// The ink of each field, in the order of `quad`; a field of several lines has several.
    pub boxes: Vec<(&'static str, [[f32; 2]; 4])>,
}
