//! Persons, jobs and approvals as the authority keeps them.

use super::trust::{Signing, Trust};
use pki::Certificate;
use std::collections::VecDeque;

/// Which service a job came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Co-signing.
    Coss,
    /// For doctors.
    Ywx,
}

/// What a person does with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Signs.
    Sign,
    /// Refuses, with this reason.
    Refuse(&'static str),
    /// Lets the time run out.
    Expire,
    /// Has it taken back at the authority.
    Void,
    /// Signs with the key and certificate of somebody else of the same authority.
    SignAsAnother,
    /// Signs other bytes than were handed over.
    SignOther,
    /// Signs, and then a bit of the signature is changed.
    Tamper,
    /// Signs, and adds a timestamp of something else.
    StampOther,
}

/// What becomes of a job.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The job is taken, and the connection closes before the answer.
    pub lose_answer: bool,
    /// Done as soon as it is taken; else it waits.
    pub deed: Option<Deed>,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nobody decided.
    Waits,
    /// SignedData in DER.
    Signed(Vec<u8>),
    /// With the reason.
    Refused(String),
    /// Over.
    Expired,
    /// Taken back.
    Voided,
}

/// Somebody whose key the authority holds.
#[derive(Clone, Debug)]
pub struct User {
    /// The authority's id.
    pub id: String,
    /// From 1.
    pub number: u64,
    /// As it was given.
    pub name: String,
    /// As it was given.
    pub id_number: String,
    /// As it was given.
    pub employee_no: String,
    /// Once there is one.
    pub certificate: Option<Certificate>,
}

/// A job that was taken.
#[derive(Clone, Debug)]
pub struct Job {
    /// The authority's id.
    pub id: String,
    /// The hospital's.
    pub reference: String,
    /// Where it came in.
    pub service: Service,
    /// Whose.
    pub user: String,
    /// As the person sees it.
    pub title: String,
    /// What is to be signed.
    pub content: Vec<u8>,
    /// Milliseconds since 1970.
    pub until_ms: i64,
    /// How far it is.
    pub progress: Progress,
}

/// Approval beforehand.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The authority's id.
    pub id: String,
    /// Whose.
    pub user: String,
    /// Milliseconds since 1970.
    pub until_ms: i64,
    /// Signatures that are left.
    pub left: u32,
    /// Whether the person gave it.
    pub given: bool,
    /// Whether the hospital or the person ended it.
    pub stopped: bool,
}

#[derive(Default)]
pub(super) struct Book {
    pub users: Vec<User>,
    pub jobs: Vec<Job>,
    pub approvals: Vec<Approval>,
    pub plans: VecDeque<Plan>,
    pub hold: bool,
}

impl Book {
    pub fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// Finds a person by the citizen's number, or adds one.
    pub fn enrol(&mut self, name: &str, id_number: &str, employee_no: &str, trust: &mut Trust) -> User {
        if let Some(known) = self.users.iter().find(|user| user.id_number == id_number) {
            return known.clone();
        }
        let number = self.users.len() as u64 + 1;
        let [name, id_number, employee_no] = [name, id_number, employee_no].map(str::to_owned);
        let mut user = User { id: format!("U{number:06}"), number, name, id_number, employee_no, certificate: None };
        user.certificate = (!self.hold).then(|| trust.issue(&user));
        self.users.push(user.clone());
        user
    }

    /// Takes a job, or finds it again by the hospital's id; the answer's job, and whether the answer is lost.
    pub fn take(&mut self, mut job: Job, trust: &Trust, now_ms: i64) -> (Job, bool) {
        let known = self.jobs.iter().find(|one| one.service == job.service && one.reference == job.reference);
        if let Some(known) = known.filter(|_| !job.reference.is_empty()) {
            return (known.clone(), false);
        }
        let kind = if job.service == Service::Coss { "SD" } else { "UQ" };
        job.id = format!("{kind}{:08}", self.jobs.len() + 1);
        let plan = self.plans.pop_front().unwrap_or_default();
        self.jobs.push(job.clone());
        if let Some(deed) = &plan.deed {
            self.decide(&job.id, deed, trust, now_ms);
        }
        (self.job(&job.id, now_ms).unwrap_or(job), plan.lose_answer)
    }

    /// A job as it stands at this time.
    pub fn job(&mut self, id: &str, now_ms: i64) -> Option<Job> {
        let job = self.jobs.iter_mut().find(|job| job.id == id)?;
        if job.progress == Progress::Waits && now_ms > job.until_ms {
            job.progress = Progress::Expired;
        }
        Some(job.clone())
    }

    pub fn decide(&mut self, id: &str, deed: &Deed, trust: &Trust, now_ms: i64) {
        let job = self.job(id, now_ms).expect("a job");
        if job.progress != Progress::Waits {
            return;
        }
        let user = self.users.iter().find(|user| user.id == job.user).expect("the signer");
        let other = trust.stranger();
        let signing =
            |user, content| Signing { user, content, at: now_ms / 1_000, attached: job.service == Service::Coss };
        let progress = match deed {
            Deed::Sign => Progress::Signed(trust.sign(&signing(user, &job.content))),
            Deed::Refuse(why) => Progress::Refused((*why).to_owned()),
            Deed::Expire => Progress::Expired,
            Deed::Void => Progress::Voided,
            Deed::SignAsAnother => Progress::Signed(trust.sign(&signing(&other, &job.content))),
            Deed::SignOther => Progress::Signed(trust.sign(&signing(user, &[&job.content[..], b" "].concat()))),
            Deed::StampOther => Progress::Signed(trust.stamped_wrong(&signing(user, &job.content))),
            Deed::Tamper => {
                let mut signed = trust.sign(&signing(user, &job.content));
                // The last bytes are the signature's s.
                *signed.last_mut().expect("a signature") ^= 1;
                Progress::Signed(signed)
            }
        };
        let job = self.jobs.iter_mut().find(|job| job.id == id).expect("a job");
        job.progress = progress;
    }
}
