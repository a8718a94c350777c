//! Requests as the vendor's documents have them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use cloud::Moment;
use face_tencent::account::Account;
use face_tencent::codes::Failure;
use serde_json::{Value, json};
use std::time::Duration;

const MOMENT: Moment = Moment { unix_ms: 1_767_225_600_000, nonce: 0 };

fn values(change: (usize, &str)) -> [String; 5] {
    let mut values = ["AKIDEXAMPLE", "key", "ap-guangzhou", "https://iai.tencentcloudapi.com", ""].map(str::to_owned);
    values[change.0] = change.1.to_owned();
    values
}

fn account() -> Account {
    Account::configure(&values((4, ""))).ok().unwrap()
}

#[test]
fn bodies_hold_what_is_documented() {
    let account = account();
    let detect = json!({"Image": "A", "MaxFaceNum": 5, "NeedFaceAttributes": 1, "NeedQualityDetection": 1,
        "FaceModelVersion": "3.0", "NeedRotateDetection": 0});
    let compare = json!({"ImageA": "A", "ImageB": "B", "FaceModelVersion": "3.0", "QualityControl": 0,
        "NeedRotateDetection": 0});
    let analyze = json!({"Image": "A", "Mode": 0, "FaceModelVersion": "3.0", "NeedRotateDetection": 0});
    let cases = [
        ("DetectFace", account.detect("A", MOMENT), detect),
        ("CompareFace", account.compare("A", "B", MOMENT), compare),
        ("AnalyzeFace", account.analyze("A", MOMENT), analyze),
        ("DetectLiveFaceAccurate", account.live("A", MOMENT), json!({"Image": "A", "FaceModelVersion": "3.0"})),
    ];
    for (action, request, expected) in cases {
        let request = request.unwrap();
        assert_eq!(request.uri(), "https://iai.tencentcloudapi.com/");
        assert_eq!(serde_json::from_slice::<Value>(request.body()).unwrap(), expected, "{action}");
        let headers = request.headers();
        let fixed = [("x-tc-action", action), ("x-tc-version", "2020-03-03"), ("x-tc-region", "ap-guangzhou")];
        for (name, value) in fixed.into_iter().chain([("x-tc-timestamp", "1767225600")]) {
            assert_eq!(headers[name], value);
        }
        let start =
            "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-01-01/iai/tc3_request, SignedHeaders=content-type;host";
        assert!(headers["authorization"].to_str().unwrap().starts_with(start));
    }
}

#[test]
fn what_is_missing_is_named() {
    let names = ["face_tencent_secret_id", "face_tencent_secret_key", "face_tencent_region", "face_tencent_endpoint"];
    for (i, name) in names.into_iter().enumerate() {
        let missing = Account::configure(&values((i, " "))).err();
        assert_eq!(missing, Some(Failure::Unavailable(format!("variable {name} is not set"))));
    }
    assert_eq!(account().timeout, Duration::from_secs(10));
    assert_eq!(Account::configure(&values((4, "1500"))).ok().unwrap().timeout, Duration::from_millis(1_500));
    for (at, bad) in [(4, "0"), (4, "60001"), (4, "x"), (3, "iai.tencentcloudapi.com"), (3, "https://a/b")] {
        assert!(Account::configure(&values((at, bad))).is_err(), "{bad}");
    }
    let broken = Account::configure(&values((2, "a\nb"))).ok().unwrap();
    assert!(matches!(broken.detect("A", MOMENT), Err(Failure::Unavailable(_))));
}
