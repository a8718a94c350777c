//! The `yunzhen:sms/sender` interface on Tencent Cloud's Short Message Service (API 2021-01-11).

pub mod account;
pub mod codes;
pub mod receipts;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use sms_vendor::guest::{Adapter, bindings};

    type Tencent = Adapter<crate::account::Account>;
    bindings::export!(Tencent with_types_in bindings);
}
