//! Answers by which a phone declines further messages.

use crate::keyword::folded;

/// What carriers and vendors tell users to answer, as they come out of [`folded`].
const WORDS: &[&str] = &[
    "退订",
    "退定",
    "退",
    "td",
    "tdhf",
    "t",
    "n",
    "r",
    "q",
    "00000",
    "拒收",
    "拒绝",
    "取消",
    "取消订阅",
    "取消订购",
    "退订t",
    "退订td",
    "退订n",
    "回t退订",
    "回td退订",
    "我要退订",
    "请退订",
    "不要再发",
    "不要再发了",
    "别再发了",
    "stop",
    "unsubscribe",
    "cancel",
    "quit",
];

/// Whether an answer, as a whole, declines further messages.
#[must_use]
pub fn declines(answer: &str) -> bool {
    WORDS.contains(&&*folded(answer))
}

#[cfg(test)]
mod tests {
    use super::declines;

    #[test]
    fn usual_answers_decline() {
        for answer in [
            "退订",
            " 退订。",
            "TD",
            "td",
            "T",
            "ｔｄ",
            "N",
            "R",
            "退訂",
            "STOP",
            "退 订!",
            "拒收",
            "我要退订",
            "\u{200b}T\n",
        ] {
            assert!(declines(answer), "{answer:?}");
        }
    }

    #[test]
    fn other_answers_do_not() {
        for answer in
            ["", "不退订", "怎么退订？", "好的", "Y", "1", "谢谢医生", "tomorrow", "退款", "收到，请不要退订我"]
        {
            assert!(!declines(answer), "{answer:?}");
        }
    }
}
