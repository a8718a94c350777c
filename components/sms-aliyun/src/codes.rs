//! Aliyun's codes, as its documents list them for `SendSms` and for receipts.

use sms_vendor::Reason::{
    Account, BadNumber, Balance, Intercepted, Limit, OptedOut, Other, Signature, Template, Unreachable,
};
use sms_vendor::codes::Meaning::{Busy, Lost, Refused};
use sms_vendor::codes::{Codes, Reasons};

/// Of answers: `isv.` the caller's fault, `isp.` the vendor's, the rest from the gateway before it.
pub const CODES: Codes = &[
    ("isv.SMS_CONTENT_ILLEGAL", Refused(Intercepted)),
    ("isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", Refused(Intercepted)),
    ("isv.UNSUPPORTED_CONTENT", Refused(Intercepted)),
    ("isv.MOBILE_NUMBER_ILLEGAL", Refused(BadNumber)),
    ("isv.BUSINESS_LIMIT_CONTROL", Refused(Limit)),
    ("isv.DAY_LIMIT_CONTROL", Refused(Limit)),
    ("isv.MONTH_LIMIT_CONTROL", Refused(Limit)),
    ("isv.OUT_OF_SERVICE", Refused(Balance)),
    ("isv.AMOUNT_NOT_ENOUGH", Refused(Balance)),
    // Who complained or declined before.
    ("isv.BLACK_KEY_CONTROL_LIMIT", Refused(OptedOut)),
    ("isv.CUSTOMER_REFUSED", Refused(OptedOut)),
    ("isv.SMS_TEMPLATE_ILLEGAL", Refused(Template)),
    ("isv.TEMPLATE_*", Refused(Template)),
    ("isv.PARAM_*", Refused(Template)),
    ("isv.INVALID_JSON_PARAM", Refused(Template)),
    ("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", Refused(Template)),
    ("isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL", Refused(Template)),
    ("isv.SMS_SIGNATURE_*", Refused(Signature)),
    ("isv.SMS_SIGN_*", Refused(Signature)),
    ("isv.SIGN_*", Refused(Signature)),
    // Extension codes belong to signatures.
    ("isv.EXTEND_CODE_ERROR", Refused(Signature)),
    ("isv.ONE_CODE_MULTIPLE_SIGN", Refused(Signature)),
    ("isv.CODE_*", Refused(Signature)),
    ("isv.PRODUCT_UN*", Refused(Account)),
    ("isv.ACCOUNT_*", Refused(Account)),
    ("isv.DENY_IP_RANGE", Refused(Account)),
    ("isv.SECURITY_FROZEN_ACCOUNT", Refused(Account)),
    ("isv.SMS_TEST_*", Refused(Account)),
    ("isp.RAM_PERMISSION_DENY", Refused(Account)),
    // "Call again", say the documents.
    ("isp.SYSTEM_ERROR", Busy),
    ("isp.GATEWAY_ERROR", Busy),
    ("InvalidAccessKeyId*", Refused(Account)),
    ("MissingAccessKeyId", Refused(Account)),
    ("IncompleteSignature", Refused(Account)),
    ("SignatureDoesNotMatch", Refused(Account)),
    ("InvalidTimeStamp.*", Refused(Account)),
    ("InvalidVersion", Refused(Account)),
    ("InvalidAction.NotFound", Refused(Account)),
    ("Forbidden*", Refused(Account)),
    ("NoPermission", Refused(Account)),
    // A nonce of ours comes back only when something in between sent the request twice: one of them was taken.
    ("SignatureNonceUsed", Lost),
    ("Throttling*", Busy),
    ("ServiceUnavailable*", Busy),
    ("InternalError", Lost),
];

/// Of receipts.
pub const REASONS: Reasons = &[
    ("CONTENT_KEYWORD", Intercepted),
    ("CONTENT_ERROR", Intercepted),
    ("INVALID_NUMBER", BadNumber),
    ("MOBILE_SEND_LIMIT", Limit),
    ("MOBILE_IN_BLACK", OptedOut),
    ("USER_REJECT", OptedOut),
    ("SIGNATURE_BLACKLIST", Signature),
    ("PORT_NOT_REGISTERED", Signature),
    ("PARAMS_ILLEGAL", Template),
    ("MOBILE_NOT_ON_SERVICE", Unreachable),
    ("MOBILE_ACCOUNT_ABNORMAL", Unreachable),
    // Both spellings are in the documents.
    ("MOBILE_TERMINAL_ERROR", Unreachable),
    ("MOBLLE_TERMINAL_ERROR", Unreachable),
    ("REQUEST_SUCCESS", Other),
    ("SP_NOT_BY_INTER_SMS", Unreachable),
    ("SP_UNKNOWN_ERROR", Other),
    ("IS_CLOSE", Other),
    ("NO_ROUTE", Other),
];
