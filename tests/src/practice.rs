//! `ca-sign` with a vendor's adapter behind it: the stand-ins of the authority and of `register`, doctors who are enrolled, and
//! time that passes when it is told to.

use crate::api::{Answer, Api, HIS};
use crate::clock;
use crate::host::root;
use crate::register::NUMBERS;
use crate::token::{self, now_s};
use crate::vendors::bjca::{Bjca, Deed};
use crate::vendors::{Reply, Server};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::process::{Command, Output};

/// Where the authority calls back.
pub const CALLBACKS: &str = "/v1/ca-sign/callbacks/bjca";
const PATIENT: &str = "pat_01JD0000000000000000000001";
const DOCTORS: [&str; 2] = ["usr_01JD0000000000000000000001", "usr_01JD0000000000000000000002"];

/// The application and whom it meets.
pub struct Practice {
    /// The authority.
    pub ca: Bjca,
    /// The application.
    pub api: Api,
    /// Credentials and signer ids of two doctors.
    pub doctors: Vec<(String, String)>,
    days: u32,
    _register: Server,
}

impl Practice {
    /// Starts it on one of the authority's services, `coss` or `ywx`.
    ///
    /// # Panics
    /// When something fails.
    #[must_use]
    pub fn start(mode: &str) -> Self {
        let mut practice = Self::empty(mode);
        practice.doctors = (0..DOCTORS.len()).map(|n| practice.enrolled(n)).collect();
        practice
    }

    /// The same without doctors.
    ///
    /// # Panics
    /// When something fails.
    #[must_use]
    pub fn empty(mode: &str) -> Self {
        let ca = Bjca::start().unwrap();
        let register = Server::start(0, |request| {
            let known = request.path == format!("/v1/register/patients/{PATIENT}")
                && request.header("authorization").starts_with("Bearer ");
            let patient = json!({"patient_id": PATIENT, "name": "张三", "id_number": NUMBERS[0], "sex": "女",
                "birth_date": "1949-12-31", "phone": "+8613711112222", "level": "real_name"});
            let (status, body) = if known { (200, patient) } else { (403, json!({"code": "forbidden"})) };
            Reply::Answer(status, "application/json", body.to_string().into_bytes())
        });
        let register = register.unwrap();
        let url = format!("http://{}", register.address);
        let mut variables = ca.variables(mode);
        let (outside, roots) = (ca.url(), ca.root_pem());
        variables.extend([("outside", outside), ("ca_register_url", url), ("ca_roots", roots)]);
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let api = Api::run("tests/ca-vendor/spin.toml", &variables).unwrap();
        Self { ca, api, doctors: Vec::new(), days: 0, _register: register }
    }

    /// Asks `ca-sign`.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn ask(&self, method: &str, path: &str, credential: &str, body: &Value) -> Answer {
        self.api.json(method, &format!("/v1/ca-sign/{path}"), credential, body).unwrap()
    }

    /// An administrator's credential.
    #[must_use]
    pub fn admin(&self) -> String {
        self.api.token("operator", "admin", 0, 3_600)
    }

    /// Asks for a doctor's enrolment.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn enrol(&self, n: usize) -> Answer {
        let ask = json!({"account_id": DOCTORS[n], "employee_no": format!("D{n}"), "name": "李医生",
            "id_number": NUMBERS[n], "phone": "13900000001", "role": "doctor"});
        self.ask("POST", "signers", &self.admin(), &ask)
    }

    /// A doctor's credential.
    #[must_use]
    pub fn doctor(&self, n: usize) -> String {
        self.api.token(DOCTORS[n], "doctor", 0, 3_600)
    }

    /// Enrols the hospital, which approves its seals beforehand; the signer id.
    ///
    /// # Panics
    /// When one of both fails.
    #[must_use]
    pub fn seal(&self) -> String {
        let ask = json!({"employee_no": "SEAL-1", "name": "云诊开发医院", "id_number": "12510100450000000X",
            "phone": "13900009999", "role": "hospital"});
        let enrolled = self.ask("POST", "signers", &self.admin(), &ask);
        assert_eq!(enrolled.status, 201, "{}", enrolled.json());
        let id = text(&enrolled.json()["signer_id"]);
        let (_, asked) = self.asked_beforehand(&id, &self.admin(), 1_000);
        self.ca.approve(&asked);
        id
    }

    /// A signer asks for an approval beforehand, an hour long; its id here and the authority's.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn asked_beforehand(&self, signer: &str, credential: &str, most: u32) -> (String, String) {
        let ask = json!({"until": token::rfc3339(now_s() + 3_600), "most": most});
        let given = self.ask("POST", &format!("signers/{signer}/authorisations"), credential, &ask);
        assert_eq!((given.status, &given.json()["state"]), (201, &json!("pending")), "{}", given.json());
        (text(&given.json()["authorisation_id"]), self.ca.approvals().last().unwrap().id.clone())
    }

    fn enrolled(&self, n: usize) -> (String, String) {
        let enrolled = self.enrol(n);
        assert_eq!((enrolled.status, &enrolled.json()["state"]), (201, &json!("active")), "{}", enrolled.json());
        (self.doctor(n), text(&enrolled.json()["signer_id"]))
    }

    /// A report that a doctor wrote; its id.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn written(&self, n: usize) -> String {
        let written = self.write(n, None);
        assert_eq!(written.status, 201, "{}", written.json());
        text(&written.json()["document_id"])
    }

    /// A doctor writes a report, perhaps a former one anew.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn write(&self, n: usize, previous: Option<&str>) -> Answer {
        let ask = json!({"kind": "report", "visit_id": "MZ1", "patient": self.proof(),
            "content": {"title": "检验报告单", "paragraphs": [{"text": "未见异常。"}]}, "previous": previous});
        self.ask("POST", "documents", &self.doctors[n].0, &ask)
    }

    /// The patient's identity proof.
    #[must_use]
    pub fn proof(&self) -> String {
        let now = now_s();
        let claims = json!({"iss": "register", "aud": "ca-sign", "sub": "usr_01JD0000000000000000000009", "patient_id": PATIENT,
            "relation": "self", "level": "real_name", "verified_at": now - 60, "jti": "prf_1", "iat": now, "exp": now + 600});
        let proof = token::bearer(&SigningKey::from_bytes(&[7; 32]), "register", "identity-proof+jwt", &claims);
        proof.trim_start_matches("Bearer ").to_owned()
    }

    /// Its author asks for a code to sign by.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn sign(&self, n: usize, document: &str) -> Answer {
        let ask = json!({"signer_id": self.doctors[n].1, "mode": "qr"});
        self.ask("POST", &format!("documents/{document}/signatures"), &self.doctors[n].0, &ask)
    }

    /// A document of the first doctor whose signature waits at the authority; its id and the job's.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn waiting(&self) -> (String, String) {
        let id = self.written(0);
        let begun = self.sign(0, &id);
        assert_eq!((begun.status, last(&begun.json(), "state")), (200, "waiting".into()), "{}", begun.json());
        (id, self.ca.jobs().last().unwrap().id.clone())
    }

    /// A person decides a job, and the authority calls back; status and body of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn decided(&self, job: &str, deed: Deed) -> (u16, String) {
        self.ca.decide(job, deed);
        self.told(job)
    }

    /// The authority calls back about a job as it stands there; status and body of the answer.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn told(&self, job: &str) -> (u16, String) {
        self.ca.call_back(&self.api.host.url(CALLBACKS), job, 1).remove(0)
    }

    /// The document as it stands, for the hospital's system.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn document(&self, id: &str) -> Value {
        let found = self.ask("GET", &format!("documents/{id}"), HIS, &Value::Null);
        assert_eq!(found.status, 200, "{}", found.json());
        found.json()
    }

    /// Does what is due; the status.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn tick(&self) -> u16 {
        self.ask("POST", "tick", HIS, &Value::Null).status
    }

    /// Minutes pass: all that would be looked at later is due now, and lists are old.
    ///
    /// # Panics
    /// When the store cannot be written.
    pub fn pass(&self) {
        self.change("UPDATE ca_sign_signature SET due_at = 0; UPDATE ca_sign_signer SET updated_at = 0; DELETE FROM ca_sign_lists");
    }

    /// So many days have passed since the beginning, here and at the authority.
    ///
    /// # Panics
    /// When the application does not start again.
    pub fn later(&mut self, days: u32) {
        self.ca.pass(i64::from(days - self.days) * 86_400_000);
        self.api.restart_later(days).unwrap();
        self.days = days;
    }

    /// Changes the store behind the application's back.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn change(&self, sql: &str) {
        let db = rusqlite::Connection::open(self.api.host.data().join("sqlite/default.db")).unwrap();
        db.execute_batch(sql).unwrap();
    }

    /// `cargo xtask verify-evidence`, with the authority's root.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn proved(&self, document: &str) -> Output {
        let bundle = self.ask("GET", &format!("documents/{document}/evidence"), HIS, &Value::Null);
        assert_eq!(bundle.status, 200, "{}", bundle.json());
        let folder = tempfile::tempdir().unwrap();
        let (file, roots) = (folder.path().join("evidence.json"), folder.path().join("roots.pem"));
        std::fs::write(&file, &bundle.body).unwrap();
        std::fs::write(&roots, self.ca.root_pem()).unwrap();
        let mut command = Command::new(root().join("target/release/xtask"));
        if self.days > 0 {
            command.envs(clock::ahead(self.days).unwrap());
        }
        command.arg("verify-evidence").arg(&file).arg("--roots").arg(&roots).output().unwrap()
    }
}

/// A value that is text.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A member of a document's last signature, empty where there is none.
#[must_use]
pub fn last(document: &Value, member: &str) -> String {
    let signatures = document["signatures"].as_array();
    let last = signatures.and_then(|all| all.last()).and_then(|last| last[member].as_str());
    last.unwrap_or_default().to_owned()
}
