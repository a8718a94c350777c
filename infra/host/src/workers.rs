//! The life of instances: how they are made, what they accept, when they end.

use crate::capabilities::Grants;
use crate::engine::SLICE;
use crate::guest::{Ending, Guest};
use crate::limits::{Limits, Meter};
use serde_json::json;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::sync::oneshot;
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Engine, Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

/// Slices in a row after which a guest counts as computing.
const HEAVY_SLICES: u32 = 5;

/// Makes the instances of one component.
pub struct Workers {
    /// The engine.
    pub engine: Engine,
    /// The component.
    pub pre: ProxyPre<Guest>,
    /// What it may use.
    pub grants: Arc<Grants>,
    /// What it may cost.
    pub limits: Limits,
}

/// What goes with a request into the instance that answers it.
pub struct Ticket {
    /// When it has taken too long.
    pub deadline: tokio::time::Instant,
    /// To learn why the instance ended, if it does.
    pub ending: oneshot::Sender<Ending>,
    /// Set when the instance computes for long while it has this request.
    pub heavy: Arc<AtomicBool>,
}

impl HandlerState for Workers {
    type StoreData = Guest;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Guest, Expiration, Worker>> {
        let metrics = &self.grants.metrics;
        let meter = Meter::new(self.limits.memory, metrics.clone());
        let guest = Guest::new(self.grants.clone(), meter)?;
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.meter);
        share_time(&mut store);
        let proxy = self.pre.instantiate_async(&mut store).await?;
        metrics.created.inc();
        metrics.instances.inc();
        Ok(Instance {
            store,
            proxy,
            view: Guest::http,
            expiration: Expiration { limits: self.limits.clone(), sleep: None },
            state: Worker { limits: self.limits.clone(), grants: self.grants.clone() },
        })
    }
}

/// Lets other tasks run after every slice, and marks the requests of a guest that keeps computing.
fn share_time(store: &mut Store<Guest>) {
    let (mut last, mut slices) = (Instant::now(), 0);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |context| {
        // A guest that waits in between gets here late.
        slices = if last.elapsed() < SLICE * 5 / 2 { slices + 1 } else { 0 };
        last = Instant::now();
        if slices >= HEAVY_SLICES {
            for request in &context.data().requests {
                request.heavy.store(true, Ordering::Relaxed);
            }
        }
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
}

/// Ends an instance that is idle or stuck.
pub struct Expiration {
    limits: Limits,
    sleep: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl WorkerExpiration for Expiration {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let this = self.get_mut();
        let end = start
            + match status {
                WorkerStatus::Idle => this.limits.idle,
                WorkerStatus::Requests => this.limits.request_timeout,
                WorkerStatus::PostReturn => this.limits.stream_timeout,
            };
        // Moving the timer on every request would cost more than waking early once in a while.
        let (_, sleep) = match &mut this.sleep {
            Some((at, sleep)) if *at <= end => {
                if sleep.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                this.sleep.insert((end, Box::pin(tokio::time::sleep_until(end.into()))))
            }
            other => other.insert((end, Box::pin(tokio::time::sleep_until(end.into())))),
        };
        sleep.as_mut().poll(cx)
    }
}

/// The rules of one instance.
pub struct Worker {
    limits: Limits,
    grants: Arc<Grants>,
}

impl WorkerState for Worker {
    type StoreData = Guest;
    type RequestData = Ticket;

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.limits.reuse {
            ShouldAccept::Never
        } else if concurrent >= self.limits.concurrency {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, Guest>,
        ticket: Ticket,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        let deadline = ticket.deadline;
        let requests = &mut store.data_mut().requests;
        requests.retain(|request| !request.ending.is_closed());
        requests.push(ticket);
        Box::pin(tokio::time::sleep_until(deadline))
    }

    fn drop(&self, mut store: Store<Guest>, result: Result<(), wasmtime::Error>) {
        self.grants.metrics.instances.dec();
        let Err(error) = result else { return };
        let ending = match store.data().meter.exceeded {
            true => Ending::Memory,
            false => Ending::Trap(format!("{error:?}")),
        };
        let mut told = false;
        for request in store.data_mut().requests.drain(..) {
            told |= request.ending.send(ending.clone()).is_ok();
        }
        if !told {
            // Its answers were under way already: nobody else will tell.
            let fields = json!({ "component": *self.grants.component, "cause": format!("{ending:?}") });
            self.grants.log.event("error", "instance_ended", fields);
        }
    }
}
