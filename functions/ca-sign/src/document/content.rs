//! What a document says: the JSON whose canonical form is signed.

use super::Kind;
use crate::outside::Patient;
use crate::prescription::Prescription;
use crate::signer::Signer;
use common::id_number::masked;
use common::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report, a consent or a record of a consultation.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentText)]
pub struct Text {
    /// 检验报告单, 知情同意书 ...
    #[schema(min_length = 1, max_length = 40)]
    pub title: String,
    /// Where it was written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// At least one.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DocumentParagraph)]
pub struct Paragraph {
    /// On a line above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// At most 4,000 characters.
    pub text: String,
}

/// What is written.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// A prescription.
    Prescription(Box<Prescription>),
    /// Anything else.
    Text(Text),
}

/// Whom a document is about, as it is signed.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DocumentPatient)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Subject {
    pub patient_id: String,
    pub name: String,
    pub sex: String,
    /// YYYY-MM-DD.
    pub birth_date: String,
    /// First and last character.
    pub id_number: String,
}

/// Who wrote it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DocumentAuthor)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Author {
    pub signer_id: String,
    pub employee_no: String,
    pub name: String,
}

/// A drug as the dictionary had it when it was prescribed.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PrescribedDrug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Prescribed {
    pub code: String,
    pub name: String,
    pub specification: String,
}

/// All that is signed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Whole {
    pub document_id: String,
    pub kind: Kind,
    /// 1, 2, ... of what is written anew.
    pub version: i64,
    /// The version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    pub hospital: String,
    pub visit_id: String,
    pub patient: Subject,
    pub author: Author,
    pub content: Content,
    /// A prescription's: what its codes mean is signed, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drugs: Vec<Prescribed>,
}

impl Subject {
    /// Of a record.
    #[must_use]
    pub fn of(patient: &Patient) -> Self {
        Self {
            patient_id: patient.patient_id.clone(),
            name: patient.name.clone(),
            sex: patient.sex.clone(),
            birth_date: patient.birth_date.clone(),
            id_number: masked(&patient.id_number),
        }
    }
}

impl Author {
    /// Of a signer.
    #[must_use]
    pub fn of(signer: &Signer) -> Self {
        let (signer_id, employee_no) = (signer.id.clone(), signer.employee_no.clone());
        Self { signer_id, employee_no, name: signer.data.name.clone() }
    }
}

impl Text {
    /// Whether its parts have their sizes.
    ///
    /// # Errors
    /// 400.
    pub fn check(&self) -> Result<(), Problem> {
        let plain = |text: &str, most: usize| {
            let odd = |c: char| c.is_control() && c != '\n';
            (1..=most).contains(&text.trim().chars().count()) && !text.chars().any(odd)
        };
        if !plain(&self.title, 40) || !(self.department.is_empty() || plain(&self.department, 40)) {
            return Err(Problem::bad_field("content.title", "标题应为 1 至 40 个字符", "1 to 40 characters"));
        }
        let fits = |paragraph: &Paragraph| {
            plain(&paragraph.text, 4_000) && paragraph.heading.as_ref().is_none_or(|heading| plain(heading, 80))
        };
        if !(1..=50).contains(&self.paragraphs.len()) || !self.paragraphs.iter().all(fits) {
            let (zh, en) = ("应有 1 至 50 段，每段 1 至 4000 个字符", "1 to 50 paragraphs of 1 to 4,000 characters");
            return Err(Problem::bad_field("content.paragraphs", zh, en));
        }
        Ok(())
    }
}
