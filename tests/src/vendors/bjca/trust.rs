//! The authority's keys: a root, an authority below it, timestamps, lists with a delta, and what persons sign.

use super::{Received, Refusal, Reply, User};
use const_oid::ObjectIdentifier;
use pki::issue::{self, List, Order, Revoked, Role};
use pki::signed_data::{self, Builder, Form};
use pki::sm2::{self, DEFAULT_ID, PrivateKey};
use pki::timestamp::{self, Imprint, Query};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};

/// Where timestamps are made.
pub(super) const STAMPS: &str = "/tsa";
/// Where lists are: the root's, then the authority's with its delta.
pub(super) const LISTS: [&str; 3] = ["/crl/root.crl", "/crl/authority.crl", "/crl/authority-delta.crl"];

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;
const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.2.1");
/// Numbers of the complete list and of the delta on it.
const NUMBERS: (u64, u64) = (7, 8);

pub(super) struct Trust {
    root: Certificate,
    authority: Certificate,
    stamper: Certificate,
    /// With the ends of their certificates.
    revoked: Vec<(Revoked, i64)>,
    stamps: u64,
    started: i64,
}

/// What a person signs.
pub(super) struct Signing<'a> {
    pub user: &'a User,
    pub content: &'a [u8],
    pub at: i64,
    pub attached: bool,
}

/// The key of this name: the same in each run.
fn key(name: &str) -> PrivateKey {
    PrivateKey::from_bytes(&Sm3::digest(name)).expect("a number below n")
}

fn signing(name: &str) -> impl Fn(&[u8]) -> Result<Vec<u8>, sm2::Error> {
    let key = key(name);
    move |bytes| key.sign(DEFAULT_ID, bytes)
}

fn issued(
    name: &str,
    subject: &[u8],
    serial: u64,
    (not_before, years): (i64, i64),
    role: Role,
    above: Option<(&str, &Certificate)>,
) -> Certificate {
    let (public, serial) = (key(name).public(), [&[0x20], &serial.to_be_bytes()[..]].concat());
    let not_after = not_before + years * YEAR;
    let order = Order { subject, key: &public, serial: &serial, not_before, not_after, role, notice: None, lists: &[] };
    let (by, issuer) = above.map_or((name, None), |(by, issuer)| (by, Some(issuer)));
    issue::certificate(&order, issuer, signing(by)).expect("a certificate")
}

fn pem(certificate: &Certificate) -> String {
    let base64 = super::coss::base64(certificate.der());
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

impl Trust {
    pub fn new(now: i64) -> Self {
        let name = |common| {
            issue::name(&[(oid::COUNTRY, "CN"), (oid::ORGANIZATION, "BJCA"), (oid::COMMON_NAME, common)])
                .expect("a name")
        };
        let [long, short] = [10, 3].map(|years| (now - DAY, years));
        let root = issued("root", &name("Fake BJCA Root"), 1, long, Role::Authority(Some(1)), None);
        let below =
            |key, common, serial, time, role, above| issued(key, &name(common), serial, time, role, Some(above));
        let authority = below("authority", "Fake BJCA SM2 CA", 2, long, Role::Authority(Some(0)), ("root", &root));
        let stamper = below("stamper", "Fake BJCA TSA", 3, short, Role::TimeStamper, ("authority", &authority));
        Self { root, authority, stamper, revoked: Vec::new(), stamps: 0, started: now }
    }

    pub fn root(&self) -> Vec<u8> {
        self.root.der().to_vec()
    }

    pub fn root_pem(&self) -> String {
        pem(&self.root)
    }

    /// Root and authority; the stamper's certificate goes along with its tokens.
    pub fn pem(&self) -> String {
        [&self.root, &self.authority].map(pem).concat()
    }

    pub fn issue(&self, user: &User) -> Certificate {
        let uid = hex::encode(Sm3::digest(&user.id_number));
        let name = [
            (oid::COUNTRY, "CN"),
            (oid::ORGANIZATION, "BJCA"),
            (oid::COMMON_NAME, user.name.as_str()),
            (oid::USER_ID, &uid),
        ];
        let (key, subject) = (format!("user {}", user.number), issue::name(&name).expect("a name"));
        let above = Some(("authority", &self.authority));
        // Pharmacists' last longer.
        let years = if user.employee_no.starts_with('P') { 2 } else { 1 };
        issued(&key, &subject, 1_000 + user.number, (self.started - 3_600, years), Role::Signer, above)
    }

    /// Somebody whom the hospital does not know.
    pub fn stranger(&self) -> User {
        let [id, name, id_number, employee_no] = ["U0", "路人", "0", "0"].map(str::to_owned);
        let user = User { id, number: 0, name, id_number, employee_no, certificate: None };
        User { certificate: Some(self.issue(&user)), ..user }
    }

    pub fn sign(&self, what: &Signing<'_>) -> Vec<u8> {
        let certificate = what.user.certificate.as_ref().expect("a certificate");
        let builder = Builder::new(Form::Gm, what.content).certificate(certificate);
        let builder = if what.attached { builder } else { builder.detached() };
        let signed = builder.sign(certificate, what.at, &[], signing(&format!("user {}", what.user.number)));
        signed.expect("a signature").finish()
    }

    /// As [`Trust::sign`], with a timestamp of something else inside.
    pub fn stamped_wrong(&self, what: &Signing<'_>) -> Vec<u8> {
        let imprint = Imprint { algorithm: oid::SM3, digest: Sm3::digest("something else").to_vec() };
        let query = Query { imprint, policy: None, nonce: None, certificate: true };
        let order = timestamp::Order { certificate: &self.stamper, policy: POLICY, serial: &[9], time: what.at };
        let token = timestamp::token(&query, &order, signing("stamper")).expect("a token");
        signed_data::embedded(&self.sign(what), Some(&token)).expect("a signature")
    }

    pub fn revoke(&mut self, certificate: &Certificate, at: i64) {
        let revoked = Revoked { serial: certificate.serial().to_vec(), at, reason: None };
        self.revoked.push((revoked, certificate.not_after()));
    }

    pub fn revoke_stamper(&mut self, at: i64) {
        self.revoke(&self.stamper.clone(), at);
    }

    pub fn answer(&mut self, request: &Received, now: i64) -> Result<Reply, Refusal> {
        let (method, path) = (request.method.as_str(), request.path.as_str());
        let list = |issuer, by, number, builds_on, revoked: &[Revoked]| {
            let (this_update, next_update) = (now, now + DAY);
            let list = List { issuer, this_update, next_update, number, builds_on, expired_since: None, revoked };
            let list = issue::list(&list, signing(by)).expect("a list").der().to_vec();
            Ok(Reply::Answer(200, "application/pkix-crl", list))
        };
        // What has expired leaves the lists, once it stood on one from after its end (RFC 5280, 3.3).
        let revoked = self.revoked.iter().filter(|(_, end)| now <= *end + 2 * DAY).map(|(revoked, _)| revoked.clone());
        let revoked: Vec<_> = revoked.collect();
        let (complete, delta) = NUMBERS;
        let [root, authority, authority_delta] = LISTS;
        match path {
            _ if method == "POST" && path == STAMPS => self.stamp(request, now),
            _ if method != "GET" => Err(Refusal::new(405, "405", method)),
            _ if path == root => list(&self.root, "root", complete, None, &[]),
            _ if path == authority => list(&self.authority, "authority", complete, None, &[]),
            _ if path == authority_delta => list(&self.authority, "authority", delta, Some(complete), &revoked),
            _ => Err(Refusal::new(404, "404", path)),
        }
    }

    fn stamp(&mut self, request: &Received, now: i64) -> Result<Reply, Refusal> {
        let answer = |body| Ok(Reply::Answer(200, "application/timestamp-reply", body));
        if request.header("content-type") != "application/timestamp-query" {
            return Err(Refusal::new(415, "415", request.header("content-type")));
        }
        // badDataFormat, badAlg (RFC 3161, 2.4.2).
        let Ok(query) = Query::parse(&request.body) else { return answer(timestamp::refusal(5)) };
        if query.imprint.algorithm != oid::SM3 || query.imprint.digest.len() != 32 {
            return answer(timestamp::refusal(0));
        }
        self.stamps += 1;
        let serial = self.stamps.to_be_bytes();
        let order = timestamp::Order { certificate: &self.stamper, policy: POLICY, serial: &serial, time: now };
        let token = timestamp::token(&query, &order, signing("stamper")).expect("a token");
        answer(timestamp::answer(&token))
    }
}
