//! One lawful prescription, and what each change to it is told.

#![cfg(test)]

use ca_sign::drugs;
use ca_sign::prescription::Prescription;
use ca_sign::prescription::rules::{Patient, check};
use serde_json::{Value, json};
use time::macros::date;

const DRUGS: &str = include_str!("../../../tests/data/ca/drugs.csv");

/// A name, what is put where, and what is told.
type Case<'a> = (&'a str, Vec<(&'a str, Value)>, &'a [&'a str]);

fn item(code: &str, dose: (f64, &str), frequency: &str, days: u16, quantity: (f64, &str)) -> Value {
    let amount = |(value, unit): (f64, &str)| json!({"value": value, "unit": unit});
    json!({"code": code, "dose": amount(dose), "frequency": frequency, "route": "口服", "days": days, "quantity": amount(quantity)})
}

fn lawful() -> Value {
    json!({
        "issued_on": "2026-11-26", "department": "心血管内科",
        "diagnoses": [{"code": "I10.x00", "name": "高血压"}],
        "revisit": {"visit_id": "MZ20261012001", "on": "2026-10-12", "diagnoses": ["I10.x00", "E78.500"]},
        "drugs": [item("B01", (5., "mg"), "qd", 7, (1., "盒"))],
    })
}

/// The codes that are told, with their fields.
fn told(prescription: &Value) -> Vec<String> {
    let prescription: Prescription = serde_json::from_value(prescription.clone()).unwrap();
    let patient = Patient { born: date!(1962 - 09 - 03) };
    told_of(&prescription, patient)
}

fn told_of(prescription: &Prescription, patient: Patient) -> Vec<String> {
    let drugs = drugs::read(DRUGS.as_bytes()).unwrap();
    let found = check(prescription, patient, &drugs, date!(2026 - 11 - 26));
    assert!(found.iter().all(|finding| !finding.law.regulation.is_empty()));
    found.into_iter().map(|finding| format!("{} {}", finding.code, finding.field)).collect()
}

#[test]
fn a_lawful_one_may_be_signed() {
    assert_eq!(told(&lawful()), Vec::<String>::new());
}

#[test]
fn each_rule_is_told_by_its_code() {
    let drug = |item: Value| json!([item]);
    let many: Vec<_> = [
        ("B01", "mg", 5.),
        ("E01", "mg", 20.),
        ("F01", "mg", 50.),
        ("D01", "g", 0.5),
        ("A01", "mg", 250.),
        ("C01", "ml", 10.),
    ]
    .map(|(code, unit, dose)| {
        let quantity = if code == "C01" { (1., "瓶") } else { (7., if code == "A01" { "粒" } else { "片" }) };
        item(code, (dose, unit), "qd", 7, quantity)
    })
    .to_vec();
    let herbs: Vec<_> =
        ["H01", "H02", "H03", "H04", "H05", "H06"].map(|code| item(code, (10., "g"), "qd", 7, (70., "g"))).to_vec();
    let mixed = [herbs[..1].to_vec(), vec![item("B01", (5., "mg"), "qd", 7, (1., "盒"))]].concat();
    let long = drug(item("B01", (5., "mg"), "qd", 28, (4., "盒")));
    let cases: Vec<Case> = vec![
        ("of yesterday", vec![("/issued_on", json!("2026-11-25"))], &["not_of_today issued_on"]),
        ("no date", vec![("/issued_on", json!("today"))], &["not_of_today issued_on"]),
        ("valid for 3 days", vec![("/valid_days", json!(3))], &["valid_without_reason longer_valid_because"]),
        ("with a reason", vec![("/valid_days", json!(3)), ("/longer_valid_because", json!("患者居住偏远"))], &[]),
        (
            "a reason of spaces",
            vec![("/valid_days", json!(2)), ("/longer_valid_because", json!("     "))],
            &["valid_without_reason longer_valid_because"],
        ),
        (
            "valid for 4 days",
            vec![("/valid_days", json!(4)), ("/longer_valid_because", json!("患者居住偏远"))],
            &["valid_too_long valid_days"],
        ),
        ("no diagnosis", vec![("/diagnoses", json!([]))], &["no_diagnosis diagnoses"]),
        ("first visit", vec![("/revisit", Value::Null)], &["first_visit revisit"]),
        ("a visit without a name", vec![("/revisit/visit_id", json!(" "))], &["first_visit revisit.visit_id"]),
        ("a visit to come", vec![("/revisit/on", json!("2026-11-27"))], &["first_visit revisit.on"]),
        ("another illness", vec![("/diagnoses/0/code", json!("J18.900"))], &["other_diagnosis diagnoses[0]"]),
        ("no drugs", vec![("/drugs", json!([]))], &["no_drugs drugs"]),
        ("six drugs", vec![("/drugs", json!(many))], &["too_many_drugs drugs"]),
        ("five drugs", vec![("/drugs", json!(many[..5]))], &[]),
        ("six herbs", vec![("/drugs", json!(herbs))], &[]),
        ("herbs with others", vec![("/drugs", json!(mixed))], &["herbs_with_others drugs"]),
        ("unknown", vec![("/drugs/0/code", json!("Z99"))], &["unknown_drug drugs[0].code"]),
        (
            "narcotic",
            vec![("/drugs", drug(item("N01", (5., "mg"), "qd", 3, (3., "片"))))],
            &["controlled_drug drugs[0].code"],
        ),
        (
            "psychotropic",
            vec![("/drugs", drug(item("P01", (2.5, "mg"), "qn", 7, (7., "片"))))],
            &["controlled_drug drugs[0].code"],
        ),
        (
            "the same ingredient twice",
            vec![(
                "/drugs",
                json!([
                    item("A01", (250., "mg"), "tid", 7, (21., "粒")),
                    item("A02", (1., "袋"), "bid", 6, (1., "盒"))
                ]),
            )],
            &["duplicate_drug drugs[1].code"],
        ),
        ("a month", vec![("/drugs", long.clone())], &["supply_without_reason drugs[0].days"]),
        ("a month with a reason", vec![("/drugs", long), ("/longer_supply_because", json!("慢性病，病情稳定"))], &[]),
        (
            "a quarter",
            vec![
                ("/drugs", drug(item("B01", (5., "mg"), "qd", 85, (13., "盒")))),
                ("/longer_supply_because", json!("慢性病，病情稳定")),
            ],
            &["supply_too_long drugs[0].days"],
        ),
        ("an emergency", vec![("/emergency", json!(true))], &["supply_without_reason drugs[0].days"]),
        (
            "no days",
            vec![("/drugs/0/days", json!(0))],
            &["quantity_too_large drugs[0].quantity", "no_days drugs[0].days"],
        ),
        ("grains", vec![("/drugs/0/dose/unit", json!("gr"))], &["bad_unit drugs[0].dose"]),
        ("millilitres of a tablet", vec![("/drugs/0/dose/unit", json!("ml"))], &["bad_unit drugs[0].dose"]),
        ("less than nothing", vec![("/drugs/0/dose/value", json!(-5))], &["bad_unit drugs[0].dose"]),
        (
            "a thousandfold",
            vec![("/drugs/0/dose", json!({"value": 5, "unit": "g"}))],
            &["dose_too_large drugs[0].dose", "quantity_too_small drugs[0].quantity"],
        ),
        ("in micrograms", vec![("/drugs/0/dose", json!({"value": 5000, "unit": "μg"}))], &[]),
        (
            "two tablets",
            vec![("/drugs/0/dose", json!({"value": 2, "unit": "片"})), ("/drugs/0/quantity/value", json!(2))],
            &[],
        ),
        (
            "three tablets",
            vec![("/drugs/0/dose", json!({"value": 3, "unit": "片"})), ("/drugs/0/quantity/value", json!(3))],
            &["dose_too_large drugs[0].dose"],
        ),
        (
            "a week's tablets at once",
            vec![("/drugs/0/dose", json!({"value": 7, "unit": "片"})), ("/drugs/0/frequency", json!("qw"))],
            &["dose_too_large drugs[0].dose"],
        ),
        (
            "four tablets every other day",
            vec![
                ("/drugs/0/dose", json!({"value": 4, "unit": "片"})),
                ("/drugs/0/frequency", json!("qod")),
                ("/drugs/0/quantity/value", json!(2)),
            ],
            &["dose_too_large drugs[0].dose"],
        ),
        (
            "three tablets with a reason",
            vec![
                ("/drugs/0/dose", json!({"value": 3, "unit": "片"})),
                ("/drugs/0/quantity/value", json!(3)),
                ("/drugs/0/more_because", json!("难治性高血压")),
            ],
            &[],
        ),
        (
            "a tablet short",
            vec![("/drugs/0/quantity", json!({"value": 6, "unit": "片"}))],
            &["quantity_too_small drugs[0].quantity"],
        ),
        ("a pack too many", vec![("/drugs/0/quantity/value", json!(2))], &["quantity_too_large drugs[0].quantity"]),
        ("an opened pack", vec![("/drugs/0/days", json!(5))], &[]),
    ];
    for (name, changes, expected) in cases {
        let mut prescription = lawful();
        for (path, value) in changes {
            let (parent, last) = path.rsplit_once('/').unwrap();
            let parent = prescription.pointer_mut(parent).unwrap();
            match last.parse::<usize>() {
                Ok(i) if parent.is_array() => parent[i] = value,
                _ => parent[last] = value,
            }
        }
        assert_eq!(told(&prescription), expected, "{name}");
    }
}

#[test]
fn a_child_under_six_has_somebody_with_it() {
    let mut prescription = lawful();
    let at =
        |prescription: &Value, born| told_of(&serde_json::from_value(prescription.clone()).unwrap(), Patient { born });
    assert_eq!(at(&prescription, date!(2020 - 11 - 27)), ["guardian_missing guardian"], "six tomorrow");
    assert_eq!(at(&prescription, date!(2020 - 11 - 26)), Vec::<String>::new(), "six today");
    prescription["guardian"] = json!({"name": " ", "relation": "父亲"});
    assert_eq!(at(&prescription, date!(2024 - 02 - 29)), ["guardian_missing guardian"]);
    prescription["guardian"] = json!({"name": "张大明", "relation": "父亲"});
    assert_eq!(at(&prescription, date!(2024 - 02 - 29)), Vec::<String>::new());
}

#[test]
fn a_dictionary_says_which_lines_are_wrong() {
    let head = DRUGS.lines().next().unwrap();
    let told = |wrong: &[drugs::Wrong]| {
        wrong.iter().map(|wrong| format!("{}: {}", wrong.line, wrong.en)).collect::<Vec<_>>().join("\n")
    };
    let read = |line: &str| drugs::read(format!("\u{feff}{head}\n{line}\n").as_bytes());
    assert_eq!(read("X,x,x,,western,none,片,1,mg,1,盒,").unwrap().len(), 1);
    for (line, expected) in [
        ("X,x,x,,eastern,none,片,1,mg,1,盒,", "eastern"),
        ("X,x,x,,western,none,片,0,mg,1,盒,", "above 0"),
        ("X,x,x,,western,none,片,1,mg,-1,盒,", "above 0"),
        ("X,x,,,western,none,片,1,mg,1,盒,", "are needed"),
        ("X,x,x,,western,,片,1,mg,1,盒,", "variant"),
        ("X,x,x", "2: 3 columns"),
        ("X,x,x,,western,none,片,1,mg,1,盒,\nX,y,y,,western,none,片,1,mg,1,盒,", "3: X was there before"),
    ] {
        let error = told(&read(line).unwrap_err());
        assert!(error.contains(expected), "{line}: {error}");
    }
    let several = read("X,x,x,,eastern,none,片,1,mg,1,盒,\n\nY,y,y,,western,none,片,a,mg,1,盒,").unwrap_err();
    assert!(told(&several).starts_with("2: kind: unknown variant `eastern`"), "{several:?}");
    assert_eq!((several[1].line, &*several[1].zh), (4, "strength 的值不对：“a”"), "the line as an editor counts");
    for (head, expected) in
        [("code,name", "1: column ingredient is missing"), (&*format!("{head},price"), "1: unknown column `price`")]
    {
        assert_eq!(told(&drugs::read(head.as_bytes()).unwrap_err()), expected);
    }
    let many = "X,x,x\n".repeat(1_000);
    assert_eq!(read(&many).unwrap_err().len(), 20);
}
