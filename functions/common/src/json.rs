//! Strict JSON: an error names the field and says why; `serde_json` bounds the nesting.

use crate::problem::Problem;
use serde::de::DeserializeOwned;

/// Reads a request body; types that take it derive `Deserialize` with `deny_unknown_fields`.
///
/// # Errors
/// 400 `bad_json` where it is not JSON, 400 `bad_field` naming the field otherwise.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        explain(path.trim_start_matches('.'), error.inner())
    })?;
    reader.end().map_err(|_| bad_json("JSON 之后还有内容", "something follows the JSON value"))?;
    Ok(value)
}

fn explain(path: &str, error: &serde_json::Error) -> Problem {
    if error.is_syntax() || error.is_eof() {
        if error.to_string().starts_with("recursion limit") {
            return bad_json("嵌套过深", "nested too deeply");
        }
        let place = format!("line {} column {}", error.line(), error.column());
        return bad_json(&format!("不是合法的 JSON（{place}）"), &format!("not JSON at {place}"));
    }
    let text = error.to_string();
    // serde puts the field's name into the sentence, and the path ends at the object around it (or at the field).
    let named = |kind: &str| text.strip_prefix(kind)?.strip_prefix(" `")?.split('`').next();
    let join = |name: &str| match path {
        "" => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    if let Some(name) = named("missing field") {
        return Problem::bad_field(&join(name), "缺少", "missing");
    }
    if let Some(name) = named("unknown field") {
        return Problem::bad_field(&join(name), "不认识的字段", "unknown field");
    }
    if let Some(name) = named("duplicate field") {
        return Problem::bad_field(&join(name), "重复", "given twice");
    }
    let why = text.split(" at line ").next().unwrap_or_default();
    Problem::bad_field(if path.is_empty() { "body" } else { path }, &format!("类型或取值不对（{why}）"), why)
}

fn bad_json(zh: &str, en: &str) -> Problem {
    Problem::new(400, "bad_json", format!("请求体有误：{zh}"), format!("request body: {en}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::Value;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Inner,
        #[serde(default)]
        list: Vec<u8>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        side: String,
    }

    fn code_and_detail(body: &str) -> (&'static str, String) {
        let problem = parse::<Outer>(body.as_bytes()).unwrap_err();
        (problem.code, problem.detail[1].clone().into_owned())
    }

    #[test]
    fn the_field_and_the_reason_are_named() {
        let cases = [
            (r#"{"inner":{}}"#, "field inner.side: missing"),
            (r"{}", "field inner: missing"),
            (r#"{"inner":{"side":"a","x":1}}"#, "field inner.x: unknown field"),
            (r#"{"inner":{"side":"a"},"y":1}"#, "field y: unknown field"),
            (r#"{"inner":{"side":"a","side":"b"}}"#, "field inner.side: given twice"),
            (r#"{"inner":{"side":7}}"#, "field inner.side: invalid type: integer `7`, expected a string"),
            (r#"{"inner":{"side":"a"},"list":[1,300]}"#, "field list[1]: invalid value: integer `300`, expected u8"),
            ("7", "field body: invalid type: integer `7`, expected struct Outer"),
        ];
        for (body, detail) in cases {
            assert_eq!(code_and_detail(body), ("bad_field", detail.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_not_json_says_where() {
        for body in ["", "{", r#"{"inner":}"#, r#"{"inner":{"side":"a"}} x"#, "{\"inner\":{\"side\":\"\u{1}\"}}"] {
            assert_eq!(code_and_detail(body).0, "bad_json", "{body}");
        }
        assert_eq!(parse::<Outer>(b"{\"inner\":{\"side\":\"\xff\"}}").unwrap_err().status, 400);
        let deep = "[".repeat(100_000);
        assert_eq!(parse::<Value>(deep.as_bytes()).unwrap_err().detail[1], "request body: nested too deeply");
    }
}
