//! Each case breaks one bit of trust in evidence that otherwise holds, and gets that one code.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::world::World;

#[test]
fn whole() {
    let report = World::new().judge();
    assert!(report.ok(), "{report}");
    println!("{report}");
}
