use super::*;
use crate::testing::{World, answer, system};
use http::Method;
use serde_json::json;

/// As zeep 4.3.3 writes it.
const GOLDEN: &str = "<?xml version='1.0' encoding='utf-8'?>\n<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Body><ns0:SendSms xmlns:ns0=\"urn:sms\"><ns0:phone>13711112222</ns0:phone><ns0:content>验证码123456</ns0:content><ns0:requestId>idem-1</ns0:requestId></ns0:SendSms></soap-env:Body></soap-env:Envelope>";

fn call(query: &str) -> Call {
    Call::test(Method::POST, &format!("/v1/sms-send/soap{query}"), &[("content-type", "text/xml; charset=utf-8")])
}

fn envelope_of(inner: &str) -> String {
    format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\
         <SendSms xmlns=\"urn:sms\">{inner}</SendSms></e:Body></e:Envelope>"
    )
}

const INNER: &str = "<phone>13711112222</phone><content>您好</content><requestId>r-1</requestId>";

fn refusal(body: &str) -> (&'static str, String) {
    let problem = parse(&call(""), body.as_bytes()).unwrap_err();
    assert_eq!(problem.status, 400, "{body}");
    (problem.code, problem.detail[1].clone().into_owned())
}

#[test]
fn an_envelope_becomes_an_order() {
    let sms = parse(&call(""), GOLDEN.as_bytes()).unwrap();
    assert_eq!(sms.order.to[0].e164(), "+8613711112222");
    assert_eq!(sms.order.content, Content::Text("验证码123456".to_owned()));
    assert_eq!((sms.order.class, sms.key.as_str()), (Some(Class::Otp), "requestId:idem-1"));
    // Another writer: other prefixes, a header, comments, character references, CDATA, another order, a BOM.
    let other = "\u{feff}<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><x xmlns=\"urn:x\"/></e:Header>\
        <e:Body><!-- x --><SendSms xmlns=\"urn:sms\"><requestId>idem-1</requestId>\
        <content>验证&#x7801;<!-- y --><![CDATA[123456]]></content><phone>13711112222</phone></SendSms></e:Body></e:Envelope>";
    assert_eq!(parse(&call(""), other.as_bytes()).unwrap(), sms, "the same to a key, too");
}

#[test]
fn the_class_is_asked_for_or_heard() {
    let class = |query: &str, content: &str| {
        let inner = INNER.replace("您好", content);
        parse(&call(query), envelope_of(&inner).as_bytes()).unwrap().order.class.unwrap()
    };
    assert_eq!(class("", "您好"), Class::Notice);
    assert_eq!(class("", "您的 校 验 码是1"), Class::Otp);
    assert_eq!(class("", "Your verification code is 1"), Class::Otp);
    assert_eq!(class("?class=marketing", "您好"), Class::Marketing);
    assert_eq!(class("?class=notice", "验证码"), Class::Notice);
    assert!(parse(&call("?class=x"), GOLDEN.as_bytes()).is_err());
    assert!(parse(&call("?x=y"), GOLDEN.as_bytes()).is_err());
}

#[test]
fn entities_and_oddities_are_refused() {
    let bomb = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>{}",
        envelope_of(&INNER.replace("您好", "&b;"))
    );
    let external = format!(
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}",
        envelope_of(&INNER.replace("您好", "&a;"))
    );
    for dtd in [&bomb, &external, "<!DOCTYPE x><x/>"] {
        assert_eq!(refusal(dtd), ("bad_soap", "request: a DTD is not accepted".to_owned()));
    }
    assert_eq!(refusal(&envelope_of(&INNER.replace("您好", "&nbsp;"))).0, "bad_soap", "an entity nobody declared");
    let many = envelope_of(&format!("{INNER}{}", "<a/>".repeat(1_000)));
    assert_eq!(refusal(&many).1, "request: too many elements");
    let deep = format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
    assert_eq!(refusal(&deep).0, "bad_soap");
    for malformed in ["", "{}", "<", "<a>", "<a></b>", "<a b=1/>", "\u{0}"] {
        assert_eq!(refusal(malformed).0, "bad_soap", "{malformed}");
    }
    assert_eq!(parse(&call(""), b"<a>\xff</a>").unwrap_err().code, "bad_soap");
    let soap_12 =
        GOLDEN.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    assert_eq!(refusal(&soap_12).0, "soap_version");
    let header = GOLDEN.replace(
        "<soap-env:Body>",
        "<soap-env:Header><x xmlns=\"urn:x\" soap-env:mustUnderstand=\"1\"/></soap-env:Header><soap-env:Body>",
    );
    assert_eq!(refusal(&header).0, "soap_must_understand");
    for other in
        [GOLDEN.replace("SendSms", "Send"), GOLDEN.replace("urn:sms", "urn:other"), GOLDEN.replace("Body", "Corpus")]
    {
        assert_eq!(refusal(&other).0, "bad_soap");
    }
    assert_eq!(refusal(&envelope_of(INNER).replace("</e:Body>", "<x/></e:Body>")).0, "bad_soap");
}

#[test]
fn the_wrong_element_is_named() {
    let cases = [
        (INNER.replace("<phone>13711112222</phone>", ""), "field phone: missing"),
        (
            INNER.replace("13711112222", "12345"),
            "field phone: no phone number: 11 digits of the mainland, or + and country code",
        ),
        (format!("{INNER}<phone>13711112222</phone>"), "field phone: given twice"),
        (INNER.replace("您好", "<b>您好</b>"), "field content: a text is expected"),
        (INNER.replace("r-1", ""), "field requestId: 1 to 100 visible ASCII characters"),
        (INNER.replace("r-1", "a b"), "field requestId: 1 to 100 visible ASCII characters"),
        (format!("{INNER}<urgent>1</urgent>"), "field urgent: unknown element"),
    ];
    for (inner, detail) in cases {
        assert_eq!(refusal(&envelope_of(&inner)), ("bad_field", detail.to_owned()), "{inner}");
    }
}

#[test]
fn the_key_may_be_a_password() {
    let header = |value: &str| {
        let call = Call::test(Method::POST, "/v1/sms-send/soap", &[("authorization", value)]);
        with_credential(&call).header("authorization").unwrap().to_owned()
    };
    // his:yz_key
    assert_eq!(header("Basic aGlzOnl6X2tleQ=="), "Bearer yz_key");
    assert_eq!(header("basic aGlzOnl6X2tleQ=="), "Bearer yz_key");
    for other in ["Bearer yz_key", "Basic", "Basic !!", "Basic aGlz", "Digest x"] {
        assert_eq!(header(other), other);
    }
}

fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).unwrap()
}

#[test]
fn a_fault_tells_code_and_reason() {
    let fault_of = |problem: &Problem| fault(problem, &call(""));
    let bad = Problem::bad_field("phone", "有误 <&>", "wrong <&>");
    let reply = fault_of(&bad);
    assert_eq!((reply.status, reply.headers["content-type"].to_str().unwrap()), (500, "text/xml; charset=utf-8"));
    let document = Document::parse(text(&reply)).unwrap();
    let find =
        |name: &str| document.descendants().find(|node| node.tag_name().name() == name).and_then(|node| node.text());
    assert_eq!(find("faultcode"), Some("soap:Client"));
    assert_eq!(find("faultstring"), Some("field phone: wrong <&>"));
    assert_eq!((find("code"), find("status"), find("request_id")), (Some("bad_field"), Some("400"), Some("req_test")));
    let unknown = fault_of(&Problem::new(401, "no_credential", "", ""));
    assert_eq!(unknown.status, 401);
    assert!(unknown.headers["www-authenticate"].to_str().unwrap().starts_with("Basic "));
    let busy = fault_of(&Problem::unavailable("store_busy", "x"));
    assert_eq!((busy.status, busy.headers["retry-after"].to_str().unwrap()), (500, "5"));
    assert!(text(&busy).contains("soap:Server") && !text(&busy).contains(">x<"));
    assert!(text(&fault_of(&Problem::new(400, "soap_version", "", ""))).contains("soap:VersionMismatch"));
    assert!(text(&fault_of(&Problem::new(400, "soap_must_understand", "", ""))).contains("soap:MustUnderstand"));
}

#[test]
fn it_is_sent_once() {
    let world = World::new();
    let send = |body: &str| world.ask(&system(), "POST", "soap", &[], body.as_bytes());
    let first = send(GOLDEN).unwrap();
    let id = text(&first).split("<messageId>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(common::id::is("msg", &id) && text(&first).contains("<code>0</code>"));
    assert_eq!(send(GOLDEN).unwrap().body, first.body);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_message"), 1);
    assert_eq!(answer(send(&GOLDEN.replace("123456", "654321"))).1["code"], "idempotency_key_reused");
    let again = answer(send(&GOLDEN.replace("idem-1", "idem-2")));
    assert_eq!((again.0, &again.1["code"]), (429, &json!("phone_limited")));
    assert_eq!(world.post(&system(), "keywords", &json!({"words": ["您好"]})).0, 201);
    let stopped = send(&envelope_of(INNER)).unwrap();
    assert!(text(&stopped).contains("<code>1</code>"), "{}", text(&stopped));
}

#[test]
fn the_description_names_the_address_it_came_from() {
    let address = |path: &str, headers: &[(&'static str, &str)]| {
        let call = Call::test(Method::GET, path, headers);
        let reply = wsdl::reply(&call).unwrap();
        let document = Document::parse(text(&reply)).unwrap();
        let address = document.descendants().find(|node| node.tag_name().name() == "address").unwrap();
        address.attribute("location").unwrap().to_owned()
    };
    let soap = "/v1/sms-send/soap";
    let at = |path: &str, origin: &str, forwarded: &str| {
        address(path, &[("spin-full-url", &format!("{origin}{path}")), ("x-forwarded-proto", forwarded)])
    };
    let wsdl = format!("{soap}?wsdl");
    assert_eq!(at(&wsdl, "http://127.0.0.1:3000", "http"), format!("http://127.0.0.1:3000{soap}"));
    assert_eq!(at(&format!("{soap}?WSDL"), "https://yz.example", ""), format!("https://yz.example{soap}"));
    let otp = format!("{wsdl}&class=otp");
    assert_eq!(at(&otp, "http://yz.example", "https"), format!("https://yz.example{soap}?class=otp"));
    for origin in ["http://a\"><x", "http://user@host", "http://a b", ""] {
        assert_eq!(at(&wsdl, origin, ""), format!("http://localhost{soap}"), "{origin}");
    }
    assert_eq!(at(&format!("{wsdl}&class=%22%3E"), "http://h", ""), format!("http://h{soap}"));
    let plain = Call::test(Method::GET, "/v1/sms-send/soap", &[]);
    assert_eq!(wsdl::reply(&plain).unwrap_err().code, "method_not_allowed");
}
