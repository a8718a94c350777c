//! A service that answers what it is told to, and shows what it was asked.

#![allow(dead_code, reason = "each test file uses a part")]

use ca_authority::{Answer, Approval, Authority, Broken, Context, Form, Job, Person, Request, Role, Variables};
use ca_bjca::Bjca;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::VecDeque;

/// 2027-01-15T08:00:00Z.
pub const NOW: i64 = 1_800_000_000;
pub const SECRET: &str = "TEST-SECURE-CODE-0001";

pub type Said = Result<Answer, Broken>;

/// An answer in JSON.
pub fn says(status: u16, body: &Value) -> Said {
    raw(status, body.to_string())
}

pub fn raw(status: u16, body: impl Into<Vec<u8>>) -> Said {
    Ok(http::Response::builder().status(status).body(body.into()).unwrap())
}

pub fn account(further: &[(&str, &str)]) -> Bjca {
    let account = [("ca_bjca_endpoint", "https://ca.test"), ("ca_bjca_app_id", "APP_TEST"), ("ca_bjca_secret", SECRET)];
    Bjca::configure(&account.iter().chain(further).copied().collect::<Variables>()).unwrap()
}

/// What a call gives when these are the answers, and the path and JSON of each request.
pub fn call<T>(answers: Vec<Said>, call: impl AsyncFnOnce(&Context<'_>) -> T) -> (T, Vec<(String, Value)>) {
    let (answers, asked) = (RefCell::new(VecDeque::from(answers)), RefCell::new(Vec::new()));
    let send = |request: Request, _| -> std::pin::Pin<Box<dyn Future<Output = Said>>> {
        let body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        asked.borrow_mut().push((request.uri().path().to_owned(), body));
        let said = answers.borrow_mut().pop_front().expect("no more requests");
        Box::pin(async move { said })
    };
    let context = Context { now_ms: NOW * 1_000, random: [7; 32], send: &send };
    let done = futures::executor::block_on(call(&context));
    assert!(answers.borrow().is_empty(), "fewer requests");
    (done, asked.into_inner())
}

pub fn person() -> Person {
    Person {
        employee_no: "D-017".to_owned(),
        name: "张三".to_owned(),
        id_number: "11010519491231002X".to_owned(),
        phone: "+8613711112222".to_owned(),
        role: Role::Doctor,
        pin: None,
    }
}

pub fn job(approval: Approval) -> Job {
    Job {
        reference: "sig_01".to_owned(),
        person: "u1".to_owned(),
        approval,
        title: "处方签名".to_owned(),
        content: "处方原文".as_bytes().to_vec(),
        form: Form::Gm,
        expires_at_ms: (NOW + 90 * 60) * 1_000,
    }
}
