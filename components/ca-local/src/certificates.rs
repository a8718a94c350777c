//! The authority's certificates, lists and timestamps. All but what time and chance enter is the same each time, for it is
//! made anew for each call.

use crate::keys::Keys;
use crate::signer::Signer;
use ca_authority::{Error, Revocation};
use const_oid::ObjectIdentifier;
use pki::issue::{self, List, Notice, Order, Revoked, Role, Unissued};
use pki::sm2::{self, DEFAULT_ID, PrivateKey};
use pki::timestamp::{self, Imprint, Query};
use pki::{Certificate, oid};

/// 2026-01-01T00:00:00Z to 2055-12-31T23:59:59Z.
const VALIDITY: (i64, i64) = (1_767_225_600, 2_713_910_399);
/// A list is good for so many seconds.
const LIST: i64 = 86_400;
/// The caller may have revoked so many certificates.
const MOST_REVOKED: usize = 100_000;

/// Below the number that RFC 5612 keeps for documentation: nobody is to rely on these.
const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.1");
const STAMP_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1.2");
const UNIT: &str = "仅供开发与医院印章 / development and hospital seal only";
const NOTICE: Notice<'_> = Notice {
    policy: POLICY,
    text: "仅供开发与医院印章,不是依法设立的电子认证服务机构签发。Development and hospital seal only: not issued by a licensed certification authority.",
};
const OPERATOR: &str = "云诊 Yunzhen";

/// A key with its certificate.
struct Holder {
    key: PrivateKey,
    certificate: Certificate,
}

/// The root and who signs timestamps.
pub struct Authority {
    root: Holder,
    stamper: Holder,
}

impl Authority {
    /// From the secret.
    ///
    /// # Errors
    /// Never in practice.
    pub fn new(keys: &Keys) -> Result<Self, Error> {
        let subject = |common| name(&[(oid::ORGANIZATION, OPERATOR)], &[(oid::COMMON_NAME, common)]);
        let (key, named) = (keys.private("root")?, subject("云诊本地根 / Yunzhen local root")?);
        let certificate = issued(&key, &named, &[1], VALIDITY, Role::Authority(Some(0)), None)?;
        let root = Holder { key, certificate };
        let (key, named) = (keys.private("stamper")?, subject("云诊本地时间戳 / Yunzhen local timestamps")?);
        let certificate = issued(&key, &named, &[2], VALIDITY, Role::TimeStamper, Some(&root))?;
        Ok(Self { root, stamper: Holder { key, certificate } })
    }

    /// A person's certificate, the same each time.
    ///
    /// # Errors
    /// `invalid` where a part of the name cannot be written.
    pub fn signer(&self, signer: &Signer, keys: &Keys) -> Result<Certificate, Error> {
        let key = signer.private()?;
        let [serial, _] = crate::seal::halves(keys.derive("serial", &key.public().to_point()));
        // Positive, and never one of the two above.
        let serial = [&[0x40], &serial[..]].concat();
        let uid = hex::encode(signer.uid);
        let named = name(
            &[(oid::ORGANIZATION, &signer.hospital)],
            &[
                (oid::TITLE, signer.title.text()),
                (oid::SERIAL_NUMBER, &signer.employee_no),
                (oid::USER_ID, &uid),
                (oid::COMMON_NAME, &signer.name),
            ],
        )?;
        let validity = (signer.not_before, signer.not_after());
        issued(&key, &named, &serial, validity, Role::Signer, Some(&self.root))
    }

    /// The list of what the caller revoked: complete, good for a day. The one root is above all certificates.
    ///
    /// # Errors
    /// `invalid` for what cannot be revoked.
    pub fn list(&self, ours: &[Revocation], now: i64) -> Result<Vec<u8>, Error> {
        if ours.len() > MOST_REVOKED {
            return Err(Error::invalid("revocations_too_many: more than 100000"));
        }
        let revoked = |one: &Revocation| {
            let (serial, at) = (one.serial.clone(), one.at_ms.div_euclid(1_000));
            Revoked { serial, at, reason: None }
        };
        let revoked: Vec<_> = ours.iter().map(revoked).collect();
        let list = List {
            issuer: &self.root.certificate,
            this_update: now,
            next_update: now.saturating_add(LIST),
            number: u64::try_from(now).unwrap_or_default(),
            builds_on: None,
            // The caller tells all that it ever revoked.
            expired_since: Some(VALIDITY.0),
            revoked: &revoked,
        };
        let list = issue::list(&list, signing(&self.root.key)).map_err(|error| unissued(&error))?;
        Ok(list.der().to_vec())
    }

    /// A timestamp over an SM3 digest.
    ///
    /// # Errors
    /// Never in practice.
    pub fn stamp(&self, digest: &[u8; 32], random: &[u8; 32], now: i64) -> Result<Vec<u8>, Error> {
        let imprint = Imprint { algorithm: oid::SM3, digest: digest.to_vec() };
        let query = Query { imprint, policy: None, nonce: None, certificate: true };
        let [serial, _] = crate::seal::halves(*random);
        let (certificate, policy) = (&self.stamper.certificate, STAMP_POLICY);
        let order = timestamp::Order { certificate, policy, serial: &serial, time: now };
        let token = timestamp::token(&query, &order, signing(&self.stamper.key));
        token.map_err(|error| Error::Unavailable(error.code().to_owned()))
    }

    /// Root and stamper, in DER.
    #[must_use]
    pub fn certificates(&self) -> Vec<Vec<u8>> {
        [&self.root, &self.stamper].map(|holder| holder.certificate.der().to_vec()).to_vec()
    }
}

/// Every name says what the certificate is good for.
fn name(before: &[(ObjectIdentifier, &str)], after: &[(ObjectIdentifier, &str)]) -> Result<Vec<u8>, Error> {
    let all = [&[(oid::COUNTRY, "CN")], before, &[(oid::ORGANIZATIONAL_UNIT, UNIT)], after].concat();
    let wrong = "name_malformed: hospital, name or employee_no is empty, longer than 64 characters or not printable";
    issue::name(&all).ok_or_else(|| Error::invalid(wrong))
}

fn issued(
    key: &PrivateKey,
    subject: &[u8],
    serial: &[u8],
    (not_before, not_after): (i64, i64),
    role: Role,
    issuer: Option<&Holder>,
) -> Result<Certificate, Error> {
    let (public, notice) = (key.public(), Some(NOTICE));
    let order = Order { subject, key: &public, serial, not_before, not_after, role, notice, lists: &[] };
    let by = issuer.map_or(key, |issuer| &issuer.key);
    let made = issue::certificate(&order, issuer.map(|issuer| &issuer.certificate), signing(by));
    made.map_err(|error| unissued(&error))
}

/// How this key signs.
pub fn signing(key: &PrivateKey) -> impl Fn(&[u8]) -> Result<Vec<u8>, sm2::Error> {
    |bytes| key.sign(DEFAULT_ID, bytes)
}

fn unissued(error: &Unissued<sm2::Error>) -> Error {
    match error {
        Unissued::Part(_) => Error::Invalid(format!("{}: {error}", error.code())),
        Unissued::Signing(_) => Error::Unavailable(format!("{}: {error}", error.code())),
    }
}
