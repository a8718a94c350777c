//! The sheet in pdf.js, as browsers show it, and its code as a phone reads it off the screen.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use tests::browser::{Look, Page};
use tests::host::root;
use tests::vendors::{Reply, Server};

use crate::rx::{sees, ward};
use crate::{DESK, PHONE};

/// Draws the first page as large as a printer would, and tells what is on it.
const SHOW: &str = "import('/pdf.min.mjs').then(async ({ getDocument, GlobalWorkerOptions }) => {
    GlobalWorkerOptions.workerSrc = '/pdf.worker.min.mjs';
    const pdf = await getDocument({ url: '/paper.pdf', stopAtErrors: true }).promise;
    const page = await pdf.getPage(1);
    const canvas = document.createElement('canvas');
    const viewport = page.getViewport({ scale: 3 });
    Object.assign(canvas, { width: viewport.width, height: viewport.height });
    await page.render({ canvas, viewport }).promise;
    const text = (await page.getTextContent()).items.map(({ str }) => str).join('');
    const fields = (await page.getAnnotations()).filter(({ fieldType }) => fieldType === 'Sig').map(({ fieldName }) => fieldName);
    return { pages: pdf.numPages, view: page.view, text, fields, picture: canvas.toDataURL().split(',')[1] };
})";

fn shown(pdf: Vec<u8>) -> Value {
    let server = Server::start(0, move |request| match request.path.as_str() {
        "/" => Reply::Answer(200, "text/html", b"<!doctype html><link rel=icon href=data:,>".to_vec()),
        "/paper.pdf" => Reply::Answer(200, "application/pdf", pdf.clone()),
        path => match fs::read(root().join("target/models/pdf-js").join(path.trim_start_matches('/'))) {
            Ok(script) => Reply::Answer(200, "text/javascript", script),
            Err(error) => Reply::Answer(404, "text/plain", error.to_string().into_bytes()),
        },
    });
    let server = server.unwrap();
    let page = Page::open(&format!("http://{}/", server.address), Look { width: DESK, ..Look::default() }).unwrap();
    let shown = page.eval(SHOW).unwrap();
    assert_eq!(page.complaints(), Vec::<String>::new());
    shown
}

/// What the two-dimensional codes of a picture say.
fn codes(png: &[u8]) -> Vec<String> {
    let picture = image::load_from_memory(png).unwrap().into_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let ink = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, ink);
    picture.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}

#[test]
fn the_sheet_opens_in_pdf_js_and_its_code_leads_to_its_verification() {
    let ward = ward();
    let pdf = ward.ask("GET", &format!("documents/{}/pdf", ward.complete()), &ward.patient, &Value::Null);
    assert_eq!(pdf.status, 200, "{}", pdf.json());
    let shown = shown(pdf.body);
    assert_eq!(shown["pages"], json!(1));
    // A5, in points.
    let [width, height] = [2, 3].map(|n| shown["view"][n].as_f64().unwrap().round());
    assert_eq!((width, height), (420., 595.));
    assert_eq!(shown["fields"], json!(["hospital"]));
    let text = shown["text"].as_str().unwrap();
    for word in ["云诊开发医院", "张三", "氨氯地平片", "李医生", "王药师", "以下空白"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let codes = codes(&BASE64.decode(shown["picture"].as_str().unwrap()).unwrap());
    let [code] = codes.as_slice() else { panic!("{codes:?}") };
    let page = Page::open(code, Look { width: PHONE, ..Look::default() }).unwrap();
    sees(&page, "document.querySelectorAll('[data-verdict=good]').length > 0");
    assert_eq!(page.complaints(), Vec::<String>::new());
}
