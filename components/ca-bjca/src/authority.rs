//! The interface, on the service that the account is with.

use crate::account::{self, Account, Mode};
use crate::exchange::{Data, Effect, post};
use ca_authority::{
    Acknowledgement, Approval, Authorisation, Authority, Callback, Context, Enrolment, Error, Fate, Job, Notice,
    Outcome, Person, Revocation, Variables,
};
use serde_json::Value;

/// How an answer of the co-signing service says that all is well.
const FINE: &str = "200";
/// Paths that are used only where they are told: the service is not known to have them.
const REVOKE: &str = "revokeCert";
const STOP: &str = "stopAutoSign";
const CANCEL: &str = "cancelSignJob";

/// The authority.
pub struct Bjca {
    pub(crate) account: Account,
}

/// `rejected`.
#[must_use]
pub fn unsupported(what: &str) -> Error {
    Error::Rejected(format!("unsupported: the authority does not take {what}"))
}

impl Bjca {
    pub(crate) async fn coss(
        &self,
        path: &str,
        body: Result<Value, String>,
        effect: Effect,
        context: &Context<'_>,
    ) -> Result<Data<'_>, Error> {
        let Account { endpoint, coss, .. } = &self.account;
        let body = body.map_err(|field| Error::Invalid(format!("{field} cannot be signed")))?;
        post(endpoint.url(coss.names.of(path)), &body, FINE, &coss.names, effect, context).await
    }

    /// Something that the service is not known to do, with what names its object.
    async fn told(&self, what: &str, body: Result<Value, String>, context: &Context<'_>) -> Result<(), Error> {
        match (self.account.mode, self.account.coss.names.known(what)) {
            (Mode::Coss, Some(path)) => self.coss(path, body, Effect::Acts, context).await.map(|_| ()),
            _ => Err(unsupported(what)),
        }
    }
}

impl Authority for Bjca {
    const NAME: &'static str = "bjca";
    const VARIABLES: &'static [&'static str] = account::VARIABLES;
    const TIMEOUT: Option<&'static str> = Some(account::TIMEOUT_MS);

    fn configure(variables: &Variables) -> Result<Self, Error> {
        Ok(Self { account: Account::configure(variables)? })
    }

    async fn enrol(&self, person: &Person, context: &Context<'_>) -> Result<Enrolment, Error> {
        match self.account.mode {
            Mode::Coss => self.find_or_add(person, context).await,
            Mode::Ywx => self.doctor(person, context).await,
        }
    }

    async fn look(&self, person: &str, context: &Context<'_>) -> Result<Enrolment, Error> {
        match self.account.mode {
            Mode::Coss => self.certified(person.to_owned(), None, context).await,
            Mode::Ywx => self.look_doctor(person, context).await,
        }
    }

    async fn revoke(&self, person: &str, context: &Context<'_>) -> Result<(), Error> {
        self.told(REVOKE, self.account.coss.user(person), context).await
    }

    async fn authorise(
        &self,
        person: &str,
        approval: &Approval,
        until_ms: i64,
        most: u32,
        context: &Context<'_>,
    ) -> Result<Authorisation, Error> {
        match (self.account.mode, approval) {
            (Mode::Coss, Approval::Code) => self.ask_approval(person, until_ms, most, context).await,
            _ => Err(unsupported("this approval beforehand")),
        }
    }

    async fn look_authorisation(&self, id: &str, context: &Context<'_>) -> Result<Authorisation, Error> {
        match self.account.mode {
            Mode::Coss => self.approved(id, context).await,
            Mode::Ywx => Err(unsupported("approval beforehand")),
        }
    }

    async fn revoke_authorisation(&self, id: &str, context: &Context<'_>) -> Result<(), Error> {
        let given = crate::enrolment::Given::read(id)?;
        self.told(STOP, self.account.coss.result(given.id), context).await
    }

    async fn submit(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error> {
        match self.account.mode {
            Mode::Coss => self.add_job(job, context).await,
            Mode::Ywx => self.add_recipe(job, context).await,
        }
    }

    async fn query(&self, id: Option<&str>, reference: &str, context: &Context<'_>) -> Result<Outcome, Error> {
        match (self.account.mode, id) {
            (Mode::Coss, _) => self.ask(id, reference, context).await,
            // It is there, and more is not to be learned before the service calls back.
            (Mode::Ywx, Some(id)) => {
                Ok(Outcome { id: id.to_owned(), reference: Some(reference.to_owned()), fate: Fate::Waiting(None) })
            }
            (Mode::Ywx, None) => {
                Err(Error::Unavailable("the service is not known to be asked: it calls back".to_owned()))
            }
        }
    }

    async fn void(&self, id: &str, context: &Context<'_>) -> Result<(), Error> {
        self.told(CANCEL, self.account.coss.result(id), context).await
    }

    async fn parse_callback(&self, callback: &Callback, context: &Context<'_>) -> Result<Vec<Notice>, Error> {
        match self.account.mode {
            Mode::Coss => self.hint(callback, context).await,
            Mode::Ywx => self.called(callback),
        }
    }

    /// As the services' own answers; unconfirmed.
    fn answer_callback(stored: bool) -> Acknowledgement {
        let (status, body) = if stored {
            (200, r#"{"status":"0","message":"success"}"#)
        } else {
            (503, r#"{"status":"-1","message":"not stored"}"#)
        };
        Acknowledgement::json(status, body)
    }

    async fn timestamp(&self, digest: &[u8; 32], context: &Context<'_>) -> Result<Vec<u8>, Error> {
        self.stamp(digest, context).await
    }

    /// What the hospital had revoked is in the authority's own lists.
    async fn revocations(&self, _: &[Revocation], context: &Context<'_>) -> Result<Vec<Vec<u8>>, Error> {
        self.lists(context).await
    }

    async fn certificates(&self, _: &Context<'_>) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.account.certificates.clone())
    }
}
