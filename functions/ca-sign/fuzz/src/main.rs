//! Everything that reads bytes from outside: SignedData, certificates, lists, timestamps, bundles, PDFs, dictionaries, JSON.
//!
//! The first byte says which reader. Those of signed things get a good one with some bytes changed, cut or doubled, for what
//! is made up of nothing does not get far.
#![no_main]

use ca_sign::{canonical, drugs, pdf};
use libfuzzer_sys::fuzz_target;
use lopdf::{Document, dictionary};
use pki::bundle::{self, Bundle};
use pki::crl::Crl;
use pki::issue::{self, List, Order, Role};
use pki::signed_data::{self, Builder, Expected, Form, SignedData};
use pki::sm2::{self, DEFAULT_ID, PrivateKey};
use pki::timestamp::{self, Imprint, Query, Token};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};
use std::sync::LazyLock;

const START: i64 = 1_780_000_000;
const CONTENT: &[u8] = b"{\"document_id\":\"doc_1\"}";

struct Good {
    root: Certificate,
    list: Crl,
    signed: Vec<u8>,
    token: Vec<u8>,
    pdf: Vec<u8>,
}

fn key(number: u8) -> PrivateKey {
    PrivateKey::from_bytes(&[number; 32]).unwrap()
}

fn signing(number: u8) -> impl Fn(&[u8]) -> Result<Vec<u8>, sm2::Error> {
    move |bytes| key(number).sign(DEFAULT_ID, bytes)
}

fn issued(number: u8, role: Role, issuer: Option<&Certificate>) -> Certificate {
    let subject = issue::name(&[(oid::COMMON_NAME, "fuzz")]).unwrap();
    let order = Order {
        subject: &subject,
        key: &key(number).public(),
        serial: &[0x80, number],
        not_before: START,
        not_after: START + 86_400,
        role,
        notice: None,
        lists: &[],
    };
    issue::certificate(&order, issuer, signing(1)).unwrap()
}

static GOOD: LazyLock<Good> = LazyLock::new(|| {
    let root = issued(1, Role::Authority(None), None);
    let (doctor, stamper) = (issued(2, Role::Signer, Some(&root)), issued(3, Role::TimeStamper, Some(&root)));
    let list = List {
        issuer: &root,
        this_update: START,
        next_update: START + 86_400,
        number: 1,
        builds_on: None,
        expired_since: None,
        revoked: &[],
    };
    let list = issue::list(&list, signing(1)).unwrap();
    let builder = Builder::new(Form::Gm, CONTENT).detached().certificate(&doctor);
    let signed = builder.sign(&doctor, START, &[], signing(2)).unwrap().finish();
    let signature = &SignedData::parse(&signed).unwrap().signers[0].signature;
    let imprint = Imprint { algorithm: oid::SM3, digest: Sm3::digest(signature).to_vec() };
    let query = Query { imprint, policy: None, nonce: None, certificate: true };
    let order = timestamp::Order { certificate: &stamper, policy: oid::DATA, serial: &[1], time: START };
    let token = timestamp::token(&query, &order, signing(3)).unwrap();
    let pdf = paper(|content| {
        let builder = Builder::new(Form::Cms, content).detached().certificate(&doctor);
        builder.sign(&doctor, START, &[], signing(2)).unwrap().finish()
    });
    Good { root, list, signed, token, pdf }
});

/// An empty sheet that was signed twice.
fn paper(sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
    let all = dictionary! {
        "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
        "MediaBox" => vec![0.into(), 0.into(), 420.into(), 595.into()],
    };
    document.objects.insert(pages, all.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    for (place, name) in (0..).zip(["doctor", "pharmacist"]) {
        let prepared = pdf::prepare(&bytes, &pdf::Field { name, place, signed_at: START }).unwrap();
        let signed = sign(&prepared.digest_input());
        bytes = pdf::embed(prepared, &signed).unwrap();
    }
    assert_eq!(pdf::read(&bytes).map(|found| found.len()), Ok(2));
    bytes
}

/// Instructions of three bytes: what is done, and where.
fn changed(good: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for step in data.as_chunks::<3>().0 {
        let at = usize::from(u16::from_le_bytes([step[0], step[1]])) % (bytes.len() + 1);
        match step[2] {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            value => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
        }
        bytes.truncate(1 << 16);
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    match which % 9 {
        0 => {
            let bytes = changed(&GOOD.signed, data);
            if let Ok(signed) = SignedData::parse(&bytes) {
                let _ = signed.verify(&Expected::content(CONTENT, START));
            }
            if let Ok(stamped) = signed_data::embedded(&bytes, Some(&GOOD.token)) {
                let read = SignedData::parse(&stamped);
                assert!(read.is_ok_and(|signed| signed.content.is_none() && signed.signers[0].timestamp.is_some()));
            }
        }
        1 => {
            let bytes = changed(GOOD.root.der(), data);
            if let Ok(certificate) = Certificate::from_der(&bytes) {
                let _ = (certificate.subject_text(), certificate.key_identifier(), certificate.key());
                let own = certificate.key().is_ok_and(|key| certificate.signed_by(&key).is_ok());
                assert!(
                    !own || bytes == GOOD.root.der() || certificate.key() != GOOD.root.key(),
                    "changed, and signed"
                );
            }
        }
        2 => drop(Crl::from_der(&changed(GOOD.list.der(), data))),
        3 => {
            let bytes = changed(&GOOD.token, data);
            let _ = (Token::parse(&bytes), Token::from_answer(&bytes));
        }
        4 => {
            if let Ok(bundle) = Bundle::from_json(data) {
                let judged =
                    bundle::verify(&bundle, std::slice::from_ref(&GOOD.root), bundle::Newness::AsIssued, START);
                let _ = bundle::signers::lacking(&bundle, &judged.unwrap_or_default());
            }
        }
        5 => drop(pdf::read(data)),
        6 => drop(drugs::read(data)),
        7 => drop(pdf::read(&changed(&GOOD.pdf, data))),
        _ => {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(data) else { return };
            if let Ok(bytes) = canonical::bytes(&value) {
                let again = serde_json::from_slice(&bytes).expect("canonical JSON is JSON");
                assert_eq!(canonical::bytes(&again).as_deref(), Ok(&*bytes), "canonical twice is once");
            }
        }
    }
});
