//! Phone numbers: E.164, or the 11 digits of a mobile number of the mainland.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A number in E.164 form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

/// Whose number it was when it was handed out. Numbers of the mainland can be carried to another carrier, and nobody
/// tells us, so this is a guess.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SmsCarrier)]
pub enum Carrier {
    /// China Mobile 中国移动.
    Mobile,
    /// China Unicom 中国联通.
    Unicom,
    /// China Telecom 中国电信.
    Telecom,
    /// China Broadnet 中国广电.
    Broadnet,
    /// A virtual operator on any of their networks.
    Virtual,
    /// A mobile number of the mainland whose prefix is not in the table.
    Unknown,
    /// A number outside the mainland.
    International,
}

impl Carrier {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Mobile, Self::Unicom, Self::Telecom, Self::Broadnet, Self::Virtual, Self::Unknown, Self::International];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Unicom => "unicom",
            Self::Telecom => "telecom",
            Self::Broadnet => "broadnet",
            Self::Virtual => "virtual",
            Self::Unknown => "unknown",
            Self::International => "international",
        }
    }

    /// The carrier of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|carrier| carrier.name() == name)
    }
}

/// Prefixes of the numbering plan; a longer prefix wins over a shorter one.
const PREFIXES: &[(Carrier, &[&str])] = &[
    (
        Carrier::Mobile,
        &[
            "134", "135", "136", "137", "138", "139", "144", "147", "148", "150", "151", "152", "157", "158", "159",
            "172", "178", "182", "183", "184", "187", "188", "195", "197", "198",
        ],
    ),
    (
        Carrier::Unicom,
        &["130", "131", "132", "140", "145", "146", "155", "156", "166", "175", "176", "185", "186", "196"],
    ),
    (
        Carrier::Telecom,
        &["133", "1349", "141", "149", "153", "173", "174", "177", "180", "181", "189", "190", "191", "193", "199"],
    ),
    (Carrier::Broadnet, &["192"]),
    (Carrier::Virtual, &["162", "165", "167", "170", "171"]),
];

impl Phone {
    /// Reads a number: `+` and 7 to 15 digits, or 11 digits of the mainland. Nothing is trimmed or guessed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let mobile = |text: &str| {
            let second = text.strip_prefix('1').and_then(|rest| rest.chars().next());
            text.len() == 11 && digits(text) && second.is_some_and(|digit| ('3'..='9').contains(&digit))
        };
        let Some(number) = text.strip_prefix('+') else {
            return mobile(text).then(|| Self(format!("+86{text}")));
        };
        let plausible = match number.strip_prefix("86") {
            Some(national) => mobile(national),
            None => (7..=15).contains(&number.len()) && digits(number) && !number.starts_with('0'),
        };
        plausible.then(|| Self(text.to_owned()))
    }

    /// With `+` and country code.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }

    fn national(&self) -> Option<&str> {
        self.0.strip_prefix("+86")
    }

    /// With the middle left out: `137****2222`, `+852****4567`.
    #[must_use]
    pub fn masked(&self) -> String {
        let (number, head) = self.national().map_or((&*self.0, 4), |national| (national, 3));
        let tail = if number.len() >= 11 { 4 } else { 2 };
        let tail = number.len().saturating_sub(tail);
        format!("{}****{}", number.get(..head).unwrap_or_default(), number.get(tail..).unwrap_or_default())
    }

    /// The carrier by prefix.
    #[must_use]
    pub fn carrier(&self) -> Carrier {
        let Some(number) = self.national() else { return Carrier::International };
        let all = PREFIXES.iter().flat_map(|(carrier, prefixes)| prefixes.iter().map(move |prefix| (*carrier, prefix)));
        let best = all.filter(|(_, prefix)| number.starts_with(**prefix)).max_by_key(|(_, prefix)| prefix.len());
        best.map_or(Carrier::Unknown, |(carrier, _)| carrier)
    }

    /// Whether the carrier is more than a guess: never within the mainland, for numbers can be carried over.
    #[must_use]
    pub fn carrier_certain(&self) -> bool {
        self.national().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_forms_are_numbers() {
        let good = [
            ("13711112222", "+8613711112222"),
            ("+8613711112222", "+8613711112222"),
            ("19999999999", "+8619999999999"),
            ("+85291234567", "+85291234567"),
            ("+14155550123", "+14155550123"),
            ("+6837000", "+6837000"),
            ("+123456789012345", "+123456789012345"),
        ];
        for (text, e164) in good {
            assert_eq!(Phone::parse(text).map(|phone| phone.e164().to_owned()).as_deref(), Some(e164), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not() {
        let bad = [
            "",
            "+",
            "1371111222",
            "137111122222",
            "12711112222",
            "10086",
            "0137111122222",
            "8613711112222",
            "008613711112222",
            "+86 13711112222",
            "+861371111222",
            "+86137111122222",
            "+8602112345678",
            "137-1111-2222",
            " 13711112222",
            "13711112222 ",
            "13711112222\n",
            "１３７１１１１２２２２",
            "١٣٧١١١١٢٢٢٢",
            "+0123456789",
            "+123456",
            "+1234567890123456",
            "+1415555012a",
            "++14155550123",
            "13711112222,13711112223",
        ];
        for text in bad {
            assert_eq!(Phone::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_prefix_tells_the_first_carrier() {
        use Carrier::{Broadnet, International, Mobile, Telecom, Unicom, Unknown, Virtual};
        let cases = [
            ("13400000000", Mobile),
            ("13488888888", Mobile),
            ("13490000000", Telecom),
            ("13500000000", Mobile),
            ("13900000000", Mobile),
            ("14700000000", Mobile),
            ("15000000000", Mobile),
            ("15700000000", Mobile),
            ("17200000000", Mobile),
            ("17800000000", Mobile),
            ("18400000000", Mobile),
            ("18800000000", Mobile),
            ("19500000000", Mobile),
            ("19700000000", Mobile),
            ("19800000000", Mobile),
            ("13000000000", Unicom),
            ("14500000000", Unicom),
            ("15500000000", Unicom),
            ("16600000000", Unicom),
            ("17500000000", Unicom),
            ("17600000000", Unicom),
            ("18600000000", Unicom),
            ("19600000000", Unicom),
            ("13300000000", Telecom),
            ("14900000000", Telecom),
            ("15300000000", Telecom),
            ("17300000000", Telecom),
            ("17400000000", Telecom),
            ("17700000000", Telecom),
            ("18000000000", Telecom),
            ("18900000000", Telecom),
            ("19000000000", Telecom),
            ("19100000000", Telecom),
            ("19300000000", Telecom),
            ("19900000000", Telecom),
            ("19200000000", Broadnet),
            ("16200000000", Virtual),
            ("16500000000", Virtual),
            ("16700000000", Virtual),
            ("17000000000", Virtual),
            ("17050000000", Virtual),
            ("17100000000", Virtual),
            ("15400000000", Unknown),
            ("16000000000", Unknown),
            ("17900000000", Unknown),
            ("19400000000", Unknown),
            ("+85291234567", International),
        ];
        for (text, carrier) in cases {
            let phone = Phone::parse(text).unwrap();
            assert_eq!(phone.carrier(), carrier, "{text}");
            assert_eq!(phone.carrier_certain(), carrier == International, "{text}");
            assert_eq!(Carrier::named(carrier.name()), Some(carrier));
        }
    }

    #[test]
    fn no_prefix_is_listed_twice() {
        let mut all: Vec<&str> = PREFIXES.iter().flat_map(|(_, prefixes)| *prefixes).copied().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_middle_is_masked() {
        for (text, masked) in
            [("13711112222", "137****2222"), ("+85291234567", "+852****4567"), ("+6837000", "+683****00")]
        {
            assert_eq!(Phone::parse(text).unwrap().masked(), masked);
        }
    }
}
