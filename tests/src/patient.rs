//! A patient in pixels: the photograph on a sample card, the puppet before the camera.

use crate::form::form;
use crate::puppet::{acted, jpeg, portrait};
use crate::register::Clinic;
use crate::samples;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use std::time::Duration;

/// Where the portrait is on the card, in mm; the card is 85.6 mm by 54 mm (GB/T 14916).
const PORTRAIT: [f32; 4] = [53.6, 6.6, 79.0, 38.4];
const CARD: [f32; 2] = [85.6, 54.0];

/// From the unit square to the card in the picture (Heckbert 1989, 2.2.3).
fn projection(quad: &Value) -> impl Fn(f32, f32) -> (f32, f32) {
    let at = |i: usize, k: usize| quad[i][k].as_f64().unwrap() as f32;
    let (p, q): (Vec<f32>, Vec<f32>) = (0..4).map(|i| (at(i, 0), at(i, 1))).unzip();
    let (sx, sy) = (p[0] - p[1] + p[2] - p[3], q[0] - q[1] + q[2] - q[3]);
    let (dx1, dx2, dy1, dy2) = (p[1] - p[2], p[3] - p[2], q[1] - q[2], q[3] - q[2]);
    let det = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det);
    move |u, v| {
        let w = g * u + h * v + 1.;
        let x = (p[1] - p[0] + g * p[1]) * u + (p[3] - p[0] + h * p[3]) * v + p[0];
        let y = (q[1] - q[0] + g * q[1]) * u + (q[3] - q[0] + h * q[3]) * v + q[0];
        (x / w, y / w)
    }
}

/// The sample's front with a face where nobody's was.
fn card(truth: &Value, face: &RgbImage) -> Vec<u8> {
    let mut photograph = image::load_from_memory(&samples::file(truth)).unwrap().into_rgb8();
    let place = projection(&truth["quad"]);
    let [x0, y0, x1, y1] = PORTRAIT;
    let (width, height) = (1_000, (1_000. * (y1 - y0) / (x1 - x0)) as u32);
    let face = imageops::resize(face, width, height, FilterType::Triangle);
    for (x, y, pixel) in face.enumerate_pixels() {
        let u = (x0 + (x1 - x0) * x as f32 / width as f32) / CARD[0];
        let v = (y0 + (y1 - y0) * y as f32 / height as f32) / CARD[1];
        let (x, y) = place(u, v);
        photograph.put_pixel(x as u32, y as u32, Rgb(pixel.0));
    }
    jpeg(&photograph)
}

/// Photographs of both sides of a card that shows the puppet.
pub struct Patient {
    front: Vec<u8>,
    back: Vec<u8>,
}

impl Default for Patient {
    fn default() -> Self {
        Self::new()
    }
}

impl Patient {
    /// Takes the photographs.
    ///
    /// # Panics
    /// When there are no samples.
    #[must_use]
    pub fn new() -> Self {
        let face = imageops::crop_imm(&portrait(), 120, 10, 205, 256).to_image();
        Self { front: card(&samples::first("front"), &face), back: samples::file(&samples::first("back")) }
    }

    /// What a camera films of it, as files: another film for each hundred of `first`.
    #[must_use]
    pub fn film(first: u32) -> Vec<Vec<u8>> {
        acted(first, &ACTS).iter().map(jpeg).collect()
    }

    /// From a new case to its end with a film; `behind` is called after each step. The case.
    ///
    /// # Panics
    /// When a step fails.
    pub fn journey(&self, clinic: &Clinic, who: &str, film: &[Vec<u8>], mut behind: impl FnMut(&'static str)) -> Value {
        let case = clinic.ask("POST", "identity", who, &json!({})).json()["case_id"].as_str().unwrap().to_owned();
        for (step, file) in [("id_card_front", &self.front), ("id_card_back", &self.back)] {
            let answer = clinic.send("POST", &format!("identity/{case}/{step}"), who, "image/jpeg", file);
            assert_eq!(answer.status, 200, "{step}: {}", answer.json());
            behind(step);
        }
        assert_eq!(clinic.step(who, &case, "confirm").status, 200);
        clinic.ask("POST", "me/consents", who, &json!({"what": "face", "version": "1"}));
        let challenge = clinic.step(who, &case, "liveness").json();
        ask_for_what_the_puppet_can(clinic, &challenge);
        behind("confirm, consent, challenge");
        let times: Vec<String> = (0..film.len()).map(|i| (i * 250).to_string()).collect();
        let (nonce, times) = (challenge["nonce"].as_str().unwrap(), times.join(","));
        let mut parts: Vec<(&str, &[u8])> = vec![("nonce", nonce.as_bytes()), ("times", times.as_bytes())];
        parts.extend(film.iter().map(|frame| ("frame", &**frame)));
        let (kind, body) = form(&parts);
        let live = clinic.send("POST", &format!("identity/{case}/liveness/frames"), who, &kind, &body);
        assert_eq!((live.status, &live.json()["next"]), (200, &json!("compare")), "{}", live.json());
        behind("liveness");
        let done = clinic.step(who, &case, "compare").json();
        behind("compare");
        done
    }
}

const ACTS: [&str; 2] = ["blink", "open_mouth"];

/// It cannot turn its head.
fn ask_for_what_the_puppet_can(clinic: &Clinic, challenge: &Value) {
    let db = rusqlite::Connection::open(clinic.api.host.data().join("sqlite/default.db")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    let id = challenge["challenge_id"].as_str().unwrap();
    let told =
        db.execute("UPDATE face_compare_challenge SET actions = ?1 WHERE id = ?2", [&*ACTS.join(","), id]).unwrap();
    assert_eq!(told, 1);
}
