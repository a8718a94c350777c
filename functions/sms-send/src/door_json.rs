//! The JSON door: `POST /v1/sms-send/messages`, and what a stream carries.

use crate::class::Class;
use crate::order::{self, Content, MOST_PHONES, Order};
use common::json;
use common::problem::Problem;
use common::timestamp::Timestamp;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use utoipa::ToSchema;

/// Bytes a request may have.
pub const BODY_BYTES: usize = 128 << 10;

/// A number or up to 1000 of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = SmsTo)]
enum To {
    One(String),
    Many(Vec<String>),
}

/// A message to one or many phones.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsRequest)]
pub struct Json {
    /// 11 digits of the mainland, or E.164; each number once.
    to: To,
    /// An approved template; this or `text`.
    template_id: Option<String>,
    /// A value for each placeholder of the template.
    #[schema(example = json!({"code": "246810"}))]
    params: Option<BTreeMap<String, String>>,
    /// Free text, which few vendors take; this or `template_id`.
    #[schema(max_length = 500)]
    text: Option<String>,
    /// A registered signature, without brackets; the template's or the default one when absent.
    signature: Option<String>,
    /// What the message is for; may be left out with a template, whose class it is then.
    class: Option<Class>,
    /// Not before this time (RFC 3339), at most 30 days ahead; at once when absent.
    #[schema(format = DateTime)]
    send_at: Option<String>,
    /// Worthless after this time (RFC 3339): 10 minutes for a one-time code, else a day when absent.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The caller's own name for it; no personal data.
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9_.:/-]+$")]
    client_ref: Option<String>,
    /// Where the results are to be reported: `https` on a public host, or a host that the hospital allows.
    #[schema(format = "uri", max_length = 500)]
    callback_url: Option<String>,
}

/// Reads an order.
///
/// # Errors
/// 400 naming the field.
pub fn parse(body: &[u8]) -> Result<Order, Problem> {
    let json: Json = json::parse(body)?;
    let content = match (json.template_id, json.text, json.params) {
        (Some(id), None, params) => Content::Template(id, params.unwrap_or_default()),
        (None, Some(text), None) => Content::Text(text),
        (None, Some(_), Some(_)) => {
            return Err(Problem::bad_field("params", "只能与 template_id 一起使用", "goes with template_id only"));
        }
        (Some(_), Some(_), _) => {
            return Err(Problem::bad_field("text", "template_id 与 text 只能给一个", "either template_id or text"));
        }
        (None, None, _) => {
            return Err(Problem::bad_field(
                "template_id",
                "缺少 template_id 或 text",
                "template_id or text is missing",
            ));
        }
    };
    if json.class.is_none() && matches!(content, Content::Text(_)) {
        return Err(Problem::bad_field("class", "缺少", "missing"));
    }
    json.client_ref.as_deref().map_or(Ok(()), order::client_ref)?;
    let to = match json.to {
        To::One(number) => order::phones(&[number], true)?,
        To::Many(numbers) => order::phones(&numbers, false)?,
    };
    Ok(Order {
        to,
        content,
        signature: json.signature,
        class: json.class,
        send_at: time("send_at", json.send_at.as_deref())?,
        expires_at: time("expires_at", json.expires_at.as_deref())?,
        client_ref: json.client_ref,
        callback_url: json.callback_url,
    })
}

fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let wrong = || Problem::bad_field(field, "应为 RFC 3339 时间", "a time in RFC 3339");
    text.map(|text| Timestamp::parse(text).ok_or_else(wrong)).transpose()
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = To;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a list of numbers")
            }

            fn visit_str<E: Error>(self, number: &str) -> Result<To, E> {
                Ok(To::One(number.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<To, A::Error> {
                let mut numbers = Vec::new();
                while let Some(number) = list.next_element()? {
                    if numbers.len() == MOST_PHONES {
                        return Err(A::Error::custom("1 to 1000 numbers"));
                    }
                    numbers.push(number);
                }
                Ok(To::Many(numbers))
            }
        }
        deserializer.deserialize_any(Numbers)
    }
}

#[cfg(test)]
mod tests;
