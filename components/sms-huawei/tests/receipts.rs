//! Receipts as the vendor's documents show them, and damaged ones.

use sms_huawei::receipts::parse;
use sms_vendor::testing::damaged;
use sms_vendor::{Fate, Reason};

const FORM: &str = "sequence=1&total=1&orgCode=000&updateTime=2018-04-13T06%3A31%3A46Z&source=2\
    &smsMsgId=b9d9b4fe-ad0e-4a2a-a2c7-445505b674ac_6&status=DELIVRD&extend=r_1&to=%2B8613900000001";
const LIST: &str = r#"{"statusReportList":[
  {"smsMsgId":"a_1","total":"3","sequence":"2","status":"DELIVRD","source":"2","updateTime":"2018-04-13T06:31:46Z"},
  {"smsMsgId":"a_1","total":3,"sequence":3,"status":"MK:0001","extend":"r_2","to":"+8613900000002"},
  {"smsMsgId":"a_2","status":"ACCEPTD"}]}"#;

#[test]
fn one_comes_as_a_form() {
    let receipts = parse(FORM.as_bytes()).unwrap();
    assert_eq!(receipts.len(), 1);
    assert_eq!(receipts[0].id, "b9d9b4fe-ad0e-4a2a-a2c7-445505b674ac_6");
    assert_eq!((receipts[0].reference.as_deref(), receipts[0].phone.as_str()), (Some("r_1"), "+8613900000001"));
    assert_eq!((&receipts[0].fate, receipts[0].part), (&Fate::Delivered, None));
    assert_eq!(receipts[0].at_ms, Some(1_523_601_106_000));
}

#[test]
fn some_come_in_a_list_part_by_part() {
    let receipts = parse(LIST.as_bytes()).unwrap();
    let parts: Vec<_> = receipts.iter().map(|receipt| receipt.part).collect();
    assert_eq!(parts, [Some((2, 3)), Some((3, 3)), None]);
    assert!(matches!(&receipts[1].fate, Fate::Failed(why) if why.reason == Reason::BadNumber));
    assert_eq!((&receipts[2].fate, receipts[2].phone.as_str()), (&Fate::Pending, ""));
}

#[test]
fn malformed_ones_are_refused() {
    let cases = [
        "",
        "status=DELIVRD",
        "smsMsgId=&status=DELIVRD",
        "smsMsgId=1&smsMsgId=2&status=DELIVRD",
        "smsMsgId=1&status=DELIVRD&total=3&sequence=4",
        "smsMsgId=1&status=DELIVRD&total=3&sequence=0",
        "smsMsgId=1&status=DELIVRD&total=3",
        r#"{"statusReportList":1}"#,
        r#"{"statusReportList":[{"status":"DELIVRD"}]}"#,
        "[]",
    ];
    for bad in cases {
        assert!(parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn damaged_ones_do_no_harm() {
    for sample in [FORM, LIST] {
        let read = (0..20_000).filter(|seed| parse(&damaged(sample.as_bytes(), *seed)).is_ok()).count();
        assert!((500..19_000).contains(&read), "neither all nor nothing is damaged beyond reading: {read}");
    }
}
