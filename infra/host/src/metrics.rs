//! What is counted, for Prometheus.

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Component {
    component: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    component: String,
    outcome: &'static str,
}

type Latency = Family<Component, Histogram, fn() -> Histogram>;

/// All metrics of the host.
pub struct Metrics {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    latency: Latency,
    outbound: Family<Outcome, Counter>,
    outbound_latency: Latency,
    redis: Family<Outcome, Counter>,
    redis_latency: Latency,
    instances: Family<Component, Gauge>,
    created: Family<Component, Counter>,
    memory: Family<Component, Gauge>,
    failures: Family<Outcome, Counter>,
    resident: Gauge,
}

/// The metrics of one component, looked up once.
pub struct ComponentMetrics {
    /// Seconds until the head of the answer.
    pub latency: Histogram,
    /// Seconds until the head of an outbound answer.
    pub outbound_latency: Histogram,
    /// Seconds until the reply of a Redis server.
    pub redis_latency: Histogram,
    /// Instances alive.
    pub instances: Gauge,
    /// Instances made so far.
    pub created: Counter,
    /// Linear memory of the instances alive, in bytes.
    pub memory: Gauge,
    statuses: [Counter; 5],
    component: String,
    failures: Family<Outcome, Counter>,
    outbound: Family<Outcome, Counter>,
    redis: Family<Outcome, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let latency = || Family::new_with_constructor(histogram as fn() -> Histogram);
        let mut metrics = Self {
            registry: Registry::with_prefix("host"),
            requests: Family::default(),
            latency: latency(),
            outbound: Family::default(),
            outbound_latency: latency(),
            redis: Family::default(),
            redis_latency: latency(),
            instances: Family::default(),
            created: Family::default(),
            memory: Family::default(),
            failures: Family::default(),
            resident: Gauge::default(),
        };
        let r = &mut metrics.registry;
        r.register("requests", "Requests answered, by class of status", metrics.requests.clone());
        r.register_with_unit(
            "request_duration",
            "Until the head of the answer",
            Unit::Seconds,
            metrics.latency.clone(),
        );
        r.register("outbound_requests", "Requests sent by guests", metrics.outbound.clone());
        r.register_with_unit(
            "outbound_duration",
            "Until the head of the answer",
            Unit::Seconds,
            metrics.outbound_latency.clone(),
        );
        r.register("redis_commands", "Redis commands sent by guests, and connections refused", metrics.redis.clone());
        r.register_with_unit("redis_duration", "Until the reply", Unit::Seconds, metrics.redis_latency.clone());
        r.register("instances", "Instances alive", metrics.instances.clone());
        r.register("instances_created", "Instances made", metrics.created.clone());
        r.register_with_unit(
            "instance_memory",
            "Linear memory of the instances alive",
            Unit::Bytes,
            metrics.memory.clone(),
        );
        r.register("failures", "Requests the host had to answer itself, by problem code", metrics.failures.clone());
        r.register_with_unit(
            "resident_memory",
            "Resident memory of the process",
            Unit::Bytes,
            metrics.resident.clone(),
        );
        metrics
    }
}

fn histogram() -> Histogram {
    Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

impl Metrics {
    /// The metrics of one component.
    pub fn component(&self, id: &str) -> Arc<ComponentMetrics> {
        let label = Component { component: id.to_owned() };
        let status = |outcome| self.requests.get_or_create_owned(&Outcome { component: id.to_owned(), outcome });
        Arc::new(ComponentMetrics {
            latency: self.latency.get_or_create_owned(&label),
            outbound_latency: self.outbound_latency.get_or_create_owned(&label),
            redis_latency: self.redis_latency.get_or_create_owned(&label),
            instances: self.instances.get_or_create_owned(&label),
            created: self.created.get_or_create_owned(&label),
            memory: self.memory.get_or_create_owned(&label),
            statuses: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(status),
            component: label.component,
            failures: self.failures.clone(),
            outbound: self.outbound.clone(),
            redis: self.redis.clone(),
        })
    }

    /// The text a Prometheus server reads (OpenMetrics 1.0).
    pub fn text(&self) -> String {
        self.resident.set(resident_memory().unwrap_or(0));
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl ComponentMetrics {
    /// Counts an answer.
    pub fn answered(&self, status: http::StatusCode) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(counter) = self.statuses.get(class) {
            counter.inc();
        }
    }

    /// Counts a problem the host answered.
    pub fn failed(&self, code: &'static str) {
        self.failures.get_or_create(&Outcome { component: self.component.clone(), outcome: code }).inc();
    }

    /// Counts an outbound request.
    pub fn sent(&self, outcome: &'static str) {
        self.outbound.get_or_create(&Outcome { component: self.component.clone(), outcome }).inc();
    }

    /// Counts a Redis command, or a connection that was refused.
    pub fn redis(&self, outcome: &'static str) {
        self.redis.get_or_create(&Outcome { component: self.component.clone(), outcome }).inc();
    }
}

/// Bytes of this process in memory, where `/proc` tells.
pub fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<i64>().ok().map(|kib| kib * 1024)
}
