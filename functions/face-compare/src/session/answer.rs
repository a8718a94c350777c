//! What is told of a session: much to whoever made it, little to its page.

use crate::answer::{Reason, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far it is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FaceSessionState)]
pub enum State {
    /// Nobody has agreed yet.
    Created,
    /// The person agreed to the use of their face.
    Agreed,
    /// A living person, and the one of the portrait where there is one.
    Passed,
    /// The last try failed.
    Failed,
    /// The person chose the way without a face: a member of staff looks at their document.
    Manual,
    /// Its time ran out.
    Expired,
}

impl State {
    const ALL: [Self; 6] = [Self::Created, Self::Agreed, Self::Passed, Self::Failed, Self::Manual, Self::Expired];

    /// As in answers and in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Agreed => "agreed",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Manual => "manual",
            Self::Expired => "expired",
        }
    }

    /// What [`State::name`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == text)
    }

    /// Whether nothing can change any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Created | Self::Agreed)
    }
}

/// A session that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FaceSessionMade)]
pub struct Made {
    /// Names the session in the audit log.
    #[schema(example = "fvs_01JD0000000000000000000000")]
    pub session_id: String,
    /// Opens the page, and asks for the result together with a credential.
    pub token: String,
    /// Send the person there.
    #[schema(example = "https://yunzhen.example/face#token=fvs_01JD0000000000000000000000.5d1c")]
    pub url: String,
    /// Until when the page can be used.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// What one recording came to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceSessionTry)]
pub struct Try {
    /// Whether a living person did what was asked.
    pub live: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// Actions seen in the order asked for.
    pub actions_seen: u32,
    /// Whether every frame shows one and the same person.
    pub same_person_in_all_frames: bool,
    /// 0 to 1.
    pub silent_score: f32,
    /// SM3 of the frame that was compared.
    pub best_frame_digest: Option<String>,
    /// Likeness to the portrait, 0 to 100; absent where there is none or nothing was compared.
    pub score: Option<f32>,
    /// Whether the score reaches the threshold.
    pub same_person: Option<bool>,
    /// Why the best frame could not be compared, as the codes of `compare`.
    pub refused: Option<String>,
    /// Engine and models.
    pub model_version: String,
}

impl Try {
    /// Of a recording, before anything is compared.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            live: verdict.live,
            reasons: verdict.reasons.clone(),
            actions_seen: verdict.actions_seen,
            same_person_in_all_frames: verdict.same_person_in_all_frames,
            silent_score: verdict.silent_score,
            best_frame_digest: verdict.best_frame_digest.clone(),
            score: None,
            same_person: None,
            refused: None,
            model_version: verdict.model_version.clone(),
        }
    }

    /// Whether it passes; `compared` says that there is a portrait.
    #[must_use]
    pub fn passes(&self, compared: bool) -> bool {
        self.live && (!compared || self.same_person == Some(true))
    }
}

/// A session for whoever made it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceSession)]
pub struct Report {
    /// Names it.
    pub session_id: String,
    /// How far it is.
    pub state: State,
    /// Whether there was a portrait to compare with.
    pub compared: bool,
    /// The score that is needed.
    pub threshold: u8,
    /// The last recording.
    pub last_try: Option<Try>,
    /// How many there were.
    pub tries: i64,
    /// The text that was agreed to, by its version.
    pub consent_version: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    pub consent_at: Option<String>,
    #[expect(missing_docs, reason = "the names say it")]
    #[schema(format = DateTime)]
    pub created_at: String,
    #[expect(missing_docs, reason = "the names say it")]
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When it came to its state, where that is final.
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
}

/// A session for its page. No score: who tries to pass as somebody else must not learn how near they are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceSessionPage)]
pub struct View {
    /// How far it is.
    pub state: State,
    /// Who is expected, all but the first character hidden.
    #[schema(example = "张*")]
    pub name: Option<String>,
    /// What is to be agreed to.
    pub consent: Consent,
    /// Why the last recording did not pass; `other_person` also where it is not the person of the portrait.
    pub reasons: Vec<Reason>,
    /// Recordings that may still be sent.
    pub tries_left: i64,
    /// Until when the page can be used.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Where to go, once the state is final.
    pub redirect_url: Option<String>,
}

/// The text about the use of a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FaceConsent)]
pub struct Consent {
    /// Changes with the text.
    pub version: &'static str,
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Separate consent, as the Personal Information Protection Law of China asks for biometric data (articles 14, 29, 30).
pub const CONSENT: Consent = Consent {
    version: "2026-11",
    zh: "为核实是您本人，本页将用摄像头拍摄您的面部，判断是否为真人，并与提供给我们的证件照片比对。画面只用于这一次核实，比对后立即丢弃；\
         我们只保存是否通过、分数、画面的摘要值和所用模型的版本。您可以不同意：改由工作人员人工核对证件，您的就诊不受影响。",
    en: "To make sure that it is you, this page films your face with the camera, judges whether a living person is before it, and compares you with \
         the portrait we were given. The pictures serve this one check and are dropped after it; kept are only the verdict, the scores, a digest \
         and the version of the models. You may decline: a member of staff then looks at your document, and your treatment does not depend on it.",
};

/// All but the first character hidden.
#[must_use]
pub fn masked(name: &str) -> String {
    let rest = name.chars().count().saturating_sub(1);
    name.chars().take(1).chain(std::iter::repeat_n('*', rest.min(3))).collect()
}
