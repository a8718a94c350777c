//! Canonical JSON by the examples of RFC 8785, and the digest over it.

#![cfg(test)]

use ca_sign::canonical::{MOST, bytes, digest};
use serde_json::{Value, json};

fn text(document: &Value) -> String {
    String::from_utf8(bytes(document).unwrap()).unwrap()
}

#[test]
fn members_are_sorted_and_numbers_written_as_the_standard_says() {
    // RFC 8785, 3.2.2 and 3.2.3.
    let document: Value = serde_json::from_str(
        r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
    )
    .unwrap();
    let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(text(&document), expected);
    let sorted = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
    assert_eq!(text(&sorted), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
}

#[test]
fn the_order_and_the_spaces_of_what_was_sent_change_nothing() {
    let one: Value = serde_json::from_str(r#"{"b": 1.0, "a": [1,  2]}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"a":[1,2],"b":1}"#).unwrap();
    assert_eq!(digest(&bytes(&one).unwrap()), digest(&bytes(&other).unwrap()));
}

#[test]
fn the_digest_is_sm3() {
    // GB/T 32905-2016, A.1.
    assert_eq!(digest(b"abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

#[test]
fn what_would_change_or_is_too_long_is_refused() {
    assert!(bytes(&json!({"id": 9_007_199_254_740_993_u64})).unwrap_err().contains("as text"));
    assert!(bytes(&json!([-9_007_199_254_740_993_i64])).is_err());
    assert!(bytes(&json!({"id": 9_007_199_254_740_992_u64})).is_ok());
    // Would be written as an integer, which is refused when it is read again.
    assert!(bytes(&json!(222_222_222_222_222_222.2)).is_err());
    assert!(bytes(&json!(1e21)).is_ok());
    assert!(bytes(&json!("a".repeat(MOST))).unwrap_err().contains("at most"));
}
