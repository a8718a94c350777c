//! Synthetic resident identity cards: drawn flat, photographed, with the truth about every picture.
//!
//! No real person, number or authority's seal: names are drawn from lists, numbers carry the unassigned region prefix 99
//! and 样本 is printed on every card. The same seed and index give the same bytes.
#![expect(
    clippy::indexing_slicing,
    reason = "drawing code over fixed-size arrays and sizes of its own making; it takes no outside input"
)]

mod attack;
pub mod camera;
pub mod canvas;
pub mod chance;
pub mod condition;
pub mod fonts;
pub mod layout;
mod objects;
pub mod person;
mod portrait;
pub mod scene;
pub mod shot;
pub mod truth;
