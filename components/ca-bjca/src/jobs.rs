//! Jobs at the co-signing service.

use crate::authority::{Bjca, unsupported};
use crate::coss;
use crate::enrolment::{Given, minutes};
use crate::exchange::{Data, Effect};
use ca_authority::{Approval, Callback, Context, Error, Fate, Job, Notice, Outcome};
use cloud::json;
use serde_json::Value;

impl Bjca {
    pub(crate) async fn add_job(&self, job: &Job, context: &Context<'_>) -> Result<Outcome, Error> {
        let authorised = match &job.approval {
            Approval::Code => None,
            Approval::Authorised(id) => Some(Given::read(id)?.id),
            Approval::Pin(_) => return Err(unsupported("a pin: persons approve with the authority's own app")),
        };
        let reference = Some(job.reference.clone());
        let Some(minutes) = minutes(job.expires_at_ms, context.now_ms) else {
            return Ok(Outcome { id: String::new(), reference, fate: Fate::Expired });
        };
        let body = self.account.coss.add_job(&coss::Job {
            user: &job.person,
            title: &job.title,
            description: &job.reference,
            data: &job.content,
            minutes,
            code: authorised.is_none(),
            reference: &job.reference,
            authorised,
        });
        let data = self.coss(coss::ADD_JOB, body, Effect::Acts, context).await?;
        Ok(Outcome { id: data.made("signDataId")?, reference, fate: Fate::Waiting(data.text("qrCode")) })
    }

    pub(crate) async fn ask(&self, id: Option<&str>, reference: &str, context: &Context<'_>) -> Result<Outcome, Error> {
        let account = &self.account.coss;
        let reference = Some(reference.to_owned()).filter(|reference| !reference.is_empty());
        if let Some(id) = id {
            let data = self.coss(coss::RESULT, account.result(id), Effect::Asks, context).await?;
            return Ok(Outcome { id: id.to_owned(), reference, fate: self.fate(&data)? });
        }
        let (Some(named), Some(_)) = (&reference, account.names.known("reference")) else {
            // Not `unknown`: the job may be there, and would be handed over twice.
            return Err(Error::Unavailable("the service is not known to find jobs by the caller's id".to_owned()));
        };
        let data = self.coss(coss::RESULT, account.result_of(named), Effect::Asks, context).await?;
        Ok(match data.id("signDataId") {
            Some(id) => Outcome { id, reference, fate: self.fate(&data)? },
            None => Outcome { id: String::new(), reference, fate: Fate::Unknown },
        })
    }

    fn fate(&self, data: &Data<'_>) -> Result<Fate, Error> {
        let names = &self.account.coss.names;
        let state = data.text("jobStatus").ok_or_else(|| Error::Unavailable("the job has no state".to_owned()))?;
        let is = |name| state == names.of(name);
        Ok(match () {
            () if is("FINISH") => {
                let signed = data.bytes("signResult")?;
                Fate::Signed(signed.ok_or_else(|| Error::Unavailable("signed, but there is no signature".to_owned()))?)
            }
            () if is("REFUSE") => Fate::Refused(data.text("reason").unwrap_or_default()),
            () if is("EXPIRE") => Fate::Expired,
            () if is("VOID") => Fate::Voided,
            () if is("FAIL") => Fate::Failed(data.text("reason").unwrap_or_default()),
            // Another state may yet become one of these.
            () => Fate::Waiting(data.text("qrCode")),
        })
    }

    /// What a callback says is not believed, for how it proves where it comes from is not known: it is asked after.
    pub(crate) async fn hint(&self, callback: &Callback, context: &Context<'_>) -> Result<Vec<Notice>, Error> {
        let names = &self.account.coss.names;
        let body: Value = json::parse(&callback.body).map_err(|why| Error::Invalid(format!("callback: {why}")))?;
        let data = Data::of(body, names);
        if let Some(id) = data.id("signDataId") {
            return Ok(vec![Notice::Job(Outcome { reference: None, ..self.ask(Some(&id), "", context).await? })]);
        }
        let user = data.id("userId").map(Notice::Person);
        Ok(vec![user.ok_or_else(|| Error::invalid("callback: names neither a job nor a person"))?])
    }
}
