//! The life of instances: how they are made, what they accept, when they end.

use crate::capabilities::Grants;
use crate::engine::SLICE;
use crate::guest::{Ending, Guest};
use crate::limits::{Limits, Meter};
use serde_json::json;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::sync::oneshot;
use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Engine, Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

/// Slices in a row after which a guest counts as computing.
const HEAVY_SLICES: u32 = 10;
/// How long a component counts as one that computes after it was last seen doing so.
const MEMORY: Duration = Duration::from_secs(60);

/// No place for another instance came free in time.
#[derive(Debug)]
pub struct Full;

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("as many instances as may be are alive")
    }
}

impl std::error::Error for Full {}

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
    /// Places for instances, shared by all components.
    pub places: Arc<Semaphore>,
    /// Whether it computes.
    pub computes: Arc<Computes>,
}

/// Whether a component was seen computing of late.
///
/// An instance cannot withdraw while it computes: a request it has accepted, or that it is expected
/// to take, waits until it pauses. So an instance of a component that computes takes one request at
/// a time, and the next one gets another instance.
#[derive(Default)]
pub struct Computes(Mutex<Option<Instant>>);

impl Computes {
    fn seen(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn lately(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|seen| seen.elapsed() < MEMORY)
    }
}

/// What goes with a request into the instance that answers it.
pub struct Ticket {
    /// When it has taken too long.
    pub deadline: tokio::time::Instant,
    /// To learn why the instance ended, if it does.
    pub ending: oneshot::Sender<Ending>,
    /// Set when the instance computes for long while it has this request.
    pub heavy: Arc<AtomicBool>,
    /// When an instance took it.
    pub accepted: Instant,
}

impl HandlerState for Workers {
    type StoreData = Guest;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Guest, Expiration, Worker>> {
        let metrics = &self.grants.metrics;
        let place = tokio::time::timeout(self.limits.request_timeout, self.places.clone().acquire_owned());
        let Ok(Ok(place)) = place.await else {
            return Err(Full.into());
        };
        let meter = Meter::new(self.limits.memory, metrics.clone());
        let guest = Guest::new(self.grants.clone(), meter, place)?;
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.meter);
        let run = Arc::new(Run::default());
        share_time(&mut store, run.clone(), self.computes.clone());
        let proxy = self.pre.instantiate_async(&mut store).await?;
        metrics.created.inc();
        metrics.instances.inc();
        Ok(Instance {
            store,
            proxy,
            view: Guest::http,
            expiration: Expiration { limits: self.limits.clone(), run: run.clone(), sleep: None },
            state: Worker {
                limits: self.limits.clone(),
                grants: self.grants.clone(),
                run,
                computes: self.computes.clone(),
            },
        })
    }
}

/// How long an instance has been computing without waiting for anything.
#[derive(Default)]
struct Run {
    slices: AtomicU32,
    /// The next pause of the instance is a slice's end, not a wait.
    slice_ended: AtomicBool,
}

/// Lets other tasks run after every slice, and marks the requests that an instance has been
/// computing for ever since it took them.
fn share_time(store: &mut Store<Guest>, run: Arc<Run>, computes: Arc<Computes>) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |context| {
        run.slice_ended.store(true, Ordering::Relaxed);
        if run.slices.fetch_add(1, Ordering::Relaxed) >= HEAVY_SLICES {
            for request in &context.data().requests {
                if request.accepted.elapsed() > SLICE * HEAVY_SLICES {
                    request.heavy.store(true, Ordering::Relaxed);
                    computes.seen();
                }
            }
        }
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
}

/// Ends an instance that is idle or stuck.
pub struct Expiration {
    limits: Limits,
    run: Arc<Run>,
    sleep: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl WorkerExpiration for Expiration {
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let this = self.get_mut();
        // This is called at every pause of the instance.
        if !this.run.slice_ended.swap(false, Ordering::Relaxed) {
            this.run.slices.store(0, Ordering::Relaxed);
        }
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
    run: Arc<Run>,
    computes: Arc<Computes>,
}

impl WorkerState for Worker {
    type StoreData = Guest;
    type RequestData = Ticket;

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.limits.reuse {
            ShouldAccept::Never
        } else if concurrent >= self.limits.concurrency
            || (concurrent > 0 && (self.run.slices.load(Ordering::Relaxed) > 0 || self.computes.lately()))
        {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        mut store: StoreContextMut<'_, Guest>,
        mut ticket: Ticket,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        let deadline = ticket.deadline;
        ticket.accepted = Instant::now();
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
