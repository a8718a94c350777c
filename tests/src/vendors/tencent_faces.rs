//! Tencent Cloud's face recognition (cloud.tencent.com, IAI 2020-03-03: "CompareFace", "DetectFace", "AnalyzeFace",
//! "DetectLiveFaceAccurate"): it sees in a picture what the picture says.

use super::fake::now_ms;
use super::tencent::signed;
use super::{Received, Refusal, Reply, Server};
use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct State {
    next: VecDeque<Reply>,
    asked: Vec<String>,
    refused: Vec<Refusal>,
}

/// The vendor's server.
pub struct Faces {
    server: Server,
    state: Arc<Mutex<State>>,
}

/// A JPEG's first bytes with its size, and what it shows: a person, then what is special about the picture.
pub fn photo(width: u16, height: u16, what: &str) -> Vec<u8> {
    let ([w1, w2], [h1, h2]) = (width.to_be_bytes(), height.to_be_bytes());
    let frame = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, h1, h2, w1, w2, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];
    [&frame, what.as_bytes()].concat()
}

impl Faces {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let theirs = Arc::clone(&state);
        let server = Server::start(0, move |request| serve(&mut lock(&theirs), &request))?;
        Ok(Self { server, state })
    }

    /// Scheme and authority.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Does this with the next requests, in order; after them all is fine.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).next.extend(replies);
    }

    /// Refuses in the vendor's way with this code.
    pub fn refusal(code: &str) -> Reply {
        answer(&json!({"Error": {"Code": code, "Message": "the vendor's words"}, "RequestId": "a0aabda6"}))
    }

    /// The actions that were asked for since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state).asked)
    }

    /// Requests that were refused for what they are, not because the fake was told to.
    pub fn refused(&self) -> Vec<Refusal> {
        lock(&self.state).refused.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(state: &mut State, request: &Received) -> Reply {
    state.asked.push(request.header("x-tc-action").to_owned());
    if let Some(reply) = state.next.pop_front() {
        return reply;
    }
    match read(request) {
        Ok(response) => answer(&response),
        Err(refusal) => {
            state.refused.push(refusal.clone());
            Faces::refusal(&refusal.code)
        }
    }
}

fn answer(response: &Value) -> Reply {
    Reply::Answer(200, "application/json", json!({ "Response": response }).to_string().into_bytes())
}

fn read(request: &Received) -> Result<Value, Refusal> {
    let refuse = |code: &str, why: &str| Refusal::new(200, code, why);
    signed(request, "iai", now_ms())?;
    if request.header("x-tc-version") != "2020-03-03" || request.header("x-tc-region").is_empty() {
        return Err(refuse("NoSuchVersion", request.header("x-tc-version")));
    }
    let body: Value =
        serde_json::from_slice(&request.body).map_err(|error| refuse("InvalidParameter", &error.to_string()))?;
    let action = request.header("x-tc-action");
    let known: &[&str] = match action {
        "CompareFace" => &["FaceModelVersion", "ImageA", "ImageB", "NeedRotateDetection", "QualityControl"],
        "DetectFace" => &[
            "FaceModelVersion",
            "Image",
            "MaxFaceNum",
            "NeedFaceAttributes",
            "NeedQualityDetection",
            "NeedRotateDetection",
        ],
        "AnalyzeFace" => &["FaceModelVersion", "Image", "Mode", "NeedRotateDetection"],
        "DetectLiveFaceAccurate" => &["FaceModelVersion", "Image"],
        _ => return Err(refuse("InvalidAction", action)),
    };
    let fields = body.as_object().ok_or_else(|| refuse("InvalidParameter", "not an object"))?;
    if let Some(field) = fields.keys().find(|field| !known.contains(&field.as_str())) {
        return Err(refuse("UnknownParameter", field));
    }
    if body["FaceModelVersion"] != "3.0" {
        return Err(refuse("InvalidParameterValue.FaceModelVersionIllegal", "FaceModelVersion"));
    }
    let image = |name: &str| shown(body[name].as_str().unwrap_or_default());
    let version = json!("3.0");
    match action {
        "CompareFace" => {
            let (a, b) = (image("ImageA")?, image("ImageB")?);
            let score = if a.person() == b.person() { 87.5 } else { 12.5 };
            Ok(json!({"Score": score, "FaceModelVersion": version, "RequestId": "r"}))
        }
        "DetectFace" => {
            let (shown, most) = (image("Image")?, body["MaxFaceNum"].as_u64().unwrap_or(1));
            let told = body["NeedFaceAttributes"] == 1 && body["NeedQualityDetection"] == 1;
            let faces: Vec<_> = shown.faces().iter().take(most as usize).map(|left| shown.info(*left, told)).collect();
            Ok(json!({"ImageWidth": shown.width, "ImageHeight": shown.height, "FaceInfos": faces,
                "FaceModelVersion": version, "RequestId": "r"}))
        }
        "AnalyzeFace" => {
            let (shown, most) = (image("Image")?, if body["Mode"] == 1 { 1 } else { 10 });
            let shapes: Vec<_> = shown.faces().iter().take(most).map(|left| shape(*left)).collect();
            Ok(json!({"ImageWidth": shown.width, "ImageHeight": shown.height, "FaceShapeSet": shapes,
                "FaceModelVersion": version, "RequestId": "r"}))
        }
        _ => {
            let score = if image("Image")?.says("print") { 10. } else { 70. };
            Ok(json!({"Score": score, "FaceModelVersion": version, "RequestId": "r"}))
        }
    }
}

/// What a picture shows.
struct Shown {
    width: u16,
    height: u16,
    words: Vec<String>,
}

fn shown(base64: &str) -> Result<Shown, Refusal> {
    let refuse = |code: &str| Refusal::new(200, code, "the picture");
    let bytes = BASE64.decode(base64).map_err(|_| refuse("FailedOperation.ImageDecodeFailed"))?;
    let (frame, text) = bytes.split_at_checked(21).ok_or_else(|| refuse("InvalidParameterValue.ImageEmpty"))?;
    let words: Vec<_> = String::from_utf8_lossy(text).split(' ').map(str::to_owned).collect();
    let number = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
    let shown = Shown { width: number(9), height: number(7), words };
    match shown.person() {
        "nobody" => Err(refuse("InvalidParameterValue.NoFaceInPhoto")),
        "damaged" => Err(refuse("FailedOperation.ImageDecodeFailed")),
        _ => Ok(shown),
    }
}

impl Shown {
    fn person(&self) -> &str {
        self.words.first().map(String::as_str).unwrap_or_default()
    }

    fn says(&self, word: &str) -> bool {
        self.words.iter().any(|said| said == word)
    }

    /// The left edges of its faces.
    fn faces(&self) -> &'static [i64] {
        if self.says("two") { &[100, 300] } else { &[100] }
    }

    fn info(&self, x: i64, told: bool) -> Value {
        let mark = |word: &str, good: i64, bad: i64| if self.says(word) { bad } else { good };
        let (yaw, side) = (mark("turned", -4, -30), mark("small", if x == 100 { 160 } else { 120 }, 90));
        let completeness = json!({"Eyebrow": 99, "Eye": 99, "Nose": 99, "Cheek": 99, "Mouth": mark("mask", 99, 10),
            "Chin": 99});
        let marks = json!({"Score": 90, "Sharpness": mark("blurred", 80, 30), "Brightness": mark("dark", 50, 5),
            "Completeness": completeness});
        let attributes = json!({"Gender": 0, "Age": 30, "Expression": 0, "Glass": false, "Pitch": 3, "Yaw": yaw,
            "Roll": 0, "Beauty": 0, "Hat": false, "Mask": false, "EyeOpen": true, "Hair": null});
        // Without being asked the vendor answers with values that mean nothing, or null.
        let (attributes, marks) = if told { (attributes, marks) } else { (Value::Null, Value::Null) };
        json!({"X": x, "Y": 80, "Width": side, "Height": side, "FaceAttributesInfo": attributes,
            "FaceQualityInfo": marks})
    }
}

/// As many points as the vendor gives, in its order, of the face with this left edge.
fn shape(x: i64) -> Value {
    let outline = |n: i64, cx: i64, cy: i64| -> Vec<Value> {
        (0..n).map(|i| json!({"X": cx + [4, -4][i as usize % 2], "Y": cy + [3, -3, -3, 3][i as usize % 4]})).collect()
    };
    let mut mouth = outline(22, x + 45, 150);
    mouth[0] = json!({"X": x + 30, "Y": 150});
    mouth[6] = json!({"X": x + 60, "Y": 150});
    let mut nose = outline(13, x + 45, 125);
    nose[0] = json!({"X": x + 48, "Y": 130});
    json!({"FaceProfile": outline(21, x + 45, 130), "LeftEye": outline(8, x + 25, 110),
        "RightEye": outline(8, x + 65, 110), "LeftEyeBrow": outline(8, x + 25, 100),
        "RightEyeBrow": outline(8, x + 65, 100), "Mouth": mouth, "Nose": nose,
        "LeftPupil": outline(1, x + 25, 110), "RightPupil": outline(1, x + 65, 110)})
}
