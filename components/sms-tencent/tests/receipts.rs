//! Receipts as the vendor's documents show them, and damaged ones.

use sms_tencent::receipts::parse;
use sms_vendor::testing::damaged;
use sms_vendor::{Fate, Reason};

const SAMPLE: &str = r#"[
  {"user_receive_time":"2026-01-01 08:00:05","nationcode":"86","mobile":"13900000001","report_status":"SUCCESS",
   "errmsg":"DELIVRD","description":"用户短信送达成功","sid":"8:Nj3FvCfL20260101080000"},
  {"user_receive_time":"2026-01-01 08:00:06","nationcode":"852","mobile":"51234567","report_status":"FAIL",
   "errmsg":"DB:0141","description":"黑名单","sid":"8:Nj3FvCfL20260101080001"}]"#;

#[test]
fn receipts_are_read() {
    let receipts = parse(SAMPLE.as_bytes()).unwrap();
    assert_eq!(receipts.len(), 2);
    assert_eq!(receipts[0].id, "8:Nj3FvCfL20260101080000");
    assert_eq!((receipts[0].phone.as_str(), &receipts[0].fate), ("+8613900000001", &Fate::Delivered));
    assert_eq!(receipts[0].at_ms, Some(1_767_225_605_000));
    let Fate::Failed(why) = &receipts[1].fate else { panic!() };
    assert_eq!((why.reason, why.code.as_str(), why.detail.as_str()), (Reason::OptedOut, "DB:0141", "黑名单"));
    assert_eq!(receipts[1].phone, "+85251234567");
    assert!(parse(b"[]").unwrap().is_empty());
}

#[test]
fn malformed_ones_are_refused() {
    let status = r#"[{"sid":"1","mobile":"1","report_status":"PERHAPS"}]"#;
    for bad in ["", "{}", "[1]", r#"[{"sid":"1"}]"#, r#"[{"sid":"","mobile":"1","report_status":"FAIL"}]"#, status] {
        assert!(parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn damaged_ones_do_no_harm() {
    let read = (0..20_000).filter(|seed| parse(&damaged(SAMPLE.as_bytes(), *seed)).is_ok()).count();
    assert!((500..15_000).contains(&read), "neither all nor nothing is damaged beyond reading: {read}");
}
