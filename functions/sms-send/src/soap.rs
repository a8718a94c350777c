//! The web-service door: SOAP 1.1, document/literal, one operation, for systems that speak nothing else.

use crate::accepted::AcceptedMessage;
use crate::class::Class;
use crate::keyword::folded;
use crate::order::{self, Content, Order};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::{Call, Reply};
use common::problem::Problem;
use common::query::Query;
use http::{HeaderName, HeaderValue, header};
use roxmltree::{Document, Error, Node, ParsingOptions};

pub mod wsdl;

/// Bytes an envelope may have.
pub const BODY_BYTES: usize = 64 << 10;
/// Elements, texts and attributes an envelope may have.
const NODES: u32 = 1_000;
/// Of SOAP 1.1.
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Of the operation.
const NAMESPACE: &str = "urn:sms";
/// Of the fault's detail.
const PROBLEM: &str = "urn:yunzhen:problem";
/// What a text says that carries a one-time code.
const CODE_WORDS: [&str; 6] = ["验证码", "校验码", "动态码", "动态密码", "确认码", "verificationcode"];

/// The operation `SendSms`.
#[derive(Debug, PartialEq, Eq)]
pub struct SendSms {
    /// What to send to whom.
    pub order: Order,
    /// The idempotency key: `requestId` under a prefix, which lets it be shorter than others.
    pub key: String,
    /// What makes two calls the same, however their XML is written.
    pub same: String,
}

/// The call with the API key where the rest of the function expects it: with HTTP Basic it is the password.
#[must_use]
pub fn with_credential(call: &Call) -> Call {
    let mut call = call.clone();
    let basic = call.header("authorization").and_then(|header| header.split_once(' '));
    let decoded = basic.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = decoded.and_then(|(_, token)| BASE64.decode(token.trim()).ok());
    let key = decoded.and_then(|pair| Some(String::from_utf8(pair).ok()?.split_once(':')?.1.to_owned()));
    if let Some(value) = key.and_then(|key| HeaderValue::try_from(format!("Bearer {key}")).ok()) {
        call.headers.insert(header::AUTHORIZATION, value);
    }
    call
}

/// Reads an envelope with `SendSms`. The class is the query's, else a one-time code where the text speaks of one.
///
/// # Errors
/// 400 naming what is wrong.
pub fn parse(call: &Call, body: &[u8]) -> Result<SendSms, Problem> {
    let query = Query::new(call, &["class"])?;
    let class = query.text("class").map(|name| {
        let wrong = || Problem::bad_field("class", "应为 otp、notice 或 marketing", "otp, notice or marketing");
        Class::named(name).ok_or_else(wrong)
    });
    let class = class.transpose()?;
    let text = std::str::from_utf8(body).map_err(|_| bad("应为 UTF-8", "UTF-8 is expected"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected => bad("不接受 DTD", "a DTD is not accepted"),
        Error::NodesLimitReached => bad("元素过多", "too many elements"),
        error => bad("XML 不合法", &format!("malformed XML at {}", error.pos())),
    })?;
    let call = operation(document.root_element())?;
    let phone = field(call, "phone")?;
    let content = field(call, "content")?;
    let request_id = field(call, "requestId")?;
    let known = ["phone", "content", "requestId"];
    if let Some(other) =
        call.children().find(|node| node.is_element() && !known.iter().any(|name| named(*node, NAMESPACE, name)))
    {
        let name = other.tag_name().name().get(..40).unwrap_or(other.tag_name().name());
        return Err(Problem::bad_field(name, "不认识的元素", "unknown element"));
    }
    let code = || CODE_WORDS.iter().any(|word| folded(&content).contains(word));
    let class = class.unwrap_or_else(|| if code() { Class::Otp } else { Class::Notice });
    if !(1..=100).contains(&request_id.len()) || !request_id.bytes().all(|b| b.is_ascii_graphic()) {
        let (zh, en) = ("应为 1 至 100 个可见 ASCII 字符", "1 to 100 visible ASCII characters");
        return Err(Problem::bad_field("requestId", zh, en));
    }
    let same = format!("{}\0{phone}\0{content}", class.name());
    let to = order::phones(&[phone], true).map_err(|problem| rename(problem, "to", "phone"))?;
    let order = Order {
        to,
        content: Content::Text(content),
        signature: None,
        class: Some(class),
        send_at: None,
        expires_at: None,
        client_ref: None,
        callback_url: None,
    };
    Ok(SendSms { order, key: format!("requestId:{request_id}"), same })
}

fn operation<'a, 'i>(envelope: Node<'a, 'i>) -> Result<Node<'a, 'i>, Problem> {
    if !named(envelope, SOAP, "Envelope") {
        let (zh, en) = ("应为 SOAP 1.1 信封", "a SOAP 1.1 envelope is expected");
        return Err(Problem::new(400, "soap_version", zh, en));
    }
    let mut parts = envelope.children().filter(Node::is_element);
    let mut part = parts.next();
    if let Some(header) = part.filter(|part| named(*part, SOAP, "Header")) {
        let must = |node: &Node<'_, '_>| matches!(node.attribute((SOAP, "mustUnderstand")), Some("1" | "true"));
        if header.children().any(|node| node.is_element() && must(&node)) {
            let (zh, en) = ("不认识必须理解的 SOAP 头", "a SOAP header that must be understood is not");
            return Err(Problem::new(400, "soap_must_understand", zh, en));
        }
        part = parts.next();
    }
    let body = part.filter(|part| named(*part, SOAP, "Body")).ok_or_else(|| bad("缺少 Body", "the Body is missing"))?;
    let mut operations = body.children().filter(Node::is_element);
    let operation = operations.next().filter(|node| named(*node, NAMESPACE, "SendSms"));
    match (operation, operations.next()) {
        (Some(operation), None) => Ok(operation),
        _ => Err(bad("Body 中应只有 SendSms（urn:sms）", "the Body holds one SendSms of urn:sms")),
    }
}

fn named(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.tag_name().namespace() == Some(namespace) && node.tag_name().name() == name
}

fn field(operation: Node<'_, '_>, name: &str) -> Result<String, Problem> {
    let mut fields = operation.children().filter(|node| named(*node, NAMESPACE, name));
    let field = fields.next().ok_or_else(|| Problem::bad_field(name, "缺少", "missing"))?;
    if fields.next().is_some() {
        return Err(Problem::bad_field(name, "重复", "given twice"));
    }
    if field.children().any(|node| node.is_element()) {
        return Err(Problem::bad_field(name, "应为文本", "a text is expected"));
    }
    // Comments between two texts are no part of it.
    Ok(field.children().filter_map(|node| if node.is_text() { node.text() } else { None }).collect())
}

fn rename(mut problem: Problem, from: &str, to: &str) -> Problem {
    for sentence in &mut problem.detail {
        *sentence = sentence.replacen(&format!(" {from}"), &format!(" {to}"), 1).into();
    }
    problem
}

fn bad(zh: &str, en: &str) -> Problem {
    Problem::new(400, "bad_soap", format!("请求有误：{zh}"), format!("request: {en}"))
}

/// The answer: 0 where the message is on its way, else why it is not: 1 a keyword, 2 a limit, 3 declined.
#[must_use]
pub fn reply(message: &AcceptedMessage) -> Reply {
    let code = match message.reason.as_deref() {
        None => 0,
        Some("intercepted") => 1,
        Some("limit") => 2,
        Some("opted_out") => 3,
        Some(_) => 9,
    };
    let id = escaped(&message.message_id);
    let body = format!(
        "<SendSmsResponse xmlns=\"{NAMESPACE}\"><messageId>{id}</messageId><code>{code}</code></SendSmsResponse>"
    );
    Reply::new(200, XML, envelope(&body))
}

const XML: &str = "text/xml; charset=utf-8";

/// A problem as a fault. SOAP 1.1 sends it with status 500; only a missing credential is told to HTTP as well, so
/// that a client which waits for that sends it.
#[must_use]
pub fn fault(problem: &Problem, call: &Call) -> Reply {
    let body = problem.body(call.language, &call.request_id);
    let code = match problem.code {
        "soap_version" => "VersionMismatch",
        "soap_must_understand" => "MustUnderstand",
        _ if problem.status < 500 => "Client",
        _ => "Server",
    };
    let xml = format!(
        "<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{}</faultstring><detail>\
         <problem xmlns=\"{PROBLEM}\"><code>{}</code><status>{}</status><request_id>{}</request_id></problem>\
         </detail></soap:Fault>",
        escaped(&body.detail),
        escaped(&body.code),
        body.status,
        escaped(&body.request_id)
    );
    let status = if problem.status == 401 { 401 } else { 500 };
    let mut reply = Reply::new(status, XML, envelope(&xml));
    if let Some(seconds) = problem.retry_after_s {
        reply.headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if status == 401 {
        let either = "Basic realm=\"sms-send\", charset=\"UTF-8\", Bearer";
        reply = reply.with(header::WWW_AUTHENTICATE, either);
    }
    reply.with(HeaderName::from_static("x-problem"), problem.code)
}

fn envelope(body: &str) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    format!("{head}<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Body>{body}</soap:Body></soap:Envelope>").into_bytes()
}

/// A text as XML content or attribute; what XML cannot hold is left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' | '\n' => xml.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests;
