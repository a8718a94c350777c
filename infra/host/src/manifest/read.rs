//! From the manifest as written to the application as meant: versions, variables, triggers.

use super::application::{Application, Variable};
use super::place::Place;
use super::route::{Handler, Router};
use super::schema::{self, At};
use super::template::is_variable_name;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use toml::Value;

/// Reads a manifest.
///
/// # Errors
/// The first thing that cannot be read or that this host does not support, with file and line.
pub fn load(path: &Path, profile: Option<&str>) -> Result<Application> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the manifest {}", path.display()))?;
    let dir = path.parent().unwrap_or(Path::new(""));
    Reader { place: Place::new(path, &text), dir, profile }.application(&text)
}

/// What reading needs at every step.
pub(super) struct Reader<'a> {
    pub place: Place<'a>,
    pub dir: &'a Path,
    pub profile: Option<&'a str>,
}

impl Reader<'_> {
    fn application(&self, text: &str) -> Result<Application> {
        // Another version has another shape: its version is what is to be told.
        let schema::Version { spin_manifest_version: version } =
            toml::from_str(text).map_err(|e| self.place.toml(&e))?;
        if !matches!(version.get_ref(), Value::Integer(2)) {
            return Err(self.refuse(&version, "this host reads `spin_manifest_version = 2` only"));
        }
        let manifest: schema::Manifest = toml::from_str(text).map_err(|e| self.place.toml(&e))?;
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

    pub fn refuse<T>(&self, at: &At<T>, message: impl std::fmt::Display) -> anyhow::Error {
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
            let place = self.place.at(at.span());
            variables.insert(name.clone(), Variable { default, secret, place });
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
}
