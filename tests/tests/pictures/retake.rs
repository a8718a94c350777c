//! Photographs that another photograph must replace: each is told why, in Chinese.

use crate::{api, assert_refused, fonts};
use cards::condition::Condition;
use cards::plan::Plan;
use cards::shot::shoot;

#[test]
fn a_photograph_that_cannot_be_read_says_what_to_do_better() {
    let api = api();
    let faults = [
        (Condition::TwoCards, "several_cards", "一次只拍一张"),
        (Condition::NoCard, "no_card", "没有找到身份证"),
        (Condition::TooSmall, "card_too_small", "太小"),
        (Condition::TooDark, "too_dark", "太暗"),
        (Condition::Blurred, "blurred", "模糊"),
        (Condition::WrongSide, "wrong_side", "另一面"),
    ];
    for (condition, code, words) in faults {
        for index in 0..3 {
            let plan = Plan { seed: 2, index, front: index < 2, level: index % 2, condition, small: true };
            let (jpeg, truth) = shoot(fonts(), plan).unwrap();
            let query = truth.ask.map(|side| format!("?side={side}")).unwrap_or_default();
            let answer = api.read(&query, &jpeg).unwrap();
            assert_refused(&answer, 422, code, &truth.file);
            assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{}", answer.json());
        }
    }
}
