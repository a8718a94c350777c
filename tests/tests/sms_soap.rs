//! The web-service door, by zeep as it comes from PyPI, and by the bytes that zeep once wrote.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use tests::api::{Api, HIS};
use tests::host::root;
use tests::python;

const SOAP: &str = "/v1/sms-send/soap";
const XML: (&str, &str) = ("content-type", "text/xml; charset=utf-8");

fn zeep(api: &Api, query: &str, key: &str, how: &str, calls: &Value) -> Vec<Value> {
    let python = python::environment("zeep", &["zeep==4.3.*"]).unwrap();
    let mut client = Command::new(python)
        .arg(root().join("tests/data/sms/zeep_client.py"))
        .args([&api.host.url(&format!("{SOAP}{query}")), key, how])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    client.stdin.take().unwrap().write_all(calls.to_string().as_bytes()).unwrap();
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn zeep_sends_messages_and_understands_faults() {
    let api = Api::start().unwrap();
    let call = |phone: &str, content: &str, id: &str| json!({"phone": phone, "content": content, "requestId": id});
    let calls = json!([
        call("13711112222", "您的验证码为246810 <&>", "r-1"),
        call("13711112222", "您的验证码为246810 <&>", "r-1"),
        call("13711112222", "别的内容", "r-1"),
        call("12345", "您好", "r-2"),
        call("13711112222", "您的验证码为135790", "r-3"),
    ]);
    let answers = zeep(&api, "?wsdl", "yz_test_key", "basic", &calls);
    let id = answers[0]["messageId"].as_str().unwrap();
    assert_eq!(answers[0]["code"], 0);
    assert_eq!(answers[1], answers[0], "the same call is the same message");
    let codes: Vec<_> = answers[2..].iter().map(|fault| (&fault["faultcode"], &fault["code"])).collect();
    let client = json!("soap:Client");
    let expected = ["idempotency_key_reused", "bad_field", "phone_limited"].map(|code| (client.clone(), json!(code)));
    assert_eq!(codes, expected.iter().map(|(fault, code)| (fault, code)).collect::<Vec<_>>());
    assert!(answers[3]["faultstring"].as_str().unwrap().contains("phone"), "{}", answers[3]);
    let message = api.json("GET", &format!("/v1/sms-send/messages/{id}"), HIS, &Value::Null).unwrap().json();
    assert_eq!(
        (&message["class"], &message["to"], &message["state"]),
        (&json!("otp"), &json!("137****2222"), &json!("accepted"))
    );

    let bearer =
        zeep(&api, "?wsdl&class=notice", "yz_test_key", "bearer", &json!([call("13711112222", "验证码的用法", "r-4")]));
    let id = bearer[0]["messageId"].as_str().unwrap();
    let message = api.json("GET", &format!("/v1/sms-send/messages/{id}"), HIS, &Value::Null).unwrap().json();
    assert_eq!(message["class"], "notice", "the address in the WSDL carries the class");

    let stranger = zeep(&api, "?wsdl", "yz_wrong_key", "basic", &json!([call("13711112222", "您好", "r-5")]));
    assert_eq!((&stranger[0]["faultcode"], &stranger[0]["code"]), (&json!("soap:Client"), &json!("bad_credential")));
}

#[test]
fn the_golden_bytes_are_accepted() {
    let api = Api::start().unwrap();
    let golden = std::fs::read(root().join("tests/data/sms/soap_request.xml")).unwrap();
    let send = || api.send("POST", SOAP, &[XML, ("authorization", HIS)], &golden).unwrap();
    let first = send();
    let text = String::from_utf8(first.body).unwrap();
    assert_eq!((first.status, first.headers["content-type"].to_str().unwrap()), (200, "text/xml; charset=utf-8"));
    assert!(text.contains("<messageId>msg_") && text.contains("<code>0</code>"), "{text}");
    assert_eq!(String::from_utf8(send().body).unwrap(), text);
}

#[test]
fn what_is_no_envelope_is_a_fault() {
    let api = Api::start().unwrap();
    let post = |body: &[u8], headers: &[(&str, &str)]| {
        let answer = api.send("POST", SOAP, headers, body).unwrap();
        let text = String::from_utf8(answer.body.clone()).unwrap();
        let code = text.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned();
        assert!(text.contains("<faultcode>soap:"), "{text}");
        (answer.status, code)
    };
    let known = [XML, ("authorization", HIS)];
    let bomb = br#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"#;
    let cases: [(&[u8], &str); 4] = [
        (bomb, "bad_soap"),
        (b"<a><b></a>", "bad_soap"),
        (b"<a/>", "soap_version"),
        (&[b'x'; (64 << 10) + 1], "too_large"),
    ];
    for (body, code) in cases {
        assert_eq!(post(body, &known), (500, code.to_owned()), "{}", String::from_utf8_lossy(&body[..10]));
    }
    assert_eq!(post(b"<a/>", &[XML]), (401, "no_credential".to_owned()));
    assert_eq!(post(b"<a/>", &[XML, ("authorization", "Basic eDp5")]), (401, "bad_credential".to_owned()));
    let wsdl = api.send("GET", &format!("{SOAP}?wsdl"), &[], b"").unwrap();
    let location = format!("location=\"{}\"", api.host.url(SOAP));
    assert!(wsdl.status == 200 && String::from_utf8(wsdl.body).unwrap().contains(&location));
    assert_eq!(api.send("GET", SOAP, &[], b"").unwrap().problem(), (405, "method_not_allowed".into()));
}
