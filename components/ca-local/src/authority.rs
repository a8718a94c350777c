//! The interface.

use crate::certificates::Authority as Certifier;
use crate::jobs::Authorised;
use crate::keys::{self, Keys};
use crate::seal::Seal;
use crate::signer::Signer;
use ca_authority::{
    Acknowledgement, Approval, Authorisation, Authority, Callback, Context, Enrolment, Error, Job, Notice, Outcome,
    Person, Revocation, Variables,
};

const HOSPITAL: &str = "ca_local_hospital";
const HOSPITAL_DEFAULT: &str = "云诊开发医院";

/// The authority, made anew for each call.
pub struct Local {
    pub(crate) keys: Keys,
    pub(crate) seal: Seal,
    pub(crate) authority: Certifier,
    hospital: String,
}

impl Local {
    pub(crate) fn person(&self, id: &str) -> Result<Signer, Error> {
        self.seal.open(id).ok_or_else(|| Error::invalid("person_unknown: not a person of this authority"))
    }

    fn enrolment(&self, id: String, signer: &Signer, now: i64) -> Result<Enrolment, Error> {
        let certificate = Some(self.authority.signer(signer, &self.keys)?.der().to_vec());
        Ok(Enrolment { id, standing: signer.standing(now), certificate, invitation: None })
    }
}

impl Authority for Local {
    const NAME: &'static str = "local";
    const VARIABLES: &'static [&'static str] = &[keys::VARIABLE, HOSPITAL];

    fn configure(variables: &Variables) -> Result<Self, Error> {
        let keys = Keys::parse(variables.get(keys::VARIABLE))?;
        let (seal, authority) = (Seal::new(&keys), Certifier::new(&keys)?);
        let hospital = Some(variables.get(HOSPITAL)).filter(|name| !name.is_empty()).unwrap_or(HOSPITAL_DEFAULT);
        Ok(Self { keys, seal, authority, hospital: hospital.to_owned() })
    }

    async fn enrol(&self, person: &Person, context: &Context<'_>) -> Result<Enrolment, Error> {
        let signer = Signer::new(person, &self.hospital, &self.keys, &context.random, context.now())?;
        // The certificate first: it refuses names that cannot be in one.
        let enrolment = self.enrolment(String::new(), &signer, context.now())?;
        Ok(Enrolment { id: self.seal.id(&signer, &context.random)?, ..enrolment })
    }

    async fn look(&self, person: &str, context: &Context<'_>) -> Result<Enrolment, Error> {
        self.enrolment(person.to_owned(), &self.person(person)?, context.now())
    }

    /// The caller keeps it and has it put into the list.
    async fn revoke(&self, person: &str, _: &Context<'_>) -> Result<(), Error> {
        self.person(person).map(|_| ())
    }

    async fn authorise(
        &self,
        person: &str,
        approval: &Approval,
        until_ms: i64,
        most: u32,
        context: &Context<'_>,
    ) -> Result<Authorisation, Error> {
        let signer = self.person(person)?;
        // Another id would have to stand for what the person gave, and nothing here could tell the two apart.
        let Approval::Pin(pin) = approval else {
            return Err(Error::rejected("approval_unsupported: this authority authorises by pin only"));
        };
        signer.check_pin(pin, &self.keys)?;
        if until_ms <= context.now_ms || most == 0 {
            return Err(Error::invalid("authorisation_empty: it is over before it begins"));
        }
        let given = Authorised::new(&signer, until_ms, most, &self.keys);
        Ok(given.describe(self.seal.id(&given, &context.random)?, context.now_ms))
    }

    async fn look_authorisation(&self, id: &str, context: &Context<'_>) -> Result<Authorisation, Error> {
        let given: Option<Authorised> = self.seal.open(id);
        let given =
            given.ok_or_else(|| Error::invalid("authorisation_unknown: not an authorisation of this authority"))?;
        Ok(given.describe(id.to_owned(), context.now_ms))
    }

    /// The caller keeps it and hands the id over no more.
    async fn revoke_authorisation(&self, id: &str, context: &Context<'_>) -> Result<(), Error> {
        self.look_authorisation(id, context).await.map(|_| ())
    }

    async fn submit(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error> {
        self.take(job, context)
    }

    async fn query(&self, id: Option<&str>, reference: &str, context: &Context<'_>) -> Result<Outcome, Error> {
        Ok(self.ask(id, reference, context.now_ms))
    }

    /// The caller keeps it and does not listen to what is decided later.
    async fn void(&self, id: &str, _: &Context<'_>) -> Result<(), Error> {
        self.job(id).map(|_| ())
    }

    async fn parse_callback(&self, callback: &Callback, context: &Context<'_>) -> Result<Vec<Notice>, Error> {
        Ok(vec![Notice::Job(self.decided(callback, context)?)])
    }

    fn answer_callback(stored: bool) -> Acknowledgement {
        let (status, body) = if stored { (200, r#"{"stored":true}"#) } else { (503, r#"{"stored":false}"#) };
        Acknowledgement::json(status, body)
    }

    async fn timestamp(&self, digest: &[u8; 32], context: &Context<'_>) -> Result<Vec<u8>, Error> {
        self.authority.stamp(digest, &context.random, context.now())
    }

    async fn revocations(&self, ours: &[Revocation], context: &Context<'_>) -> Result<Vec<Vec<u8>>, Error> {
        Ok(vec![self.authority.list(ours, context.now())?])
    }

    async fn certificates(&self, _: &Context<'_>) -> Result<Vec<Vec<u8>>, Error> {
        Ok(self.authority.certificates())
    }
}
