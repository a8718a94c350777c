use super::*;

fn params(pairs: &[(&str, &str)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn refusal(problem: Problem) -> String {
    assert_eq!((problem.status, problem.code), (400, "bad_field"));
    problem.detail[1].clone().into_owned()
}

#[test]
fn placeholders_are_filled() {
    let text = Text::parse("{name}，您的验证码为{code}，{minutes}分钟内有效。{code}").unwrap();
    assert_eq!(text.names(), ["name", "code", "minutes"]);
    let filled = text.fill(&params(&[("name", "张三"), ("code", "0123"), ("minutes", "5")]), &ParamRules::new());
    assert_eq!(filled.unwrap(), "张三，您的验证码为0123，5分钟内有效。0123");
    assert_eq!(Text::parse("没有占位符").unwrap().fill(&Params::new(), &ParamRules::new()).unwrap(), "没有占位符");
}

#[test]
fn a_texts_own_mistakes_are_told() {
    for bad in ["{", "}", "{}", "{Name}", "{1a}", "{a b}", "{a{b}}", "a}b{c}", "${code", "{_a}", "{汉字}"] {
        assert!(refusal(Text::parse(bad).unwrap_err()).contains("braces"), "{bad}");
    }
    let long = format!("{{{}}}", "a".repeat(33));
    assert!(Text::parse(&long).is_err());
    let many: String = (0..21).map(|i| format!("{{p{i}}}")).collect();
    assert_eq!(refusal(Text::parse(&many).unwrap_err()), "field text: at most 20 placeholders");
    for empty in ["", "  ", "\n"] {
        assert_eq!(refusal(Text::parse(empty).unwrap_err()), "field text: empty");
    }
    for signed in ["【别家】您好", " 【别家】您好", "您好【别家】", "〖别家〗您好"] {
        assert!(refusal(Text::parse(signed).unwrap_err()).contains("signature"), "{signed}");
    }
    assert!(refusal(Text::parse("a\u{202e}b").unwrap_err()).contains("U+202E"));
    assert!(Text::parse("第一行\n第二行【重要】请看 👨‍👩‍👧").is_ok());
}

#[test]
fn values_and_placeholders_must_match() {
    let text = Text::parse("{a}{b}").unwrap();
    let fill = |pairs: &[(&str, &str)]| text.fill(&params(pairs), &ParamRules::new()).map_err(refusal);
    assert_eq!(fill(&[("a", "1")]).unwrap_err(), "field params.b: missing");
    assert_eq!(
        fill(&[("a", "1"), ("b", "2"), ("c", "3")]).unwrap_err(),
        "field params.c: the template has no such placeholder"
    );
    let odd = fill(&[("a", "1"), ("b", "2"), ("<script>", "3")]).unwrap_err();
    assert_eq!(odd, "field params: the template has no such placeholder", "an odd name is not repeated");
}

#[test]
fn a_value_cannot_break_out() {
    let text = Text::parse("尊敬的{name}，您好").unwrap();
    let cases = [
        ("{code}", "none of { } 【 】"),
        ("a}b", "none of { } 【 】"),
        ("｛code｝", "none of { } 【 】"),
        ("︷", "none of { } 【 】"),
        ("【别家】", "none of { } 【 】"),
        ("】【", "none of { } 【 】"),
        ("a\nb", "a line break, control or invisible character U+000A"),
        ("a\rb", "a line break, control or invisible character U+000D"),
        ("a\tb", "a line break, control or invisible character U+0009"),
        ("a\0b", "a line break, control or invisible character U+0000"),
        ("a\u{2028}b", "a line break, control or invisible character U+2028"),
        ("a\u{200b}b", "a line break, control or invisible character U+200B"),
        ("a\u{202e}b", "a line break, control or invisible character U+202E"),
        ("a\u{feff}b", "a line break, control or invisible character U+FEFF"),
        ("http://evil.example", "no web address"),
        ("ｗｗｗ．evil.cn", "no web address"),
        ("t.cn/abc", "no web address"),
        ("", "empty"),
        ("   ", "empty"),
        ("\u{3000}", "empty"),
        (&"长".repeat(36), "at most 35 characters"),
    ];
    for (value, why) in cases {
        let told = refusal(text.fill(&params(&[("name", value)]), &ParamRules::new()).unwrap_err());
        assert_eq!(told, format!("field params.name: {why}"), "{value:?}");
    }
    for good in ["张三", "O'Neil-Smith", "欧阳·娜娜", "3.5mg", "[1]", "𠮷野", &"长".repeat(35)] {
        assert!(text.fill(&params(&[("name", good)]), &ParamRules::new()).is_ok(), "{good}");
    }
}

#[test]
fn a_template_may_allow_more() {
    let text = Text::parse("点击{url}查看").unwrap();
    let rules = ParamRules::from([("url".to_owned(), ParamRule { max_length: 60, links: true })]);
    let url = "https://hospital.example/r/0123456789012345";
    assert_eq!(text.fill(&params(&[("url", url)]), &rules).unwrap(), format!("点击{url}查看"));
    assert!(text.fill(&params(&[("url", &"a".repeat(61))]), &rules).is_err());
    assert!(text.fill(&params(&[("url", "https://a/{b}")]), &rules).is_err());
}
