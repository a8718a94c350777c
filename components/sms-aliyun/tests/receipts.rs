//! Receipts as the vendor's documents show them, and damaged ones.

use sms_aliyun::receipts::parse;
use sms_vendor::testing::damaged;
use sms_vendor::{Fate, Reason};

const SAMPLE: &str = r#"[
  {"phone_number":"13900000001","send_time":"2026-01-01 08:00:00","report_time":"2026-01-01 08:00:05","success":true,
   "err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"r_1"},
  {"phone_number":"13900000002","send_time":"2026-01-01 08:00:00","report_time":"2026-01-01 08:00:06","success":false,
   "err_code":"MK:0001","err_msg":"空号","sms_size":1,"biz_id":"12346","out_id":""}]"#;

#[test]
fn receipts_are_read() {
    let receipts = parse(SAMPLE.as_bytes()).unwrap();
    assert_eq!(receipts.len(), 2);
    assert_eq!((receipts[0].id.as_str(), receipts[0].reference.as_deref()), ("12345", Some("r_1")));
    assert_eq!((receipts[0].phone.as_str(), &receipts[0].fate), ("+8613900000001", &Fate::Delivered));
    assert_eq!(receipts[0].at_ms, Some(1_767_225_605_000));
    let Fate::Failed(why) = &receipts[1].fate else { panic!() };
    assert_eq!((why.reason, why.code.as_str(), why.detail.as_str()), (Reason::BadNumber, "MK:0001", "空号"));
    assert_eq!(receipts[1].reference, None);
    assert!(parse(b"[]").unwrap().is_empty());
}

#[test]
fn malformed_ones_are_refused() {
    for bad in ["", "{}", "[1]", r#"[{"biz_id":"1"}]"#, r#"[{"biz_id":"","phone_number":"1","success":true}]"#] {
        assert!(parse(bad.as_bytes()).is_err(), "{bad}");
    }
    let maybe = r#"[{"biz_id":"1","phone_number":"1","success":"perhaps"}]"#;
    assert_eq!(parse(maybe.as_bytes()).unwrap_err(), "success is neither true nor false");
}

#[test]
fn damaged_ones_do_no_harm() {
    let read = (0..20_000).filter(|seed| parse(&damaged(SAMPLE.as_bytes(), *seed)).is_ok()).count();
    assert!((500..15_000).contains(&read), "neither all nor nothing is damaged beyond reading: {read}");
}
