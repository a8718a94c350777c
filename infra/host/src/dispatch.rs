//! A request to a component, and what becomes of it.

use crate::body::{drain, limited};
use crate::guest::Ending;
use crate::lanes::{Lanes, kind};
use crate::limits::Limits;
use crate::log::Log;
use crate::metrics::ComponentMetrics;
use crate::problem::Problem;
use crate::request_id;
use crate::workers::{Full, Ticket, Workers};
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout, timeout_at};
use wasmtime_wasi_http::WasiBody;
use wasmtime_wasi_http::handler::{ExpirationError, InstantiationError, ProxyHandler, TrapOrPanicError};

/// How long the cause of a lost instance is waited for: it is told just after the fact.
const CAUSE: Duration = Duration::from_millis(500);
const CLIENT_ADDR: HeaderName = HeaderName::from_static("spin-client-addr");

/// All components that answer requests.
pub struct Dispatcher {
    served: BTreeMap<Arc<str>, Served>,
    limits: Limits,
    lanes: Lanes,
    in_flight: Semaphore,
    log: Log,
}

struct Served {
    handler: ProxyHandler<Workers>,
    metrics: Arc<ComponentMetrics>,
}

impl Dispatcher {
    /// A dispatcher for these components.
    pub fn new(workers: Vec<Workers>, limits: Limits, log: Log) -> Self {
        let served = workers.into_iter().map(|workers| {
            let metrics = workers.grants.metrics.clone();
            (workers.grants.component.clone(), Served { handler: ProxyHandler::new(workers), metrics })
        });
        Self {
            served: served.collect(),
            lanes: Lanes::new(limits.heavy),
            in_flight: Semaphore::new(limits.in_flight),
            limits,
            log,
        }
    }

    /// A request from outside.
    pub async fn call(&self, component: &str, request: Request<WasiBody>, request_id: &str) -> Response<WasiBody> {
        let Some(served) = self.served.get(component) else {
            return Problem::NoRoute.response(request_id);
        };
        let Ok(_place) = self.in_flight.try_acquire() else {
            return self.fail(served, component, Problem::Overloaded, "too many requests in flight", request_id);
        };
        let deadline = Instant::now() + self.limits.request_timeout;
        let kind = kind(component, request.method(), request.uri().path());
        let Ok(turn) = timeout_at(deadline, self.lanes.enter(kind)).await else {
            return self.fail(served, component, Problem::Overloaded, "no turn to compute in time", request_id);
        };
        let heavy = Arc::new(AtomicBool::new(false));
        let answer = self.run(served, component, request, request_id, heavy.clone()).await;
        match (heavy.load(Ordering::Relaxed), turn) {
            (true, _) => self.lanes.remember(kind),
            (false, Some(_)) => self.lanes.forget(kind),
            (false, None) => {}
        }
        answer
    }

    /// A request from one component to another, or from the ticker; `None` if there is no such component.
    ///
    /// It says, as under Spin, that it came from no address: the front never lets such a header in.
    pub async fn chain(&self, component: &str, mut request: Request<WasiBody>) -> Option<Response<WasiBody>> {
        let served = self.served.get(component)?;
        request.headers_mut().insert(CLIENT_ADDR, HeaderValue::from_static("0.0.0.0:0"));
        let request_id = request_id::establish(request.headers_mut());
        Some(self.run(served, component, request, &request_id, Arc::default()).await)
    }

    async fn run(
        &self,
        served: &Served,
        component: &str,
        request: Request<WasiBody>,
        request_id: &str,
        heavy: Arc<AtomicBool>,
    ) -> Response<WasiBody> {
        let start = Instant::now();
        let deadline = start + self.limits.request_timeout;
        let (request, too_large) = limited(request, self.limits.body);
        if too_large.load(Ordering::Relaxed) {
            drain(request.into_body());
            return self.fail(served, component, Problem::BodyTooLarge, "declared", request_id);
        }
        let (ending, why) = oneshot::channel();
        let ticket = Ticket { deadline, ending, heavy, accepted: start.into_std() };
        // The instance enforces the deadline; this is for a request no instance could take.
        let last = deadline + Duration::from_secs(1);
        let result = timeout_at(last, served.handler.handle(ticket, request)).await;
        served.metrics.latency.observe(start.elapsed().as_secs_f64());
        let (problem, cause) = match result {
            _ if too_large.load(Ordering::Relaxed) => (Problem::BodyTooLarge, "streamed".to_owned()),
            Ok(Ok(response)) => {
                served.metrics.answered(response.status());
                return response;
            }
            Err(_) => (Problem::Timeout, "no instance in time".to_owned()),
            Ok(Err(error)) => self.explain(error, why, deadline).await,
        };
        self.fail(served, component, problem, &cause, request_id)
    }

    async fn explain(
        &self,
        error: wasmtime::Error,
        why: oneshot::Receiver<Ending>,
        deadline: Instant,
    ) -> (Problem, String) {
        if error.is::<ExpirationError>() {
            return (Problem::Timeout, "the guest did not answer".to_owned());
        }
        if let Some(failed) = error.downcast_ref::<InstantiationError<Ticket>>() {
            let cause = format!("{:?}", failed.error);
            let full = failed.error.is::<Full>() || failed.error.is::<wasmtime::PoolConcurrencyLimitError>();
            return (if full { Problem::Overloaded } else { Problem::Unavailable }, cause);
        }
        let lost = error.is::<TrapOrPanicError>() || error.is::<wasmtime::Trap>();
        if !lost {
            return (Problem::GuestError, format!("{error:?}"));
        }
        if Instant::now() >= deadline {
            return (Problem::Timeout, "the guest computed for too long".to_owned());
        }
        match timeout(CAUSE, why).await {
            Ok(Ok(Ending::Memory)) => (Problem::MemoryLimit, "memory limit".to_owned()),
            Ok(Ok(Ending::Trap(cause))) => (Problem::Trap, cause),
            _ => (Problem::Trap, format!("{error:?}")),
        }
    }

    fn fail(
        &self,
        served: &Served,
        component: &str,
        problem: Problem,
        cause: &str,
        request_id: &str,
    ) -> Response<WasiBody> {
        let code = problem.code();
        served.metrics.failed(code);
        let fields = json!({ "request_id": request_id, "component": component, "code": code, "cause": cause });
        self.log.event("error", "failed", fields);
        let response = problem.response(request_id);
        served.metrics.answered(response.status());
        response
    }
}
