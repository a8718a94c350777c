//! An authority, a doctor, and calls at a time of the test's choosing.

#![allow(dead_code, reason = "each test file uses a part")]

use ca_authority::{Approval, Authority, Context, Enrolment, Form, Job, Person, Role, Variables};
use ca_local::Local;

/// 2027-01-15T08:00:00Z.
pub const NOW: i64 = 1_800_000_000;
pub const DAY: i64 = 86_400;
pub const CONTENT: &[u8] = "处方 2027-0001".as_bytes();
pub const PIN: &str = "2468ab";

pub fn authority() -> Local {
    configured(&"07".repeat(32), "").unwrap()
}

pub fn configured(key: &str, hospital: &str) -> Result<Local, ca_authority::Error> {
    Local::configure(&Variables::from_iter([("ca_local_key", key), ("ca_local_hospital", hospital)]))
}

/// A call at this second; nothing goes out.
pub fn at<T>(now: i64, chance: u8, call: impl AsyncFnOnce(&Context<'_>) -> T) -> T {
    let send = |_, _| unreachable!("nothing goes out");
    let context = Context { now_ms: now * 1_000, random: [chance; 32], send: &send };
    futures::executor::block_on(call(&context))
}

pub fn doctor() -> Person {
    Person {
        employee_no: "D-017".to_owned(),
        name: "张三".to_owned(),
        id_number: "11010519491231002X".to_owned(),
        phone: "+8613711112222".to_owned(),
        role: Role::Doctor,
        pin: Some(PIN.to_owned()),
    }
}

pub fn enrolled(ca: &Local, person: &Person, chance: u8) -> Enrolment {
    at(NOW, chance, async |context| ca.enrol(person, context).await).unwrap()
}

pub fn job(person: &Enrolment, approval: Approval) -> Job {
    Job {
        reference: "sig_01-a".to_owned(),
        person: person.id.clone(),
        approval,
        title: "处方签名".to_owned(),
        content: CONTENT.to_vec(),
        form: Form::Gm,
        expires_at_ms: (NOW + 600) * 1_000,
    }
}
