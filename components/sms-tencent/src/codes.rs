//! Tencent's codes, as its SDK and its documents list them.

use sms_vendor::Reason::{
    Account, BadNumber, Balance, Intercepted, Limit, OptedOut, Other, Signature, Template, Unreachable,
};
use sms_vendor::codes::Meaning::{Busy, Lost, Refused, Unavailable};
use sms_vendor::codes::{Codes, Reasons};

/// Of answers, for the whole request or for its one number.
pub const CODES: Codes = &[
    ("FailedOperation.ContainSensitiveWord", Refused(Intercepted)),
    ("InvalidParameter.DirtyWordFound", Refused(Intercepted)),
    ("InvalidParameterValue.TemplateWithDirtyWords", Refused(Intercepted)),
    ("InvalidParameterValue.IncorrectPhoneNumber", Refused(BadNumber)),
    ("FailedOperation.PhoneNumberParseFail", Refused(BadNumber)),
    ("MissingParameter.EmptyPhoneNumberSet", Refused(BadNumber)),
    ("UnsupportedOperation.UnsupportedRegion", Refused(BadNumber)),
    ("LimitExceeded.AppCountryOrRegionInBlacklist", Refused(Account)),
    ("LimitExceeded.GlobalSmsSendingRateLimit", Busy),
    ("LimitExceeded*", Refused(Limit)),
    // Marketing goes out between 8 and 22 o'clock only.
    ("FailedOperation.MarketingSendTimeConstraint", Refused(Limit)),
    ("FailedOperation.InsufficientBalanceInSmsPackage", Refused(Balance)),
    ("UnauthorizedOperation.ServiceSuspendDueToArrears", Refused(Balance)),
    ("ResourceInsufficient*", Refused(Balance)),
    ("FailedOperation.PhoneNumberInBlacklist", Refused(OptedOut)),
    ("FailedOperation.Template*", Refused(Template)),
    ("FailedOperation.MissingTemplate*", Refused(Template)),
    ("InvalidParameterValue.Template*", Refused(Template)),
    ("InvalidParameterValue.InvalidTemplateFormat", Refused(Template)),
    ("InvalidParameterValue.ContentLengthLimit", Refused(Template)),
    ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", Refused(Template)),
    ("InvalidParameterValue.MarketingTemplateWithoutUnsubscribe", Refused(Template)),
    ("UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone", Refused(Template)),
    ("UnsupportedOperation.GlobalTemplateToChineseMainlandPhone", Refused(Template)),
    ("FailedOperation.SignatureIncorrectOrUnapproved", Refused(Signature)),
    ("FailedOperation.MissingSignature*", Refused(Signature)),
    ("FailedOperation.SignIdNotExist", Refused(Signature)),
    ("InvalidParameterValue.SignNameLengthTooLong", Refused(Signature)),
    ("FailedOperation.NotEnterpriseCertification", Refused(Account)),
    ("FailedOperation.ProhibitSubAccountUse", Refused(Account)),
    ("InvalidParameter.AppidAndBizId", Refused(Account)),
    ("InvalidParameterValue.SdkAppIdNotExist", Refused(Account)),
    ("UnauthorizedOperation*", Refused(Account)),
    ("AuthFailure.RequestLimitExceeded", Busy),
    ("AuthFailure*", Refused(Account)),
    ("IpInBlacklist", Refused(Account)),
    ("IpNotInWhitelist", Refused(Account)),
    ("InvalidAction", Refused(Account)),
    ("NoSuchVersion", Refused(Account)),
    ("NoSuchProduct", Refused(Account)),
    ("ActionOffline", Refused(Account)),
    ("UnsupportedRegion", Refused(Account)),
    ("RequestLimitExceeded*", Busy),
    ("ServiceUnavailable", Unavailable),
    ("InternalError.RequestTimeException", Refused(Account)),
    ("InternalError.RestApiInterfaceNotExist", Refused(Account)),
    ("InternalError.SigFieldMissing", Refused(Account)),
    ("InternalError.SigVerificationFail", Refused(Account)),
    ("InternalError.JsonParseFail", Refused(Other)),
    // The vendor lost sight of it behind its own door: time-outs towards the carrier, answers not understood.
    ("InternalError*", Lost),
];

/// Of receipts, beside the carriers' own.
pub const REASONS: Reasons = &[
    ("BST-209", OptedOut),
    ("ERR-209", OptedOut),
    ("ER:101", OptedOut),
    ("TD:0001", OptedOut),
    ("WX-FAIL", OptedOut),
    ("BST-210", Intercepted),
    ("ERR-210", Intercepted),
    ("IC-0054", Intercepted),
    ("MB:1013", Intercepted),
    ("TD:0004", Intercepted),
    ("TD:18", BadNumber),
    ("OVERDUE", Unreachable),
    ("002", Unreachable),
    ("004", Unreachable),
];
