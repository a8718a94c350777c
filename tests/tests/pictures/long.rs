//! An authority's name that stands on two lines.

use crate::{api, fonts};
use cards::plan::Plan;
use cards::shot::shoot;

#[test]
fn a_long_authority_is_read_from_both_its_lines() {
    for index in [47, 134, 227] {
        let (jpeg, truth) = shoot(fonts(), Plan::plain(777, index)).unwrap();
        let authority = truth.issue.unwrap().authority;
        assert!(authority.chars().count() > 13, "{authority} would fit on one line");
        let answer = api().read("", &jpeg).unwrap();
        assert_eq!(answer.json()["fields"]["issuing_authority"], authority, "{}", truth.file);
    }
}
