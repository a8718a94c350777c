//! What the fields of a card can hold and how they hang together.

pub mod date;
pub mod ethnicity;
pub mod number;
pub mod validity;

use picture::raster::Rect;

/// The fields of both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// 姓名
    Name,
    /// 性别
    Sex,
    /// 民族
    Ethnicity,
    /// 出生
    BirthDate,
    /// 住址
    Address,
    /// 公民身份号码
    IdNumber,
    /// 签发机关
    IssuingAuthority,
    /// First day of 有效期限
    ValidFrom,
    /// Last day of 有效期限
    ValidUntil,
}

/// One field as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Which.
    pub name: Name,
    /// As printed; dates as YYYY-MM-DD; empty when unreadable.
    pub text: String,
    /// 0 to 1.
    pub confidence: f32,
    /// Where, on the canonical card.
    pub area: Rect,
    /// Contradictions, in English.
    pub findings: Vec<String>,
}

impl Field {
    /// A field without findings.
    pub fn new(name: Name, text: String, confidence: f32, area: Rect) -> Self {
        let confidence = if text.is_empty() { 0. } else { confidence.clamp(0., 1.) };
        Self { name, text, confidence, area, findings: Vec::new() }
    }

    /// Notes a contradiction: whatever the recogniser thought, a person should look.
    pub fn doubt(&mut self, finding: impl Into<String>) {
        self.findings.push(finding.into());
        self.confidence = self.confidence.min(0.5);
    }
}

/// Adds what the fields of a front say against each other.
pub fn cross_check(fields: &mut [Field]) {
    let text = |name: Name| fields.iter().find(|f| f.name == name).map(|f| f.text.clone()).unwrap_or_default();
    let (number, birth, sex) = (text(Name::IdNumber), text(Name::BirthDate), text(Name::Sex));
    let shape = number::check(&number);
    for field in fields {
        match field.name {
            Name::IdNumber => {
                if let Err(e) = &shape {
                    field.doubt(e.to_string());
                }
                if let Some(in_number) = number::birth_date(&number) {
                    if !birth.is_empty() && in_number.to_string() != birth {
                        field.doubt(format!("the number says born {in_number}, the card {birth}"));
                    }
                    if !in_number.exists() {
                        field.doubt("the birth date in the number does not exist");
                    }
                }
                if let Some(in_number) = number::sex(&number)
                    && !sex.is_empty()
                    && sex != in_number
                {
                    field.doubt(format!("the number says {in_number}, the card {sex}"));
                }
            }
            Name::BirthDate if !field.text.is_empty() && date::Date::parse(&field.text).is_none_or(|d| !d.exists()) => {
                field.doubt("the date does not exist");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(sex: &str, birth: &str, number: &str) -> Vec<Field> {
        let area = Rect { x0: 0, y0: 0, x1: 1, y1: 1 };
        [(Name::Sex, sex), (Name::BirthDate, birth), (Name::IdNumber, number)]
            .map(|(name, text)| Field::new(name, text.into(), 0.99, area))
            .into()
    }

    #[test]
    fn agreeing_fields_have_no_findings() {
        let mut fields = front("女", "1962-09-03", "99131019620903126X");
        cross_check(&mut fields);
        assert!(fields.iter().all(|f| f.findings.is_empty() && f.confidence > 0.9));
    }

    #[test]
    fn contradictions_are_reported_and_the_reading_stays() {
        for (sex, birth, number, finding) in [
            ("男", "1962-09-03", "99131019620903126X", "the number says 女, the card 男"),
            ("女", "1962-09-08", "99131019620903126X", "the number says born 1962-09-03, the card 1962-09-08"),
            ("女", "1962-09-03", "991310196209031261", "its check digit should be X"),
            ("女", "1962-09-03", "9913101962090312", "it has 16 of 18 characters"),
        ] {
            let mut fields = front(sex, birth, number);
            cross_check(&mut fields);
            let field = fields.last().unwrap();
            assert_eq!(field.text, number);
            assert_eq!(field.findings, [finding]);
            assert!(field.confidence <= 0.5);
        }
        let mut fields = front("女", "1962-02-30", "");
        cross_check(&mut fields);
        assert_eq!(fields[1].findings, ["the date does not exist"]);
    }
}
