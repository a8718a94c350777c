//! `GET /openapi.json` is the contract: it changes only together with its golden copy.

use serde_json::Value;
use std::fs;
use tests::{api::Api, host::root};

#[test]
fn the_document_is_as_agreed() {
    let api = Api::start().unwrap();
    let answer = api.send("GET", "/openapi.json", &[], b"").unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let document = answer.json();
    let golden = root().join("tests/data/openapi.json");
    let agreed: Value = serde_json::from_str(&fs::read_to_string(&golden).unwrap_or_default()).unwrap_or_default();
    if document != agreed {
        let found = root().join("target/openapi.json");
        fs::write(&found, serde_json::to_string_pretty(&document).unwrap() + "\n").unwrap();
        panic!(
            "the API changed: compare target/openapi.json with {}, and copy it there if it is meant",
            golden.display()
        );
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_is_described() {
    let api = Api::start().unwrap();
    let document = api.send("GET", "/openapi.json", &[], b"").unwrap().json();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string() && operation["responses"].is_object(), "{method} {path}");
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "operation ids are unique: {ids:?}");
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            into.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, into)),
        _ => {}
    }
}
