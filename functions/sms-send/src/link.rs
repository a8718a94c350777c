//! Links inside a value that a template did not mean to hold one.

use unicode_normalization::UnicodeNormalization;

/// Endings of names that phones make links of, as far as they are likely; a longer list would catch `Dr.Wang`.
const ENDINGS: &[&str] = &[
    "ac",
    "ai",
    "app",
    "art",
    "biz",
    "cc",
    "click",
    "cloud",
    "club",
    "cn",
    "co",
    "com",
    "dev",
    "edu",
    "fun",
    "gov",
    "hk",
    "info",
    "io",
    "ink",
    "la",
    "link",
    "live",
    "ltd",
    "ly",
    "me",
    "mobi",
    "mx",
    "net",
    "online",
    "org",
    "pro",
    "pw",
    "ren",
    "ru",
    "shop",
    "site",
    "so",
    "store",
    "tech",
    "tel",
    "tk",
    "to",
    "top",
    "tv",
    "tw",
    "uk",
    "us",
    "vip",
    "wang",
    "website",
    "work",
    "xin",
    "xyz",
    "中国",
    "中國",
    "公司",
    "网络",
    "網絡",
    "网址",
    "在线",
    "中文网",
    "商城",
];

/// Whether a text holds a web address: a scheme, `www.`, a domain name with a common ending, or an IPv4 address.
///
/// Full-width and other compatible forms count as what they look like, and the ideographic full stop as a dot.
#[must_use]
pub fn found(text: &str) -> bool {
    let plain: String = text.nfkc().map(|c| if c == '。' { '.' } else { c }).flat_map(char::to_lowercase).collect();
    if plain.contains("://") || plain.contains("www.") {
        return true;
    }
    let in_name = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    plain.split(|c| !in_name(c)).map(|word| word.trim_matches('.')).any(|word| domain(word) || ipv4(word))
}

fn domain(word: &str) -> bool {
    let Some((name, ending)) = word.rsplit_once('.') else { return false };
    !name.is_empty() && (ENDINGS.contains(&ending) || ENDINGS.iter().any(|known| glued(ending, known)))
}

/// An ending in Latin letters right before Chinese words, as in `t.cn点击`.
fn glued(ending: &str, known: &str) -> bool {
    let rest = ending.strip_prefix(known).and_then(|rest| rest.chars().next());
    rest.is_some_and(|next| known.is_ascii() && !next.is_ascii())
}

fn ipv4(word: &str) -> bool {
    word.split('.').count() == 4 && word.split('.').all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        for text in [
            "http://a",
            "HTTPS://A.B",
            "weixin://dl",
            "www.example",
            "t.cn",
            "点t.cn/abc",
            "t.cn点击领取",
            "看 a-b.COM!",
            "ｔ．ｃｎ/x",
            "example。com",
            "evil.example.top:8080",
            "1.2.3.4/x",
            "医院.中国",
        ] {
            assert!(found(text), "{text}");
        }
    }

    #[test]
    fn other_dots_are_no_addresses() {
        for text in [
            "张三",
            "3.5mg",
            "Dr.Wong",
            "2026.01.02",
            "10.30",
            "1.2.3.4.5",
            "v1.2.3",
            "费用：12.50元",
            "A.B.",
            "...",
            "",
            "请到3号楼2层。谢谢",
            "999.1.1.1",
        ] {
            assert!(!found(text), "{text}");
        }
    }
}
