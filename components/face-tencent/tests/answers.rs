//! What answers come to.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use face_tencent::answers::{Analyzed, Detected, Scored, read};
use face_tencent::codes::{Failure, Reason};
use face_tencent::face::{Allowed, choose, face, large_enough};
use face_tencent::score::{likeness, liveness};
use http::Response;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn answer<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, Failure> {
    read(&Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap())
}

fn response<T: DeserializeOwned>(response: Value) -> T {
    answer(200, &json!({ "Response": response }).to_string()).unwrap()
}

/// A face with its left edge and side, and with a field of its own.
fn info(x: i32, side: i32, (field, value): (&str, Value)) -> Value {
    let mut info = json!({"X": x, "Y": 80, "Width": side, "Height": side,
        "FaceAttributesInfo": {"Pitch": 3, "Yaw": 4, "Roll": 1, "Mask": false},
        "FaceQualityInfo": {"Score": 90, "Sharpness": 80, "Brightness": 50, "Completeness":
            {"Eyebrow": 99, "Eye": 99, "Nose": 99, "Cheek": 99, "Mouth": 99, "Chin": 99}}});
    if let Some(place) = info.pointer_mut(field) {
        *place = value;
    }
    info
}

fn good(x: i32, side: i32) -> Value {
    info(x, side, ("/none", Value::Null))
}

fn detected(infos: &[Value]) -> Detected {
    response(json!({"ImageWidth": 640, "ImageHeight": 480, "FaceInfos": infos, "FaceModelVersion": "3.0"}))
}

fn shape(x: i32, dy: i32, nose: i32) -> Value {
    let point = |x: i32, y: i32| json!({"X": x, "Y": y});
    let mouth: Vec<Value> = (0..22).map(|i| point(x + 30 + 5 * i, 150)).collect();
    json!({"LeftEye": [point(x + 20, 110), point(x + 30, 110)], "RightEye": [point(x + 65, 110 + dy)],
        "Nose": [point(x + nose, 130), point(x + 45, 100)], "Mouth": mouth})
}

fn analyzed(shapes: &[Value]) -> Analyzed {
    response(json!({ "FaceShapeSet": shapes }))
}

#[test]
fn a_code_decides_and_what_cannot_be_read_is_no_result() {
    let score: Scored = response(json!({"Score": 71.5, "FaceModelVersion": "3.0", "RequestId": "r"}));
    assert_eq!(score.score, 71.5);
    let refused = json!({"Response": {"Error": {"Code": "InvalidParameterValue.NoFaceInPhoto", "Message": "m"},
        "RequestId": "r"}});
    let refused = answer::<Scored>(200, &refused.to_string()).err();
    assert_eq!(refused, Some(Failure::Rejected(Reason::NoFace)));
    for body in ["", "<html>", "{}", r#"{"Response":{}}"#, r#"{"Response":{"Score":null}}"#, r#"{"Response":{"Sc"#] {
        assert!(matches!(answer::<Scored>(502, body), Err(Failure::Unavailable(why)) if why.contains("502")), "{body}");
    }
}

const STRICT: Allowed = Allowed { several: false, covered: false };

#[test]
fn the_face_that_is_meant_is_the_largest_and_fit() {
    let rejected = |reason| Some(Failure::Rejected(reason));
    assert_eq!(choose(&detected(&[]), STRICT).err(), rejected(Reason::NoFace));
    let two = detected(&[good(300, 120), good(100, 160)]);
    assert_eq!(choose(&two, STRICT).err(), rejected(Reason::SeveralFaces));
    assert_eq!(choose(&two, Allowed { several: true, ..STRICT }).unwrap().x, 100.);
    assert!(choose(&detected(&[good(100, 160), good(300, 80)]), STRICT).is_ok(), "in the background");
    let cases = [
        ("/FaceQualityInfo/Sharpness", 40, Reason::Blurred),
        ("/FaceQualityInfo/Brightness", 15, Reason::TooDark),
        ("/FaceQualityInfo/Completeness/Eye", 80, Reason::Covered),
        ("/FaceQualityInfo/Completeness/Nose", 60, Reason::Covered),
        ("/FaceQualityInfo/Completeness/Mouth", 50, Reason::Covered),
        ("/FaceAttributesInfo/Yaw", -30, Reason::Turned),
        ("/FaceAttributesInfo/Pitch", 30, Reason::Turned),
    ];
    for (field, value, reason) in cases {
        let unfit = detected(&[info(100, 160, (field, json!(value)))]);
        assert_eq!(choose(&unfit, STRICT).err(), rejected(reason), "{field}");
    }
    for field in ["/FaceQualityInfo", "/FaceAttributesInfo"] {
        let untold = detected(&[info(100, 160, (field, Value::Null))]);
        assert!(matches!(choose(&untold, STRICT), Err(Failure::Unavailable(_))), "{field}");
    }
    assert_eq!(large_enough(&detected(&[good(100, 99)]).face_infos[0]), Err(Failure::Rejected(Reason::TooSmall)));
    assert_eq!(large_enough(&detected(&[good(100, 100)]).face_infos[0]), Ok(()));
}

#[test]
fn a_face_is_put_together_of_two_answers() {
    let picture = detected(&[good(100, 160)]);
    let found = |shapes: &[Value]| face(&picture, &picture.face_infos[0], &analyzed(shapes));
    let one = found(&[shape(400, 0, 45), shape(100, 0, 48)]).unwrap();
    let points = one.landmarks.map(|p| (p.x, p.y));
    assert_eq!(points, [(125., 110.), (165., 110.), (148., 130.), (130., 150.), (160., 150.)]);
    assert_eq!(one.area, [100., 80., 160., 160.]);
    let quality = one.quality;
    assert_eq!((quality.sharpness, quality.brightness, quality.completeness), (0.8, 0.5, 1.));
    assert_eq!((quality.yaw, quality.pitch, quality.roll, quality.eye_distance), (4., 3., 0., 40.));
    assert_eq!(found(&[shape(100, 0, 42)]).unwrap().quality.yaw, -4., "to the person's right");
    assert_eq!(found(&[shape(100, 40, 45)]).unwrap().quality.roll, 45., "clockwise");
    for none in [&[][..], &[shape(400, 0, 45)]] {
        assert!(matches!(found(none), Err(Failure::Unavailable(_))), "of no other face");
    }
    let edge = detected(&[good(-80, 160)]);
    let edge = face(&edge, &edge.face_infos[0], &analyzed(&[shape(-60, 0, 45)])).unwrap();
    assert_eq!(edge.quality.completeness, 0.5);
}

#[test]
fn scores_meet_the_thresholds_of_the_interface() {
    for score in [0., 40., 50., 60., 100.] {
        assert_eq!(likeness(score), score);
    }
    for (vendors, ours) in [(-1., 0.), (0., 0.), (10., 0.125), (40., 0.5), (70., 0.75), (100., 1.), (101., 1.)] {
        assert_eq!(liveness(vendors), ours, "{vendors}");
    }
    assert!(liveness(39.9) < 0.5);
}
