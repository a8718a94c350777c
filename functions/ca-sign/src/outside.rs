//! What lies outside the function: the authority behind `yunzhen:ca/signer`, and `register`. Tests put their own behind it.

use ca_authority::{
    Acknowledgement, Approval, Authorisation, Callback, Enrolment, Error, Job, Notice, Outcome, Person, Revocation,
};
use serde::Deserialize;

/// A patient as `register` tells.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Patient {
    pub patient_id: String,
    pub name: String,
    pub id_number: String,
    pub sex: String,
    /// YYYY-MM-DD.
    pub birth_date: String,
    /// E.164.
    pub phone: String,
}

/// The ways out; what the authority's mean stands in `wit/ca/ca.wit`.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
#[expect(missing_docs, reason = "the interface says it")]
pub trait Outside {
    fn authority(&self) -> String;
    async fn enrol(&self, person: Person) -> Result<Enrolment, Error>;
    async fn look(&self, person: &str) -> Result<Enrolment, Error>;
    async fn revoke(&self, person: &str) -> Result<(), Error>;
    async fn authorise(
        &self,
        person: &str,
        approval: Approval,
        until_ms: i64,
        most: u32,
    ) -> Result<Authorisation, Error>;
    async fn look_authorisation(&self, id: &str) -> Result<Authorisation, Error>;
    async fn revoke_authorisation(&self, id: &str) -> Result<(), Error>;
    async fn submit(&self, job: Job) -> Result<Outcome, Error>;
    async fn query(&self, id: Option<&str>, reference: &str) -> Result<Outcome, Error>;
    async fn void(&self, id: &str) -> Result<(), Error>;
    async fn parse_callback(&self, callback: Callback) -> Result<Vec<Notice>, Error>;
    fn answer_callback(&self, stored: bool) -> Acknowledgement;
    async fn timestamp(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Error>;
    async fn revocations(&self, ours: Vec<Revocation>) -> Result<Vec<Vec<u8>>, Error>;
    async fn certificates(&self) -> Result<Vec<Vec<u8>>, Error>;

    /// A patient's record; none where `register` knows none.
    async fn patient(&self, id: &str) -> Result<Option<Patient>, String>;
}
