//! What is drawn.

/// A document as it lies on paper. Texts are drawn as they are: whoever fills it masks what is not to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What is at hand in print, and what signatures are drawn over.
    pub paper: Paper,
    /// The hospital.
    pub hospital: String,
    /// 处方笺, 检验报告单, 知情同意书 ...
    pub title: String,
    /// A word in the corner, like 普通 or 急诊.
    pub corner: Option<String>,
    /// The document's id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// The day it is of, as it is to be read.
    pub date: String,
    /// Whom it is about.
    pub patient: Patient,
    /// Where it was written.
    pub department: String,
    /// What it is for.
    pub diagnoses: Vec<String>,
    /// What it says.
    pub body: Body,
    /// Below it: reasons, guardians.
    pub notes: Vec<String>,
    /// In the foot, like 当日有效.
    pub validity: Option<String>,
    /// In the order of signing; at most two.
    pub signers: Vec<Signer>,
    /// What the two-dimensional code says.
    pub code: Option<String>,
}

/// Its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 148 by 210 mm, a prescription's.
    A5,
    /// 210 by 297 mm.
    A4,
}

/// Whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Patient {
    pub name: String,
    pub sex: String,
    pub age: String,
    pub phone: String,
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A prescription's, after Rp.
    Drugs(Vec<Drug>),
    /// Any other document's.
    Text(Vec<Paragraph>),
}

/// A drug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drug {
    /// Name, form and strength.
    pub name: String,
    /// Handed out.
    pub quantity: String,
    /// Each time.
    pub dose: String,
    /// How: 口服 ...
    pub route: String,
    /// How often.
    pub frequency: String,
    /// For so many days.
    pub days: u16,
    /// Why it is more than usual in a day.
    pub note: Option<String>,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// On a line above.
    pub heading: Option<String>,
    /// Broken into lines where needed.
    pub text: String,
}

/// Who signs, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// 医师, 审核药师 ...
    pub label: String,
    /// The name.
    pub name: String,
    /// The certificate's number.
    pub certificate: Option<String>,
    /// When, as it is to be read.
    pub signed_at: Option<String>,
    /// A PNG of at most 256 KiB and 1024 pixels a side.
    pub seal: Option<Vec<u8>>,
}
