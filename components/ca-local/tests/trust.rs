//! Everything that it issues together is evidence that holds, until something is revoked.

#![cfg(test)]

mod common;

use ca_authority::{Approval, Authority, Error, Fate, Revocation};
use common::{CONTENT, DAY, NOW, PIN, at, authority, configured, doctor, enrolled, job};
use pki::crl::Crl;
use pki::evidence::{self, Evidence, Lists, Stamped, Trust};
use pki::sm2::DEFAULT_ID;
use pki::{Certificate, timestamp::Token};
use sm3::{Digest, Sm3};

/// The code of the first failure, or `ok`.
fn verdict(ours: &[&str], stamped_at: i64) -> String {
    let ca = authority();
    let person = enrolled(&ca, &doctor(), 1);
    let certificate = Certificate::from_der(person.certificate.as_ref().unwrap()).unwrap();
    let job = job(&person, Approval::Pin(PIN.to_owned()));
    let outcome = at(NOW, 2, async |context| ca.submit(&job, context).await).unwrap();
    let Fate::Signed(signed) = outcome.fate else { panic!("not signed") };
    let digest: [u8; 32] = Sm3::digest(&signed).into();
    let stamp = at(stamped_at, 3, async |context| ca.timestamp(&digest, context).await).unwrap();
    let all = at(NOW, 4, async |context| ca.certificates(context).await).unwrap();
    let all: Vec<_> = all.iter().map(|der| Certificate::from_der(der).unwrap()).collect();
    let serial = |of: &&str| if *of == "doctor" { certificate.serial() } else { all[1].serial() }.to_vec();
    let ours: Vec<_> = ours.iter().map(|of| Revocation { serial: serial(of), at_ms: (NOW + 60) * 1_000 }).collect();
    let lists = at(NOW + DAY, 5, async |context| ca.revocations(&ours, context).await).unwrap();
    let lists = lists.iter().map(|der| Lists { complete: Crl::from_der(der).unwrap(), delta: None, at: NOW + DAY });
    let lists: Vec<_> = lists.collect();
    let evidence =
        Evidence { content: CONTENT, signed_data: &signed, timestamp: Some(&stamp), stamped: Stamped::SignedData };
    let trust = Trust {
        roots: &all[..1],
        timestamp_roots: &all[..1],
        between: &[],
        lists: &lists,
        lists_after: true,
        signer: Some(&certificate),
        timestamp_required: true,
        user_id: DEFAULT_ID,
        now: NOW + DAY,
    };
    let verdict = evidence::verify(&evidence, &trust);
    verdict.report.failure().map_or("ok", |line| line.code).to_owned()
}

#[test]
fn evidence_holds_until_something_is_revoked() {
    assert_eq!(verdict(&[], NOW + 1), "ok");
    assert_eq!(verdict(&["doctor"], NOW + 1), "ok", "signed before");
    assert_eq!(verdict(&["doctor"], NOW + 60), "certificate_revoked");
    assert_eq!(verdict(&["stamper"], NOW + 1), "certificate_revoked");
}

#[test]
fn root_and_stamper_are_the_same_bytes_each_time() {
    let all = |key: &str, now, chance| {
        let ca = configured(&key.repeat(32), "").unwrap();
        at(now, chance, async |context| ca.certificates(context).await).unwrap()
    };
    let once = all("07", NOW, 1);
    assert_eq!(all("07", NOW + 365 * DAY, 2), once);
    assert_ne!(all("08", NOW, 1), once);
    // Who was enrolled is verified by these bytes for years: they may not change with the code either.
    let digest = |der: &[u8]| hex::encode(Sm3::digest(der));
    let person = enrolled(&authority(), &doctor(), 1).certificate.unwrap();
    let golden = [
        "c1f8fc26355a4bbeffb2a45648734a9c7369a8f64709736ca31413c3c4bfd272",
        "566d911bc96869976eb12d406a2c98e878d36ae08eb11bd7dada3c809b1a855a",
        "3a6f5993f1d9b04d31e5357eb3ccd7cd5c009919652559dbaffd4e03dee9da8d",
    ];
    assert_eq!([digest(&once[0]), digest(&once[1]), digest(&person)], golden);
}

#[test]
fn lists_are_numbered_by_the_clock_and_good_for_a_day() {
    let list = |now, ours: &[Revocation]| at(now, 1, async |context| authority().revocations(ours, context).await);
    let made = Crl::from_der(&list(NOW, &[]).unwrap()[0]).unwrap();
    assert_eq!((made.this_update(), made.next_update(), made.is_delta()), (NOW, Some(NOW + DAY), false));
    assert_eq!(list(NOW, &[]), list(NOW, &[]));
    for serial in [vec![], vec![0], vec![1; 21]] {
        assert!(matches!(list(NOW, &[Revocation { serial, at_ms: 0 }]), Err(Error::Invalid(_))));
    }
}

#[test]
fn no_two_timestamps_have_one_number() {
    let number = |chance| {
        let stamp = at(NOW, chance, async |context| authority().timestamp(&[1; 32], context).await).unwrap();
        Token::parse(&stamp).unwrap().info.serial
    };
    assert_ne!(number(1), number(2));
}
