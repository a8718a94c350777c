//! RFC 9457 problem details: what a caller reads when a request fails.

use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// The language of sentences in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The default.
    #[default]
    Chinese,
    /// When the caller prefers it.
    English,
}

impl Language {
    /// From an `Accept-Language` header (RFC 9110): English only where it weighs more than Chinese.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let (mut zh, mut en) = (0.0, 0.0);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let best = match tag.split('-').next() {
                Some("zh") => &mut zh,
                Some("en") => &mut en,
                _ => continue,
            };
            *best = weight.max(*best);
        }
        if en > zh { Self::English } else { Self::Chinese }
    }
}

/// A failure: what the caller is told, and (apart from it) what the log is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// Stable name in `snake_case`, for programs.
    pub code: &'static str,
    /// What happened and what to do, in Chinese and in English; never personal data, never a secret.
    pub detail: [Cow<'static, str>; 2],
    /// Seconds until trying again may help.
    pub retry_after_s: Option<u32>,
    /// For the log alone: the internal cause, without personal data.
    pub cause: Option<String>,
}

impl Problem {
    /// A problem with its sentence in Chinese and in English.
    pub fn new(
        status: u16,
        code: &'static str,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code, detail: [zh.into(), en.into()], retry_after_s: None, cause: None }
    }

    /// One field of the request is wrong, with the reason in Chinese and in English.
    #[must_use]
    pub fn bad_field(field: &str, zh: &str, en: &str) -> Self {
        Self::new(400, "bad_field", format!("字段 {field} 有误：{zh}"), format!("field {field}: {en}"))
    }

    /// The body, or one image in it, is larger than allowed.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        let size = if limit_bytes < 1 << 20 {
            format!("{} kB", limit_bytes >> 10)
        } else {
            format!("{} MB", limit_bytes >> 20)
        };
        let (zh, en) = (format!("内容超过上限 {size}"), format!("the limit is {size}"));
        Self::new(413, "too_large", zh, en)
    }

    /// No such route (or an object the caller may not know of).
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "没有这个地址", "there is nothing at this address")
    }

    /// The route exists for other methods.
    #[must_use]
    pub fn method_not_allowed(allowed: &str) -> Self {
        let (zh, en) = (format!("此地址只接受 {allowed}"), format!("this address takes {allowed} only"));
        Self::new(405, "method_not_allowed", zh, en)
    }

    /// Something the platform needs does not work just now.
    #[must_use]
    pub fn unavailable(code: &'static str, cause: impl Into<String>) -> Self {
        let problem =
            Self::new(503, code, "服务暂时不可用，请稍后再试", "temporarily unavailable, please try again later");
        problem.retry_in(5).because(cause)
    }

    /// A mistake of ours.
    #[must_use]
    pub fn internal(cause: impl Into<String>) -> Self {
        Self::new(500, "internal", "系统内部错误", "internal error").because(cause)
    }

    /// Adds what the log is to say.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub const fn retry_in(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The body as it is sent.
    #[must_use]
    pub fn body(&self, language: Language, request_id: &str) -> ProblemBody {
        let [zh, en] = &self.detail;
        let phrase = http::StatusCode::from_u16(self.status).ok().and_then(|s| s.canonical_reason());
        ProblemBody {
            r#type: format!("urn:yunzhen:problem:{}", self.code),
            title: phrase.unwrap_or("Error").to_owned(),
            status: self.status,
            detail: if language == Language::Chinese { zh } else { en }.clone().into_owned(),
            code: self.code.to_owned(),
            request_id: request_id.to_owned(),
        }
    }
}

/// `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `urn:yunzhen:problem:<code>`.
    #[schema(example = "urn:yunzhen:problem:bad_field")]
    pub r#type: String,
    /// The phrase of the HTTP status.
    #[schema(example = "Bad Request")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened and what to do, in Chinese, or in English where `Accept-Language` prefers it.
    pub detail: String,
    /// Stable name of the problem, for programs.
    #[schema(example = "bad_field")]
    pub code: String,
    /// Quote it when asking for help; it is in every log line about the request.
    pub request_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_weighs_more() {
        use Language::{Chinese, English};
        let cases = [
            ("", Chinese),
            ("en", English),
            ("en-GB,en;q=0.9", English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
            ("fr, en;q=0.7", English),
            ("en;q=0.5, zh-Hans;q=0.6", Chinese),
            ("de", Chinese),
            (";;;q=x,,", Chinese),
        ];
        for (header, language) in cases {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }

    #[test]
    fn the_cause_is_not_in_the_body() {
        let problem = Problem::unavailable("store_unavailable", "disk /dev/sdb is full");
        let body = serde_json::to_string(&problem.body(Language::English, "req_1")).unwrap();
        assert!(!body.contains("sdb"));
        assert_eq!(
            body,
            r#"{"type":"urn:yunzhen:problem:store_unavailable","title":"Service Unavailable","status":503,"detail":"temporarily unavailable, please try again later","code":"store_unavailable","request_id":"req_1"}"#
        );
    }
}
