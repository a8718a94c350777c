//! Who must have signed. A bundle says of each signature in which role it was made; which roles there have to be is not for
//! the bundle to say, but follows from what was signed.

use super::{Bundle, Judged};
use crate::certificate::Certificate;
use crate::oid;
use std::fmt;

/// What a document lacks to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// What was signed is no document of a known kind.
    Kind,
    /// What was signed is another document than the bundle says: id, kind or version.
    OtherDocument,
    /// Nobody signed in this role.
    Missing(&'static str),
    /// More than one signature in this role.
    Twice(&'static str),
    /// A signature in a role that such a document does not have.
    Stranger(String),
    /// Two roles, and one certificate or key.
    SameSigner(String, String),
    /// Whoever signed first is not who wrote it, by name.
    OtherAuthor,
    /// Timestamps prove another order than such a document is signed in.
    Order(&'static str, &'static str),
}

/// Who has to sign a document of this kind, in this order; none for an unknown kind.
#[must_use]
pub fn of_kind(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "prescription" => Some(&["doctor", "pharmacist"]),
        "report" | "consult_record" => Some(&["doctor"]),
        "consent" => Some(&["hospital"]),
        _ => None,
    }
}

/// Everything that is missing for all to have signed; nothing where the document is whole. Whether the signatures hold is
/// told by [`super::verify`], whose verdicts these are.
#[must_use]
pub fn lacking(bundle: &Bundle, judged: &[Judged]) -> Vec<Lack> {
    let content: serde_json::Value = serde_json::from_slice(&bundle.content.0).unwrap_or_default();
    let text = |name: &str| content.get(name).and_then(serde_json::Value::as_str);
    let Some(expected) = text("kind").and_then(of_kind) else { return vec![Lack::Kind] };
    let mut lacks = Vec::new();
    let document = &bundle.document;
    let version = content.get("version").and_then(serde_json::Value::as_u64);
    let same = text("document_id") == Some(&document.id)
        && text("kind") == Some(&document.kind)
        && version == Some(document.version.into());
    if !same {
        lacks.push(Lack::OtherDocument);
    }
    for role in expected.iter().copied() {
        match bundle.signatures.iter().filter(|signature| signature.role == role).count() {
            0 => lacks.push(Lack::Missing(role)),
            1 => {}
            _ => lacks.push(Lack::Twice(role)),
        }
    }
    let of = |role: &str| judged.iter().find(|one| one.role == role).map(|one| &one.verdict);
    for pair in expected.windows(2) {
        let [one, next] = pair else { continue };
        if of(one).and_then(|one| one.stamped) > of(next).and_then(|next| next.stamped) {
            lacks.push(Lack::Order(one, next));
        }
    }
    // The hospital seals what others wrote.
    let first = expected.first().filter(|role| **role != "hospital").and_then(|role| of(role)?.signer.as_ref());
    let author = content.pointer("/author/name").and_then(serde_json::Value::as_str);
    if first.is_some_and(|first| first.subject_value(oid::COMMON_NAME).as_deref() != author) {
        lacks.push(Lack::OtherAuthor);
    }
    let strangers = bundle.signatures.iter().filter(|signature| !expected.contains(&signature.role.as_str()));
    lacks.extend(strangers.map(|signature| Lack::Stranger(signature.role.clone())));
    let who: Vec<_> = bundle.signatures.iter().map(|signature| (signature, key(&signature.signer.0))).collect();
    for (i, (one, key)) in who.iter().enumerate() {
        for (other, others) in who.iter().skip(i + 1).filter(|(other, _)| other.role != one.role) {
            if one.signer == other.signer || key.is_some() && key == others {
                lacks.push(Lack::SameSigner(one.role.clone(), other.role.clone()));
            }
        }
    }
    lacks
}

/// A key may stand in several certificates.
fn key(der: &[u8]) -> Option<Vec<u8>> {
    Some(Certificate::from_der(der).ok()?.key().ok()?.to_spki())
}

impl Lack {
    /// Stable.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Kind => "kind_unknown",
            Self::OtherDocument => "document_differs",
            Self::Missing(_) => "signature_missing",
            Self::Twice(_) => "role_twice",
            Self::Stranger(_) => "role_unknown",
            Self::SameSigner(..) => "same_signer",
            Self::OtherAuthor => "author_differs",
            Self::Order(..) => "out_of_order",
        }
    }
}

/// What a bundle says is escaped.
impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => f.write_str("the signed content is no document of a known kind"),
            Self::OtherDocument => f.write_str("the signed content is another document than the bundle says"),
            Self::Missing(role) => write!(f, "the signature of the {role} is missing"),
            Self::Twice(role) => write!(f, "there are several signatures of the {role}"),
            Self::Stranger(role) => write!(f, "{role:?} does not sign such a document"),
            Self::OtherAuthor => f.write_str("whoever signed first is not the author that the content names"),
            Self::Order(one, next) => write!(f, "the {one} signed after the {next}"),
            Self::SameSigner(one, other) => write!(f, "{one:?} and {other:?} have the same certificate or key"),
        }
    }
}
