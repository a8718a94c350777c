//! What is answered instead of a result, and the vendor's codes for it, as its SDK and its documents list them.

use crate::codes::Meaning::{Broken, Rejected, Unavailable, Unsupported};

/// Why a picture is not used although it is a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Reason {
    NoFace,
    SeveralFaces,
    TooSmall,
    Blurred,
    Turned,
    Covered,
    TooDark,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another format.
    Unsupported(String),
    /// Damaged or over a limit.
    Invalid(String),
    /// Take another photograph.
    Rejected(Reason),
    /// The vendor cannot be used now, or not with this account.
    Unavailable(String),
}

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The picture is in no format that the vendor reads.
    Unsupported,
    /// The picture is damaged or over a limit.
    Broken(&'static str),
    /// It is not fit.
    Rejected(Reason),
    /// Nothing is wrong with the picture.
    Unavailable,
}

/// Codes with their meanings; one that ends in `*` stands for all that begin so. The first that fits counts.
pub const CODES: &[(&str, Meaning)] = &[
    ("InvalidParameterValue.NoFaceInPhoto", Rejected(Reason::NoFace)),
    // The vendor's words for it are no more than "detection failed"; a picture without a face is the usual cause.
    ("FailedOperation.ImageFacedetectFailed", Rejected(Reason::NoFace)),
    ("FailedOperation.FaceSizeTooSmall", Rejected(Reason::TooSmall)),
    // It does not say which quality; sharpness is the first that its documents name.
    ("FailedOperation.FaceQualityNotQualified", Rejected(Reason::Blurred)),
    ("FailedOperation.ImageNotSupported", Unsupported),
    ("FailedOperation.ImageDecodeFailed", Broken("the image cannot be decoded")),
    ("InvalidParameterValue.ImageDecodeFailed", Broken("the image cannot be decoded")),
    ("InvalidParameterValue.ImageEmpty*", Broken("the image is empty")),
    ("FailedOperation.ImageResolutionTooSmall", Broken("the image has too few pixels")),
    ("FailedOperation.ImageResolutionExceed", Broken("the image has too many pixels")),
    ("FailedOperation.ImageSizeExceed", Broken("the image has too many bytes")),
    ("RequestSizeLimitExceeded", Broken("the images have too many bytes together")),
    // Credentials, clock and rights of the account.
    ("AuthFailure*", Unavailable),
    ("UnauthorizedOperation*", Unavailable),
    ("IpInBlacklist", Unavailable),
    ("IpNotInWhitelist", Unavailable),
    // How often: by the account, by the region, or by the service behind it.
    ("RequestLimitExceeded*", Unavailable),
    ("LimitExceeded*", Unavailable),
    ("FailedOperation.RequestLimitExceeded", Unavailable),
    // Not bought, not paid for, frozen.
    ("ResourceUnavailable*", Unavailable),
    ("ResourceInsufficient*", Unavailable),
    ("ResourcesSoldOut*", Unavailable),
    // The vendor's own trouble.
    ("FailedOperation*", Unavailable),
    ("InternalError*", Unavailable),
    ("ServiceUnavailable", Unavailable),
    // A request that is not as it should be is not the patient's fault.
    ("InvalidParameter*", Unavailable),
    ("MissingParameter*", Unavailable),
    ("UnsupportedOperation*", Unavailable),
];

/// The failure behind a code; one that the table does not know says nothing about the picture.
///
/// The vendor's message is left out: its words are for developers and could repeat what was sent.
#[must_use]
pub fn failure(code: &str, request_id: &str) -> Failure {
    let word = |text: &str| -> String {
        let plain = |c: &char| c.is_ascii_alphanumeric() || "._-".contains(*c);
        text.chars().filter(plain).take(64).collect()
    };
    let said = format!("{}, request {}", word(code), word(request_id));
    match find(code) {
        Unsupported => Failure::Unsupported(format!("the vendor does not read it ({said})")),
        Broken(why) => Failure::Invalid(format!("{why} ({said})")),
        Rejected(reason) => Failure::Rejected(reason),
        Unavailable => Failure::Unavailable(said),
    }
}

fn find(code: &str) -> Meaning {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => code.starts_with(start),
        None => code == pattern,
    };
    CODES.iter().find(|(pattern, _)| fits(pattern)).map_or(Unavailable, |(_, meaning)| *meaning)
}
