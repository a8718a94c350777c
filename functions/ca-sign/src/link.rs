//! Links that open a document without an account: made of what they open by the data key, so that nothing is stored.

use crate::desk::Desk;
use crate::document::row::{self, Document};
use crate::outside::Outside;
use common::problem::Problem;
use common::store::Store;
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A link to the PDF lasts 15 minutes.
pub const PAPER_MS: i64 = 15 * 60_000;

/// A link.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentLink)]
pub struct Link {
    /// Opens the PDF without an account.
    pub url: String,
    /// It ends then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// What the code on the PDF opens: the page that verifies it, for as long as the document is kept.
    pub verification: String,
}

/// The address that what is kept or handed to others begins with. A caller may write any `Host`, so that what others get
/// must not hang on it; only where no address is set, in development, it does.
#[must_use]
pub fn origin<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> String {
    desk.settings.public_url.clone().unwrap_or_else(|| desk.call.origin())
}

/// What the code on paper holds: it opens the verification for as long as the document is kept.
#[must_use]
pub fn verification<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> String {
    let mac = desk.keys().index("verification", id.as_bytes());
    format!("{id}.{}", mac.get(..32).unwrap_or_default())
}

/// A secret that opens the PDF until a time.
#[must_use]
pub fn paper<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, until: Timestamp) -> String {
    let mac = desk.keys().index("paper", format!("{id}.{}", until.0).as_bytes());
    format!("{id}.{}.{}", until.0, mac.get(..32).unwrap_or_default())
}

/// The document that a code on paper opens.
///
/// # Errors
/// 404 for any other text.
pub async fn verified<S: Store, O: Outside>(desk: &Desk<'_, S, O>, secret: &str) -> Result<Document, Problem> {
    let id = secret.split('.').next().unwrap_or_default();
    open(desk, id, secret, &verification(desk, id)).await
}

/// The document whose PDF a secret opens.
///
/// # Errors
/// 404 for any other text, 410 `link_expired`.
pub async fn opened<S: Store, O: Outside>(desk: &Desk<'_, S, O>, secret: &str) -> Result<Document, Problem> {
    let mut parts = secret.split('.');
    let (id, until) = (parts.next().unwrap_or_default(), parts.next().and_then(|text| text.parse().ok()));
    let until = Timestamp(until.ok_or_else(Problem::not_found)?);
    let document = open(desk, id, secret, &paper(desk, id, until)).await?;
    if until <= desk.now() {
        let (zh, en) = ("链接已过期，请重新获取", "this link is over: ask for a new one");
        return Err(Problem::new(410, "link_expired", zh, en));
    }
    Ok(document)
}

async fn open<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    secret: &str,
    expected: &str,
) -> Result<Document, Problem> {
    // By keyed digests, so that the time of comparing tells nothing.
    let same = desk.keys().index("link", secret.as_bytes()) == desk.keys().index("link", expected.as_bytes());
    if !same || !common::id::is("doc", id) {
        return Err(Problem::not_found());
    }
    row::any(desk, id).await
}
