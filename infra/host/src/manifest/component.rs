//! The `[component.<id>]` tables.

use super::application::{Capability, Component, Dependency, Mount, Tick, Variable};
use super::host_rule::SCHEMES;
use super::read::Reader;
use super::schema::{self, At};
use super::template::{Template, is_variable_name};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use toml::Value;

impl Reader<'_> {
    pub fn component(
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
            // With a variable in front only the filled-in rule tells; it is checked at start.
            if scheme != "*" && !SCHEMES.contains(&scheme) && !at.get_ref().trim_start().starts_with("{{") {
                return Err(self.refuse(
                    at,
                    format!("this host does not support outbound `{}`: only {}", at.get_ref(), SCHEMES.join(", ")),
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
