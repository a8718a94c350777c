//! The address that links begin with, and what the code on the sheet opens, which is the link's `verification`.

use serde_json::Value;
use tests::api::Answer;
use tests::register::Clinic;
use tests::ward::Ward;

/// Asks for the links of a document by a request that names this host.
fn links(ward: &Ward, id: &str, host: &str) -> Answer {
    let headers = [
        ("authorization", ward.patient.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", "links-by-another-host"),
        ("host", host),
    ];
    ward.clinic.api.send("POST", &format!("/v1/ca-sign/documents/{id}/links"), &headers, b"{}").unwrap()
}

fn addresses(links: &Answer) -> [String; 2] {
    let links = links.json();
    ["url", "verification"].map(|name| links[name].as_str().unwrap_or_else(|| panic!("{links}")).to_owned())
}

#[test]
fn a_caller_does_not_choose_where_the_sheet_and_the_links_lead() {
    let ward = Ward::start(&[("ca_public_url", "https://hospital.example")]);
    let id = ward.complete();
    for address in addresses(&links(&ward, &id, "evil.example")) {
        assert!(address.starts_with("https://hospital.example/"), "{address}");
    }
}

#[test]
fn in_development_links_lead_where_the_caller_is() {
    let ward = Ward::start(&[]);
    let id = ward.complete();
    for address in addresses(&links(&ward, &id, "localhost:8080")) {
        assert!(address.starts_with("http://localhost:8080/"), "{address}");
    }
}

#[test]
fn an_address_that_is_none_is_told_at_the_start() {
    let mut clinic = Clinic::start(&[("ca_public_url", "https://hospital.example/rx")]).unwrap();
    let health = clinic.ask("GET", "/v1/ca-sign/healthz", "", &Value::Null);
    assert_eq!(health.status, 503, "{}", health.json());
    clinic.api.host.signal("TERM").unwrap();
    clinic.api.host.wait().unwrap();
    let log = clinic.api.host.log();
    assert!(log.contains("ca_public_url: http(s)://host[:port]"), "{log}");
}
