//! Who stands on a card: invented people, with numbers of the unassigned region prefix 99.

use crate::chance::{Chance, words};
use crate::condition::Condition;
use serde::Serialize;

/// The day on which the cards are supposed to be photographed; validity is judged against it.
/// Cards in force stay so for years after it and expired ones expired years before, so the truth does not age soon.
pub const TODAY: [u16; 3] = [2026, 11, 1];

/// The front's fields, under the names of the truth file.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// As printed, with `·` in transliterated names.
    pub name: String,
    /// 男 or 女.
    pub sex: &'static str,
    /// One of the 56, without 族.
    pub nation: &'static str,
    /// YYYYMMDD.
    pub birth: String,
    /// Without line breaks.
    pub address: String,
    /// 18 characters as printed.
    pub idnum: String,
}

/// The back's fields, under the names of the truth file.
#[derive(Clone, Debug, Serialize)]
pub struct Issue {
    /// The public security bureau.
    pub authority: String,
    /// `YYYY.MM.DD-YYYY.MM.DD` or `YYYY.MM.DD-长期`.
    pub valid: String,
}

/// GB 11643: the check character of the first 17 digits (ISO 7064 MOD 11-2); `None` unless there are 17 digits.
pub fn check_digit(digits: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits: Vec<u32> = digits.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    (digits.len() == 17).then_some(())?;
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    "10X98765432".chars().nth((sum % 11) as usize)
}

/// The `serial`-th person; the serial walks through the ethnicities so that a set holds them all.
pub fn person(chance: &mut Chance, serial: usize, condition: Condition) -> Person {
    let nations = words(include_str!("../data/ethnicities.txt"));
    let nation = if serial % 4 == 3 { "汉" } else { nations[(serial - serial / 4) * 17 % nations.len()] };
    let female = chance.one_in(2);
    let age = match chance.below(10) {
        0 => chance.range(1, 15),
        1 | 2 => chance.range(66, 99),
        _ => chance.range(16, 65),
    };
    let birth = format!("{}{:02}{:02}", TODAY[0] as i32 - age, chance.range(1, 12), chance.range(1, 28));
    let sequence = chance.range(0, 49) * 20 + chance.range(0, 9) * 2 + i32::from(!female);
    let stem = format!("99{:04}{birth}{sequence:03}", chance.range(0, 9999));
    let mut last = check_digit(&stem).unwrap_or('0');
    if condition == Condition::WrongCheckDigit {
        last = if last == '9' { '3' } else { '9' };
    }
    Person {
        name: name(chance, nation),
        sex: if female { "女" } else { "男" },
        nation,
        birth,
        address: address(chance),
        idnum: format!("{stem}{last}"),
    }
}

fn name(chance: &mut Chance, nation: &str) -> String {
    let transliterated =
        ["维吾尔", "哈萨克", "藏", "蒙古", "彝", "柯尔克孜", "塔吉克", "乌孜别克", "塔塔尔", "俄罗斯", "朝鲜"];
    if transliterated.contains(&nation) || chance.one_in(20) {
        return chance.pick(&words(include_str!("../data/minority.txt"))).to_owned();
    }
    let given = words(include_str!("../data/given.txt"));
    let rare = words(include_str!("../data/rare.txt"));
    let mut name = chance.pick(&words(include_str!("../data/surnames.txt"))).to_owned();
    for _ in 0..if chance.one_in(4) { 1 } else { 2 } {
        let source = if chance.one_in(4) { &rare } else { &given };
        name.push_str(chance.pick(source));
    }
    name
}

fn address(chance: &mut Chance) -> String {
    let places: Vec<&str> = include_str!("../data/places.txt").lines().collect();
    let place = chance.pick(&places).replace('|', "");
    let street = chance.pick(&words(include_str!("../data/streets.txt")));
    let town = chance.pick(&words(include_str!("../data/towns.txt")));
    let village = chance.pick(&words(include_str!("../data/villages.txt")));
    let number = chance.range(1, 480);
    match chance.below(6) {
        0 => format!("{place}{street}{number}号"),
        1 => format!("{place}{street}{number}号附{}号", chance.range(1, 30)),
        2 => format!(
            "{place}{street}{number}号{}栋{}单元{}室",
            chance.range(1, 40),
            chance.range(1, 6),
            chance.range(1, 33) * 100 + chance.range(1, 4)
        ),
        3 => format!("{place}{town}{village}{}组{number}号", chance.range(1, 15)),
        4 => format!(
            "{place}{town}{village}村民委员会第{}村民小组{number}号附{}号",
            chance.range(1, 15),
            chance.range(1, 9)
        ),
        _ => format!(
            "{place}{town}{street}{number}号院{}号楼{}门{}号",
            chance.range(1, 20),
            chance.range(1, 9),
            chance.range(100, 2500)
        ),
    }
}

/// An authority and a period of validity.
pub fn issue(chance: &mut Chance, condition: Condition) -> Issue {
    let places: Vec<&str> = include_str!("../data/places.txt").lines().collect();
    let mut parts = chance.pick(&places).split('|');
    let (province, city, county) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let authority = match (city, county) {
        ("", county) if county.ends_with('县') => format!("{county}公安局"),
        ("", county) => format!("{province}公安局{county}分局"),
        (city, county) if county.ends_with('区') && city.ends_with('市') => format!("{city}公安局{}分局", county),
        (_, county) => format!("{county}公安局"),
    };
    let (month, day) = (chance.range(1, 12), chance.range(1, 28));
    let date = |year: i32| format!("{year}.{month:02}.{day:02}");
    let today = i32::from(TODAY[0]);
    let valid = match condition {
        Condition::Temporary => {
            let start = chance.range(1, 9);
            format!("{}.{start:02}.{day:02}-{}.{:02}.{day:02}", today - 1, today - 1, start + 3)
        }
        Condition::Expired => {
            let years = chance.pick(&[5, 10, 10, 20]);
            let end = chance.range((2005 + years).max(today - 8), today - 2);
            format!("{}-{}", date(end - years), date(end))
        }
        Condition::ValidityReversed => {
            let start = chance.range(today - 8, today - 1);
            format!("{}-{}", date(start), date(start - 10))
        }
        Condition::ValidityLength => {
            let start = chance.range(today - 6, today - 1);
            format!("{}-{}", date(start), date(start + chance.pick(&[8, 12, 15, 30])))
        }
        _ => match chance.pick(&[5, 10, 10, 20, 20, 0]) {
            0 => format!("{}-长期", date(chance.range(2005, today - 1))),
            years => {
                let start = chance.range((today + 3 - years).max(2005), today - 1);
                format!("{}-{}", date(start), date(start + years))
            }
        },
    };
    Issue { authority, valid }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        assert_eq!(check_digit("11010519491231002"), Some('X')); // GB 11643-1999, clause 4.3.
        assert_eq!(check_digit("44052418800101001"), Some('4')); // The same.
        assert_eq!(check_digit("4405241880010100"), None);
        assert_eq!(check_digit("4405241880010100X"), None);
    }

    #[test]
    fn numbers_agree_with_the_person_unless_a_wrong_digit_is_wanted() {
        for index in 0..300 {
            let condition = if index % 3 == 0 { Condition::WrongCheckDigit } else { Condition::Plain };
            let person = person(&mut Chance::new(9, index), index as usize, condition);
            let (stem, last) = person.idnum.split_at(17);
            assert!(stem.starts_with("99"), "{}", person.idnum);
            assert_eq!(&stem[6..14], person.birth);
            assert_eq!(if stem.as_bytes()[16] % 2 == 1 { "男" } else { "女" }, person.sex);
            assert_eq!(check_digit(stem).unwrap().to_string() == last, condition == Condition::Plain);
        }
    }

    #[test]
    fn eighty_fronts_hold_all_ethnicities() {
        let nations: BTreeSet<&str> =
            (0..80).map(|i| person(&mut Chance::new(1, i), i as usize, Condition::Plain).nation).collect();
        assert_eq!(nations.len(), 56);
    }

    #[test]
    fn validity_is_in_force_unless_a_fault_is_wanted() {
        let split = |text: &str| {
            let number = |date: &str| date.replace('.', "").parse::<u32>().unwrap();
            let (from, until) = text.split_once('-').unwrap();
            (number(from), if until == "长期" { u32::MAX } else { number(until) })
        };
        let today = u32::from(TODAY[0]) * 10_000 + u32::from(TODAY[1]) * 100 + u32::from(TODAY[2]);
        for index in 0..200 {
            let period = |condition| split(&issue(&mut Chance::new(2, index), condition).valid);
            let (from, until) = period(Condition::Plain);
            assert!((20_040_000..today).contains(&from) && until > today + 20_000, "{from} {until}");
            let (from, until) = period(Condition::Expired);
            assert!(from < until && until < today, "{from} {until}");
            let (from, until) = period(Condition::ValidityReversed);
            assert!(until < from);
        }
    }
}
