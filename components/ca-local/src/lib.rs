//! The `yunzhen:ca/signer` interface without a vendor: an authority of one's own, for development and for the hospital's seal.
//!
//! It keeps nothing: its keys follow from one secret, and what it must know of a person or a job is sealed in their ids.

pub mod authority;
pub mod certificates;
pub mod jobs;
pub mod keys;
pub mod seal;
pub mod signer;

pub use authority::Local;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use ca_authority::guest::{Adapter, bindings};

    type Local = Adapter<crate::Local>;
    bindings::export!(Local with_types_in bindings);
}
