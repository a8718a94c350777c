//! What no authority is handed, and what a failure on the way means.

#![cfg(test)]

use ca_authority::types::{CONTENT_BYTES, check_id, check_reference};
use ca_authority::{Approval, Broken, Error, Form, Job, Variables};

#[test]
fn ids_and_references_have_their_form() {
    assert!([1, 2_048].iter().all(|n| check_id(&"~".repeat(*n)).is_ok()));
    let long = "a".repeat(2_049);
    assert!(["", "a b", "a\n", "医", &long].iter().all(|bad| check_id(bad).is_err()));
    assert_eq!(check_reference(&format!("aZ09_-{}", "x".repeat(58))), Ok(()));
    let long = "a".repeat(65);
    assert!(["", "a.b", "a b", "医", &long].iter().all(|bad| check_reference(bad).is_err()));
}

#[test]
fn a_job_is_within_its_limits() {
    type Change = fn(&mut Job);
    let job = || Job {
        reference: "r".to_owned(),
        person: "p".to_owned(),
        approval: Approval::Code,
        title: "题".repeat(128),
        content: vec![0; CONTENT_BYTES],
        form: Form::Gm,
        expires_at_ms: 0,
    };
    assert_eq!(job().check(), Ok(()));
    let cases: [(Change, &str); 7] = [
        (|job| job.reference.clear(), "reference_malformed"),
        (|job| job.person.clear(), "id_malformed"),
        (|job| job.approval = Approval::Authorised(String::new()), "id_malformed"),
        (|job| job.content.clear(), "content_size"),
        (|job| job.content.push(0), "content_size"),
        (|job| job.title.push('题'), "title_malformed"),
        (|job| job.title = "a\tb".to_owned(), "title_malformed"),
    ];
    for (change, code) in cases {
        let mut job = job();
        change(&mut job);
        assert!(matches!(job.check(), Err(Error::Invalid(why)) if why.starts_with(code)), "{code}");
    }
}

#[test]
fn what_was_not_sent_is_not_lost() {
    assert!(matches!(Broken::Unsent("x".to_owned()).into(), Error::Unavailable(_)));
    assert!(matches!(Broken::Lost("x".to_owned()).into(), Error::Lost(_)));
}

#[test]
fn a_variable_that_is_missing_is_named() {
    let variables = Variables::from_iter([("a", " x "), ("b", " ")]);
    assert_eq!((variables.required("a"), variables.get("b"), variables.get("c")), (Ok("x"), "", ""));
    assert_eq!(variables.required("b"), Err(Error::Unavailable("variable b is not set".to_owned())));
}
