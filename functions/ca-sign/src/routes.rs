//! Which request means what, who may make it, and how large it may be.

use crate::policy::{ADMIN, STAFF, USERS};
use crate::{dictionary, signature, signer, verify};
use common::guard::Policy;
use common::problem::Problem;
use common::routes;
use http::Method;

/// A request's meaning; ids are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Route<'a> {
    Enrol,
    Signers,
    Signer(&'a str),
    Suspend(&'a str),
    Activate(&'a str),
    Revoke(&'a str),
    Refresh(&'a str),
    Seal(&'a str),
    Authorise(&'a str),
    Authorisations(&'a str),
    EndAuthorisation(&'a str, &'a str),
    Write,
    Documents,
    Document(&'a str),
    Sign(&'a str),
    Signature(&'a str, &'a str),
    Code(&'a str, &'a str),
    SendBack(&'a str),
    Void(&'a str),
    Evidence(&'a str),
    Paper(&'a str),
    Link(&'a str),
    PaperByLink(&'a str),
    Verification(&'a str),
    Verify,
    Callback(&'a str),
    Drugs,
    LoadDrugs,
    Templates,
    PutTemplate,
    DeleteTemplate(&'a str),
    Tick,
    Health,
    OpenApi,
}

/// Bytes of a JSON body.
const SMALL: usize = 96 << 10;

/// The route of a request below `/v1/ca-sign`.
///
/// # Errors
/// 404, or 405 where the address takes other methods.
pub fn find<'a>(method: &Method, segments: &[&'a str]) -> Result<Route<'a>, Problem> {
    use Route::*;
    let all: &[(Method, Route<'a>)] = match *segments {
        ["signers"] => &[(Method::POST, Enrol), (Method::GET, Signers)],
        ["signers", id] => &[(Method::GET, Signer(id))],
        ["signers", id, "suspend"] => &[(Method::POST, Suspend(id))],
        ["signers", id, "activate"] => &[(Method::POST, Activate(id))],
        ["signers", id, "revoke"] => &[(Method::POST, Revoke(id))],
        ["signers", id, "refresh"] => &[(Method::POST, Refresh(id))],
        ["signers", id, "seal"] => &[(Method::PUT, Seal(id))],
        ["signers", id, "authorisations"] => &[(Method::POST, Authorise(id)), (Method::GET, Authorisations(id))],
        ["signers", id, "authorisations", given] => &[(Method::DELETE, EndAuthorisation(id, given))],
        ["documents"] => &[(Method::POST, Write), (Method::GET, Documents)],
        ["documents", id] => &[(Method::GET, Document(id))],
        ["documents", id, "signatures"] => &[(Method::POST, Sign(id))],
        ["documents", id, "signatures", signature] => &[(Method::GET, Signature(id, signature))],
        ["documents", id, "signatures", signature, "code.svg"] => &[(Method::GET, Code(id, signature))],
        ["documents", id, "send-back"] => &[(Method::POST, SendBack(id))],
        ["documents", id, "void"] => &[(Method::POST, Void(id))],
        ["documents", id, "evidence"] => &[(Method::GET, Evidence(id))],
        ["documents", id, "pdf"] => &[(Method::GET, Paper(id))],
        ["documents", id, "links"] => &[(Method::POST, Link(id))],
        ["papers", secret] => &[(Method::GET, PaperByLink(secret))],
        ["verifications", secret] => &[(Method::GET, Verification(secret))],
        ["verify"] => &[(Method::POST, Verify)],
        ["callbacks", authority] => &[(Method::POST, Callback(authority))],
        ["drugs"] => &[(Method::GET, Drugs), (Method::PUT, LoadDrugs)],
        ["templates"] => &[(Method::GET, Templates), (Method::PUT, PutTemplate)],
        ["templates", id] => &[(Method::DELETE, DeleteTemplate(id))],
        ["tick"] => &[(Method::POST, Tick)],
        ["healthz"] => &[(Method::GET, Health)],
        ["openapi.json"] => &[(Method::GET, OpenApi)],
        _ => return Err(Problem::not_found()),
    };
    routes::of(method, all)
}

impl Route<'_> {
    /// Who may; none where anybody may.
    #[must_use]
    pub const fn policy(&self) -> Option<&'static Policy> {
        Some(match self {
            Self::PaperByLink(_)
            | Self::Verification(_)
            | Self::Verify
            | Self::Callback(_)
            | Self::Tick
            | Self::Health
            | Self::OpenApi => return None,
            Self::Enrol
            | Self::Signers
            | Self::Suspend(_)
            | Self::Activate(_)
            | Self::Revoke(_)
            | Self::Refresh(_)
            | Self::LoadDrugs => &ADMIN,
            Self::Documents
            | Self::Document(_)
            | Self::Signature(..)
            | Self::Evidence(_)
            | Self::Paper(_)
            | Self::Link(_) => &USERS,
            _ => &STAFF,
        })
    }

    /// Bytes its body may have.
    #[must_use]
    pub const fn body_bytes(&self) -> usize {
        match self {
            Self::Seal(_) => signer::seal::BYTES,
            Self::Verify => verify::BYTES,
            Self::Callback(_) => signature::callback::BYTES,
            Self::LoadDrugs => dictionary::BYTES,
            _ => SMALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_one_meaning() {
        let find = |method: &Method, path: &'static str| {
            find(method, &path.split('/').collect::<Vec<_>>()).map_err(|problem| problem.code)
        };
        assert_eq!(find(&Method::GET, "signers/me"), Ok(Route::Signer("me")));
        assert_eq!(find(&Method::POST, "documents/doc_1/send-back"), Ok(Route::SendBack("doc_1")));
        assert_eq!(find(&Method::GET, "documents/doc_1/send-back"), Err("method_not_allowed"));
        for path in ["", "documents/a/b", "callbacks", "papers", "tick/now"] {
            assert_eq!(find(&Method::GET, path), Err("not_found"), "{path}");
        }
    }
}
