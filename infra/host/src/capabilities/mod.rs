//! What a component may use, one file per capability.
//!
//! Everything is refused unless the manifest grants it; a refusal is an error to the guest and a
//! line in the log that names the component and the capability.

mod files;
pub mod key_value;
pub mod outbound;
pub mod redis;
pub mod sqlite;
mod variables;

use crate::log::Log;
use crate::metrics::ComponentMetrics;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The grants of one component.
pub struct Grants {
    /// Its id.
    pub component: Arc<str>,
    /// Its variables, filled in.
    pub variables: BTreeMap<String, String>,
    /// Its environment.
    pub environment: Vec<(String, String)>,
    /// Its read-only folders.
    pub mounts: Vec<crate::manifest::Mount>,
    /// What it may reach outside, and how.
    pub outbound: outbound::Network,
    /// Places for its connections to Redis servers.
    pub redis_connections: Arc<Semaphore>,
    /// The labels of its key-value stores.
    pub key_value_stores: BTreeSet<String>,
    /// The labels of its databases.
    pub sqlite_databases: BTreeSet<String>,
    /// All databases of the application.
    pub databases: Arc<sqlite::Databases>,
    /// All key-value stores of the application.
    pub stores: Arc<key_value::Stores>,
    /// Where refusals are told.
    pub log: Log,
    /// What is counted of it.
    pub metrics: Arc<ComponentMetrics>,
}

impl Grants {
    /// Tells the log that something was refused.
    pub fn denied(&self, capability: &str, what: &str) {
        self.log.denied(&self.component, capability, what);
    }

    /// Whether the manifest lets it go there; `host` in lower case and as a URL has it. A refusal is
    /// told to the log.
    pub fn may_reach(&self, scheme: &str, host: &str, port: u16) -> bool {
        let granted = self.outbound.rules.iter().any(|rule| rule.allows(scheme, host, port));
        if !granted {
            self.denied("allowed_outbound_hosts", &format!("{scheme}://{host}:{port}"));
        }
        granted
    }
}
