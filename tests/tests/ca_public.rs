//! The address that links begin with, and what the code on the sheet opens, which is the link's `verification`.

use serde_json::{Value, json};
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

/// What a code says, drawn as a path of squares.
fn scanned(svg: &str) -> String {
    const DOT: usize = 4;
    let squares = svg.split('M').skip(1).filter_map(|part| {
        let (x, y) = part.split_once('h')?.0.split_once(',')?;
        Some((x.parse::<usize>().ok()?, y.parse::<usize>().ok()?))
    });
    let squares: std::collections::HashSet<_> = squares.collect();
    let side = svg.split_once("viewBox=\"0 0 ").unwrap().1.split(' ').next().unwrap().parse::<usize>().unwrap();
    let ink = |x, y| if squares.contains(&(x / DOT, y / DOT)) { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side * DOT, side * DOT, ink);
    let grids = picture.detect_grids();
    grids.first().unwrap_or_else(|| panic!("{svg}")).decode().unwrap().1
}

#[test]
fn the_code_to_approve_by_leads_to_the_hospital() {
    for (variables, host, begins) in [
        (&[("ca_public_url", "https://hospital.example")][..], "evil.example", "https://hospital.example/rx#approve="),
        (&[], "localhost:8080", "http://localhost:8080/rx#approve="),
    ] {
        let ward = Ward::start(variables);
        let id = ward.written();
        let ask = json!({"signer_id": ward.doctor.1, "mode": "qr"});
        let begun = ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).json();
        let signature = begun["signatures"][0]["signature_id"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
        let path = format!("/v1/ca-sign/documents/{id}/signatures/{signature}/code.svg");
        let headers = [("authorization", ward.doctor.0.as_str()), ("host", host)];
        let code = ward.clinic.api.send("GET", &path, &headers, b"").unwrap();
        let said = scanned(std::str::from_utf8(&code.body).unwrap());
        assert!(said.starts_with(begins), "{said}");
    }
}
