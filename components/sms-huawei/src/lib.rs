//! The `yunzhen:sms/sender` interface on Huawei Cloud's Message & SMS (batchSendSms v1).

pub mod account;
pub mod codes;
pub mod receipts;
pub mod sign;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use sms_vendor::guest::{Adapter, bindings};

    type Huawei = Adapter<crate::account::Account>;
    bindings::export!(Huawei with_types_in bindings);
}
