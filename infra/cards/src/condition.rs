//! What may be wrong with a card or a photograph, and what a reader must say about it.

use crate::layout::Flat;

/// One deliberate fault; [`Condition::Plain`] has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// An ordinary card in an ordinary photograph.
    Plain,
    /// A temporary card (after the public description; no specimen was at hand), past its three months.
    Temporary,
    /// The validity ran out years ago.
    Expired,
    /// The validity ends before it begins.
    ValidityReversed,
    /// The validity lasts neither 5, 10 nor 20 years nor for ever.
    ValidityLength,
    /// The last character of the number contradicts the others.
    WrongCheckDigit,
    /// A black-and-white photocopy on paper.
    MonochromeCopy,
    /// A colour print on paper.
    ColourCopy,
    /// A photograph of a screen that shows the card.
    Recapture,
    /// A finger over the card's edge and no field.
    FingerOnEdge,
    /// A finger that reaches over a field.
    FingerOnField,
    /// A thing that lies on a field, inside the card's edges.
    ObjectOnField,
    /// A strip of the card is outside the picture.
    BorderCut,
    /// Digits replaced by those of another face on another base line.
    TamperedFont,
    /// Digits pasted from another photograph: other noise, sharpness and exposure.
    TamperedPatch,
    /// Nothing but the name of an image editor in the metadata.
    EditorMetadata,
    /// A saturated reflection over a field.
    Reflection,
    /// Two cards.
    TwoCards,
    /// Only the table.
    NoCard,
    /// A card too small to read.
    TooSmall,
    /// Hardly any light.
    TooDark,
    /// Far out of focus.
    Blurred,
    /// A good photograph of the side that was not asked for.
    WrongSide,
}

use Condition::{
    Blurred, BorderCut, ColourCopy, EditorMetadata, Expired, FingerOnEdge, FingerOnField, MonochromeCopy, NoCard,
    ObjectOnField, Plain, Recapture, Reflection, TamperedFont, TamperedPatch, Temporary, TooDark, TooSmall, TwoCards,
    ValidityLength, ValidityReversed, WrongCheckDigit, WrongSide,
};

impl Condition {
    /// Every fault, with controls between them: a warning must also stay away where nothing is wrong.
    pub const SET: [Condition; 24] = [
        MonochromeCopy,
        ColourCopy,
        Recapture,
        Temporary,
        FingerOnEdge,
        FingerOnField,
        ObjectOnField,
        BorderCut,
        TamperedFont,
        TamperedPatch,
        EditorMetadata,
        Reflection,
        Expired,
        ValidityReversed,
        ValidityLength,
        WrongCheckDigit,
        TwoCards,
        NoCard,
        TooSmall,
        TooDark,
        Blurred,
        WrongSide,
        Recapture,
        TamperedFont,
    ];

    /// Its name in the truth file.
    pub fn name(self) -> &'static str {
        match self {
            Plain => "plain",
            Temporary => "temporary",
            Expired => "expired",
            ValidityReversed => "validity_reversed",
            ValidityLength => "validity_length",
            WrongCheckDigit => "wrong_check_digit",
            MonochromeCopy => "monochrome_copy",
            ColourCopy => "colour_copy",
            Recapture => "recapture",
            FingerOnEdge => "finger_on_edge",
            FingerOnField => "finger_on_field",
            ObjectOnField => "object_on_field",
            BorderCut => "border_cut",
            TamperedFont => "tampered_font",
            TamperedPatch => "tampered_patch",
            EditorMetadata => "editor_metadata",
            Reflection => "reflection",
            TwoCards => "two_cards",
            NoCard => "no_card",
            TooSmall => "too_small",
            TooDark => "too_dark",
            Blurred => "blurred",
            WrongSide => "wrong_side",
        }
    }

    /// Warnings that must be raised, by their names in the HTTP contract, for a front or a back.
    pub fn warnings(self, front: bool) -> &'static [&'static str] {
        match self {
            Temporary if front => &["temporary"],
            Temporary => &["temporary", "invalid_validity"],
            Expired | ValidityReversed | ValidityLength => &["invalid_validity"],
            MonochromeCopy => &["monochrome_copy"],
            ColourCopy => &["copy"],
            Recapture => &["recapture"],
            FingerOnEdge | BorderCut => &["border"],
            FingerOnField | ObjectOnField => &["occlusion"],
            TamperedFont | TamperedPatch | EditorMetadata => &["tampered"],
            Reflection => &["reflection"],
            _ => &[],
        }
    }

    /// Warnings that are as right as their absence.
    pub fn tolerated(self) -> &'static [&'static str] {
        match self {
            FingerOnEdge => &["occlusion"],
            FingerOnField => &["border"],
            BorderCut => &["occlusion", "invalid_validity"],
            WrongCheckDigit => &["tampered"],
            MonochromeCopy => &["copy"],
            ColourCopy => &["monochrome_copy"],
            Reflection => &["occlusion"],
            TamperedFont | TamperedPatch => &["invalid_validity"],
            _ => &[],
        }
    }

    /// Why the picture must be refused.
    pub fn refused(self) -> Option<&'static str> {
        match self {
            TwoCards => Some("several_cards"),
            NoCard => Some("no_card"),
            TooSmall => Some("too_small"),
            TooDark => Some("too_dark"),
            Blurred => Some("blurred"),
            WrongSide => Some("wrong_side"),
            _ => None,
        }
    }

    /// `Some(true)` when only fronts can have it, `Some(false)` for backs.
    pub fn only_front(self) -> Option<bool> {
        match self {
            Expired | ValidityReversed | ValidityLength => Some(false),
            WrongCheckDigit | TamperedFont | TamperedPatch => Some(true),
            _ => None,
        }
    }
}

/// Names of the fields of which `covered(x, y)` (millimetres) hides a part.
pub fn hidden(flat: &Flat, covered: impl Fn(f32, f32) -> bool) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for (name, [x0, y0, x1, y1]) in &flat.fields {
        let steps = ((x1 - x0) / 0.6).ceil().max(1.0) as usize;
        let hit = (0..=steps * 5).any(|k| {
            let (i, j) = (k / 5, k % 5);
            covered(x0 + (x1 - x0) * i as f32 / steps as f32, y0 + (y1 - y0) * j as f32 / 4.0)
        });
        if hit && !names.contains(name) {
            names.push(name);
        }
    }
    names
}
