//! What a component may use, one file per capability.
//!
//! Everything is refused unless the manifest grants it; a refusal is an error to the guest and a
//! line in the log that names the component and the capability.

mod files;
pub mod key_value;
pub mod outbound;
pub mod sqlite;
mod variables;

use crate::log::Log;
use crate::metrics::ComponentMetrics;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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
    /// Where it may send requests, and how.
    pub outbound: outbound::Network,
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
}
