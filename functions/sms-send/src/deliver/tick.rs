//! What time drives: everything that is due, in bounded portions. Safe to call twice and from several places.

use super::gateway::Gateway;
use super::hook::{self, Post, Ways};
use super::{Sealed, TABLES, World, ask, early, pump};
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
    // What comes in by the stream and what was found unknown is handed over in this tick as well.
    let (streamed, asked, early) = join!(streamed, ask::run(world), early::sweep(world));
    let (submitted, told) = join!(pump::run(world), hook::run(world, ways));
    let sealed = seal(world).await;
    let streamed = streamed.map_err(|why| Problem::unavailable("stream_unavailable", why));
    let done = Ticked { submitted: submitted?, asked: asked?, early: early?, told: told?, streamed: streamed? };
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
