//! What every door yields: an order to send one text to some phones.

use crate::class::Class;
use crate::phone::Phone;
use crate::template::Params;
use common::problem::Problem;
use common::timestamp::Timestamp;

/// Phones in one order.
pub const MOST_PHONES: usize = 1_000;
const REF_BYTES: usize = 64;

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A template's id and what fills it.
    Template(String, Params),
    /// A text.
    Text(String),
}

/// An order, not yet judged by templates, keywords or limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// 1 to 1000, each once.
    pub to: Vec<Phone>,
    /// What.
    pub content: Content,
    /// A registered signature other than the default.
    pub signature: Option<String>,
    /// What for; with a template it may be left to it.
    pub class: Option<Class>,
    /// Not before; a time past is now.
    pub send_at: Option<Timestamp>,
    /// Not after.
    pub expires_at: Option<Timestamp>,
    /// The caller's own name for it.
    pub client_ref: Option<String>,
    /// Where its caller wants reports.
    pub callback_url: Option<String>,
}

/// Reads the numbers of an order; `single` where the caller gave no list.
///
/// # Errors
/// 400 naming the place of the first one that is wrong, never the number itself.
pub fn phones(numbers: &[String], single: bool) -> Result<Vec<Phone>, Problem> {
    if numbers.is_empty() || numbers.len() > MOST_PHONES {
        return Err(Problem::bad_field("to", "应为 1 至 1000 个号码", "1 to 1000 numbers"));
    }
    let mut seen = std::collections::HashMap::new();
    let read = |(i, number): (usize, &String)| {
        let field = if single { "to".to_owned() } else { format!("to[{i}]") };
        let phone = Phone::parse(number).ok_or_else(|| {
            let zh = "不是手机号码：应为 11 位大陆手机号，或带 + 和国家码的号码";
            Problem::bad_field(&field, zh, "no phone number: 11 digits of the mainland, or + and country code")
        })?;
        match seen.insert(phone.clone(), i) {
            None => Ok(phone),
            Some(first) => {
                let (zh, en) = (format!("与 to[{first}] 重复"), format!("the same as to[{first}]"));
                Err(Problem::bad_field(&field, &zh, &en))
            }
        }
    };
    numbers.iter().enumerate().map(read).collect()
}

/// Checks a caller's own name for something; it is kept as it is, so it must not be personal data.
///
/// # Errors
/// 400.
pub fn client_ref(text: &str) -> Result<(), Problem> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b));
    if plain && (1..=REF_BYTES).contains(&text.len()) {
        return Ok(());
    }
    let (zh, en) = ("应为 1 至 64 个字母、数字或 - _ . : /", "1 to 64 letters, digits or - _ . : /");
    Err(Problem::bad_field("client_ref", zh, en))
}
