//! A vendor's callback: read by its gateway, kept, and only then acknowledged.

use super::gateway::{Acknowledgement, Callback, Gateway, Outcome};
use super::receipt::{self, Counts, Source};
use super::{Sealed, World};
use common::problem::Problem;
use common::store::Store;

/// The answer for the vendor, and what became of its receipts. Where nothing in it is ours the answer is the one that has
/// them pushed again: refused.
///
/// # Errors
/// 400 when the gateway cannot read it, 404 for an unknown gateway, 503 when it cannot be kept just now.
pub async fn receive<S: Store, G: Gateway, K: Sealed>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    callback: &Callback,
) -> Result<(Acknowledgement, Counts), Problem> {
    if !world.settings.has(gateway) {
        return Err(Problem::not_found());
    }
    let parsed = world.gateways.receipts(gateway, callback).await.map_err(|outcome| match outcome {
        Outcome::Invalid { .. } => Problem::new(400, "bad_receipt", "无法识别的回执", "the receipts cannot be read"),
        other => Problem::unavailable("gateway_unavailable", format!("receipts of {gateway}: {}", other.name())),
    })?;
    let counts = receipt::take(world, gateway, parsed.receipts, Source::Callback).await?;
    Ok((if counts.acknowledged() { parsed.kept } else { parsed.again }, counts))
}
