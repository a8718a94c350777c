//! What an integrator asks for.

use crate::request::{checked, decoded, no_query};
use common::call::Call;
use common::json;
use common::problem::Problem;
use http::Uri;
use serde::Deserialize;
use utoipa::ToSchema;

/// Bytes a portrait may have: 2 MB.
const PORTRAIT_BYTES: usize = 2 << 20;
/// Bytes the body may have: the portrait in base64 and some text.
pub const BODY_BYTES: usize = 3 << 20;
const MOST_URL: usize = 2_000;
const MOST_NAME: usize = 60;

/// A session to be made.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaceSessionRequest)]
pub struct OrderJson {
    /// Who is expected; the page shows the first character.
    #[schema(example = "张三")]
    name: Option<String>,
    /// The number of the identity card. Its form is checked and it is not kept: nothing here compares with a library of persons.
    id_number: Option<String>,
    /// Whom the person is compared with: JPEG, PNG or WebP in base64, at most 2 MB decoded. Without it only liveness is checked.
    #[schema(content_encoding = "base64")]
    portrait: Option<String>,
    /// Where the page leads when it is done, with `token` added to its query: `https`, or `http` on this machine.
    #[schema(example = "https://his.example/verified?case=17")]
    redirect_url: String,
}

/// The same, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Who is expected.
    pub name: Option<String>,
    /// A file; its content is the engine's to check.
    pub portrait: Option<Vec<u8>>,
    /// Where to go afterwards.
    pub redirect_url: String,
}

/// Reads the request.
///
/// # Errors
/// 400 naming the field, 413.
pub fn parse(call: &Call, body: &[u8]) -> Result<Order, Problem> {
    no_query(call)?;
    let OrderJson { name, id_number, portrait, redirect_url } = json::parse(body)?;
    let portrait = match portrait {
        None => None,
        Some(text) => match checked("portrait", Some(decoded("portrait", &text)?))? {
            file if file.len() > PORTRAIT_BYTES => return Err(Problem::too_large(PORTRAIT_BYTES)),
            file => Some(file),
        },
    };
    let name = name.map(|name| name.trim().to_owned());
    if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > MOST_NAME || has_control(name)) {
        return Err(Problem::bad_field("name", "应为 1 至 60 个字符", "1 to 60 characters"));
    }
    if id_number.as_ref().is_some_and(|number| !is_number(number)) {
        return Err(Problem::bad_field("id_number", "应为 18 位身份证号码", "17 digits and a digit or X"));
    }
    if !is_return_address(&redirect_url) {
        let (zh, en) = ("应为 https 网址（本机可用 http）", "an https URL, or http on this machine");
        return Err(Problem::bad_field("redirect_url", zh, en));
    }
    Ok(Order { name, portrait, redirect_url })
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

fn is_number(text: &str) -> bool {
    text.len() == 18
        && text.bytes().enumerate().all(|(i, byte)| byte.is_ascii_digit() || i == 17 && matches!(byte, b'X' | b'x'))
}

/// Only who holds a credential chooses it; still no other scheme gets into a page.
fn is_return_address(text: &str) -> bool {
    let plain =
        text.len() <= MOST_URL && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['\\', '#', '@']);
    let Some(uri) = text.parse::<Uri>().ok().filter(|_| plain) else { return false };
    let local = matches!(uri.host(), Some("localhost" | "127.0.0.1"));
    match uri.scheme_str() {
        Some("https") => uri.host().is_some_and(|host| !host.is_empty()),
        Some("http") => local,
        _ => false,
    }
}
