//! Whom it enrols, and what their certificates say.

#![cfg(test)]

mod common;

use ca_authority::{Authority, Error, Role, Standing};
use common::{DAY, NOW, at, authority, configured, doctor, enrolled};
use pki::{Certificate, oid};

const UNIT: &str = "仅供开发与医院印章 / development and hospital seal only";

#[test]
fn a_certificate_says_whose_it_is_and_what_it_is_not() {
    let certificate = enrolled(&authority(), &doctor(), 1).certificate.unwrap();
    let certificate = Certificate::from_der(&certificate).unwrap();
    let says = [
        (oid::COMMON_NAME, "张三"),
        (oid::SERIAL_NUMBER, "D-017"),
        (oid::ORGANIZATION, "云诊开发医院"),
        (oid::TITLE, "医师"),
        (oid::ORGANIZATIONAL_UNIT, UNIT),
    ];
    for (kind, value) in says {
        assert_eq!(certificate.subject_value(kind).as_deref(), Some(value));
    }
    assert_eq!((certificate.not_before(), certificate.not_after()), (NOW, NOW + 365 * DAY - 1));
    let text = String::from_utf8_lossy(certificate.der()).into_owned();
    assert!(text.contains("not issued by a licensed certification authority"));
    let uid = certificate.subject_value(oid::USER_ID).unwrap();
    assert!(uid.len() == 64 && uid.bytes().all(|byte| byte.is_ascii_hexdigit()), "{uid}");
    for personal in ["11010519491231002X", "13711112222"] {
        assert!(!text.contains(personal));
    }
}

#[test]
fn the_number_is_the_same_person_to_one_authority_only() {
    let uid = |key: &str, chance| {
        let certificate = enrolled(&configured(&key.repeat(32), "").unwrap(), &doctor(), chance).certificate.unwrap();
        Certificate::from_der(&certificate).unwrap().subject_value(oid::USER_ID)
    };
    assert_eq!(uid("07", 1), uid("07", 2));
    assert_ne!(uid("07", 1), uid("08", 1));
}

#[test]
fn an_id_gives_the_same_certificate_back_until_it_expires() {
    let ca = authority();
    let enrolment = enrolled(&ca, &doctor(), 1);
    assert_eq!((enrolment.standing, enrolment.invitation.clone()), (Standing::Active, None));
    let renamed = configured(&"07".repeat(32), "另一医院").unwrap();
    for (ca, now, standing) in [
        (&ca, NOW + 1, Standing::Active),
        (&renamed, NOW + 365 * DAY - 1, Standing::Active),
        (&ca, NOW + 365 * DAY, Standing::Expired),
    ] {
        let looked = at(now, 9, async |context| ca.look(&enrolment.id, context).await).unwrap();
        assert_eq!((looked.certificate, looked.standing), (enrolment.certificate.clone(), standing));
    }
    assert_ne!(enrolled(&ca, &doctor(), 2).certificate, enrolment.certificate, "a key of its own");
}

#[test]
fn nobody_reads_or_changes_an_id() {
    let ca = authority();
    let id = enrolled(&ca, &doctor(), 1).id;
    let unknown = Err(Error::invalid("person_unknown: not a person of this authority"));
    let look = |ca: &ca_local::Local, id: &str| at(NOW, 3, async |context| ca.look(id, context).await.map(|_| ()));
    assert_eq!(look(&ca, &id), Ok(()));
    for i in 0..id.len() {
        let changed = if &id[i..=i] == "A" { "B" } else { "A" };
        assert_eq!(look(&ca, &format!("{}{changed}{}", &id[..i], &id[i + 1..])), unknown, "character {i}");
    }
    assert_eq!(look(&configured(&"08".repeat(32), "").unwrap(), &id), unknown);
    assert_eq!(look(&ca, ""), unknown);
}

#[test]
fn the_longest_names_fit() {
    let person = ca_authority::Person {
        name: "龘".repeat(64),
        employee_no: "9".repeat(64),
        role: Role::Hospital,
        id_number: "X".repeat(32),
        ..doctor()
    };
    let ca = configured(&"07".repeat(32), &"医".repeat(64)).unwrap();
    let enrolment = enrolled(&ca, &person, 1);
    assert!(enrolment.id.len() <= 1_000, "short enough for a code that is scanned: {}", enrolment.id.len());
    let mut job = common::job(&enrolment, ca_authority::Approval::Code);
    job.reference = "r".repeat(64);
    let outcome = at(NOW, 2, async |context| ca.submit(&job, context).await).unwrap();
    assert!(outcome.id.len() <= 1_000, "{}", outcome.id.len());
}

#[test]
fn what_cannot_stand_in_a_certificate_is_refused() {
    type Change = fn(&mut ca_authority::Person);
    let cases: [(Change, &str); 8] = [
        (|person| person.name.clear(), "name_malformed"),
        (|person| person.name = "龘".repeat(65), "name_malformed"),
        (|person| person.name = "张\n三".to_owned(), "name_malformed"),
        (|person| person.employee_no = "员工".to_owned(), "name_malformed"),
        (|person| person.id_number.clear(), "id_number"),
        (|person| person.id_number = "1".repeat(33), "id_number"),
        (|person| person.pin = Some("12345".to_owned()), "pin"),
        (|person| person.pin = Some("1".repeat(65)), "pin"),
    ];
    for (change, code) in cases {
        let mut person = doctor();
        change(&mut person);
        let refused = at(NOW, 1, async |context| authority().enrol(&person, context).await);
        assert!(matches!(&refused, Err(Error::Invalid(why)) if why.starts_with(&format!("{code}:"))), "{refused:?}");
    }
}

#[test]
fn without_its_key_it_is_unavailable() {
    let why = |key: &str| match configured(key, "") {
        Err(Error::Unavailable(why)) => why,
        _ => panic!("configured"),
    };
    assert_eq!(why(""), "variable ca_local_key is not set");
    for bad in ["07", &"07".repeat(33), &"zz".repeat(32)] {
        assert_eq!(why(bad), "variable ca_local_key is not 64 hex digits");
    }
}
