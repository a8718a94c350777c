//! Which request means what, who may make it, and how large it may be.

use crate::policy::{MANAGE, REVIEW, SEND};
use crate::{door_json, inbound, soap};
use common::guard::Policy;
use common::problem::Problem;
use common::routes;
use http::Method;

/// A request's meaning; ids are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Route<'a> {
    Send,
    Messages,
    Message(&'a str),
    Events(&'a str),
    Cancel(&'a str),
    Replay(&'a str),
    Templates,
    CreateTemplate,
    Template(&'a str),
    ChangeTemplate(&'a str),
    ReviewTemplate(&'a str),
    PreviewTemplate(&'a str),
    Keywords,
    AddKeywords,
    RemoveKeyword(&'a str),
    OptOuts,
    AddOptOut,
    RemoveOptOut(&'a str),
    Stats,
    Hooks,
    ReplayHook(&'a str),
    Gateways,
    Tick,
    Receipts(&'a str, &'a str),
    Inbound(&'a str, &'a str),
    Soap,
    Wsdl,
    Health,
    OpenApi,
}

/// Bytes of a JSON body that is no order.
const SMALL: usize = 64 << 10;

/// The route of a request below `/v1/sms-send`.
///
/// # Errors
/// 404, or 405 where the address takes other methods.
pub fn find<'a>(method: &Method, segments: &[&'a str]) -> Result<Route<'a>, Problem> {
    use Route::*;
    let all: &[(Method, Route<'a>)] = match *segments {
        ["messages"] => &[(Method::POST, Send), (Method::GET, Messages)],
        ["messages", id] => &[(Method::GET, Message(id))],
        ["messages", id, "events"] => &[(Method::GET, Events(id))],
        ["messages", id, "cancel"] => &[(Method::POST, Cancel(id))],
        ["messages", id, "replay"] => &[(Method::POST, Replay(id))],
        ["templates"] => &[(Method::POST, CreateTemplate), (Method::GET, Templates)],
        ["templates", id] => &[(Method::GET, Template(id)), (Method::PATCH, ChangeTemplate(id))],
        ["templates", id, "review"] => &[(Method::POST, ReviewTemplate(id))],
        ["templates", id, "preview"] => &[(Method::POST, PreviewTemplate(id))],
        ["keywords"] => &[(Method::POST, AddKeywords), (Method::GET, Keywords)],
        ["keywords", id] => &[(Method::DELETE, RemoveKeyword(id))],
        ["optouts"] => &[(Method::POST, AddOptOut), (Method::GET, OptOuts)],
        ["optouts", id] => &[(Method::DELETE, RemoveOptOut(id))],
        ["hooks"] => &[(Method::GET, Hooks)],
        ["hooks", id, "replay"] => &[(Method::POST, ReplayHook(id))],
        ["gateways"] => &[(Method::GET, Gateways)],
        ["tick"] => &[(Method::POST, Tick)],
        ["receipts", gateway, token] => &[(Method::POST, Receipts(gateway, token))],
        ["stats"] => &[(Method::GET, Stats)],
        ["inbound", gateway, token] => &[(Method::POST, Inbound(gateway, token))],
        ["soap"] => &[(Method::POST, Soap), (Method::GET, Wsdl)],
        ["healthz"] => &[(Method::GET, Health)],
        ["openapi.json"] => &[(Method::GET, OpenApi)],
        _ => return Err(Problem::not_found()),
    };
    routes::of(method, all)
}

impl Route<'_> {
    /// Who may.
    #[must_use]
    pub const fn policy(&self) -> &'static Policy {
        match self {
            Self::Send
            | Self::Messages
            | Self::Message(_)
            | Self::Events(_)
            | Self::Cancel(_)
            | Self::Replay(_)
            | Self::Templates
            | Self::Template(_)
            | Self::PreviewTemplate(_)
            | Self::Soap => &SEND,
            Self::ReviewTemplate(_) => &REVIEW,
            _ => &MANAGE,
        }
    }

    /// Bytes its body may have.
    #[must_use]
    pub const fn body_bytes(&self) -> usize {
        match self {
            Self::Send => door_json::BODY_BYTES,
            Self::Soap => soap::BODY_BYTES,
            Self::Inbound(..) => inbound::BODY_BYTES,
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
        assert_eq!(find(&Method::POST, "messages"), Ok(Route::Send));
        assert_eq!(find(&Method::GET, "messages/msg_1/events"), Ok(Route::Events("msg_1")));
        assert_eq!(find(&Method::GET, "soap"), Ok(Route::Wsdl));
        assert_eq!(find(&Method::DELETE, "messages"), Err("method_not_allowed"));
        assert_eq!(find(&Method::GET, "messages/msg_1/cancel"), Err("method_not_allowed"));
        for path in ["", "message", "messages/a/b", "messages/a/events/b", "soap/x", "inbound/a", "openapi"] {
            assert_eq!(find(&Method::GET, path), Err("not_found"), "{path}");
        }
    }
}
