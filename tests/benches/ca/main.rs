//! `cargo xtask bench ca`: SM2 signatures a second, then documents through the HTTP API on the local authority.

mod documents;
mod sm2;

fn main() {
    sm2::print();
    documents::print();
}
