//! The signatures that messages may bear: registered with every vendor, so nobody makes up one.

use common::problem::Problem;

/// Registered signatures, the first being the default.
#[derive(Clone, Debug, Default)]
pub struct Signatures(Vec<String>);

impl Signatures {
    /// From the variable `sms_signature`: names without brackets, separated by commas; the first is the default.
    ///
    /// # Errors
    /// Names what is none.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let names = variable.split([',', '，']).map(str::trim).filter(|name| !name.is_empty());
        let names = names.map(|name| {
            let plain =
                (2..=20).contains(&name.chars().count()) && name.chars().all(|c| c.is_alphanumeric() || c == '·');
            plain
                .then(|| name.to_owned())
                .ok_or_else(|| format!("sms_signature: `{name}` is not 2 to 20 letters or digits"))
        });
        names.collect::<Result<_, _>>().map(Self)
    }

    /// The signature asked for, or the default.
    ///
    /// # Errors
    /// 400 for one that is not registered, or where there is no default.
    pub fn choose(&self, asked: Option<&str>) -> Result<&str, Problem> {
        let chosen = match asked {
            None => self.0.first(),
            Some(asked) => self.0.iter().find(|name| *name == asked),
        };
        chosen.map(String::as_str).ok_or_else(|| {
            let known = self.0.join("、");
            let zh = format!("不是已登记的签名（已登记：{known}）");
            Problem::bad_field("signature", &zh, &format!("not a registered signature (registered: {known})"))
        })
    }

    /// A text that already begins with a registered signature in brackets, as old systems send it, without it.
    #[must_use]
    pub fn split<'a>(&self, text: &'a str) -> (Option<&str>, &'a str) {
        let signed = text.strip_prefix('【').and_then(|rest| rest.split_once('】'));
        let known = signed.and_then(|(name, rest)| Some((self.0.iter().find(|known| *known == name)?, rest)));
        known.map_or((None, text), |(name, rest)| (Some(name), rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_ones_are_used() {
        let known = Signatures::parse("云诊, 云诊药房").unwrap();
        assert_eq!(known.choose(None).unwrap(), "云诊");
        assert_eq!(known.choose(Some("云诊药房")).unwrap(), "云诊药房");
        for other in ["别家", "", "云", "【云诊】"] {
            assert_eq!(known.choose(Some(other)).unwrap_err().code, "bad_field", "{other}");
        }
        assert_eq!(Signatures::parse("").unwrap().choose(None).unwrap_err().code, "bad_field");
        for bad in ["云", "【云诊】", "a b", &"字".repeat(21)] {
            assert!(Signatures::parse(bad).unwrap_err().contains(bad), "{bad}");
        }
    }

    #[test]
    fn a_signed_text_is_taken_apart() {
        let known = Signatures::parse("云诊,云诊药房").unwrap();
        assert_eq!(known.split("【云诊药房】您好"), (Some("云诊药房"), "您好"));
        for text in ["【别家】您好", "您好【云诊】", "【云诊您好", "云诊】您好", "[云诊]您好", " 【云诊】您好", "您好"]
        {
            assert_eq!(known.split(text), (None, text));
        }
        assert_eq!(
            known.split("【云诊】【别家】您好"),
            (Some("云诊"), "【别家】您好"),
            "the rest is judged as any text"
        );
    }
}
