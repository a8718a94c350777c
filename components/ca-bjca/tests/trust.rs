//! Timestamps and lists from where the variables say.

#![cfg(test)]

mod common;

use ca_authority::{Answer, Authority, Broken, Context, Error, Request};
use common::{NOW, account};
use const_oid::ObjectIdentifier;
use pki::issue::{self, List, Order, Role};
use pki::sm2::{DEFAULT_ID, PrivateKey};
use pki::timestamp::{self, Query, Token};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};

const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");

fn key() -> PrivateKey {
    PrivateKey::from_bytes(&[3; 32]).unwrap()
}

fn authority(role: Role) -> Certificate {
    let (subject, public) = (issue::name(&[(oid::COMMON_NAME, "CA")]).unwrap(), key().public());
    let (not_before, not_after) = (NOW - 1, NOW + 1);
    let order =
        Order { subject: &subject, key: &public, serial: &[1], not_before, not_after, role, notice: None, lists: &[] };
    issue::certificate(&order, None, |bytes| key().sign(DEFAULT_ID, bytes)).unwrap()
}

fn stamp(query: &[u8]) -> Vec<u8> {
    let certificate = authority(Role::TimeStamper);
    let order = timestamp::Order { certificate: &certificate, policy: POLICY, serial: &[9], time: NOW };
    let token = timestamp::token(&Query::parse(query).unwrap(), &order, |bytes| key().sign(DEFAULT_ID, bytes));
    timestamp::answer(&token.unwrap())
}

/// What a call gives when every request is answered so.
fn answered<T>(
    answer: impl Fn(&Request) -> (u16, Vec<u8>),
    call: impl AsyncFnOnce(&ca_bjca::Bjca, &Context<'_>) -> T,
) -> T {
    let pem = der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, authority(Role::Authority(None)).der());
    let pem = pem.unwrap().repeat(2);
    let ca = account(&[
        ("ca_bjca_tsa_url", "http://tsa.test/tsa"),
        ("ca_bjca_crl_urls", "http://crl.test/a.crl, http://crl.test/b.crl"),
        ("ca_bjca_certificates", &pem),
    ]);
    let send = |request: Request, _| -> std::pin::Pin<Box<dyn Future<Output = Result<Answer, Broken>>>> {
        let (status, body) = answer(&request);
        Box::pin(async move { Ok(http::Response::builder().status(status).body(body).unwrap()) })
    };
    let context = Context { now_ms: NOW * 1_000, random: [0xff; 32], send: &send };
    futures::executor::block_on(call(&ca, &context))
}

fn stamped(answer: impl Fn(&Request) -> (u16, Vec<u8>)) -> Result<Vec<u8>, Error> {
    let digest = Sm3::digest(b"signed").into();
    answered(answer, async |ca, context| ca.timestamp(&digest, context).await)
}

#[test]
fn a_timestamp_is_of_what_was_sent() {
    let token = stamped(|request| {
        assert_eq!(request.headers()["content-type"], "application/timestamp-query");
        assert_eq!(request.uri().to_string(), "http://tsa.test/tsa");
        (200, stamp(request.body()))
    });
    let token = Token::parse(&token.unwrap()).unwrap();
    assert_eq!((token.info.time, &token.info.imprint.digest[..]), (NOW, &Sm3::digest(b"signed")[..]));
}

#[test]
fn another_answer_is_no_timestamp() {
    let other = |digest: &[u8], nonce: &[u8]| stamp(&timestamp::request(&Sm3::digest(digest).into(), nonce));
    let nonce = [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert!(stamped(|_| (200, other(b"signed", &nonce))).is_ok());
    let unavailable = |status, body: Vec<u8>| {
        let done = stamped(|_| (status, body.clone()));
        matches!(done, Err(Error::Unavailable(_)))
    };
    assert!(unavailable(200, other(b"another", &nonce)));
    assert!(unavailable(200, other(b"signed", &[1])));
    assert!(unavailable(200, b"<html>".to_vec()));
    assert!(unavailable(500, stamp(&timestamp::request(&[0; 32], &nonce))));
    assert!(matches!(stamped(|_| (200, timestamp::refusal(2))), Err(Error::Rejected(_))));
}

#[test]
fn lists_and_certificates_come_in_their_order() {
    let issuer = authority(Role::Authority(None));
    let list = |number| {
        let (builds_on, expired_since) = (None, None);
        let list = List {
            issuer: &issuer,
            this_update: NOW,
            next_update: NOW,
            number,
            builds_on,
            expired_since,
            revoked: &[],
        };
        issue::list(&list, |bytes| key().sign(DEFAULT_ID, bytes)).unwrap().der().to_vec()
    };
    let number = |request: &Request| if request.uri().path() == "/a.crl" { 1 } else { 2 };
    let fetch = async |ca: &ca_bjca::Bjca, context: &Context<'_>| ca.revocations(&[], context).await;
    let lists = answered(|request| (200, list(number(request))), fetch);
    assert_eq!(lists, Ok(vec![list(1), list(2)]));
    let broken = answered(|request| (if number(request) == 1 { 200 } else { 404 }, list(1)), fetch);
    assert_eq!(broken, Err(Error::Unavailable("revocation list 2: answered 404".to_owned())));
    let broken = answered(|_| (200, b"<html>".to_vec()), fetch);
    assert_eq!(broken, Err(Error::Unavailable("revocation list 1: crl_malformed".to_owned())));
    let certificates = answered(|_| (404, Vec::new()), async |ca, context| ca.certificates(context).await);
    assert_eq!(certificates, Ok(vec![issuer.der().to_vec(); 2]));
}
