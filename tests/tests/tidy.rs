//! The rules of the tree (README, "Code map"): each test is one rule and names the file that breaks it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::{Table, Value};

/// Vendors whose names may occur only in their own component, their fake under `tests/` and one line of `spin.toml`.
const VENDORS: [&str; 6] = ["aliyun", "tencent", "huawei", "bjca", "wechat", "baidu"];

/// Files that may be longer than [`LONG`] lines, with the reason.
const LONG_FOR_A_REASON: [(&str, &str); 0] = [];
const LONG: usize = 300;
const LONG_GUEST_ROOT: usize = 120;

#[test]
fn a_guest_names_no_other_guest() {
    let functions = crates("functions");
    let components = crates("components");
    let mut broken = Vec::new();
    for (name, folder) in functions.iter().chain(&components) {
        for dependency in dependencies(folder) {
            let is_function = functions.contains_key(&dependency) && dependency != "common";
            // Libraries (no cdylib) under `components/` are an engine's own core, not components.
            let is_component = components.get(&dependency).is_some_and(|folder| is_guest(folder));
            let common_in_component = dependency == "common" && components.contains_key(name);
            if is_function || is_component || common_in_component {
                broken.push(format!("{}: depends on {dependency}", folder.display()));
            }
        }
    }
    assert_clean(&broken, "guests meet through WIT and spin.toml only");
}

#[test]
fn native_code_links_no_guest() {
    let guests: Vec<String> = crates("functions")
        .into_iter()
        .chain(crates("components"))
        .filter(|(_, f)| is_guest(f))
        .map(|(n, _)| n)
        .collect();
    let mut broken = Vec::new();
    for folder in crates("infra").into_values().chain([root().join("tests")]) {
        for dependency in dependencies(&folder).into_iter().filter(|name| guests.contains(name)) {
            broken.push(format!("{}: links the guest {dependency}", folder.display()));
        }
    }
    assert_clean(&broken, "native code meets guests as .wasm files named in spin.toml");
}

#[test]
fn tests_use_what_was_compiled_for_the_application() {
    let features = |edges: &str| -> BTreeSet<String> {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root()).args(["tree", "--offline", "--locked", "--workspace", "--prefix", "none"]);
        let tree = cargo.args(["--format", "{p} [{f}]", "--edges", edges]).output().unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let lines = String::from_utf8(tree.stdout).unwrap();
        // The workspace's own are shown with their folders.
        let others = lines.lines().filter(|line| !line.contains(" (/"));
        others.map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let broken: Vec<_> = features("normal,build").difference(&features("all")).cloned().collect();
    assert_clean(&broken, "with its other features it is compiled once more for the tests: see `tests/Cargo.toml`");
}

#[test]
fn only_a_guests_root_knows_wit_and_http() {
    let mut broken = Vec::new();
    for folder in guests() {
        for file in sources(&folder.join("src"), "rs") {
            let text = read(&file);
            let knows = ["spin_sdk", "wit_bindgen", "wasi::"].iter().any(|word| text.contains(word));
            let is_root = file.ends_with("src/lib.rs");
            if knows && !is_root {
                broken.push(format!("{}: only lib.rs may know the boundary", file.display()));
            }
            if knows && is_root && !text.contains("cfg(target_family = \"wasm\")") {
                broken.push(format!("{}: the boundary belongs behind cfg(target_family = \"wasm\")", file.display()));
            }
            if is_root && text.lines().count() > LONG_GUEST_ROOT {
                broken
                    .push(format!("{}: a guest's lib.rs only wires: at most {LONG_GUEST_ROOT} lines", file.display()));
            }
        }
    }
    assert_clean(&broken, "rules are plain Rust that is tested natively");
}

#[test]
fn a_vendors_name_stays_in_its_adapter() {
    let mut broken = Vec::new();
    for folder in ["functions", "components", "infra", "wit", "clients"] {
        for ending in ["rs", "wit", "toml", "js", "html"] {
            for file in sources(&root().join(folder), ending) {
                let path = file.display().to_string();
                let text = read(&file).to_lowercase();
                for vendor in VENDORS.iter().filter(|vendor| text.contains(**vendor)) {
                    if !path.contains("components/") || !path.contains(&format!("-{vendor}/")) {
                        broken.push(format!("{path}: names {vendor}"));
                    }
                }
            }
        }
    }
    assert_clean(&broken, "another vendor must be one line of spin.toml");
}

#[test]
fn secrets_are_declared_secret() {
    let manifest = manifest();
    let variables = manifest.get("variables").and_then(Value::as_table).cloned().unwrap_or_default();
    let mut broken = Vec::new();
    for (name, value) in &variables {
        let sounds_secret = ["key", "secret", "password", "token"].iter().any(|word| name.contains(word));
        let public = name.contains("public");
        let declared = value.get("secret").and_then(Value::as_bool).unwrap_or(false);
        if sounds_secret && !public && !declared {
            broken.push(format!("variable {name} is not `secret = true`"));
        }
    }
    assert_clean(&broken, "secrets come in as secret variables only");
}

#[test]
fn functions_reach_each_other_by_variable_or_chaining() {
    let manifest = manifest();
    let mut broken = Vec::new();
    for (name, component) in components_of(&manifest) {
        let hosts = component.get("allowed_outbound_hosts").and_then(Value::as_array).cloned().unwrap_or_default();
        for host in hosts.iter().filter_map(Value::as_str) {
            if !host.contains("{{") && !host.ends_with(".spin.internal") {
                broken.push(format!("{name}: {host} is written out"));
            }
        }
    }
    assert_clean(&broken, "an outside address is a variable; a function's is chained");
}

#[test]
fn composition_has_one_level() {
    let manifest = manifest();
    let components = components_of(&manifest);
    let mut broken = Vec::new();
    for (name, component) in &components {
        let dependencies = component.get("dependencies").and_then(Value::as_table).cloned().unwrap_or_default();
        for (interface, dependency) in &dependencies {
            let Some(target) = dependency.get("component").and_then(Value::as_str) else { continue };
            if components.get(target).is_none_or(|target| target.contains_key("dependencies")) {
                broken.push(format!("{name}: {interface} is filled by {target}, which is missing or imports more"));
            }
        }
    }
    assert_clean(&broken, "a component behind a function imports no other component");
}

#[test]
fn files_hold_one_idea() {
    let mut broken = Vec::new();
    for folder in ["functions", "components", "infra", "tests", "clients"] {
        for file in sources(&root().join(folder), "rs").into_iter().chain(sources(&root().join(folder), "js")) {
            let lines = read(&file).lines().count();
            let path = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
            if lines > LONG && !LONG_FOR_A_REASON.iter().any(|(name, _)| *name == path) {
                broken.push(format!("{path}: {lines} lines"));
            }
        }
    }
    assert_clean(&broken, "a file of more than 300 lines wants a reason in LONG_FOR_A_REASON");
}

#[test]
fn no_build_product_is_committed() {
    let listed = std::process::Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git");
    let listed = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let broken: Vec<String> = listed
        .split('\0')
        .filter(|path| {
            let ending = Path::new(path).extension().unwrap_or_default().to_string_lossy().into_owned();
            let product = ["wasm", "onnx", "ttf", "otf", "woff2", "so", "rlib", "whl"].contains(&ending.as_str());
            // The contract is as long as what it tells of.
            let large = *path != "tests/data/openapi.json"
                && fs::metadata(root().join(path)).is_ok_and(|meta| meta.len() > 400_000);
            product || large
        })
        .map(str::to_owned)
        .collect();
    assert_clean(&broken, "weights, fonts and build products come from packages");
}

fn assert_clean(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the root").to_owned()
}

fn manifest() -> Table {
    read(&root().join("spin.toml")).parse().expect("spin.toml")
}

fn components_of(manifest: &Table) -> BTreeMap<String, Table> {
    let components = manifest["component"].as_table().expect("components");
    components.iter().map(|(name, value)| (name.clone(), value.as_table().expect("a table").clone())).collect()
}

/// Crate name to folder, for the crates directly below a folder.
fn crates(folder: &str) -> BTreeMap<String, PathBuf> {
    let folders = fs::read_dir(root().join(folder)).expect(folder).map(|entry| entry.expect("an entry").path());
    folders
        .filter(|path| path.join("Cargo.toml").exists())
        .map(|path| {
            let name = cargo_toml(&path)["package"]["name"].as_str().expect("a name").to_owned();
            (name, path)
        })
        .collect()
}

fn guests() -> Vec<PathBuf> {
    crates("functions").into_values().chain(crates("components").into_values()).filter(|f| is_guest(f)).collect()
}

fn is_guest(folder: &Path) -> bool {
    let manifest = cargo_toml(folder);
    let kinds = manifest.get("lib").and_then(|lib| lib.get("crate-type")).and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.as_str() == Some("cdylib")))
}

fn dependencies(folder: &Path) -> Vec<String> {
    fn collect(table: &Table, into: &mut Vec<String>) {
        for (key, value) in table {
            let Some(inner) = value.as_table() else { continue };
            // Tests may link what they test against.
            match key.as_str() {
                "dependencies" | "build-dependencies" => into.extend(inner.keys().cloned()),
                "target" => inner.values().filter_map(Value::as_table).for_each(|target| collect(target, into)),
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    collect(&cargo_toml(folder), &mut names);
    names
}

fn cargo_toml(folder: &Path) -> Table {
    read(&folder.join("Cargo.toml")).parse().expect("Cargo.toml")
}

fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" {
            found.extend(sources(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
