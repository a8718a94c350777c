//! What leaves the phone: large photos are reduced and turned upright, small ones stay as they are.

use serde_json::json;

use crate::at_both_widths;

/// Prepares a picture of the given size and returns `[type, width, height, is it the very file]` of what would be sent.
/// `orientation` is written into the JPEG as its EXIF tag 0x0112.
fn prepared(width: u32, height: u32, kind: &str, orientation: u8, options: &str) -> String {
    format!(
        "(async () => {{
            const {{ prepare }} = await import('/idcard/photo.js');
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [{width}, {height}];
            canvas.getContext('2d').fillRect(0, 0, 10, 10);
            let blob = await new Promise((resolve) => canvas.toBlob(resolve, {kind:?}));
            if ({orientation}) {{
                const exif = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8,
                    0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, {orientation}, 0, 0, 0, 0, 0, 0];
                blob = new Blob([blob.slice(0, 2), new Uint8Array(exif), blob.slice(2)], {{ type: {kind:?} }});
            }}
            const file = new File([blob], 'photo', {{ type: {kind:?} }});
            try {{
                const sent = await prepare(file, {options});
                const bitmap = await createImageBitmap(sent);
                return [sent.type, bitmap.width, bitmap.height, sent === file];
            }} catch (problem) {{
                return problem.code;
            }}
        }})()"
    )
}

#[test]
fn a_large_photo_is_reduced() {
    at_both_widths(|page| {
        let sent = page.eval(&prepared(3000, 2000, "image/png", 0, "{}")).unwrap();
        assert_eq!(sent, json!(["image/jpeg", 2000, 1333, false]));
    });
}

#[test]
fn a_small_photo_stays_as_it_is() {
    at_both_widths(|page| {
        let sent = page.eval(&prepared(1600, 1200, "image/webp", 0, "{}")).unwrap();
        assert_eq!(sent, json!(["image/webp", 1600, 1200, true]));
    });
}

#[test]
fn a_photo_lying_on_its_side_is_stood_up() {
    at_both_widths(|page| {
        let sent = page.eval(&prepared(4000, 3000, "image/jpeg", 6, "{}")).unwrap();
        assert_eq!(sent, json!(["image/jpeg", 1500, 2000, false]));
    });
}

#[test]
fn the_original_is_sent_when_asked_for() {
    at_both_widths(|page| {
        let sent = page.eval(&prepared(3000, 2000, "image/jpeg", 0, "{ original: true }")).unwrap();
        assert_eq!(sent, json!(["image/jpeg", 3000, 2000, true]));
    });
}

#[test]
fn what_is_no_picture_is_refused_before_it_is_sent() {
    at_both_widths(|page| {
        let refused = page.eval(
            "import('/idcard/photo.js').then(({ prepare }) =>
                prepare(new File(['%PDF-1.7'], 'card.pdf', { type: 'application/pdf' })).catch((problem) => problem.code))",
        );
        assert_eq!(refused.unwrap(), "unsupported_format");
    });
}
