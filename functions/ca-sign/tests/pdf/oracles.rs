//! Readers that others wrote: pyHanko takes the structure strictly, pypdf the text.

use super::signed::{DOCTOR, PHARMACIST};
use super::{drug, face, prescription, python};
use ca_sign::pdf::{Field, draw, embed, prepare, read};
use pki::signed_data::{Builder, Expected, Form, SignedData};
use pki::sm2::{DEFAULT_ID, PrivateKey};
use pki::{Certificate, sm2};
use std::process::Command;

const SCRIPT: &str = r#"
import sys
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pypdf import PdfReader

with open(sys.argv[1], "rb") as file:
    reader = PdfFileReader(file, strict=True)
    for signature in reader.embedded_signatures:
        # The digest is left out: pyHanko does not know SM3.
        signature.coverage = coverage = signature.evaluate_signature_coverage()
        changes = signature.evaluate_modifications(DEFAULT_DIFF_POLICY)
        level = getattr(changes, "modification_level", changes)
        print(signature.field_name, coverage.name, getattr(level, "name", level), signature.signed_data["version"].native)
for page in PdfReader(sys.argv[1], strict=True).pages:
    print(page.extract_text())
"#;

fn signed(pdf: &[u8], field: &Field<'_>, certificate: &Certificate, key: &PrivateKey) -> Vec<u8> {
    let prepared = prepare(pdf, field).unwrap();
    let input = prepared.digest_input();
    let sign = |bytes: &[u8]| -> Result<Vec<u8>, sm2::Error> { key.sign(DEFAULT_ID, bytes) };
    let builder = Builder::new(Form::Cms, &input).detached().certificate(certificate);
    embed(prepared, &builder.sign(certificate, field.signed_at, &[], sign).unwrap().finish()).unwrap()
}

#[test]
fn others_read_the_revisions_and_the_text() {
    let certificate = Certificate::from_pem(include_str!("../../../../components/pki/tests/data/doc.pem")).unwrap();
    let key = PrivateKey::from_pem(include_str!("../../../../components/pki/tests/data/doc.key")).unwrap();
    let drawn = draw(&prescription(vec![drug("阿莫西林胶囊 0.25g×24 粒")]), face()).unwrap();
    let doctors = signed(&drawn, &DOCTOR, &certificate, &key);
    let both = signed(&doctors, &PHARMACIST, &certificate, &key);
    for one in read(&both).unwrap() {
        let content = one.content(&both);
        let signed = SignedData::parse(&one.signed_data).unwrap();
        assert_eq!(signed.verify(&Expected::content(&content, i64::MAX)).unwrap().len(), 1, "{}", one.field);
        let other = [&content[..], b" "].concat();
        assert!(signed.verify(&Expected::content(&other, i64::MAX)).is_err());
    }
    let python = match python::environment("pdf", &["pyHanko==0.38.0", "pypdf==7.1.1"]) {
        Ok(python) => python,
        Err(error) => return println!("skipped: {error:#}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("both.pdf");
    std::fs::write(&path, &both).unwrap();
    let answer = Command::new(python).args(["-c", SCRIPT]).arg(&path).output().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    assert!(answer.status.success(), "{errors}");
    for line in
        ["doctor ENTIRE_REVISION FORM_FILLING v1", "pharmacist ENTIRE_FILE NONE v1", "阿莫西林胶囊", "以下空白", "张三"]
    {
        assert!(text.contains(line), "{line}: {text}\n{errors}");
    }
}
