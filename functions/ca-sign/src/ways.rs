//! The ways out of this instance.

use crate::guest::bindings::yunzhen::ca::signer as wit;
use crate::outside::{Outside, Patient};
use crate::policy::FUNCTION;
use crate::settings::Settings;
use ca_authority as plain;
use common::service::Service;
use std::time::Duration;

mod convert;

/// WIT to the authority, HTTP to `register`.
pub struct Ways<'a> {
    /// Where `register` is.
    pub settings: &'a Settings,
    /// Quoted in the logs of both.
    pub request_id: &'a str,
}

impl Outside for Ways<'_> {
    fn authority(&self) -> String {
        wit::name()
    }

    async fn enrol(&self, person: plain::Person) -> Result<plain::Enrolment, plain::Error> {
        Ok(wit::enrol(person.into()).await?.into())
    }

    async fn look(&self, person: &str) -> Result<plain::Enrolment, plain::Error> {
        Ok(wit::look(person.to_owned()).await?.into())
    }

    async fn revoke(&self, person: &str) -> Result<(), plain::Error> {
        Ok(wit::revoke(person.to_owned()).await?)
    }

    async fn authorise(
        &self,
        person: &str,
        approval: plain::Approval,
        until_ms: i64,
        most: u32,
    ) -> Result<plain::Authorisation, plain::Error> {
        Ok(wit::authorise(person.to_owned(), approval.into(), until_ms, most).await?.into())
    }

    async fn look_authorisation(&self, id: &str) -> Result<plain::Authorisation, plain::Error> {
        Ok(wit::look_authorisation(id.to_owned()).await?.into())
    }

    async fn revoke_authorisation(&self, id: &str) -> Result<(), plain::Error> {
        Ok(wit::revoke_authorisation(id.to_owned()).await?)
    }

    async fn submit(&self, job: plain::Job) -> Result<plain::Outcome, plain::Error> {
        Ok(wit::submit(job.into()).await?.into())
    }

    async fn query(&self, id: Option<&str>, reference: &str) -> Result<plain::Outcome, plain::Error> {
        Ok(wit::query(id.map(str::to_owned), reference.to_owned()).await?.into())
    }

    async fn void(&self, id: &str) -> Result<(), plain::Error> {
        Ok(wit::void(id.to_owned()).await?)
    }

    async fn parse_callback(&self, callback: plain::Callback) -> Result<Vec<plain::Notice>, plain::Error> {
        let callback = wit::Callback { content_type: callback.content_type, body: callback.body };
        Ok(wit::parse_callback(callback).await?.into_iter().map(Into::into).collect())
    }

    fn answer_callback(&self, stored: bool) -> plain::Acknowledgement {
        let wit::Acknowledgement { status, content_type, body } = wit::answer_callback(stored);
        plain::Acknowledgement { status, content_type, body }
    }

    async fn timestamp(&self, digest: &[u8; 32]) -> Result<Vec<u8>, plain::Error> {
        Ok(wit::timestamp(digest.to_vec()).await?)
    }

    async fn revocations(&self, ours: Vec<plain::Revocation>) -> Result<Vec<Vec<u8>>, plain::Error> {
        let ours = ours.into_iter().map(|one| wit::Revocation { serial: one.serial, at_ms: one.at_ms });
        Ok(wit::revocations(ours.collect()).await?)
    }

    async fn certificates(&self) -> Result<Vec<Vec<u8>>, plain::Error> {
        Ok(wit::certificates().await?)
    }

    async fn patient(&self, id: &str) -> Result<Option<Patient>, String> {
        let timeout = Duration::from_secs(10);
        let service = Service { from: FUNCTION.id, to: "register", timeout, request_id: self.request_id };
        let url = format!("{}/v1/register/patients/{id}", self.settings.register_url);
        let answer = service.get(&url).await.map_err(|broken| broken.to_string())?;
        match answer.status().as_u16() {
            // Without the text around it, which is personal.
            200 => serde_json::from_slice(answer.body()).map(Some).map_err(|error| {
                format!("register: answer malformed in line {} column {}", error.line(), error.column())
            }),
            403 | 404 => Ok(None),
            status => Err(format!("register: {status}")),
        }
    }
}
