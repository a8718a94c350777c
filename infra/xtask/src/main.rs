//! The developer's one entry: up, test, bench, build, models.

fn main() {}
