//! The vendors' stand-ins believe what the vendors' own SDKs signed, at the time they signed it, and nothing else.

use serde_json::Value;
use tests::host::root;
use tests::vendors::{Aliyun, Dialect, Huawei, Read, Received, Tencent};

/// When the golden requests were signed.
const SIGNED_MS: i64 = 1_767_225_600_000;
const MINUTE_MS: i64 = 60_000;

fn golden(vendor: &str) -> Received {
    let path = root().join(format!("components/sms-{vendor}/tests/golden.json"));
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let request = &golden["requests"][0];
    let (path, query) =
        request["path"].as_str().unwrap().split_once('?').unwrap_or((request["path"].as_str().unwrap(), ""));
    let headers = request["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap()));
    Received {
        method: request["method"].as_str().unwrap().parse().unwrap(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: headers.collect(),
        body: request["body"].as_str().unwrap().as_bytes().to_vec(),
    }
}

fn code(dialect: &dyn Dialect, request: &Received, now_ms: i64) -> Result<String, String> {
    match dialect.read(request, now_ms) {
        Ok(Read::Send(kept, _)) => Ok(kept.reference),
        Ok(Read::Ask(_)) => panic!("not a question"),
        Err(refusal) => Err(refusal.code),
    }
}

#[test]
fn the_sdks_requests_are_believed_while_they_are_fresh() {
    let cases: [(&str, &dyn Dialect, &str); 3] = [
        ("aliyun", &Aliyun, "InvalidTimeStamp.Expired"),
        ("tencent", &Tencent, "AuthFailure.SignatureExpire"),
        ("huawei", &Huawei::default(), "E000110"),
    ];
    for (vendor, dialect, expired) in cases {
        let request = golden(vendor);
        for minutes in [0, -14, 14] {
            let read = code(dialect, &request, SIGNED_MS + minutes * MINUTE_MS);
            assert_eq!(read, Ok("idem-0001".to_owned()), "{vendor}");
        }
        for minutes in [-16, 16] {
            assert_eq!(code(dialect, &request, SIGNED_MS + minutes * MINUTE_MS), Err(expired.to_owned()), "{vendor}");
        }
    }
}

#[test]
fn whatever_is_signed_cannot_be_changed() {
    let signed: [(&str, &dyn Dialect, &[&str]); 3] = [
        ("aliyun", &Aliyun, &["host", "user-agent", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"]),
        ("tencent", &Tencent, &["host", "content-type", "x-tc-timestamp"]),
        ("huawei", &Huawei::default(), &["host", "x-sdk-date"]),
    ];
    for (vendor, dialect, headers) in signed {
        let refused = |change: &dyn Fn(&mut Received)| {
            let mut request = golden(vendor);
            change(&mut request);
            code(dialect, &request, SIGNED_MS).is_err()
        };
        for name in headers {
            let mut value = golden(vendor).header(name).to_owned();
            let last = if value.pop() == Some('1') { '2' } else { '1' };
            value.push(last);
            let value = &value;
            assert!(
                refused(&|request| *request.headers.get_mut(*name).unwrap() = value.parse().unwrap()),
                "{vendor}: {name}"
            );
        }
        assert!(refused(&|request| request.query.push_str("&a=b")), "{vendor}: query");
        assert!(refused(&|request| request.path.push('x')), "{vendor}: path");
        // One of them does not sign its body (`UNSIGNED-PAYLOAD`).
        assert_eq!(refused(&|request| request.body.extend_from_slice(b" ")), vendor != "huawei", "{vendor}: body");
    }
}
