//! Why a photograph is not read, in words for the patient who took it.

use common::problem::Problem;

/// The reader's reasons and failures, without WIT.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Failure {
    /// Not an image, or of another format.
    Unsupported(String),
    /// Damaged or over a limit.
    Invalid(String),
    NoCard,
    SeveralCards,
    WrongSide,
    TooSmall,
    TooDark,
    Blurred,
    /// The reader cannot work.
    Unavailable(String),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let retake = |code, zh: &'static str, en: &'static str| Self::new(422, code, zh, en);
        match failure {
            Failure::Unsupported(why) => {
                let zh = "无法识别这个文件，请上传 JPEG、PNG 或 WebP 格式的照片";
                Self::new(415, "unsupported_format", zh, format!("send a JPEG, PNG or WebP photo ({why})"))
            }
            Failure::Invalid(why) => {
                let zh = format!("照片已损坏或超出限制，请重新拍摄或换一张照片（{why}）");
                let en = format!("the photo is damaged or over a limit, take or choose another one ({why})");
                Self::new(400, "bad_image", zh, en)
            }
            Failure::NoCard => retake(
                "no_card",
                "照片中没有找到身份证，请把整张身份证放在画面中间，占画面三分之二以上，重新拍摄",
                "no identity card was found: put the whole card in the middle, filling two thirds of the picture, and retake",
            ),
            Failure::SeveralCards => retake(
                "several_cards",
                "照片中有不止一张证件，请一次只拍一张身份证",
                "there is more than one card: photograph one card at a time",
            ),
            Failure::WrongSide => retake(
                "wrong_side",
                "拍成了另一面，请把身份证翻到要求的一面重新拍摄",
                "this is the other side: turn the card over and retake",
            ),
            Failure::TooSmall => retake(
                "card_too_small",
                "身份证在照片中太小，请靠近一些重新拍摄",
                "the card is too small in the picture: move closer and retake",
            ),
            Failure::TooDark => retake(
                "too_dark",
                "照片太暗，请到光线充足的地方重新拍摄",
                "the photo is too dark: go where there is more light and retake",
            ),
            Failure::Blurred => retake(
                "blurred",
                "照片模糊，请擦净镜头、拿稳手机、对焦后重新拍摄",
                "the photo is blurred: wipe the lens, hold still, let it focus and retake",
            ),
            Failure::Unavailable(why) => Self::unavailable("engine_unavailable", why),
        }
    }
}
