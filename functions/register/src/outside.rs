//! What lies outside the function: other functions, a social network, hospital systems. Tests put their own behind it.

use outbound::{Answer, Broken};

/// A function that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `sms-send`.
    Sms,
    /// `ocr-idcard`.
    Ocr,
    /// `face-compare`.
    Face,
}

impl Service {
    /// The function's id, which tokens are made for.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sms => "sms-send",
            Self::Ocr => "ocr-idcard",
            Self::Face => "face-compare",
        }
    }
}

/// Why a social login code leads to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// Wrong, expired or used.
    Invalid(String),
    /// The network does not let the person in.
    Rejected(String),
    /// Milliseconds until trying again.
    Busy(u32),
    /// Not reachable or not configured.
    Unavailable(String),
}

/// The ways out.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Outside {
    /// Posts to a path of a function, signed; the answer whatever its status.
    async fn post(
        &self,
        service: Service,
        path: &str,
        media_type: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, Broken>;

    /// Posts a report; the answer's status.
    async fn report(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String>;

    /// The name of the social network.
    fn network(&self) -> String;

    /// Who is behind a login code there.
    async fn resolve(&self, code: &str) -> Result<String, Unresolved>;
}
