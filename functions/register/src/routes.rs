//! Which request means what, who may make it, and how large it may be.

use crate::policy::{ADMIN, IDENTITY, OWN, RECORD, SYSTEM};
use common::guard::Policy;
use common::problem::Problem;
use common::routes;
use http::Method;

/// A request's meaning; ids are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Route<'a> {
    Otp,
    SignIn,
    Refresh,
    Sessions,
    EndSession(&'a str),
    CreateStaff,
    Staff,
    DisableStaff(&'a str),
    EnableStaff(&'a str),
    StartCase,
    Cases,
    Case(&'a str),
    CancelCase(&'a str),
    Front(&'a str),
    Back(&'a str),
    Confirm(&'a str),
    Liveness(&'a str),
    Frames(&'a str),
    Compare(&'a str),
    Document(&'a str),
    Reviews,
    ReviewPicture(&'a str, &'a str),
    Review(&'a str),
    Me,
    ChangeMe,
    ChangePhone,
    LeaveMember(&'a str),
    Consents,
    GiveConsent,
    WithdrawConsent(&'a str),
    Export,
    Erase,
    Trail,
    Patient(&'a str),
    Fhir(&'a str),
    Holds(&'a str),
    PlaceHold(&'a str),
    ReleaseHold(&'a str, &'a str),
    Merge(&'a str),
    Proof,
    Tick,
    Health,
    OpenApi,
}

/// Bytes of a JSON body.
const SMALL: usize = 16 << 10;
/// Bytes of a picture with the form around it.
const PICTURE: usize = (10 << 20) + (16 << 10);
/// Bytes of the frames of a challenge, as `face-compare` takes them.
const FRAMES: usize = 15 << 20;

/// The route of a request below `/v1/register`.
///
/// # Errors
/// 404, or 405 where the address takes other methods.
pub fn find<'a>(method: &Method, segments: &[&'a str]) -> Result<Route<'a>, Problem> {
    use Route::*;
    let all: &[(Method, Route<'a>)] = match *segments {
        ["otp"] => &[(Method::POST, Otp)],
        ["sessions"] => &[(Method::POST, SignIn), (Method::GET, Sessions)],
        ["sessions", "refresh"] => &[(Method::POST, Refresh)],
        ["sessions", id] => &[(Method::DELETE, EndSession(id))],
        ["staff"] => &[(Method::POST, CreateStaff), (Method::GET, Staff)],
        ["staff", id, "disable"] => &[(Method::POST, DisableStaff(id))],
        ["staff", id, "enable"] => &[(Method::POST, EnableStaff(id))],
        ["identity"] => &[(Method::POST, StartCase), (Method::GET, Cases)],
        ["identity", id] => &[(Method::GET, Case(id)), (Method::DELETE, CancelCase(id))],
        ["identity", id, "id_card_front"] => &[(Method::POST, Front(id))],
        ["identity", id, "id_card_back"] => &[(Method::POST, Back(id))],
        ["identity", id, "confirm"] => &[(Method::POST, Confirm(id))],
        ["identity", id, "liveness"] => &[(Method::POST, Liveness(id))],
        ["identity", id, "liveness", "frames"] => &[(Method::POST, Frames(id))],
        ["identity", id, "compare"] => &[(Method::POST, Compare(id))],
        ["identity", id, "document"] => &[(Method::POST, Document(id))],
        ["identity-proof"] => &[(Method::POST, Proof)],
        ["reviews"] => &[(Method::GET, Reviews)],
        ["reviews", id] => &[(Method::POST, Review(id))],
        ["reviews", id, picture] => &[(Method::GET, ReviewPicture(id, picture))],
        ["me"] => &[(Method::GET, Me), (Method::PATCH, ChangeMe)],
        ["me", "phone"] => &[(Method::POST, ChangePhone)],
        ["me", "family", id] => &[(Method::DELETE, LeaveMember(id))],
        ["me", "consents"] => &[(Method::POST, GiveConsent), (Method::GET, Consents)],
        ["me", "consents", id] => &[(Method::DELETE, WithdrawConsent(id))],
        ["me", "export"] => &[(Method::GET, Export)],
        ["me", "erasure"] => &[(Method::POST, Erase)],
        ["me", "audit"] => &[(Method::GET, Trail)],
        ["patients", id] => &[(Method::GET, Patient(id))],
        ["patients", id, "holds"] => &[(Method::POST, PlaceHold(id)), (Method::GET, Holds(id))],
        ["patients", id, "merge"] => &[(Method::POST, Merge(id))],
        ["patients", id, "holds", hold] => &[(Method::DELETE, ReleaseHold(id, hold))],
        ["fhir", "Patient", id] => &[(Method::GET, Fhir(id))],
        ["tick"] => &[(Method::POST, Tick)],
        ["healthz"] => &[(Method::GET, Health)],
        ["openapi.json"] => &[(Method::GET, OpenApi)],
        _ => return Err(Problem::not_found()),
    };
    routes::of(method, all)
}

impl Route<'_> {
    /// Who may; none where nobody has signed in yet.
    #[must_use]
    pub const fn policy(&self) -> Option<&'static Policy> {
        Some(match self {
            Self::Otp | Self::SignIn | Self::Refresh | Self::Tick | Self::Health | Self::OpenApi => return None,
            Self::CreateStaff
            | Self::Staff
            | Self::DisableStaff(_)
            | Self::EnableStaff(_)
            | Self::Reviews
            | Self::Review(_)
            | Self::ReviewPicture(..)
            | Self::Merge(_) => &ADMIN,
            Self::Patient(_) => &RECORD,
            Self::Fhir(_) | Self::Holds(_) | Self::PlaceHold(_) | Self::ReleaseHold(..) => &SYSTEM,
            Self::StartCase
            | Self::Cases
            | Self::Case(_)
            | Self::CancelCase(_)
            | Self::Front(_)
            | Self::Back(_)
            | Self::Confirm(_)
            | Self::Liveness(_)
            | Self::Frames(_)
            | Self::Compare(_)
            | Self::Document(_)
            | Self::LeaveMember(_)
            | Self::Proof => &IDENTITY,
            _ => &OWN,
        })
    }

    /// Whether administrators alone may.
    #[must_use]
    pub fn is_for_admins(&self) -> bool {
        self.policy().is_some_and(|policy| policy.roles == ADMIN.roles)
    }

    /// Bytes its body may have.
    #[must_use]
    pub const fn body_bytes(&self) -> usize {
        match self {
            Self::Front(_) | Self::Back(_) => PICTURE,
            Self::Frames(_) => FRAMES,
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
        assert_eq!(find(&Method::POST, "sessions/refresh"), Ok(Route::Refresh));
        assert_eq!(find(&Method::DELETE, "sessions/refresh"), Err("method_not_allowed"));
        assert_eq!(find(&Method::DELETE, "sessions/ses_1"), Ok(Route::EndSession("ses_1")));
        assert_eq!(find(&Method::POST, "identity/idc_1/liveness/frames"), Ok(Route::Frames("idc_1")));
        for path in ["", "otp/x", "identity/a/b", "fhir/patient/x", "me/x", "tick/now"] {
            assert_eq!(find(&Method::GET, path), Err("not_found"), "{path}");
        }
    }
}
