//! The authority's types, from the interface's to the plain ones and back.

use super::{plain, wit};

impl From<wit::Error> for plain::Error {
    fn from(error: wit::Error) -> Self {
        match error {
            wit::Error::Invalid(why) => Self::Invalid(why),
            wit::Error::Rejected(why) => Self::Rejected(why),
            wit::Error::Busy(ms) => Self::Busy(ms),
            wit::Error::Lost(why) => Self::Lost(why),
            wit::Error::Unavailable(why) => Self::Unavailable(why),
        }
    }
}

impl From<plain::Person> for wit::Person {
    fn from(p: plain::Person) -> Self {
        let role = match p.role {
            plain::Role::Doctor => wit::Role::Doctor,
            plain::Role::Pharmacist => wit::Role::Pharmacist,
            plain::Role::Hospital => wit::Role::Hospital,
        };
        Self { employee_no: p.employee_no, name: p.name, id_number: p.id_number, phone: p.phone, role, pin: p.pin }
    }
}

impl From<wit::Standing> for plain::Standing {
    fn from(standing: wit::Standing) -> Self {
        match standing {
            wit::Standing::Pending => Self::Pending,
            wit::Standing::Active => Self::Active,
            wit::Standing::Suspended => Self::Suspended,
            wit::Standing::Revoked => Self::Revoked,
            wit::Standing::Expired => Self::Expired,
        }
    }
}

impl From<wit::Enrolment> for plain::Enrolment {
    fn from(e: wit::Enrolment) -> Self {
        Self { id: e.id, standing: e.standing.into(), certificate: e.certificate, invitation: e.invitation }
    }
}

impl From<plain::Approval> for wit::Approval {
    fn from(approval: plain::Approval) -> Self {
        match approval {
            plain::Approval::Code => Self::Code,
            plain::Approval::Authorised(id) => Self::Authorised(id),
            plain::Approval::Pin(pin) => Self::Pin(pin),
        }
    }
}

impl From<wit::Authorisation> for plain::Authorisation {
    fn from(a: wit::Authorisation) -> Self {
        let standing = a.standing.into();
        Self { id: a.id, standing, invitation: a.invitation, until_ms: a.until_ms, most: a.most }
    }
}

impl From<plain::Job> for wit::Job {
    fn from(job: plain::Job) -> Self {
        let form = match job.form {
            plain::Form::Gm => wit::Form::Gm,
            plain::Form::Cms => wit::Form::Cms,
        };
        Self {
            reference: job.reference,
            person: job.person,
            approval: job.approval.into(),
            title: job.title,
            content: job.content,
            form,
            expires_at_ms: job.expires_at_ms,
        }
    }
}

impl From<wit::Outcome> for plain::Outcome {
    fn from(outcome: wit::Outcome) -> Self {
        let fate = match outcome.fate {
            wit::Fate::Waiting(invitation) => plain::Fate::Waiting(invitation),
            wit::Fate::Signed(der) => plain::Fate::Signed(der),
            wit::Fate::Refused(reason) => plain::Fate::Refused(reason),
            wit::Fate::Expired => plain::Fate::Expired,
            wit::Fate::Voided => plain::Fate::Voided,
            wit::Fate::Failed(why) => plain::Fate::Failed(why),
            wit::Fate::Unknown => plain::Fate::Unknown,
        };
        Self { id: outcome.id, reference: outcome.reference, fate }
    }
}

impl From<wit::Notice> for plain::Notice {
    fn from(notice: wit::Notice) -> Self {
        match notice {
            wit::Notice::Job(outcome) => Self::Job(outcome.into()),
            wit::Notice::Person(id) => Self::Person(id),
            wit::Notice::Authorisation(id) => Self::Authorisation(id),
        }
    }
}
