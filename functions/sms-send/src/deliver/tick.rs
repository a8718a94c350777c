//! What time drives: everything that is due, in bounded portions. Safe to call twice and from several places.

use super::gateway::Gateway;
use super::hook::{self, Post, Ways};
use super::{BUDGET_MS, Sealed, TABLES, World, ask, early, pump};
use crate::streams::{self, Accept, Redis};
use common::audit;
use common::problem::Problem;
use common::store::{Error, Store};
use futures::join;
use serde::Serialize;
use utoipa::ToSchema;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ticked {
    /// Messages handed to gateways.
    pub submitted: usize,
    /// Messages asked after.
    pub asked: usize,
    /// Early receipts that found their message.
    pub early: usize,
    /// Reports told.
    pub told: usize,
    /// Messages that came in by the stream.
    pub streamed: usize,
}

/// Does it all, side by side: a gateway or a system that hangs does not keep the others waiting.
///
/// # Errors
/// The first failure, after everything else was done: 503 for the store's.
pub async fn run<S: Store, G: Gateway, K: Sealed>(
    world: &World<'_, S, G, K>,
    ways: &Ways<'_, impl Post, impl Redis>,
    accept: &impl Accept,
) -> Result<Ticked, Problem> {
    let streamed = async {
        match ways.redis {
            Some(redis) => streams::run(redis, accept).await,
            None => Ok(0),
        }
    };
    let until = world.now().plus_ms(BUDGET_MS);
    let (streamed, asked, early, submitted, told) =
        join!(streamed, ask::run(world), early::sweep(world), pump::run(world), hook::run(world, ways));
    // What came in by the stream or is to go by another gateway goes in this tick, if there is time.
    let news = streamed.as_ref().is_ok_and(|n| *n > 0) || asked.as_ref().is_ok_and(|n| *n > 0);
    let late = if news && world.now() < until { pump::run(world).await } else { Ok(0) };
    let sealed = seal(world).await;
    let streamed = streamed.map_err(|why| Problem::unavailable("stream_unavailable", why));
    let submitted = submitted? + late?;
    let done = Ticked { submitted, asked: asked?, early: early?, told: told?, streamed: streamed? };
    sealed?;
    Ok(done)
}

/// The entries of many changes are sealed together.
async fn seal<S: Store, G, K>(world: &World<'_, S, G, K>) -> Result<(), Error> {
    for _ in 0..4 {
        audit::seal(world.store, TABLES).await?;
    }
    Ok(())
}
