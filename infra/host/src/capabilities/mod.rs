//! What a component may use, one file per capability.
//!
//! Everything is refused unless the manifest grants it; a refusal is an error to the guest and a
//! line in the log that names the component and the capability.

mod files;
pub mod key_value;
pub mod outbound;
mod public;
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

/// Which of a host's addresses may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whatever its name resolves to: the manifest names it.
    Any,
    /// Public ones only: the manifest grants `*`, and a name that somebody else chose may lead inside.
    Public,
}

impl Grants {
    /// Tells the log that something was refused.
    pub fn denied(&self, capability: &str, what: &str) {
        self.log.denied(&self.component, capability, what);
    }

    /// How far the manifest lets it go there, if at all; `host` in lower case and as a URL has it. A refusal is told to
    /// the log.
    pub fn may_reach(&self, scheme: &str, host: &str, port: u16) -> Option<Reach> {
        let mut granting = self.outbound.rules.iter().filter(|rule| rule.allows(scheme, host, port)).peekable();
        if granting.peek().is_none() {
            self.denied("allowed_outbound_hosts", &format!("{scheme}://{host}:{port}"));
            return None;
        }
        Some(if granting.all(|rule| rule.means_the_public()) { Reach::Public } else { Reach::Any })
    }
}
