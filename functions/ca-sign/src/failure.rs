//! What the authority's failures mean to a caller.

use ca_authority::Error;
use common::problem::Problem;

/// The stable code before the colon, where the text begins with one.
#[must_use]
pub fn code(text: &str) -> Option<&str> {
    let (code, _) = text.split_once(':')?;
    (!code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(code)
}

/// A failure before anything was signed. What an adapter tells goes to the log: by `yunzhen:ca/signer` a code or a status,
/// never the authority's own words, for they may name persons.
#[must_use]
pub fn problem(error: Error) -> Problem {
    match error {
        Error::Invalid(why) | Error::Rejected(why) => match code(&why) {
            Some("pin_wrong") => Problem::new(422, "pin_wrong", "签名口令不正确", "the pin is wrong"),
            Some("pin_not_set") => {
                let (zh, en) =
                    ("该签名人没有设置签名口令，请改用其他方式", "this signer has no pin: choose another mode");
                Problem::new(422, "pin_not_set", zh, en)
            }
            Some("authorisation_expired" | "authorisation_unknown" | "authorisation_of_another") => over(),
            Some("certificate_expired") => {
                let (zh, en) = ("证书已过期，请重新申请", "the certificate has expired: enrol again");
                Problem::new(422, "certificate_expired", zh, en)
            }
            Some("approval_unsupported" | "unsupported") => {
                let (zh, en) = ("认证机构不支持这种方式", "the authority does not offer this");
                Problem::new(422, "unsupported", zh, en)
            }
            _ => {
                let (zh, en) =
                    ("认证机构拒绝了请求，请核对信息", "the certification authority refuses: check what was sent");
                Problem::new(422, "authority_refused", zh, en).because(why)
            }
        },
        Error::Busy(ms) => Problem::unavailable("authority_busy", "ca: busy").retry_in(ms.div_ceil(1_000).max(1)),
        Error::Lost(why) => Problem::unavailable("authority_lost", why),
        Error::Unavailable(why) => Problem::unavailable("authority_unavailable", why),
    }
}

/// The problem of an authorisation that is no longer good.
#[must_use]
pub fn over() -> Problem {
    let (zh, en) = ("自动签名授权已失效，请重新授权", "the authorisation is over: give a new one");
    Problem::new(422, "authorisation_over", zh, en)
}
