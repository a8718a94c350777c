//! What a prescription may say. Every finding names its paragraph; all are told at once.

use super::law::{self, Law};
use super::{Item, Prescription};
use crate::drugs::{Control, Dictionary, Drug, Kind};
use serde::Serialize;
use std::collections::BTreeMap;
use time::Date;
use time::macros::format_description;
use utoipa::ToSchema;

/// Drugs on one prescription.
const DRUGS: usize = 5;
/// Days of supply, usually and in an emergency.
const SUPPLY: [u16; 2] = [7, 3];
/// Twelve weeks, the most that a long-term prescription may be for.
const LONGEST: u16 = 84;
/// Below this age a guardian has to be there.
const GUARDED: i32 = 6;
/// Letters that a reason has at least.
const REASON: usize = 4;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PrescriptionFinding)]
pub struct Finding {
    /// Stable.
    pub code: &'static str,
    /// Which field, as a path: `drugs[1].dose`.
    pub field: String,
    /// By what.
    pub law: Law,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// Who it is for, as the identity proof says.
#[derive(Clone, Copy, Debug)]
pub struct Patient {
    /// In China.
    pub born: Date,
}

/// Everything that is wrong with a prescription of `today` in China; nothing where it may be signed.
#[must_use]
pub fn check(prescription: &Prescription, patient: Patient, drugs: &Dictionary, today: Date) -> Vec<Finding> {
    let mut found = Found(Vec::new());
    whole(prescription, patient, today, &mut found);
    let known: Vec<Option<&Drug>> = prescription.drugs.iter().map(|item| drugs.get(&item.code)).collect();
    together(prescription, &known, &mut found);
    for (i, (item, drug)) in prescription.drugs.iter().zip(&known).enumerate() {
        let field = |name: &str| format!("drugs[{i}].{name}");
        match drug {
            Some(drug) => one(item, drug, field, &mut found),
            None => found.add(
                "unknown_drug",
                field("code"),
                law::DICTIONARY,
                "药品目录中没有该药品",
                "not in the dictionary",
            ),
        }
        supply(prescription, item, field, &mut found);
    }
    found.0
}

struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, code: &'static str, field: impl Into<String>, law: Law, zh: &'static str, en: &'static str) {
        self.0.push(Finding { code, field: field.into(), law, zh, en });
    }
}

fn day(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

fn is_reason(text: Option<&String>) -> bool {
    text.is_some_and(|text| text.trim().chars().count() >= REASON)
}

/// Full years.
fn age(born: Date, today: Date) -> i32 {
    let before_birthday = (today.month() as u8, today.day()) < (born.month() as u8, born.day());
    today.year() - born.year() - i32::from(before_birthday)
}

fn whole(prescription: &Prescription, patient: Patient, today: Date, found: &mut Found) {
    if day(&prescription.issued_on) != Some(today) {
        found.add(
            "not_of_today",
            "issued_on",
            law::VALID,
            "处方日期应为开具当日",
            "a prescription is of the day it is signed",
        );
    }
    match prescription.valid_days {
        1 => {}
        2 | 3 if is_reason(prescription.longer_valid_because.as_ref()) => {}
        2 | 3 => found.add(
            "valid_without_reason",
            "longer_valid_because",
            law::VALID,
            "延长有效期须注明理由",
            "longer than its day wants a reason",
        ),
        _ => found.add("valid_too_long", "valid_days", law::VALID, "有效期最长 3 天", "3 days at most"),
    }
    if prescription.diagnoses.is_empty() {
        found.add("no_diagnosis", "diagnoses", law::DIAGNOSIS, "应注明临床诊断", "a diagnosis is needed");
    }
    match &prescription.revisit {
        None => found.add("first_visit", "revisit", law::REVISIT, "首诊患者不得在线开具处方", "no first visit online"),
        Some(visit) if visit.visit_id.trim().is_empty() => {
            found.add("first_visit", "revisit.visit_id", law::REVISIT, "缺少此前就诊号", "no earlier visit is named");
        }
        Some(visit) if day(&visit.on).is_none_or(|on| on > today) => {
            found.add("first_visit", "revisit.on", law::REVISIT, "此前就诊日期有误", "no day of an earlier visit");
        }
        Some(visit) => {
            for (i, diagnosis) in prescription.diagnoses.iter().enumerate() {
                if !visit.diagnoses.contains(&diagnosis.code) {
                    found.add(
                        "other_diagnosis",
                        format!("diagnoses[{i}]"),
                        law::REVISIT,
                        "只能针对线下已明确的相同诊断复诊",
                        "only for what was diagnosed in the hospital",
                    );
                }
            }
        }
    }
    let guarded = prescription.guardian.as_ref().is_some_and(|guardian| !guardian.name.trim().is_empty());
    if age(patient.born, today) < GUARDED && !guarded {
        found.add(
            "guardian_missing",
            "guardian",
            law::CONTROLLED,
            "6 岁以下儿童须有监护人陪伴",
            "a child under 6 has a guardian with it",
        );
    }
}

/// What drugs mean for one another.
fn together(prescription: &Prescription, known: &[Option<&Drug>], found: &mut Found) {
    if prescription.drugs.is_empty() {
        found.add("no_drugs", "drugs", law::FIVE, "没有药品", "no drugs");
    }
    let kinds = || known.iter().flatten().map(|drug| drug.kind);
    let herbal = kinds().any(|kind| kind == Kind::Herbal);
    if herbal && kinds().any(|kind| kind != Kind::Herbal) {
        found.add(
            "herbs_with_others",
            "drugs",
            law::APART,
            "中药饮片应单独开具处方",
            "decoction pieces stand by themselves",
        );
    }
    // The pieces of a decoction are not counted.
    if !herbal && prescription.drugs.len() > DRUGS {
        found.add("too_many_drugs", "drugs", law::FIVE, "每张处方不得超过 5 种药品", "at most 5 drugs");
    }
    let mut seen = BTreeMap::new();
    for (i, (item, drug)) in prescription.drugs.iter().zip(known).enumerate() {
        let what = drug.map_or(&item.code, |drug| &drug.ingredient);
        if seen.insert(what, i).is_some() {
            let (zh, en) = ("与另一种药品成分相同", "another drug has the same ingredient");
            found.add("duplicate_drug", format!("drugs[{i}].code"), law::DICTIONARY, zh, en);
        }
    }
}

fn one(item: &Item, drug: &Drug, field: impl Fn(&str) -> String, found: &mut Found) {
    if drug.control != Control::None {
        found.add(
            "controlled_drug",
            field("code"),
            law::CONTROLLED,
            "不得在线开具麻醉、精神等特殊管理药品",
            "no narcotic, psychotropic or other controlled drug online",
        );
    }
    let mut unlawful = false;
    for (name, amount) in [("dose", &item.dose), ("quantity", &item.quantity)] {
        if !amount.is_lawful() || amount.units_of(drug).is_none() {
            let (zh, en) = ("剂量或数量单位不规范，或与该药品不符", "an amount or unit that this drug does not have");
            found.add("bad_unit", field(name), law::UNITS, zh, en);
            unlawful = true;
        }
    }
    let (Some(dose), Some(given)) = (item.dose.units_of(drug), item.quantity.units_of(drug)) else { return };
    if unlawful {
        return;
    }
    let a_day = dose * item.frequency.a_day();
    // On the day it is taken; what is taken once a week is taken on that day whole.
    let most_a_day = dose * item.frequency.a_day().max(1.);
    if drug.daily_most.is_some_and(|most| most_a_day * drug.strength > most * (1. + 1e-9))
        && !is_reason(item.more_because.as_ref())
    {
        let (zh, en) = ("超过常用剂量，须注明原因并再次签名", "more than usual in a day wants a reason");
        found.add("dose_too_large", field("dose"), law::DOSE, zh, en);
    }
    let needed = a_day * f64::from(item.days);
    if given < needed * (1. - 1e-9) {
        found.add("quantity_too_small", field("quantity"), law::SUPPLY, "数量不足所开天数", "less than the days need");
    }
    // Packs are not opened, so up to one more than needed is handed out.
    if given >= needed + drug.pack * (1. - 1e-9) {
        found.add("quantity_too_large", field("quantity"), law::SUPPLY, "数量超过所开天数", "more than the days need");
    }
}

fn supply(prescription: &Prescription, item: &Item, field: impl Fn(&str) -> String, found: &mut Found) {
    let [usual, emergency] = SUPPLY;
    let most = if prescription.emergency { emergency } else { usual };
    match item.days {
        0 => found.add("no_days", field("days"), law::SUPPLY, "应注明用药天数", "days are needed"),
        days if days > LONGEST => {
            found.add("supply_too_long", field("days"), law::SUPPLY, "最长不超过 12 周", "twelve weeks at most");
        }
        days if days > most && !is_reason(prescription.longer_supply_because.as_ref()) => found.add(
            "supply_without_reason",
            field("days"),
            law::SUPPLY,
            "一般不超过 7 日用量（急诊 3 日），超过须注明理由",
            "7 days, 3 in an emergency; more wants a reason",
        ),
        _ => {}
    }
}
