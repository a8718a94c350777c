//! What the vendor's codes mean.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use face_tencent::codes::{CODES, Failure, Reason, failure};

fn kind(code: &str) -> &'static str {
    match failure(code, "r") {
        Failure::Unsupported(_) => "unsupported",
        Failure::Invalid(_) => "invalid",
        Failure::Unavailable(_) => "unavailable",
        Failure::Rejected(Reason::NoFace) => "no-face",
        Failure::Rejected(Reason::TooSmall) => "too-small",
        Failure::Rejected(Reason::Blurred) => "blurred",
        Failure::Rejected(_) => "another",
    }
}

#[test]
fn a_code_says_whose_fault_it_is() {
    let cases = [
        ("InvalidParameterValue.NoFaceInPhoto", "no-face"),
        ("FailedOperation.ImageFacedetectFailed", "no-face"),
        ("FailedOperation.FaceSizeTooSmall", "too-small"),
        ("FailedOperation.FaceQualityNotQualified", "blurred"),
        ("FailedOperation.ImageDecodeFailed", "invalid"),
        ("InvalidParameterValue.ImageEmpty", "invalid"),
        ("InvalidParameterValue.ImageEmptyError", "invalid"),
        ("FailedOperation.ImageResolutionTooSmall", "invalid"),
        ("FailedOperation.ImageResolutionExceed", "invalid"),
        ("FailedOperation.ImageSizeExceed", "invalid"),
        ("RequestSizeLimitExceeded", "invalid"),
        ("FailedOperation.ImageNotSupported", "unsupported"),
        ("AuthFailure.SignatureFailure", "unavailable"),
        ("AuthFailure.InvalidAuthorization", "unavailable"),
        ("UnauthorizedOperation", "unavailable"),
        ("LimitExceeded.ErrorFaceNumExceed", "unavailable"),
        ("RequestLimitExceeded.UinLimitExceeded", "unavailable"),
        ("FailedOperation.RequestLimitExceeded", "unavailable"),
        ("FailedOperation.RequestTimeout", "unavailable"),
        ("ResourceUnavailable.NotReady", "unavailable"),
        ("ResourcesSoldOut.ChargeStatusException", "unavailable"),
        ("InvalidParameterValue.FaceModelVersionIllegal", "unavailable"),
        ("InternalError", "unavailable"),
        ("Never.Seen", "unavailable"),
        ("", "unavailable"),
    ];
    for (code, expected) in cases {
        assert_eq!(kind(code), expected, "{code}");
    }
}

#[test]
fn no_line_of_the_table_is_in_vain() {
    for (i, (pattern, _)) in CODES.iter().enumerate() {
        let before = CODES.iter().take(i).filter_map(|(earlier, _)| earlier.strip_suffix('*'));
        assert!(before.into_iter().all(|start| !pattern.starts_with(start)), "{pattern} is never reached");
    }
}

#[test]
fn what_is_said_holds_codes_only() {
    let Failure::Unavailable(said) = failure("Internal\nError {\"x\"}", &"r".repeat(1_000)) else { panic!() };
    assert_eq!(said, format!("InternalErrorx, request {}", "r".repeat(64)));
}
