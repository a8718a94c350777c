//! Evidence of one prescription: everything in it holds, until a test breaks something.

use super::certificate::{Spec, authority, doctor, root, stamper};
use super::list::{ListSpec, delta, list};
use super::signed::{SignedSpec, attribute, attributes, signer};
use super::*;
use const_oid::ObjectIdentifier;
use pki::Certificate;
use pki::evidence::{self, Evidence, Lists, Stamped, Trust, Verdict};
use sm3::{Digest, Sm3};

pub const CONTENT: &[u8] = "处方 2027-0001".as_bytes();
/// When the doctor signed; the timestamp is a minute later, and all is judged the next day.
pub const SIGNED: i64 = START + 10 * DAY;
pub const STAMPED: i64 = SIGNED + 60;
pub const NOW: i64 = SIGNED + DAY;

/// What a timestamp says.
#[derive(Clone)]
pub struct StampSpec {
    pub algorithm: ObjectIdentifier,
    /// Another digest than the right one.
    pub digest: Option<Vec<u8>>,
    pub time: i64,
    /// What follows genTime.
    pub further: Vec<u8>,
    /// Another certificate than the right one in SigningCertificateV2.
    pub named: Option<Spec>,
    pub signed: SignedSpec,
}

/// Everything.
#[derive(Clone)]
pub struct World {
    pub root: Spec,
    pub authority: Spec,
    pub signed: SignedSpec,
    pub stamp: Option<StampSpec>,
    pub root_list: ListSpec,
    pub list: ListSpec,
    pub delta: Option<ListSpec>,
    /// Further lists.
    pub lists: Vec<ListSpec>,
    /// What the verifier has.
    pub content: Vec<u8>,
    pub user_id: &'static str,
    pub expected: Option<Spec>,
    pub timestamp_required: bool,
    /// The timestamp is among the unsigned attributes.
    pub inside: bool,
    pub now: i64,
    pub lists_at: i64,
    pub lists_after: bool,
    /// Bytes that are changed at the end.
    pub spoil: fn(&mut Vec<u8>),
    pub spoil_stamp: fn(&mut Vec<u8>),
    pub spoil_list: fn(&mut Vec<u8>),
}

impl World {
    pub fn new() -> Self {
        let signed = SignedSpec {
            outer: oid::GM_SIGNED_DATA,
            content_type: oid::GM_DATA,
            version: 1,
            content: CONTENT.to_vec(),
            attached: true,
            certificates: vec![doctor(), authority()],
            announced: oid::SM3,
            signers: vec![signer(&doctor(), attributes(oid::GM_DATA, CONTENT, SIGNED))],
        };
        let stamp = SignedSpec {
            outer: oid::SIGNED_DATA,
            content_type: oid::TST_INFO,
            version: 3,
            certificates: vec![stamper(), authority()],
            signers: vec![signer(&stamper(), Vec::new())],
            ..signed.clone()
        };
        Self {
            root: root(),
            authority: authority(),
            signed,
            stamp: Some(StampSpec {
                algorithm: oid::SM3,
                digest: None,
                time: STAMPED,
                further: Vec::new(),
                named: None,
                signed: stamp,
            }),
            root_list: list("Root", 1),
            list: list("Authority", 2),
            delta: Some(delta("Authority", 2)),
            lists: Vec::new(),
            content: CONTENT.to_vec(),
            user_id: DEFAULT_ID,
            expected: Some(doctor()),
            timestamp_required: true,
            inside: false,
            now: NOW,
            lists_at: NOW,
            lists_after: false,
            spoil: |_| {},
            spoil_stamp: |_| {},
            spoil_list: |_| {},
        }
    }

    /// Gives the doctor another certificate, everywhere.
    pub fn doctor(&mut self, change: impl FnOnce(&mut Spec)) {
        let mut changed = self.signed.signers[0].certificate.clone();
        change(&mut changed);
        self.signed.certificates[0] = changed.clone();
        self.signed.signers[0].certificate = changed.clone();
        self.expected = Some(changed);
    }

    /// Gives the authority another certificate, everywhere.
    pub fn authority(&mut self, change: impl FnOnce(&mut Spec)) {
        change(&mut self.authority);
        self.signed.certificates[1] = self.authority.clone();
        if let Some(stamp) = &mut self.stamp {
            stamp.signed.certificates[1] = self.authority.clone();
        }
    }

    /// Gives the authority for timestamps another certificate.
    pub fn stamper(&mut self, change: impl FnOnce(&mut Spec)) {
        let stamp = &mut self.stamp.as_mut().unwrap().signed;
        change(&mut stamp.certificates[0]);
        stamp.signers[0].certificate = stamp.certificates[0].clone();
    }

    pub fn stamp(&mut self) -> &mut StampSpec {
        self.stamp.as_mut().unwrap()
    }

    pub fn judge(&self) -> Verdict {
        let mut signed = self.signed.clone();
        let signature = signed.signers[0].signature(&signed.content);
        let stamp = self.stamp.as_ref().map(|stamp| {
            let mut der = stamp.der(&signature);
            (self.spoil_stamp)(&mut der);
            der
        });
        if let (true, Some(stamp)) = (self.inside, &stamp) {
            signed.signers[0].unsigned = attribute(oid::TIME_STAMP_TOKEN, stamp);
        }
        let mut signed = signed.der();
        (self.spoil)(&mut signed);
        let mut list = self.list.der();
        (self.spoil_list)(&mut list);
        let at = self.lists_at;
        let lists = |complete: &[u8], delta: Option<&ListSpec>| {
            let delta = delta.map(ListSpec::issue);
            pki::crl::Crl::from_der(complete).map(|complete| Lists { complete, delta, at }).ok()
        };
        let lists = [lists(&self.root_list.der(), None), lists(&list, self.delta.as_ref())];
        let further = self.lists.iter().map(|one| Lists { complete: one.issue(), delta: None, at: one.this_update });
        let lists: Vec<Lists> = lists.into_iter().flatten().chain(further).collect();
        let roots = [self.root.issue()];
        let expected: Option<Certificate> = self.expected.as_ref().map(Spec::issue);
        let trust = Trust {
            roots: &roots,
            timestamp_roots: &roots,
            between: &[],
            lists: &lists,
            lists_after: self.lists_after,
            signer: expected.as_ref(),
            timestamp_required: self.timestamp_required,
            user_id: self.user_id,
            now: self.now,
        };
        let evidence = Evidence {
            content: &self.content,
            signed_data: &signed,
            timestamp: stamp.as_deref().filter(|_| !self.inside),
            stamped: Stamped::Signature,
        };
        evidence::verify(&evidence, &trust)
    }

    /// The point and the code of the first failure, or `ok`.
    pub fn verdict(&self) -> String {
        let verdict = self.judge();
        verdict.report.failure().map_or_else(|| "ok".to_owned(), |line| format!("{} {}", line.point, line.code))
    }
}

impl StampSpec {
    pub fn der(&self, stamped: &[u8]) -> Vec<u8> {
        let digest = self.digest.clone().unwrap_or_else(|| Sm3::digest(stamped).to_vec());
        let info = sequence(&[
            &small(1),
            &dotted("1.2.3.4.1"),
            &sequence(&[&algorithm(self.algorithm, Parameters::Absent), &octets(&digest)]),
            &small(9),
            &generalized(self.time),
            &self.further,
        ]);
        let mut signed = self.signed.clone();
        let named = self.named.as_ref().unwrap_or(&signed.certificates[0]).der();
        let hash = octets(&Sm3::digest(named));
        let id = sequence(&[&algorithm(oid::SM3, Parameters::Absent), &hash]);
        let named = attribute(oid::SIGNING_CERTIFICATE_V2, &sequence(&[&sequence(&[&id])]));
        for signer in &mut signed.signers {
            // None stays none: then the content itself is signed.
            if let Some(all) = &mut signer.attributes {
                *all = [attributes(oid::TST_INFO, &info, self.time), vec![named.clone()]].concat();
            }
        }
        signed.content = info;
        signed.der()
    }
}
