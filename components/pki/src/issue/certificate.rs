//! Certificates.

use super::{Unissued, extension, serial, signed};
use crate::asn1::{INTEGER, SEQUENCE, SET, algorithm, oid as identifier, sequence, time, tlv};
use crate::certificate::Certificate;
use crate::oid;
use crate::sm2::PublicKey;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_QT_UNOTICE;
use der::asn1::{Ia5String, OctetString};
use der::{Any, Decode, Encode};
use sm3::{Digest, Sm3};
use x509_cert::ext::pkix::certpolicy::{DisplayText, PolicyInformation, PolicyQualifierInfo, UserNotice};
use x509_cert::ext::pkix::crl::CrlDistributionPoints;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage, KeyUsages,
    SubjectKeyIdentifier,
};

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Issues certificates and lists; above so many other authorities at most.
    Authority(Option<u8>),
    /// A person or an organisation signs.
    Signer,
    /// Signs timestamps (RFC 3161, 2.3).
    TimeStamper,
}

/// A certificate policy with what is to be shown to whoever relies on it (RFC 5280, 4.2.1.4).
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The policy.
    pub policy: ObjectIdentifier,
    /// At most 200 characters.
    pub text: &'a str,
}

/// A certificate to be issued.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The subject's name in DER, from [`name`].
    pub subject: &'a [u8],
    /// Its key.
    pub key: &'a PublicKey,
    /// Positive, big-endian, at most 20 bytes with a zero before a set first bit; never used twice by an issuer.
    pub serial: &'a [u8],
    /// The first second of its validity.
    pub not_before: i64,
    /// The last.
    pub not_after: i64,
    /// What it is for.
    pub role: Role,
    /// What it says about itself.
    pub notice: Option<Notice<'a>>,
    /// Where the issuer's lists are.
    pub lists: &'a [&'a str],
}

/// A name in DER: an RDN for each attribute, in this order. None where a value is empty or longer than 64 characters, or
/// country or serialNumber is not printable (RFC 5280, appendix A).
#[must_use]
pub fn name(attributes: &[(ObjectIdentifier, &str)]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    for (kind, value) in attributes {
        let printable = [oid::COUNTRY, oid::SERIAL_NUMBER].contains(kind);
        let fits = |c: char| if printable { c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c) } else { c >= ' ' };
        if !(1..=64).contains(&value.chars().count()) || !value.chars().all(fits) {
            return None;
        }
        let value = tlv(if printable { 0x13 } else { 0x0c }, &[value.as_bytes()]);
        made.push(tlv(SET, &[&tlv(SEQUENCE, &[&identifier(*kind), &value])]));
    }
    Some(tlv(SEQUENCE, &[&made.concat()]))
}

/// Issues a certificate; without an issuer it is a root, signed with its own key. `sign` gets the bytes to be signed with
/// the issuer's key by SM2 and returns a signature in DER.
///
/// # Errors
/// When `sign` fails, or a part of the order cannot be written.
pub fn certificate<E>(
    order: &Order<'_>,
    issuer: Option<&Certificate>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Certificate, Unissued<E>> {
    let times = [order.not_before, order.not_after].map(time);
    let [Some(not_before), Some(not_after)] = times else { return Err(Unissued::Part("validity")) };
    if order.not_before > order.not_after {
        return Err(Unissued::Part("validity"));
    }
    sequence(order.subject).map_err(|_| Unissued::Part("subject"))?;
    let extensions = extensions(order, issuer).ok_or(Unissued::Part("extensions"))?;
    let content = tlv(
        SEQUENCE,
        &[
            &tlv(0xa0, &[&tlv(INTEGER, &[&[2]])]),
            &serial(order.serial).ok_or(Unissued::Part("serial"))?,
            &algorithm(oid::SM2_WITH_SM3),
            issuer.map_or(order.subject, Certificate::subject),
            &tlv(SEQUENCE, &[&not_before, &not_after]),
            order.subject,
            &order.key.to_spki(),
            &tlv(0xa3, &[&tlv(SEQUENCE, &[&extensions.concat()])]),
        ],
    );
    Certificate::from_der(&signed(&content, sign)?).map_err(|_| Unissued::Part("certificate"))
}

fn extensions(order: &Order<'_>, issuer: Option<&Certificate>) -> Option<Vec<Vec<u8>>> {
    let mut made = Vec::new();
    let own = key_identifier(order.key);
    let above = issuer.map_or_else(|| Some(own.clone()), Certificate::key_identifier);
    if let Some(above) = above {
        let key_identifier = Some(OctetString::new(above).ok()?);
        made.push(extension(false, &AuthorityKeyIdentifier { key_identifier, ..Default::default() })?);
    }
    made.push(extension(false, &SubjectKeyIdentifier(OctetString::new(own).ok()?))?);
    let usage = match order.role {
        Role::Authority(_) => KeyUsages::KeyCertSign | KeyUsages::CRLSign,
        Role::Signer | Role::TimeStamper => KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
    };
    made.push(extension(true, &KeyUsage(usage))?);
    match order.role {
        Role::Authority(path_len_constraint) => {
            made.push(extension(true, &BasicConstraints { ca: true, path_len_constraint })?);
        }
        Role::TimeStamper => made.push(extension(true, &ExtendedKeyUsage(vec![oid::FOR_TIME_STAMPING]))?),
        Role::Signer => {}
    }
    if let Some(notice) = &order.notice {
        made.push(extension(false, &policies(notice)?)?);
    }
    if !order.lists.is_empty() {
        let names = order.lists.iter().map(|url| Ia5String::new(url).map(GeneralName::UniformResourceIdentifier));
        let names = DistributionPointName::FullName(names.collect::<Result<_, _>>().ok()?);
        let point = DistributionPoint { distribution_point: Some(names), reasons: None, crl_issuer: None };
        made.push(extension(false, &CrlDistributionPoints(vec![point]))?);
    }
    Some(made)
}

/// 160 bits of the key's SM3, after RFC 7093, 2.
fn key_identifier(key: &PublicKey) -> Vec<u8> {
    Sm3::digest(key.to_point()).iter().take(20).copied().collect()
}

fn policies(notice: &Notice<'_>) -> Option<CertificatePolicies> {
    if !(1..=200).contains(&notice.text.chars().count()) {
        return None;
    }
    let text = UserNotice { notice_ref: None, explicit_text: Some(DisplayText::Utf8String(notice.text.to_owned())) };
    let qualifier = Some(Any::from_der(&text.to_der().ok()?).ok()?);
    let qualifiers = vec![PolicyQualifierInfo { policy_qualifier_id: ID_QT_UNOTICE, qualifier }];
    let policy = PolicyInformation { policy_identifier: notice.policy, policy_qualifiers: Some(qualifiers) };
    Some(CertificatePolicies(vec![policy]))
}
