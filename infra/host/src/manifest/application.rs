//! From the manifest as written to the application as meant.

use super::place::Place;
use super::route::{Handler, Router};
use super::schema::{self, At};
use super::template::{Template, is_variable_name};
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::Value;

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

/// Reads a manifest.
///
/// # Errors
/// The first thing that cannot be read or that this host does not support, with file and line.
pub fn load(path: &Path, profile: Option<&str>) -> Result<Application> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the manifest {}", path.display()))?;
    let dir = path.parent().unwrap_or(Path::new(""));
    Reader { place: Place::new(path, &text), dir, profile }.application(&text)
}

struct Reader<'a> {
    place: Place<'a>,
    dir: &'a Path,
    profile: Option<&'a str>,
}

impl Reader<'_> {
    fn application(&self, text: &str) -> Result<Application> {
        let manifest: schema::Manifest = toml::from_str(text).map_err(|e| self.place.toml(&e))?;
        let version = &manifest.spin_manifest_version;
        if !matches!(version.get_ref(), Value::Integer(2)) {
            return Err(self.refuse(version, "this host reads `spin_manifest_version = 2` only"));
        }
        if let Some(profile) = self.profile
            && !manifest.component.values().any(|c| c.profile.contains_key(profile))
        {
            bail!("{}: no component has the profile `{profile}`", self.dir.display());
        }
        let variables = self.variables(&manifest)?;
        let mut router = Router::default();
        let mut served = BTreeSet::new();
        for trigger in &manifest.trigger.http {
            self.trigger(trigger, &manifest, &mut router, &mut served)?;
        }
        let mut components = BTreeMap::new();
        for (id, component) in &manifest.component {
            let component = self.component(id, component, &manifest, &variables)?;
            // One that no route names only serves others as a dependency.
            if served.contains(id.get_ref()) {
                components.insert(id.get_ref().clone(), component);
            }
        }
        Ok(Application { name: manifest.application.name, variables, router, components })
    }

    fn refuse<T>(&self, at: &At<T>, message: impl std::fmt::Display) -> anyhow::Error {
        self.place.error(at.span(), message)
    }

    fn variables(&self, manifest: &schema::Manifest) -> Result<BTreeMap<String, Variable>> {
        let mut variables = BTreeMap::new();
        for (name, at) in &manifest.variables {
            let variable = at.get_ref();
            if !is_variable_name(name) {
                return Err(self.refuse(at, format!("the variable {name:?} is not lower_snake_case")));
            }
            if variable.required == variable.default.is_some() {
                return Err(
                    self.refuse(at, format!("the variable `{name}` needs either `required = true` or a `default`"))
                );
            }
            let (default, secret) = (variable.default.clone(), variable.secret);
            variables.insert(name.clone(), Variable { default, secret });
        }
        Ok(variables)
    }

    fn trigger(
        &self,
        at: &At<schema::HttpTrigger>,
        manifest: &schema::Manifest,
        router: &mut Router,
        served: &mut BTreeSet<String>,
    ) -> Result<()> {
        let trigger = at.get_ref();
        let handler = match (&trigger.component, &trigger.static_response) {
            (Some(component), None) => {
                let Value::String(id) = component.get_ref() else {
                    return Err(self.refuse(component, "this host does not support a component written inside a trigger: give it a `[component.<id>]` table"));
                };
                if !manifest.component.keys().any(|known| known.get_ref() == id) {
                    return Err(self.refuse(component, format!("there is no `[component.{id}]`")));
                }
                served.insert(id.clone());
                Handler::Component(id.as_str().into())
            }
            (None, Some(response)) => Handler::Static(Arc::new(response.clone())),
            _ => {
                return Err(self.refuse(at, "a trigger has either `component` or `static_response`"));
            }
        };
        match trigger.route.get_ref() {
            Value::String(pattern) => router.add(pattern, handler).map_err(|e| self.refuse(&trigger.route, e)),
            Value::Table(table)
                if table.len() == 1
                    && table.get("private") == Some(&Value::Boolean(true))
                    && matches!(handler, Handler::Component(_)) =>
            {
                Ok(())
            }
            _ => Err(self.refuse(&trigger.route, "a route is a pattern, or `{ private = true }` with a component")),
        }
    }

    fn component(
        &self,
        id: &At<String>,
        raw: &schema::Component,
        manifest: &schema::Manifest,
        variables: &BTreeMap<String, Variable>,
    ) -> Result<Component> {
        let profile = self.profile.and_then(|name| raw.profile.get(name));
        let source = profile.and_then(|p| p.source.as_ref()).unwrap_or(&raw.source);
        let mut environment = raw.environment.clone();
        let mut names: BTreeMap<&str, (&At<String>, &At<Value>)> =
            raw.dependencies.iter().map(|(k, v)| (k.get_ref().as_str(), (k, v))).collect();
        if let Some(profile) = profile {
            environment.extend(profile.environment.clone());
            names.extend(profile.dependencies.iter().map(|(k, v)| (k.get_ref().as_str(), (k, v))));
        }
        let dependencies = names
            .into_values()
            .map(|(name, value)| self.dependency(name, value, raw, manifest))
            .collect::<Result<_>>()?;
        let mut own = BTreeMap::new();
        for (name, value) in &raw.variables {
            if !is_variable_name(name.get_ref()) {
                return Err(self.refuse(name, format!("the variable {:?} is not lower_snake_case", name.get_ref())));
            }
            own.insert(name.get_ref().clone(), self.template(value, variables)?);
        }
        Ok(Component {
            id: id.get_ref().as_str().into(),
            source: self.source(source)?,
            files: raw.files.iter().map(|f| self.mount(f)).collect::<Result<_>>()?,
            environment: environment.into_iter().collect(),
            variables: own,
            allowed_outbound_hosts: self.hosts(raw, variables)?,
            key_value_stores: raw.key_value_stores.iter().map(|l| self.label(l)).collect::<Result<_>>()?,
            sqlite_databases: raw.sqlite_databases.iter().map(|l| self.label(l)).collect::<Result<_>>()?,
            dependencies,
            tick: raw.tool.yunzhen.tick.as_ref().map(|t| self.tick(t)).transpose()?,
        })
    }

    fn source(&self, at: &At<Value>) -> Result<PathBuf> {
        match at.get_ref() {
            Value::String(path) => Ok(self.dir.join(path)),
            _ => Err(self.refuse(
                at,
                "this host does not support a `source` with `url` or `registry`: name a local `.wasm` file",
            )),
        }
    }

    fn hosts(&self, raw: &schema::Component, variables: &BTreeMap<String, Variable>) -> Result<Vec<Template>> {
        let mut hosts = Vec::new();
        for at in &raw.allowed_outbound_hosts {
            let scheme = at.get_ref().split_once("://").map_or("", |(scheme, _)| scheme);
            if !["http", "https", "*"].contains(&scheme) && !scheme.contains("{{") {
                return Err(self.refuse(
                    at,
                    format!("this host does not support outbound `{}`: only http:// and https://", at.get_ref()),
                ));
            }
            hosts.push(self.template(at, variables)?);
        }
        Ok(hosts)
    }

    fn template(&self, at: &At<String>, variables: &BTreeMap<String, Variable>) -> Result<Template> {
        let template = Template::parse(at.get_ref()).map_err(|e| self.refuse(at, e))?;
        if let Some(name) = template.variables().find(|name| !variables.contains_key(*name)) {
            return Err(self.refuse(at, format!("there is no variable `{name}` under `[variables]`")));
        }
        Ok(template)
    }

    fn mount(&self, at: &At<Value>) -> Result<Mount> {
        let table @ Value::Table(_) = at.get_ref() else {
            return Err(self.refuse(at, "this host does not support patterns in `files`: write `{ source = \"folder\", destination = \"/folder\" }`"));
        };
        let mount: schema::Mount =
            table.clone().try_into().map_err(|e: toml::de::Error| self.refuse(at, e.message()))?;
        if !mount.destination.starts_with('/') {
            return Err(self.refuse(at, "`destination` must be absolute"));
        }
        Ok(Mount { source: self.dir.join(mount.source), destination: mount.destination })
    }

    /// Labels become file names in the data folder, so they are kept plain.
    fn label(&self, at: &At<String>) -> Result<String> {
        let label = at.get_ref();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if label.is_empty() || label.len() > 64 || !label.chars().all(plain) {
            return Err(self.refuse(at, format!("the label {label:?} must be letters, digits, `-` and `_`")));
        }
        Ok(label.clone())
    }

    fn dependency(
        &self,
        name: &At<String>,
        at: &At<Value>,
        parent: &schema::Component,
        manifest: &schema::Manifest,
    ) -> Result<Dependency> {
        let table @ Value::Table(_) = at.get_ref() else {
            return Err(
                self.refuse(at, "this host does not support dependencies from a registry: use `component` or `path`")
            );
        };
        let raw: schema::Dependency = table.clone().try_into().map_err(|e: toml::de::Error| {
            self.refuse(
                at,
                format!(
                    "{} (this host supports `component`, `path`, `export` and `inherit_configuration`)",
                    e.message()
                ),
            )
        })?;
        let (label, source) = match (&raw.component, &raw.path) {
            (Some(id), None) => {
                let Some((_, component)) = manifest.component.iter().find(|(k, _)| k.get_ref() == id) else {
                    return Err(self.refuse(at, format!("there is no `[component.{id}]`")));
                };
                let profile = self.profile.and_then(|p| component.profile.get(p));
                let source = profile.and_then(|p| p.source.as_ref()).unwrap_or(&component.source);
                (id.clone(), self.source(source)?)
            }
            (None, Some(path)) => (path.clone(), self.dir.join(path)),
            _ => return Err(self.refuse(at, "a dependency has either `component` or `path`")),
        };
        let inherit = match (&raw.inherit_configuration, &parent.dependencies_inherit_configuration) {
            (Some(_), Some(_)) => {
                return Err(self.refuse(
                    at,
                    "`inherit_configuration` and `dependencies_inherit_configuration` exclude each other",
                ));
            }
            (None, Some(all)) if *all.get_ref() => Capability::ALL.into(),
            (None, _) | (Some(Value::Boolean(false)), None) => BTreeSet::new(),
            (Some(Value::Boolean(true)), None) => Capability::ALL.into(),
            (Some(Value::Array(names)), None) => names
                .iter()
                .map(|name| {
                    Capability::ALL
                        .into_iter()
                        .find(|c| name.as_str() == Some(c.name()))
                        .ok_or_else(|| self.refuse(at, format!("this host does not support inheriting {name}")))
                })
                .collect::<Result<_>>()?,
            (Some(_), None) => {
                return Err(self.refuse(at, "`inherit_configuration` is true, false or a list of names"));
            }
        };
        Ok(Dependency { name: name.get_ref().clone(), label, source, export: raw.export, inherit })
    }

    fn tick(&self, at: &At<schema::Tick>) -> Result<Tick> {
        let tick = at.get_ref();
        let every = crate::limits::duration(&tick.every).map_err(|e| self.refuse(at, e))?;
        if !tick.path.starts_with('/') {
            return Err(self.refuse(at, "`path` must be absolute"));
        }
        Ok(Tick { path: tick.path.clone(), every })
    }
}
