//! Query parameters: only those a route knows, each at most once.

use crate::call::Call;
use crate::problem::Problem;
use crate::timestamp::Timestamp;

/// The parameters of one request; an empty value counts as absent.
#[derive(Debug)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads them.
    ///
    /// # Errors
    /// 400 naming a parameter that is not among `known` or is given twice.
    pub fn new(call: &Call, known: &[&str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in call.query_pairs() {
            if !known.contains(&&*name) {
                // The name is the caller's text: long ones are not repeated.
                let name = if name.len() <= 40 { &name } else { "(too long)" };
                return Err(Problem::bad_field(name, "不认识的参数", "unknown parameter"));
            }
            if pairs.iter().any(|(given, _)| *given == name) {
                return Err(Problem::bad_field(&name, "重复", "given twice"));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// A parameter's value.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, value)| given == name && !value.is_empty()).map(|(_, value)| &**value)
    }

    /// A point in time in RFC 3339.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let wrong = || Problem::bad_field(name, "应为 RFC 3339 时间", "a time in RFC 3339");
        self.text(name).map(|text| Timestamp::parse(text).ok_or_else(wrong)).transpose()
    }

    /// `true` or `false`; absent is `false`.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        let wrong = |_| Problem::bad_field(name, "应为 true 或 false", "true or false");
        self.text(name).map_or(Ok(false), |text| text.parse().map_err(wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    fn query(text: &str) -> Result<Query, Problem> {
        Query::new(&Call::test(Method::GET, &format!("/v1/f/x?{text}"), &[]), &["a", "at", "on"])
    }

    #[test]
    fn known_ones_are_read() {
        let read = query("a=x%20y&at=2026-01-01T00:00:00%2B08:00&on=true").unwrap();
        assert_eq!(read.text("a"), Some("x y"));
        assert_eq!(read.time("at").unwrap(), Timestamp::parse("2025-12-31T16:00:00Z"));
        assert!(read.flag("on").unwrap());
        let none = query("a=").unwrap();
        assert_eq!((none.text("a"), none.time("at").unwrap(), none.flag("on").unwrap()), (None, None, false));
    }

    #[test]
    fn wrong_ones_are_named() {
        let detail = |problem: Problem| problem.detail[1].clone().into_owned();
        assert_eq!(detail(query("b=1").unwrap_err()), "field b: unknown parameter");
        assert_eq!(detail(query("a=1&a=2").unwrap_err()), "field a: given twice");
        assert_eq!(detail(query(&format!("{}=1", "b".repeat(41))).unwrap_err()), "field (too long): unknown parameter");
        assert_eq!(detail(query("at=today").unwrap().time("at").unwrap_err()), "field at: a time in RFC 3339");
        assert_eq!(detail(query("on=1").unwrap().flag("on").unwrap_err()), "field on: true or false");
    }
}
