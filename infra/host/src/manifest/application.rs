//! The application as the manifest means it.

use super::route::Router;
use super::template::Template;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// An application, checked; paths are absolute or relative to the working directory.
pub struct Application {
    /// Its name.
    pub name: String,
    /// The variables it knows.
    pub variables: BTreeMap<String, Variable>,
    /// Its public routes.
    pub router: Router,
    /// The components that a route names, public or private.
    pub components: BTreeMap<String, Component>,
}

/// An application variable.
pub struct Variable {
    /// Its value when nobody gives one; without it a value is required.
    pub default: Option<String>,
    /// Never to be shown.
    pub secret: bool,
    /// Where it stands, as `file:line`.
    pub place: String,
}

/// A component that answers requests.
pub struct Component {
    /// Its id.
    pub id: Arc<str>,
    /// The `.wasm` file.
    pub source: PathBuf,
    /// Read-only folders.
    pub files: Vec<Mount>,
    /// Environment of the guest.
    pub environment: Vec<(String, String)>,
    /// Component variables.
    pub variables: BTreeMap<String, Template>,
    /// Hosts it may call.
    pub allowed_outbound_hosts: Vec<Template>,
    /// Labels of its key-value stores.
    pub key_value_stores: BTreeSet<String>,
    /// Labels of its databases.
    pub sqlite_databases: BTreeSet<String>,
    /// Who fills its imports.
    pub dependencies: Vec<Dependency>,
    /// Work that time drives.
    pub tick: Option<Tick>,
}

/// A folder of the machine as the guest sees it.
pub struct Mount {
    /// On the machine.
    pub source: PathBuf,
    /// In the guest, absolute.
    pub destination: String,
}

/// What fills an import.
pub struct Dependency {
    /// An interface (`a:b/c@1.0.0`), a package (`a:b@1.0.0`) or a plain name.
    pub name: String,
    /// The id of the component, or the file name: what the log calls it.
    pub label: String,
    /// The `.wasm` file.
    pub source: PathBuf,
    /// The export to take, when its name differs from the import's.
    pub export: Option<String>,
    /// What it may use of its parent's grants.
    pub inherit: BTreeSet<Capability>,
}

/// A grant that a dependency can inherit; the names are Spin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// `variables`
    Variables,
    /// `allowed_outbound_hosts`
    AllowedOutboundHosts,
    /// `files`
    Files,
    /// `key_value_stores`
    KeyValueStores,
    /// `sqlite_databases`
    SqliteDatabases,
    /// `environment`
    Environment,
}

impl Capability {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Variables,
        Self::AllowedOutboundHosts,
        Self::Files,
        Self::KeyValueStores,
        Self::SqliteDatabases,
        Self::Environment,
    ];

    /// Its name in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variables => "variables",
            Self::AllowedOutboundHosts => "allowed_outbound_hosts",
            Self::Files => "files",
            Self::KeyValueStores => "key_value_stores",
            Self::SqliteDatabases => "sqlite_databases",
            Self::Environment => "environment",
        }
    }
}

/// A private path to be called at a steady pace.
pub struct Tick {
    /// The path.
    pub path: String,
    /// The pace.
    pub every: Duration,
}
