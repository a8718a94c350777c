//! SM2 as others do it, with the usual user id: each verifies what is signed here, and is verified here.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;
#[path = "../../../tests/src/python.rs"]
mod python;

/// What `python` asks for.
mod host {
    use std::path::{Path, PathBuf};

    /// The folder of the workspace.
    pub fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
    }
}

use common::{key, octets, sequence, small};
use pki::oid;
use pki::sm2::DEFAULT_ID;
use std::path::Path;
use std::process::Command;
use std::{fs, iter};

/// Messages of lengths around the blocks of SM3.
const LENGTHS: [usize; 6] = [0, 1, 31, 64, 119, 4096];
/// Private keys, by number.
const KEYS: [u8; 3] = [0x11, 0x22, 0x7f];

/// For each file `N.key` in a folder with `N.message` and `N.signature`: verifies both the signature, and that one bit less
/// is wrong, then signs the message into `N.answer`. Signatures are in DER.
const FRAME: &str = r#"
import pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.key")):
    read = lambda name: path.with_suffix(name).read_bytes()
    key, message, signature = Key(path), read(".message"), read(".signature")
    assert key.verify(signature, message), path
    assert not key.verify(signature, message + b"\0"), path
    path.with_suffix(".answer").write_bytes(key.sign(message))
"#;

const GMSSL: &str = r"
from gmssl import sm2
class Key:
    def __init__(self, path):
        private = path.with_suffix('.private').read_bytes().hex()
        public = path.with_suffix('.public').read_bytes()[1:].hex()
        self.key = sm2.CryptSM2(private, public, asn1=True)
    def verify(self, signature, message):
        return self.key.verify_with_sm3(signature.hex(), message)
    def sign(self, message):
        return bytes.fromhex(self.key.sign_with_sm3(message))
";

const TONGSUO: &str = r"
from tongsuopy.crypto import hashes, serialization
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.exceptions import InvalidSignature
SM2 = ec.ECDSA(hashes.SM3())
class Key:
    def __init__(self, path):
        self.key = serialization.load_pem_private_key(path.read_bytes(), None)
    def verify(self, signature, message):
        try:
            self.key.public_key().verify(signature, message, SM2)
            return True
        except InvalidSignature:
            return False
    def sign(self, message):
        return self.key.sign(message, SM2)
";

const OPENSSL: &str = r"
import subprocess
class Key:
    def __init__(self, path):
        self.path = path
        subprocess.run(['openssl', 'pkey', '-in', path, '-pubout', '-out', path.with_suffix('.pub')], check=True)
    def run(self, message, *arguments):
        self.path.with_suffix('.input').write_bytes(message)
        command = ['openssl', 'dgst', '-sm3', '-sigopt', 'distid:1234567812345678', *arguments]
        return subprocess.run([*command, self.path.with_suffix('.input')], capture_output=True)
    def verify(self, signature, message):
        self.path.with_suffix('.given').write_bytes(signature)
        files = ['-verify', self.path.with_suffix('.pub'), '-signature', self.path.with_suffix('.given')]
        return self.run(message, *files).returncode == 0
    def sign(self, message):
        return self.run(message, '-sign', self.path).stdout
";

/// PKCS #8 in PEM.
fn pem(number: u8) -> String {
    let curve = sequence(&[&common::oid_der(oid::EC_PUBLIC_KEY), &common::oid_der(oid::SM2)]);
    let private = octets(&sequence(&[&small(1), &octets(&[number; 32])]));
    der::pem::encode_string("PRIVATE KEY", der::pem::LineEnding::LF, &sequence(&[&small(0), &curve, &private])).unwrap()
}

fn cases() -> impl Iterator<Item = (String, u8, Vec<u8>)> {
    KEYS.iter().flat_map(|key| {
        LENGTHS.iter().map(move |length| {
            let message = iter::successors(Some(*key), |byte| Some(byte.wrapping_mul(5).wrapping_add(1)));
            (format!("{key}-{length}"), *key, message.take(*length).collect())
        })
    })
}

fn agrees(python: &Path, script: &str) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, ending: &str| folder.path().join(format!("{name}.{ending}"));
    for (name, number, message) in cases() {
        let signature = key(number).sign(DEFAULT_ID, &message).unwrap();
        fs::write(at(&name, "key"), pem(number)).unwrap();
        fs::write(at(&name, "private"), [number; 32]).unwrap();
        fs::write(at(&name, "public"), key(number).public().to_point()).unwrap();
        fs::write(at(&name, "signature"), signature).unwrap();
        fs::write(at(&name, "message"), message).unwrap();
    }
    let script = format!("{script}{FRAME}");
    let answer = Command::new(python).args(["-c", &script]).arg(folder.path()).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    for (name, number, message) in cases() {
        let theirs = fs::read(at(&name, "answer")).unwrap();
        let public = key(number).public();
        assert_eq!(public.verify(DEFAULT_ID, &message, &theirs), Ok(()), "{name}");
        assert!(public.verify("another", &message, &theirs).is_err(), "{name}");
    }
}

/// The environment's Python, or none where it cannot be made.
fn environment(name: &str, packages: &[&str]) -> Option<std::path::PathBuf> {
    python::environment(name, packages).inspect_err(|error| println!("skipped: {error:#}")).ok()
}

#[test]
fn gmssl_agrees() {
    let Some(python) = environment("gmssl", &["gmssl==3.2.2"]) else { return };
    agrees(&python, GMSSL);
}

#[test]
fn tongsuo_agrees() {
    let Some(python) = environment("tongsuo", &["tongsuopy==1.0.1"]) else { return };
    agrees(&python, TONGSUO);
}

#[test]
fn openssl_agrees() {
    if Command::new("openssl").arg("version").output().is_err() {
        return println!("skipped: there is no openssl");
    }
    agrees(Path::new("python3"), OPENSSL);
}
