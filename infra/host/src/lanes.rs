//! A bound on requests that compute: one lane per kind of request seen computing.
//!
//! Two cores finish two computing requests as fast as one; sixteen at once would each hold an
//! instance with its models in memory and all finish late. So once a kind of request (component,
//! method, path) has been seen computing, further ones of that kind queue for a place, while every
//! other kind passes by.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Kinds remembered; a path with an id in it must not fill the memory.
const KINDS: usize = 256;

/// The lanes of the host.
pub struct Lanes {
    width: usize,
    lanes: RwLock<HashMap<u64, Arc<Semaphore>>>,
}

/// What makes two requests the same kind.
pub fn kind(component: &str, method: &http::Method, path: &str) -> u64 {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    BuildHasherDefault::<DefaultHasher>::default().hash_one((component, method, path))
}

impl Lanes {
    /// Lanes on which `width` requests compute side by side.
    pub fn new(width: usize) -> Self {
        Self { width, lanes: RwLock::default() }
    }

    /// Waits for a place, if requests of this kind compute.
    pub async fn enter(&self, kind: u64) -> Option<OwnedSemaphorePermit> {
        let lane = self.lanes.read().unwrap_or_else(PoisonError::into_inner).get(&kind)?.clone();
        lane.acquire_owned().await.ok()
    }

    /// A request of this kind computed.
    pub fn remember(&self, kind: u64) {
        let mut lanes = self.lanes.write().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() < KINDS {
            lanes.entry(kind).or_insert_with(|| Arc::new(Semaphore::new(self.width)));
        }
    }

    /// A request of this kind did not compute although it had waited for its turn.
    pub fn forget(&self, kind: u64) {
        self.lanes.write().unwrap_or_else(PoisonError::into_inner).remove(&kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn only_a_kind_seen_computing_queues() {
        let lanes = Lanes::new(2);
        let read = kind("ocr", &http::Method::POST, "/read");
        let health = kind("ocr", &http::Method::GET, "/healthz");
        assert!(lanes.enter(read).now_or_never().unwrap().is_none());
        lanes.remember(read);
        let first = lanes.enter(read).now_or_never().unwrap();
        let _second = lanes.enter(read).now_or_never().unwrap();
        assert!(lanes.enter(read).now_or_never().is_none(), "the lane is full");
        assert!(lanes.enter(health).now_or_never().unwrap().is_none(), "others pass by");
        drop(first);
        assert!(lanes.enter(read).now_or_never().unwrap().is_some());
        lanes.forget(read);
        assert!(lanes.enter(read).now_or_never().unwrap().is_none(), "forgotten");
    }
}
