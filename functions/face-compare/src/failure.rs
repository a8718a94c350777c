//! Why pictures are not used, in words for the patient who took them.

use common::problem::Problem;

/// The verifier's reasons and failures, without WIT.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Why {
    /// Not an image, or of another format.
    Unsupported(String),
    /// Damaged or over a limit.
    Invalid(String),
    NoFace,
    SeveralFaces,
    TooSmall,
    TooClose,
    Blurred,
    Turned,
    Covered,
    TooDark,
    /// The verifier cannot work.
    Unavailable(String),
}

/// A failure of one of several pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The field or frame that holds the picture; empty where there is one only.
    pub picture: String,
    /// What is wrong with it.
    pub why: Why,
}

impl From<Failure> for Problem {
    fn from(Failure { picture, why }: Failure) -> Self {
        let (status, code, zh, en) = match why {
            Why::Unavailable(why) => return Self::unavailable("engine_unavailable", why),
            Why::Unsupported(why) => (
                415,
                "unsupported_format",
                "无法识别这个文件，请上传 JPEG、PNG 或 WebP 格式的照片".to_owned(),
                format!("send a JPEG, PNG or WebP photo ({why})"),
            ),
            Why::Invalid(why) => (
                400,
                "bad_image",
                format!("照片已损坏或超出限制，请换一张照片（{why}）"),
                format!("the photo is damaged or over a limit, choose another one ({why})"),
            ),
            reason => {
                let (code, zh, en) = retake(&reason);
                (422, code, zh.to_owned(), en.to_owned())
            }
        };
        if picture.is_empty() {
            return Self::new(status, code, zh, en);
        }
        Self::new(status, code, format!("{picture}：{zh}"), format!("{picture}: {en}"))
    }
}

fn retake(reason: &Why) -> (&'static str, &'static str, &'static str) {
    match reason {
        Why::SeveralFaces => (
            "several_faces",
            "照片中有不止一张人脸，请只拍一个人",
            "there is more than one face: photograph one person only",
        ),
        Why::TooSmall => ("too_small", "人脸太小，请靠近一些重新拍摄", "the face is too small: move closer and retake"),
        Why::TooClose => (
            "too_close",
            "人脸占满了画面，请离远一些，让头部四周留出空间",
            "the face fills the picture: move away until there is room around the head",
        ),
        Why::Blurred => (
            "blurred",
            "照片模糊，请擦净镜头、拿稳手机后重新拍摄",
            "the photo is blurred: wipe the lens, hold still and retake",
        ),
        Why::Turned => {
            ("turned", "请正对镜头重新拍摄", "the face is turned away: look straight at the camera and retake")
        }
        Why::Covered => (
            "covered",
            "人脸有一部分被遮挡或在画面之外，请露出整张脸重新拍摄",
            "a part of the face is hidden or outside the picture: show the whole face and retake",
        ),
        Why::TooDark => (
            "too_dark",
            "照片太暗，请到光线充足的地方重新拍摄",
            "the photo is too dark: go where there is more light and retake",
        ),
        _ => (
            "no_face",
            "照片中没有找到人脸，请正对镜头重新拍摄",
            "no face was found: look straight at the camera and retake",
        ),
    }
}
