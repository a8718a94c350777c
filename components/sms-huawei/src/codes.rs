//! Huawei's codes, as its documents list them: of answers (`code`), of the one number in them (`status`), of receipts.

use sms_vendor::Reason::{
    Account, BadNumber, Balance, Intercepted, Limit, OptedOut, Other, Signature, Template, Unreachable,
};
use sms_vendor::codes::Meaning::{BusyFor, Refused};
use sms_vendor::codes::{Codes, Reasons};

/// "Wait about ten minutes", say the documents.
const TEN_MINUTES_MS: u32 = 600_000;

/// Of answers.
pub const CODES: Codes = &[
    // Found in practice to mean a request that could not be parsed, mostly for its template parameters.
    ("E000000", Refused(Template)),
    // The subscriber is frozen, mostly for want of money.
    ("E000112", Refused(Balance)),
    ("E000503", Refused(Other)),
    ("E000620", Refused(Account)),
    ("E000623", Refused(Limit)),
    // Headers, keys, digests, times.
    ("E0000*", Refused(Account)),
    ("E0001*", Refused(Account)),
    ("E200015", BusyFor(TEN_MINUTES_MS)),
    ("E200018", Refused(Signature)),
    ("E200028", Refused(Template)),
    ("E200029", Refused(Template)),
    ("E200030", Refused(Template)),
    ("E200032", Refused(Template)),
    ("E200033", Refused(Template)),
    ("E200041", Refused(Limit)),
    ("E200024", Refused(Account)),
    ("E200025", Refused(BadNumber)),
    ("APIGW.0308", BusyFor(1_000)),
    ("APIGW*", Refused(Account)),
];

/// Of receipts, beside the carriers' own.
pub const REASONS: Reasons = &[
    ("E200018", Signature),
    ("E200024", Account),
    ("E200025", BadNumber),
    ("E200026", BadNumber),
    ("E200027", Account),
    ("E200028", Template),
    ("E200029", Template),
    ("E200030", Template),
    ("E200032", Template),
    ("E200033", Template),
    ("E000503", BadNumber),
    ("BLACK*", OptedOut),
    ("KEYWORD*", Intercepted),
    ("24", Unreachable),
    ("1", Unreachable),
];
