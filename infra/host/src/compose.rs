//! Fills a component's imports from its dependencies, by Spin's rule.
//!
//! A dependency has no capability unless it inherits it from its parent. What it does not inherit
//! it imports under a name of its own, `denied:<capability>/...`, behind which the host puts a
//! refusal; what it inherits stays the same import as the parent's, so the parent's grants decide.

use crate::manifest::{Capability, Component, Dependency};
use crate::rename;
use anyhow::{Context, Result, bail};
use std::path::Path;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId};

/// A component ready to be compiled.
pub struct Composed {
    /// The component's bytes.
    pub bytes: Vec<u8>,
    /// The imports behind which refusals belong.
    pub denials: Vec<Denial>,
}

/// An import of a dependency that it may not use.
pub struct Denial {
    /// The name it is imported under.
    pub import: String,
    /// The interface behind it, e.g. `spin:sqlite/sqlite@3.1.0`.
    pub interface: String,
    /// The dependency.
    pub dependency: String,
    /// What it lacks.
    pub capability: Capability,
}

/// Reads a component and composes it with its dependencies.
///
/// # Errors
/// A file that cannot be read, a dependency that fits no import, an export that is missing or of
/// another type.
pub fn compose(component: &Component) -> Result<Composed> {
    let bytes = read(&component.source)?;
    if component.dependencies.is_empty() {
        return Ok(Composed { bytes, denials: Vec::new() });
    }
    let mut composer = Composer { graph: CompositionGraph::new(), denials: Vec::new() };
    let root = composer.register(&component.id, bytes)?;
    let parent = composer.graph.instantiate(root);
    for dependency in &component.dependencies {
        composer
            .plug(root, parent, dependency)
            .with_context(|| format!("component `{}`, dependency \"{}\"", component.id, dependency.name))?;
    }
    for name in composer.exports(root) {
        let export = composer.graph.alias_instance_export(parent, &name)?;
        composer.graph.export(export, &name)?;
    }
    let options = EncodeOptions { validate: false, ..EncodeOptions::default() };
    let bytes =
        composer.graph.encode(options).with_context(|| format!("component `{}` cannot be composed", component.id))?;
    Ok(Composed { bytes, denials: composer.denials })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}: build it first", path.display()))
}

struct Composer {
    graph: CompositionGraph,
    denials: Vec<Denial>,
}

impl Composer {
    fn register(&mut self, name: &str, bytes: Vec<u8>) -> Result<PackageId> {
        let name = format!("part:{name}");
        let package = Package::from_bytes(&name, None, bytes, self.graph.types_mut())?;
        Ok(self.graph.register_package(package)?)
    }

    fn imports(&self, package: PackageId) -> Vec<String> {
        self.graph.types()[self.graph[package].ty()].imports.keys().cloned().collect()
    }

    fn exports(&self, package: PackageId) -> Vec<String> {
        self.graph.types()[self.graph[package].ty()].exports.keys().cloned().collect()
    }

    fn plug(&mut self, root: PackageId, parent: NodeId, dependency: &Dependency) -> Result<()> {
        let matched: Vec<String> =
            self.imports(root).into_iter().filter(|import| fits(&dependency.name, import)).collect();
        if matched.is_empty() {
            bail!("no import of the component has this name");
        }
        let index = self.graph.packages().count();
        let bytes = rename::imports(&read(&dependency.source)?, |import| self.deny(index, import, dependency))?;
        let package = self.register(&format!("dependency{index}"), bytes)?;
        let instance = self.graph.instantiate(package);
        for import in matched {
            let export = dependency.export.as_deref().unwrap_or(&import);
            if !self.exports(package).iter().any(|name| name == export) {
                bail!("`{}` does not export `{export}`", dependency.label);
            }
            let export = self.graph.alias_instance_export(instance, export)?;
            self.graph.set_instantiation_argument(parent, &import, export)?;
        }
        Ok(())
    }

    /// The name that an import gets if the dependency may not use what is behind it.
    fn deny(&mut self, index: usize, interface: &str, dependency: &Dependency) -> Option<String> {
        let capability = capability(interface).filter(|capability| !dependency.inherit.contains(capability))?;
        let (name, version) = interface.split_once('@').unwrap_or((interface, "0.0.0"));
        let import = format!("denied:dependency{index}/{}@{version}", name.replace(['/', ':'], "-"));
        let (dependency, interface) = (dependency.label.clone(), interface.to_owned());
        self.denials.push(Denial { import: import.clone(), interface, dependency, capability });
        Some(import)
    }
}

/// Whether the key of a dependency means an import: the same name, or its package (with or
/// without a version).
fn fits(key: &str, import: &str) -> bool {
    if key == import {
        return true;
    }
    let (import, import_version) = import.split_once('@').unwrap_or((import, ""));
    let (key, key_version) = key.split_once('@').unwrap_or((key, ""));
    let versions = key_version.is_empty() || key_version == import_version;
    let package = import.split_once('/').map_or(import, |(package, _)| package);
    versions && key.contains(':') && (key == import || key == package)
}

/// The capability that an interface reaches.
fn capability(import: &str) -> Option<Capability> {
    let interface = import.split_once('@').map_or(import, |(interface, _)| interface);
    Some(match interface {
        "spin:variables/variables" => Capability::Variables,
        "wasi:http/client" | "wasi:http/outgoing-handler" | "spin:redis/redis" => Capability::AllowedOutboundHosts,
        "wasi:filesystem/preopens" => Capability::Files,
        "spin:key-value/key-value" => Capability::KeyValueStores,
        "spin:sqlite/sqlite" => Capability::SqliteDatabases,
        "wasi:cli/environment" => Capability::Environment,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn keys_match_interfaces_and_packages() {
        let import = "yunzhen:store/sql@0.1.0";
        for key in ["yunzhen:store/sql@0.1.0", "yunzhen:store/sql", "yunzhen:store", "yunzhen:store@0.1.0"] {
            assert!(fits(key, import), "{key}");
        }
        for key in ["yunzhen:store/sq@0.1.0", "yunzhen:stor", "yunzhen:store@0.2.0", "store"] {
            assert!(!fits(key, import), "{key}");
        }
    }
}
