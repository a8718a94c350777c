//! Receipts: pushed by the vendors' stand-ins, read through the gateway, answered so that the vendor is content.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tests::gateway::Gateway;
use tests::vendors::{Aliyun, Fake, Huawei, Mode, Pushed, Reply, Report, Server, Tencent};

const PHONE: &str = "+8613711112222";

/// Does with a callback what the function above a gateway does: has it read, keeps it, answers as told.
struct Receiver {
    server: Server,
    kept: Arc<Mutex<Vec<Value>>>,
    /// So many callbacks are not kept yet.
    failing: Arc<AtomicUsize>,
}

impl Receiver {
    fn start(gateway: &Arc<Gateway>) -> Self {
        let (kept, failing) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<AtomicUsize>::default());
        let (gateway, keep, fail) = (Arc::clone(gateway), Arc::clone(&kept), Arc::clone(&failing));
        let server = Server::start(0, move |request| {
            let read = gateway.receipts(request.header("content-type"), &request.body).unwrap();
            let Some(receipts) = read["receipts"].as_array() else {
                return Reply::Answer(400, "text/plain", Vec::new());
            };
            let again = fail.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
            let answer = if again { &read["again"] } else { &read["kept"] };
            if !again {
                keep.lock().unwrap().extend(receipts.iter().cloned());
            }
            let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
            Reply::Answer(status, "application/json", BASE64.decode(answer["body"].as_str().unwrap()).unwrap())
        });
        Self { server: server.unwrap(), kept, failing }
    }

    fn url(&self) -> String {
        format!("http://{}/v1/sms-send/receipts/x/y", self.server.address)
    }

    fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.kept.lock().unwrap())
    }
}

fn each(test: impl Fn(&str, &Fake, &Gateway, &Receiver)) {
    let fakes = [
        ("aliyun", Fake::start(Aliyun, 0)),
        ("tencent", Fake::start(Tencent, 0)),
        ("huawei", Fake::start(Huawei::default(), 0)),
        ("huawei", Fake::start(Huawei { batched: true }, 0)),
    ];
    for (name, fake) in fakes {
        let fake = fake.unwrap();
        let gateway = Arc::new(Gateway::start(name, &fake.url(), &[]).unwrap());
        let receiver = Receiver::start(&gateway);
        fake.calls_back(&receiver.url());
        test(name, &fake, &gateway, &receiver);
    }
}

fn submit(fake: &Fake, gateway: &Gateway, reference: &str, code: &str) -> Vec<Report> {
    assert_eq!(gateway.submit(reference, PHONE).unwrap()["outcome"], "submitted");
    fake.decide(fake.kept().last().unwrap(), code)
}

#[test]
fn a_receipt_is_read_and_acknowledged() {
    each(|name, fake, gateway, receiver| {
        let delivered = submit(fake, gateway, "r_1", "DELIVRD");
        let failed = submit(fake, gateway, "r_2", "MK:0001");
        let pushed = fake.push(&[delivered.clone(), failed.clone()].concat());
        assert!(pushed.iter().all(|pushed| *pushed == Pushed { times: 1, kept: true }), "{name}: {pushed:?}");
        let receipts = receiver.take();
        assert_eq!(receipts.len(), 2, "{name}");
        let expected = [(&delivered[0], "delivered", "r_1"), (&failed[0], "failed", "r_2")];
        for (receipt, (report, fate, reference)) in receipts.iter().zip(expected) {
            assert_eq!((&receipt["id"], &receipt["fate"]), (&json!(report.id), &json!(fate)), "{name}");
            assert_eq!(receipt["phone"], PHONE, "{name}");
            // One of them does not give ours back.
            let reference = if name == "tencent" { Value::Null } else { json!(reference) };
            assert_eq!(receipt["reference"], reference, "{name}");
            let second = report.at_ms - report.at_ms % 1_000;
            assert_eq!(receipt["at_ms"], second, "{name}");
        }
        assert_eq!((&receipts[1]["reason"], &receipts[1]["code"]), (&json!("bad_number"), &json!("MK:0001")), "{name}");
    });
}

#[test]
fn what_was_not_kept_comes_again() {
    each(|name, fake, gateway, receiver| {
        let reports = submit(fake, gateway, "r_1", "DELIVRD");
        receiver.failing.store(2, Ordering::SeqCst);
        assert_eq!(fake.push(&reports), [Pushed { times: 3, kept: true }], "{name}");
        assert_eq!(receiver.take().len(), 1, "{name}");
        receiver.failing.store(9, Ordering::SeqCst);
        assert_eq!(fake.push(&reports), [Pushed { times: 4, kept: false }], "{name}");
    });
}

#[test]
fn twice_out_of_order_unknown_and_early_ones_are_all_read() {
    each(|name, fake, gateway, receiver| {
        fake.parts(3);
        let mut reports = submit(fake, gateway, "r_1", "DELIVRD");
        reports.reverse();
        reports.extend_from_within(..);
        reports.push(Report { id: "nobodys".into(), reference: "nobodys".into(), ..reports[0].clone() });
        assert!(fake.push(&reports).iter().all(|pushed| pushed.kept), "{name}");
        let receipts = receiver.take();
        let parts: Vec<_> = receipts.iter().map(|receipt| receipt["part"].clone()).collect();
        if name == "huawei" {
            let part = |n: u32| json!([n, 3]);
            assert_eq!(parts, [3, 2, 1, 3, 2, 1, 3].map(part));
        } else {
            assert_eq!(parts, [Value::Null, Value::Null, Value::Null], "{name}");
        }
        assert_eq!(receipts.last().unwrap()["id"], "nobodys", "{name}");

        fake.parts(1);
        fake.next([Mode::ReceiptFirst]);
        let outcome = gateway.submit("r_2", PHONE).unwrap();
        let early = receiver.take();
        assert_eq!((early.len(), &early[0]["id"]), (1, &outcome["id"]), "{name}: before the answer");
    });
}

#[test]
fn a_lost_message_is_found_by_asking() {
    for (name, fake) in [("aliyun", Fake::start(Aliyun, 0)), ("tencent", Fake::start(Tencent, 0))] {
        let fake = fake.unwrap();
        let gateway = Gateway::start(name, &fake.url(), &[]).unwrap();
        fake.next([Mode::LoseAnswer, Mode::Page(502)]);
        for reference in ["r_taken", "r_not_taken"] {
            assert_eq!(gateway.submit(reference, PHONE).unwrap()["outcome"], "lost", "{name}");
        }
        let taken = &fake.kept()[0];
        fake.decide(taken, "DELIVRD");
        let found = gateway.query("r_taken", None, PHONE, taken.at_ms).unwrap();
        assert_eq!(found["receipts"][0]["fate"], "delivered", "{name}");
        if name == "aliyun" {
            assert_eq!(found["receipts"][0]["reference"], "r_taken");
            assert_eq!(gateway.query("r_not_taken", None, PHONE, taken.at_ms).unwrap(), json!({"receipts": []}));
        } else {
            assert_eq!(
                (&found["receipts"][0]["id"], &found["receipts"][0]["reference"]),
                (&json!(taken.id), &Value::Null)
            );
        }
    }
}

#[test]
fn what_is_no_callback_is_refused() {
    each(|name, _, gateway, _| {
        let deep = "[".repeat(100_000);
        for body in ["", "{", "[{}]", "{\"statusReportList\":[{}]}", "\u{0}", &deep] {
            assert_eq!(gateway.receipts("application/json", body.as_bytes()).unwrap()["outcome"], "invalid", "{name}");
        }
        let large = vec![b' '; (1 << 20) + 1];
        let refused = gateway.receipts("application/json", &large).unwrap();
        assert_eq!(refused, json!({"outcome": "invalid", "detail": "a callback of more than 1 MB"}), "{name}");
        let many = format!("[{}]", vec!["{}"; 300_000].join(","));
        assert_eq!(gateway.receipts("application/json", many.as_bytes()).unwrap()["outcome"], "invalid", "{name}");
    });
}
