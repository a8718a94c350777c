//! One OpenAPI 3.1 document out of those of all functions.

use serde_json::{Map, Value, json};

/// Merges the functions' documents, given with their ids.
///
/// # Errors
/// Names the function whose document is no OpenAPI document, or says of something else what another function says
/// differently (a path or a schema of the same name).
pub fn merge(documents: &[(String, Value)]) -> Result<Value, String> {
    let mut tags = Vec::new();
    let mut paths = Map::new();
    let mut components = Map::new();
    for (id, document) in documents {
        if !document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.1")) {
            return Err(format!("{id}: not an OpenAPI 3.1 document"));
        }
        for (path, item) in section(document, "paths") {
            if !path.starts_with(&format!("/v1/{id}/")) {
                return Err(format!("{id}: describes {path}, which is not its own"));
            }
            paths.insert(path.clone(), item.clone());
        }
        tags.extend(document.get("tags").and_then(Value::as_array).cloned().unwrap_or_default());
        for (kind, named) in section(document, "components") {
            let all = components.entry(kind).or_insert_with(|| json!({}));
            for (name, value) in named.as_object().into_iter().flatten() {
                let known = all.get(name).is_some_and(|known| known != value);
                if known {
                    return Err(format!("{id}: {kind} {name} differs from another function's"));
                }
                if let Some(all) = all.as_object_mut() {
                    all.insert(name.clone(), value.clone());
                }
            }
        }
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Yunzhen 云诊",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Identity and communication platform of an internet hospital.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": components,
        "security": [{"bearer": []}],
    }))
}

fn section<'a>(document: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    document.get(name).and_then(Value::as_object).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str, problem: &str) -> (String, Value) {
        let path = format!("/v1/{id}/x");
        let schemas = json!({"Problem": {"type": problem}, id: {}});
        let document = json!({"openapi": "3.1.0", "tags": [{"name": id}], "paths": {path: {"get": {}}},
            "components": {"schemas": schemas, "securitySchemes": {"bearer": {}}}});
        (id.to_owned(), document)
    }

    #[test]
    fn paths_tags_and_schemas_come_together() {
        let merged = merge(&[document("a", "object"), document("b", "object")]).unwrap();
        let keys = |pointer| merged.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys("/paths"), ["/v1/a/x", "/v1/b/x"]);
        assert_eq!(keys("/components/schemas"), ["Problem", "a", "b"]);
        assert_eq!(merged["tags"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn contradictions_are_named() {
        let error = merge(&[document("a", "object"), document("b", "string")]).unwrap_err();
        assert_eq!(error, "b: schemas Problem differs from another function's");
        let (_, others) = document("a", "object");
        assert!(merge(&[("b".to_owned(), others)]).unwrap_err().contains("not its own"));
        assert!(merge(&[("c".to_owned(), json!({"swagger": "2.0"}))]).unwrap_err().starts_with("c:"));
    }
}
