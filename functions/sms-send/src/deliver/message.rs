//! What the steps need to know of a message.

use super::gateway::{Param, VendorTemplate};
use super::{Sealed, World};
use common::store::Row;
use common::timestamp::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The columns that [`Subject::read`] reads, of a message `m`.
pub const SUBJECT: &str = "m.id, m.client_ref, m.callback_url, m.parts, m.created_at, m.event_id";

/// A message as its changes and reports need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// `msg_<ULID>`.
    pub id: String,
    /// The caller's own name for it.
    pub client_ref: Option<String>,
    /// Where its caller wants reports.
    pub callback_url: Option<String>,
    /// Of its text.
    pub parts: i64,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Its last event.
    pub event_id: Option<String>,
}

impl Subject {
    /// From the first six columns of a row.
    #[must_use]
    pub fn read(row: &Row<'_>) -> Option<Self> {
        let owned = |column| row.text(column).map(str::to_owned);
        Some(Self {
            id: owned(0)?,
            client_ref: owned(1),
            callback_url: owned(2),
            parts: row.integer(3)?,
            created_at: Timestamp(row.integer(4)?),
            event_id: owned(5),
        })
    }

    /// Ours for a vendor: at most 32 of `A-Z 0-9 _`, another for each submission.
    #[must_use]
    pub fn reference(&self, n: i64) -> String {
        let id = self.id.strip_prefix("msg_").unwrap_or(&self.id);
        if n == 1 { id.to_owned() } else { format!("{id}_{n}") }
    }
}

/// The message and the submission behind a reference.
#[must_use]
pub fn referred(reference: &str) -> Option<(String, i64)> {
    let (id, n) = match reference.split_once('_') {
        None => (reference, 1),
        Some((id, n)) => (id, n.parse().ok().filter(|n| *n > 1)?),
    };
    let id = format!("msg_{id}");
    common::id::is("msg", &id).then_some((id, n))
}

/// What is sealed of a message, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// E.164.
    pub phone: String,
    /// As the phone shows it, without the signature.
    pub text: String,
    /// In the order in which they occur in the template.
    pub params: Vec<Param>,
}

impl Content {
    /// Opens the columns `phone`, `text` and `params`; none when the key is not theirs.
    #[must_use]
    pub fn open<S, G, K: Sealed>(
        world: &World<'_, S, G, K>,
        id: &str,
        [phone, text, params]: [Option<&[u8]>; 3],
        template: Option<&str>,
    ) -> Option<Self> {
        let phone = world.seal.text(id, "phone", phone?)?;
        let text = world.seal.text(id, "text", text?)?;
        let params = match params {
            None => Vec::new(),
            Some(sealed) => ordered(&world.seal.open(id, "params", sealed)?, template.unwrap_or_default())?,
        };
        Some(Self { phone, text, params })
    }
}

/// Parameters as stored, an object or a list of names and values, in the order of their places in the template.
fn ordered(json: &[u8], template: &str) -> Option<Vec<Param>> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Object(BTreeMap<String, String>),
        List(Vec<Param>),
    }
    let mut params = match serde_json::from_slice(json).ok()? {
        Stored::Object(map) => map.into_iter().map(|(name, value)| Param { name, value }).collect(),
        Stored::List(list) => list,
    };
    params.sort_by_key(|param: &Param| template.find(&format!("{{{}}}", param.name)).unwrap_or(usize::MAX));
    Some(params)
}

/// A template as the vendor behind `gateway` knows it; `vendor_ids` is a JSON object from gateways to ids.
#[must_use]
pub fn vendor_template(vendor_ids: Option<&str>, gateway: &str, params: &[Param]) -> Option<VendorTemplate> {
    let ids: BTreeMap<String, String> = serde_json::from_str(vendor_ids?).ok()?;
    ids.get(gateway).map(|id| VendorTemplate { id: id.clone(), params: params.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_back() {
        let id = common::id::new("msg", Timestamp(1), 7);
        let subject = Subject {
            id: id.clone(),
            client_ref: None,
            callback_url: None,
            parts: 1,
            created_at: Timestamp(1),
            event_id: None,
        };
        for n in [1, 2, 99] {
            assert!(subject.reference(n).len() <= 32);
            assert_eq!(referred(&subject.reference(n)), Some((id.clone(), n)));
        }
        let bare = subject.reference(1);
        for wrong in ["", "_2", "x", &format!("{bare}_1"), &format!("{bare}_x"), &format!("{bare}_-1")] {
            assert_eq!(referred(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn parameters_follow_the_template() {
        let names = |json: &str| -> Vec<String> {
            ordered(json.as_bytes(), "{b}, code {a}").unwrap().into_iter().map(|p| p.name).collect()
        };
        assert_eq!(names(r#"{"a":"1","b":"2","c":"3"}"#), ["b", "a", "c"]);
        assert_eq!(names(r#"[{"name":"a","value":"1"},{"name":"b","value":"2"}]"#), ["b", "a"]);
        let made = vendor_template(Some(r#"{"x":"SMS_1"}"#), "x", &[]).unwrap();
        assert_eq!(made.id, "SMS_1");
        assert_eq!(vendor_template(Some(r#"{"x":"SMS_1"}"#), "y", &[]), None);
    }
}
