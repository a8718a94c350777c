//! Stand-ins for the vendors: they check what the vendors check, answer as they answer, and misbehave when told.
//!
//! Signatures are recomputed from the vendors' documents, without the adapters' code.

mod aliyun;
pub mod bjca;
mod crypto;
mod fake;
mod huawei;
mod push;
mod server;
mod tencent;
mod tencent_faces;
pub mod time;
mod wechat;

pub use aliyun::Aliyun;
pub use bjca::Bjca;
pub use fake::{Fake, Kept, Mode};
pub use huawei::Huawei;
pub use push::{Pushed, Report};
pub use server::{Received, Reply, Server};
pub use tencent::Tencent;
pub use tencent_faces::{Faces, photo};
pub use wechat::{APP_ID, Wechat};

/// The key of the account that every fake knows.
pub const KEY: &str = "AKIDEXAMPLEz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
/// Its secret.
pub const SECRET: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
/// A request is refused that was signed so many milliseconds ago.
const FRESH_MS: i64 = 15 * 60 * 1_000;

/// What one vendor understands and says.
pub trait Dialect: Send + Sync + 'static {
    /// Reads a request after checking its signature, time, nonce and fields.
    ///
    /// # Errors
    /// The vendor's code and the reason.
    fn read(&self, request: &Received, now_ms: i64) -> Result<Read, Refusal>;

    /// The answer to a message that was taken.
    fn accepted(&self, kept: &Kept) -> Reply;

    /// The answer to one that is refused with a code of the vendor's.
    fn refused(&self, refusal: &Refusal) -> Reply;

    /// The code for too many requests.
    fn throttled(&self) -> Refusal;

    /// The code for a nonce that came before.
    fn replayed(&self) -> Refusal;

    /// The answer to a question, with what is known of each message.
    fn found(&self, kept: &[(Kept, Option<Report>)]) -> Reply;

    /// A fresh id, from a number that is.
    fn id(&self, n: u64) -> String;

    /// Whether the parts of a long message are reported one by one.
    fn reports_parts(&self) -> bool {
        false
    }

    /// Receipts as they are pushed: media type and body of each callback.
    fn callbacks(&self, reports: &[Report]) -> Vec<(&'static str, String)>;

    /// Whether this answer says that a callback was kept.
    fn acknowledged(&self, status: u16, body: &str) -> bool;
}

/// A request that passed.
pub enum Read {
    /// Send this; the id is still empty. With the nonce, where there is one.
    Send(Box<Kept>, Option<String>),
    /// What became of these?
    Ask(Question),
}

/// Which messages are asked after.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// E.164.
    pub phone: String,
    /// The vendor's id.
    pub id: Option<String>,
    /// From when, in milliseconds since the epoch.
    pub from_ms: i64,
    /// Until when.
    pub until_ms: i64,
}

/// A refusal in the vendor's words.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The vendor's code.
    pub code: String,
    /// Why, for the test that wonders.
    pub why: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: u16, code: &str, why: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), why: why.into() }
    }
}
