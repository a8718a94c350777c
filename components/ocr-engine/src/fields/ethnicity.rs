//! The 56 ethnicities as cards print them (GB/T 3304-1991, without 族).

/// In the order of the standard.
pub const ALL: [&str; 56] = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];

/// The ethnicity a reading stands for and how much of it was read: 1 when every character is right. `None` when several are as close, or none is.
pub fn closest(reading: &str) -> Option<(&'static str, f32)> {
    let reading = reading.strip_suffix('族').unwrap_or(reading);
    let mut best: Option<(&'static str, usize)> = None;
    let mut tie = false;
    for name in ALL {
        let distance = edit_distance(name, reading);
        match best {
            Some((_, d)) if distance > d => {}
            Some((_, d)) if distance == d => tie = true,
            _ => (best, tie) = (Some((name, distance)), false),
        }
    }
    let (name, distance) = best?;
    let length = name.chars().count();
    (!tie && distance < length).then(|| (name, (length - distance) as f32 / length as f32))
}

/// Levenshtein distance in characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, &up) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != *y)).min(up + 1).min(left + 1);
            diagonal = up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ethnicity_is_itself() {
        for name in ALL {
            assert_eq!(closest(name), Some((name, 1.)));
        }
        assert_eq!(closest("汉族"), Some(("汉", 1.)));
    }

    #[test]
    fn one_wrong_character_of_several_is_mended_at_a_price() {
        assert_eq!(closest("柯尔克孜孜").map(|m| m.0), Some("柯尔克孜"));
        assert_eq!(closest("维吾"), Some(("维吾尔", 2. / 3.)));
        assert_eq!(closest("仡老"), Some(("仡佬", 0.5)));
        assert_eq!(closest("汊"), None);
        assert_eq!(closest("X佬"), None, "仫佬 or 仡佬");
    }
}
