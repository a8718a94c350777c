//! Forms with files (RFC 7578).

use crate::call::Call;
use crate::problem::Problem;
use futures::{FutureExt, stream};
use multer::{Constraints, Multipart, SizeLimit};

/// The parts of a form, each with its name and at most `part_bytes` long, in the order they were sent.
///
/// # Errors
/// 400 `bad_form` where it is malformed, 413 for a longer part.
pub fn parts(call: &Call, body: Vec<u8>, part_bytes: usize) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let broken = |error: multer::Error| match error {
        multer::Error::FieldSizeExceeded { .. } => Problem::too_large(part_bytes),
        _ => Problem::new(400, "bad_form", "表单格式有误", "the form is malformed").because(format!("form: {error}")),
    };
    let boundary = multer::parse_boundary(call.header("content-type").unwrap_or_default()).map_err(broken)?;
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let limit = SizeLimit::new().per_field(part_bytes as u64);
    let mut parts = Multipart::with_constraints(whole, boundary, Constraints::new().size_limit(limit));
    let read = async {
        let mut all = Vec::new();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            all.push((name, Vec::from(part.bytes().await.map_err(broken)?)));
        }
        Ok(all)
    };
    // All bytes are here, so nothing ever waits.
    read.now_or_never().unwrap_or_else(|| Err(Problem::internal("form: waited for bytes")))
}

/// A part that is text.
///
/// # Errors
/// 400 naming the field.
pub fn text<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, Problem> {
    std::str::from_utf8(value).map_err(|_| Problem::bad_field(name, "不是文本", "not text"))
}

/// Fills a field that may be given once.
///
/// # Errors
/// 400 the second time.
pub fn once<T>(name: &str, slot: &mut Option<T>, value: T) -> Result<(), Problem> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Problem::bad_field(name, "重复", "given twice")),
    }
}

/// The problem of a field that nobody knows.
#[must_use]
pub fn unknown(name: &str) -> Problem {
    // The name is the caller's text: long ones are not repeated.
    let name = if name.len() <= 40 { name } else { "(too long)" };
    Problem::bad_field(name, "不认识的字段", "unknown field")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    #[test]
    fn parts_come_in_their_order_and_may_repeat() {
        let call = Call::test(Method::POST, "/", &[("content-type", "multipart/form-data; boundary=b")]);
        let part = |name: &str, value: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let form = [part("a", "1"), part("b", "two"), part("a", "3"), "--b--\r\n".into()].concat();
        let found = parts(&call, form.clone().into_bytes(), 3).unwrap();
        let found: Vec<_> = found.iter().map(|(name, value)| (&**name, text(name, value).unwrap())).collect();
        assert_eq!(found, [("a", "1"), ("b", "two"), ("a", "3")]);
        assert_eq!(parts(&call, form.into_bytes(), 2).unwrap_err().code, "too_large");
        assert_eq!(parts(&call, b"--b".to_vec(), 2).unwrap_err().code, "bad_form");
    }
}
