//! What an adapter is.

use crate::{
    Acknowledgement, Answer, Approval, Authorisation, Broken, Callback, Enrolment, Error, Job, Notice, Outcome, Person,
    Request, Revocation, Variables,
};
use std::pin::Pin;

/// An answer of at most so many bytes, or why there is none.
pub type Exchange<'a> = dyn Fn(Request, usize) -> Pin<Box<dyn Future<Output = Result<Answer, Broken>>>> + 'a;

/// What one call gets from outside.
pub struct Context<'a> {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now_ms: i64,
    /// From a cryptographic source.
    pub random: [u8; 32],
    /// Sends a request.
    pub send: &'a Exchange<'a>,
}

impl Context<'_> {
    /// Whole seconds.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.now_ms.div_euclid(1_000)
    }
}

/// An authority behind `yunzhen:ca/signer`; what each function means is said there, ids are checked for their length already.
#[expect(async_fn_in_trait, reason = "a guest has one thread")]
#[expect(missing_docs, reason = "the interface says it")]
pub trait Authority: Sized {
    /// The last segment of the path that its callbacks come to.
    const NAME: &'static str;
    /// What it is configured by.
    const VARIABLES: &'static [&'static str];
    /// Milliseconds that all exchanges of one call may take: the variable, where there are exchanges.
    const TIMEOUT: Option<&'static str> = None;

    /// From its variables.
    ///
    /// # Errors
    /// `unavailable`, naming the variable.
    fn configure(variables: &Variables) -> Result<Self, Error>;

    async fn enrol(&self, person: &Person, context: &Context<'_>) -> Result<Enrolment, Error>;
    async fn look(&self, person: &str, context: &Context<'_>) -> Result<Enrolment, Error>;
    async fn revoke(&self, person: &str, context: &Context<'_>) -> Result<(), Error>;
    async fn authorise(
        &self,
        person: &str,
        approval: &Approval,
        until_ms: i64,
        most: u32,
        context: &Context<'_>,
    ) -> Result<Authorisation, Error>;
    async fn look_authorisation(&self, id: &str, context: &Context<'_>) -> Result<Authorisation, Error>;
    async fn revoke_authorisation(&self, id: &str, context: &Context<'_>) -> Result<(), Error>;
    async fn submit(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error>;
    async fn query(&self, id: Option<&str>, reference: &str, context: &Context<'_>) -> Result<Outcome, Error>;
    async fn void(&self, id: &str, context: &Context<'_>) -> Result<(), Error>;
    async fn parse_callback(&self, callback: &Callback, context: &Context<'_>) -> Result<Vec<Notice>, Error>;
    fn answer_callback(stored: bool) -> Acknowledgement;
    async fn timestamp(&self, digest: &[u8; 32], context: &Context<'_>) -> Result<Vec<u8>, Error>;
    async fn revocations(&self, ours: &[Revocation], context: &Context<'_>) -> Result<Vec<Vec<u8>>, Error>;
    async fn certificates(&self, context: &Context<'_>) -> Result<Vec<Vec<u8>>, Error>;
}
