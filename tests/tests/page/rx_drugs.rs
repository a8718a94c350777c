//! The drug dictionary: refused line by line, loaded, looked through.

use tests::browser::{Look, Page};
use tests::ward::Ward;

use crate::rx::{at, becomes_admin, file, fill, reaches, refused, sees};
use crate::{DESK, PHONE};

const HEAD: &str =
    "code,name,ingredient,specification,kind,control,unit,strength,strength_unit,pack,pack_unit,daily_most";

/// 维生素C片, as a spreadsheet in China saves it: GB 18030.
const VITAMIN: &[u8] =
    b"Z01,\xce\xac\xc9\xfa\xcb\xd8C\xc6\xac,\xce\xac\xc9\xfa\xcb\xd8C,0.1g*100\xc6\xac,western,none,\
    \xc6\xac,100,mg,100,\xc6\xbf,\n";

fn loads(page: &Page, csv: &[u8]) {
    let csv = file(".csv", csv);
    page.eval("document.querySelector('#csv').dataset.shown = 'before'").unwrap();
    page.attach("#csv", csv.path()).unwrap();
    // Until it was read, for the file goes with this function.
    page.wait("!document.querySelector('#csv')?.dataset.shown && document.querySelector('#loaded, .problem')").unwrap();
}

fn finds(page: &Page, wanted: &str, code: &str) {
    fill(page, "#f-drugs", wanted);
    page.wait(&format!("document.querySelector('.found [data-code={code}]')")).unwrap();
    page.click(&format!(".found [data-code={code}]")).unwrap();
    sees(page, &format!("document.querySelector('#drug')?.textContent.includes('{code}')"));
}

#[test]
fn a_dictionary_is_refused_line_by_line_and_loaded() {
    // Of its own, for others prescribe by theirs.
    let ward = Ward::start(&[]);
    for (width, dark) in [(320, false), (PHONE, true), (DESK, false)] {
        at(&ward, Look { width, dark, ..Look::default() }, |page| {
            becomes_admin(&ward, page);
            page.click("#dictionary").unwrap();
            reaches(page, "dictionary");
            let wrong = "X1,甲,甲,,western,none,片,零,mg,1,盒,\nX2,乙,乙,,western,none,片,1,mg,1,盒,\nX3,丙,丙\n";
            loads(page, format!("{HEAD}\n{wrong}").as_bytes());
            let told = refused(page, "dictionary_refused");
            assert!(told.contains("第 2 行：strength 的值不对：“零”") && told.contains("第 4 行：有 3 列"), "{told}");
            assert_eq!(page.eval("document.querySelectorAll('[data-line]').length").unwrap(), 2);

            loads(page, &[HEAD.as_bytes(), b"\n", VITAMIN].concat());
            sees(page, "document.querySelector('#loaded')?.textContent.includes('1 种药品')");
            finds(page, "维生素", "Z01");
            assert!(page.text("#drug").unwrap().contains("维生素C片"));
            page.click("#back").unwrap();
            reaches(page, "list");
        });
    }
}
