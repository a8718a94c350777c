//! The `yunzhen:ca/signer` interface on BJCA's co-signing service (COSS) or its service for doctors (YWX): requests as partners'
//! public client code makes them. Nothing here was checked against the services themselves; `README.md` lists what is
//! unconfirmed.

pub mod account;
pub mod authority;
pub mod coss;
pub mod enrolment;
pub mod exchange;
pub mod jobs;
pub mod names;
pub mod sign;
pub mod trust;
pub mod ywx;

pub use authority::Bjca;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use ca_authority::guest::{Adapter, bindings};

    type Bjca = Adapter<crate::Bjca>;
    bindings::export!(Bjca with_types_in bindings);
}
