//! The three forms of a request, right and wrong.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Call;
use http::Method;
use ocr_idcard::request::{Ask, IMAGE_BYTES, Side, body_limit, parse};
use ocr_idcard::warning::Warning;

fn call(query: &str, content_type: &str) -> Call {
    Call::test(Method::POST, &format!("/v1/ocr-idcard/read?{query}"), &[("content-type", content_type)])
}

/// Status, code and English detail of a refusal; status 200 when there is none.
fn refusal(call: &Call, body: impl Into<Vec<u8>>) -> (u16, &'static str, String) {
    match parse(call, body.into()) {
        Ok(_) => (200, "", String::new()),
        Err(problem) => (problem.status, problem.code, problem.detail[1].clone().into_owned()),
    }
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in parts {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n").bytes());
        body.extend_from_slice(value);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

const FORM: &str = "multipart/form-data; boundary=b";

#[test]
fn all_forms_mean_the_same() {
    let image = b"\xff\xd8\xff not empty".to_vec();
    let (side, warnings) = (Some(Side::Back), vec![Warning::Copy, Warning::Border]);
    let expected = Ask { image: image.clone(), side, crops: true, warnings };
    let raw = call("side=back&crops=true&warnings=copy,border", "Image/JPEG; x=y");
    assert_eq!(parse(&raw, image.clone()).unwrap(), expected);
    let json =
        format!(r#"{{"image":"{}","side":"back","crops":true,"warnings":["copy","border"]}}"#, BASE64.encode(&image));
    assert_eq!(parse(&call("", "application/json; charset=utf-8"), json.into()).unwrap(), expected);
    let parts: [(&str, &[u8]); 4] =
        [("side", b"back"), ("image", &image), ("crops", b"true"), ("warnings", b"copy,border")];
    assert_eq!(parse(&call("", FORM), form(&parts)).unwrap(), expected);
}

#[test]
fn without_options_everything_is_looked_for() {
    let ask = parse(&call("", "image/png"), vec![1]).unwrap();
    assert_eq!(ask, Ask { image: vec![1], side: None, crops: false, warnings: Warning::ALL.to_vec() });
    assert_eq!(parse(&call("side=auto", "image/png"), vec![1]).unwrap(), ask);
    assert_eq!(parse(&call("", "application/json"), br#"{"image":"AQ=="}"#.to_vec()).unwrap(), ask);
    assert_eq!(parse(&call("", FORM), form(&[("image", &[1])])).unwrap(), ask);
    assert!(parse(&call("warnings=", "image/png"), vec![1]).unwrap().warnings.is_empty());
}

#[test]
fn a_wrong_field_is_named() {
    let cases = [
        ("side=left", "field side: auto, front or back"),
        ("crops=1", "field crops: true or false"),
        ("side=front&side=back", "field side: given twice"),
        ("sides=front", "field sides: unknown field"),
    ];
    for (query, detail) in cases {
        assert_eq!(refusal(&call(query, "image/png"), "x"), (400, "bad_field", detail.to_owned()));
    }
    let (_, _, detail) = refusal(&call("warnings=moire", "image/png"), "x");
    assert!(detail.starts_with("field warnings: known are border, copy"), "{detail}");
    assert_eq!(refusal(&call("", "image/png"), "").2, "field image: empty");
    assert_eq!(refusal(&call("side=front", "application/json"), "{}").2, "field side: unknown field");
    let json = [
        ("{}", "field image: missing"),
        (r#"{"image":7}"#, "field image: invalid type: integer `7`, expected a string"),
        (r#"{"image":"%%"}"#, "field image: not base64 (RFC 4648, section 4)"),
        (r#"{"image":"AQ==","colour":1}"#, "field colour: unknown field"),
        (r#"{"image":""}"#, "field image: empty"),
    ];
    for (body, detail) in json {
        assert_eq!(refusal(&call("", "application/json"), body), (400, "bad_field", detail.to_owned()));
    }
    assert_eq!(refusal(&call("", "application/json"), "{").1, "bad_json");
    let side = refusal(&call("", "application/json"), r#"{"image":"AQ==","side":"left"}"#).2;
    assert!(side.starts_with("field side: unknown variant `left`"), "{side}");
}

#[test]
fn a_wrong_form_is_refused() {
    let parts: [(&str, &[u8]); 2] = [("image", b"a"), ("image", b"b")];
    assert_eq!(refusal(&call("", FORM), form(&parts)).2, "field image: given twice");
    assert_eq!(refusal(&call("", FORM), form(&[("side", b"front")])).2, "field image: missing");
    assert_eq!(refusal(&call("", FORM), form(&[("side", b"\xff")])).2, "field side: not text");
    let long = "n".repeat(1000);
    assert_eq!(refusal(&call("", FORM), form(&[(&long, b"1")])).2, "field (too long): unknown field");
    let mut cut = form(&[("image", b"abc")]);
    cut.truncate(cut.len() - 9);
    for body in [cut, b"--b\r\nno header".to_vec(), Vec::new(), vec![0; 1000]] {
        assert_eq!(refusal(&call("", FORM), body).1, "bad_form");
    }
    assert_eq!(refusal(&call("", "multipart/form-data"), "").1, "bad_form", "no boundary");
}

#[test]
fn ten_megabytes_are_the_limit_in_every_form() {
    let (fits, over) = (vec![7; IMAGE_BYTES], vec![7; IMAGE_BYTES + 1]);
    for (kind, wrap) in [
        ("image/webp", (|image| image) as fn(Vec<u8>) -> Vec<u8>),
        (FORM, |image| form(&[("image", &image)])),
        ("application/json", |image| format!(r#"{{"image":"{}"}}"#, BASE64.encode(image)).into_bytes()),
    ] {
        let call = call("", kind);
        let body = wrap(fits.clone());
        assert!(body.len() <= body_limit(&call).unwrap(), "{kind}");
        assert_eq!(parse(&call, body).unwrap().image.len(), IMAGE_BYTES);
        assert_eq!(refusal(&call, wrap(over.clone())), (413, "too_large", "the limit is 10 MB".to_owned()), "{kind}");
    }
}

#[test]
fn other_media_types_are_not_taken() {
    for kind in ["", "text/plain", "image/gif", "image/heic", "application/x-www-form-urlencoded", "image/jpegx"] {
        let problem = body_limit(&call("", kind)).unwrap_err();
        assert_eq!((problem.status, problem.code), (415, "unsupported_format"), "{kind}");
    }
}
