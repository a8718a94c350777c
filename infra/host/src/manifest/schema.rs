//! The manifest as it is written: `spin.toml`, version 2, exactly the part this host supports.
//!
//! Every table denies unknown fields, so what Spin knows and this host does not is refused by name.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Spanned, Value};

/// A value together with its place in the file.
pub type At<T> = Spanned<T>;

/// The version alone, whatever else there is.
#[derive(Deserialize)]
pub struct Version {
    pub spin_manifest_version: At<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "spin_manifest_version")]
    pub _version: Value,
    pub application: Application,
    #[serde(default)]
    pub variables: BTreeMap<String, At<Variable>>,
    pub trigger: Triggers,
    #[serde(default)]
    pub component: BTreeMap<At<String>, Component>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    pub name: String,
    #[serde(rename = "version", default)]
    pub _version: String,
    #[serde(rename = "description", default)]
    pub _description: String,
    #[serde(rename = "authors", default)]
    pub _authors: Vec<String>,
    #[serde(rename = "tool", default)]
    pub _tool: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    #[serde(rename = "description", default)]
    pub _description: String,
    #[serde(default)]
    pub required: bool,
    pub default: Option<String>,
    #[serde(default)]
    pub secret: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    #[serde(default)]
    pub http: Vec<At<HttpTrigger>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpTrigger {
    #[serde(rename = "id", default)]
    pub _id: String,
    /// A pattern, or `{ private = true }`.
    pub route: At<Value>,
    pub component: Option<At<Value>>,
    pub static_response: Option<StaticResponse>,
}

/// What a route answers without a component.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticResponse {
    /// 200 unless told.
    pub status_code: Option<u16>,
    /// Header fields to send.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body; empty unless told.
    #[serde(default)]
    pub body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub source: At<Value>,
    #[serde(rename = "description", default)]
    pub _description: String,
    #[serde(default)]
    pub variables: BTreeMap<At<String>, At<String>>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub files: Vec<At<Value>>,
    #[serde(default)]
    pub allowed_outbound_hosts: Vec<At<String>>,
    #[serde(default)]
    pub key_value_stores: Vec<At<String>>,
    #[serde(default)]
    pub sqlite_databases: Vec<At<String>>,
    #[serde(default)]
    pub dependencies: BTreeMap<At<String>, At<Value>>,
    pub dependencies_inherit_configuration: Option<At<bool>>,
    #[serde(default)]
    pub profile: BTreeMap<String, Profile>,
    /// Building is not this host's work.
    #[serde(rename = "build", default)]
    pub _build: toml::Table,
    #[serde(default)]
    pub tool: Tools,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub source: Option<At<Value>>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(default)]
    pub dependencies: BTreeMap<At<String>, At<Value>>,
    #[serde(rename = "build", default)]
    pub _build: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mount {
    pub source: String,
    pub destination: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    pub component: Option<String>,
    pub path: Option<String>,
    pub export: Option<String>,
    pub inherit_configuration: Option<Value>,
}

/// `tool` tables belong to whoever reads them; this host reads its own and no other.
#[derive(Default, Deserialize)]
pub struct Tools {
    #[serde(default)]
    pub yunzhen: OwnTool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTool {
    pub tick: Option<At<Tick>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    pub path: String,
    pub every: String,
}
