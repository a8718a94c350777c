//! The `yunzhen:sms/sender` interface on Aliyun's Short Message Service (Dysmsapi 2017-05-25).

pub mod account;
pub mod codes;
pub mod receipts;
pub mod sign;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the exported entry points here")]
mod guest {
    use sms_vendor::guest::{Adapter, bindings};

    type Aliyun = Adapter<crate::account::Account>;
    bindings::export!(Aliyun with_types_in bindings);
}
