//! `ca-sign` as doctors, pharmacists and patients call it, with `register` behind it.

use crate::api::Answer;
use crate::clock;
use crate::host::root;
use crate::register::{Clinic, NUMBERS};
use crate::token::{self, now_s};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

/// What doctor and pharmacist approve with.
pub const PIN: &str = "271828";
const PATIENT: &str = "13711112222";
const DOCTOR: &str = "D0017";
const PHARMACIST: &str = "P0003";

/// Of a member of the staff.
fn phone(employee_no: &str) -> String {
    format!("1390000{:04}", employee_no.bytes().map(u32::from).sum::<u32>())
}

/// The application with signers, drugs and a patient.
pub struct Ward {
    /// The application.
    pub clinic: Clinic,
    /// Credentials and signer ids.
    pub doctor: (String, String),
    /// As `doctor`.
    pub pharmacist: (String, String),
    /// The patient's credential.
    pub patient: String,
}

impl Ward {
    /// Starts it.
    ///
    /// # Panics
    /// When something fails.
    #[must_use]
    pub fn start(more: &[(&str, &str)]) -> Self {
        Self::of(Clinic::start(more).unwrap())
    }

    fn of(clinic: Clinic) -> Self {
        let patient = clinic.user(PATIENT);
        clinic.verified(&patient, "张三", NUMBERS[0]);
        let mut ward = Self { clinic, doctor: Default::default(), pharmacist: Default::default(), patient };
        ward.doctor = ward.signer("doctor", DOCTOR, "李医生");
        ward.pharmacist = ward.signer("pharmacist", PHARMACIST, "王药师");
        let csv = std::fs::read(root().join("tests/data/ca/drugs.csv")).unwrap();
        let loaded = ward.clinic.send("PUT", "/v1/ca-sign/drugs", &ward.clinic.admin(), "text/csv", &csv);
        assert_eq!(loaded.status, 200, "{}", loaded.json());
        ward
    }

    /// Asks `ca-sign`.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn ask(&self, method: &str, path: &str, credential: &str, body: &Value) -> Answer {
        self.clinic.ask(method, &format!("/v1/ca-sign/{path}"), credential, body)
    }

    /// A user of this role who is enrolled; credential and signer id.
    ///
    /// # Panics
    /// When that fails.
    pub fn signer(&self, role: &str, employee_no: &str, name: &str) -> (String, String) {
        let phone = phone(employee_no);
        let admin = self.clinic.admin();
        let made = self.clinic.ask("POST", "staff", &admin, &json!({"role": role, "phone": phone, "name": name}));
        assert_eq!(made.status, 201, "{}", made.json());
        let enrolled = self.enrol(role, employee_no, name, made.json()["account_id"].as_str());
        assert_eq!(enrolled.status, 201, "{}", enrolled.json());
        (self.clinic.user(&phone), enrolled.json()["signer_id"].as_str().unwrap().to_owned())
    }

    /// Days pass: the application starts again, and everybody signs in again.
    ///
    /// # Panics
    /// When somebody cannot.
    pub fn pass(&mut self, days: u32) {
        self.clinic.api.restart_later(days).unwrap();
        self.doctor.0 = self.clinic.user(&phone(DOCTOR));
        self.pharmacist.0 = self.clinic.user(&phone(PHARMACIST));
        self.patient = self.clinic.user(PATIENT);
    }

    /// Enrols a signer, also once more; the answer.
    ///
    /// # Panics
    /// When there is none.
    pub fn enrol(&self, role: &str, employee_no: &str, name: &str, account: Option<&str>) -> Answer {
        let ask = json!({"account_id": account, "employee_no": employee_no, "name": name, "id_number": NUMBERS[1],
                         "phone": phone(employee_no), "role": role, "pin": PIN});
        self.ask("POST", "signers", &self.clinic.admin(), &ask)
    }

    /// Enrols the hospital's seal with an authorisation; the signer id.
    ///
    /// # Panics
    /// When that fails.
    pub fn seal(&self) -> String {
        let admin = self.clinic.admin();
        let ask = json!({"employee_no": "SEAL-1", "name": "云诊开发医院", "id_number": "12510100450000000X",
                         "phone": "13900009999", "role": "hospital", "pin": PIN});
        let id = self.ask("POST", "signers", &admin, &ask).json()["signer_id"].as_str().unwrap().to_owned();
        let given = json!({"until": self.later(86_400), "most": 1_000, "pin": PIN});
        let given = self.ask("POST", &format!("signers/{id}/authorisations"), &admin, &given);
        assert_eq!(given.status, 201, "{}", given.json());
        id
    }

    /// RFC 3339, so many seconds from now.
    #[must_use]
    pub fn later(&self, seconds: i64) -> String {
        token::rfc3339(self.clinic.api.now_s() + seconds)
    }

    /// Today in China, YYYY-MM-DD.
    #[must_use]
    pub fn today(&self) -> String {
        self.later(8 * 3_600)[..10].to_owned()
    }

    /// Waits until another second has begun.
    pub fn next_second(&self) {
        let second = now_s();
        while now_s() == second {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    /// The patient's identity proof.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn proof(&self) -> String {
        let proof = self.clinic.ask("POST", "identity-proof", &self.patient, &json!({"audience": "ca-sign"}));
        proof.json()["proof"].as_str().unwrap_or_else(|| panic!("{}", proof.json())).to_owned()
    }

    /// A lawful prescription of today.
    #[must_use]
    pub fn prescription(&self) -> Value {
        let drug = json!({"code": "B01", "dose": {"value": 5, "unit": "mg"}, "frequency": "qd", "route": "口服",
                          "days": 7, "quantity": {"value": 1, "unit": "盒"}});
        json!({"issued_on": self.today(), "department": "心血管内科",
               "diagnoses": [{"code": "I10.x00", "name": "高血压"}],
               "revisit": {"visit_id": "MZ20261012001", "on": "2026-10-12", "diagnoses": ["I10.x00"]},
               "drugs": [drug]})
    }

    /// A prescription that the doctor wrote; its id.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn written(&self) -> String {
        let ask =
            json!({"kind": "prescription", "visit_id": "MZ1", "patient": self.proof(), "content": self.prescription()});
        let written = self.ask("POST", "documents", &self.doctor.0, &ask);
        assert_eq!(written.status, 201, "{}", written.json());
        written.json()["document_id"].as_str().unwrap().to_owned()
    }

    /// A signer signs by pin.
    pub fn sign(&self, (credential, signer_id): &(String, String), id: &str) -> Answer {
        let ask = json!({"signer_id": signer_id, "mode": "pin", "pin": PIN});
        self.ask("POST", &format!("documents/{id}/signatures"), credential, &ask)
    }

    /// A prescription that both have signed; its id.
    ///
    /// # Panics
    /// When one cannot.
    #[must_use]
    pub fn complete(&self) -> String {
        let id = self.written();
        for signer in [&self.doctor, &self.pharmacist] {
            let signed = self.sign(signer, &id);
            assert_eq!(signed.status, 200, "{}", signed.json());
        }
        id
    }
}

/// `cargo xtask verify-evidence FILE`, as it was built.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn verify_evidence(bundle: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    evidence(bundle, folder.path()).output().unwrap()
}

/// The same days later.
///
/// # Panics
/// As [`verify_evidence`].
#[must_use]
pub fn verify_evidence_later(bundle: &[u8], days: u32) -> Output {
    let folder = tempfile::tempdir().unwrap();
    evidence(bundle, folder.path()).envs(clock::ahead(days).unwrap()).output().unwrap()
}

/// The same, its parts written into a folder.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn extract_evidence(bundle: &[u8], folder: &Path) -> Output {
    evidence(bundle, folder).arg("--extract").arg(folder).output().unwrap()
}

fn evidence(bundle: &[u8], folder: &Path) -> Command {
    let file = folder.join("evidence.json");
    std::fs::write(&file, bundle).unwrap();
    let mut command = Command::new(root().join("target/release/xtask"));
    command.arg("verify-evidence").arg(file);
    command
}
