//! What persons do in the authority's application, and the authority itself.

use super::{Bjca, Deed, Progress, State, lock};

impl Bjca {
    /// Whether persons who are added have to be activated first.
    pub fn hold_persons(&self, hold: bool) {
        lock(&self.state).book.hold = hold;
    }

    /// A person gets the certificate.
    pub fn activate(&self, user: &str) {
        let State { trust, book, .. } = &mut *lock(&self.state);
        let user = book.user_mut(user).expect("a user");
        user.certificate = Some(trust.issue(user));
    }

    /// The authority takes a person for another one from now on.
    pub fn rename(&self, user: &str, name: &str) {
        lock(&self.state).book.user_mut(user).expect("a user").name = name.to_owned();
    }

    /// A person ends an approval in the authority's application.
    pub fn withdraw(&self, id: &str) {
        let mut state = lock(&self.state);
        state.book.approvals.iter_mut().find(|approval| approval.id == id).expect("an approval").stopped = true;
    }

    /// A person gives the approval that was asked for.
    pub fn approve(&self, id: &str) {
        let mut state = lock(&self.state);
        state.book.approvals.iter_mut().find(|approval| approval.id == id).expect("an approval").given = true;
    }

    /// A person decides a job; only the first decision counts.
    pub fn decide(&self, id: &str, deed: Deed) {
        let state = &mut *lock(&self.state);
        let now_ms = state.now_ms();
        state.book.decide(id, &deed, &state.trust, now_ms);
    }

    /// A job that was decided is decided once more, which no authority should allow.
    ///
    /// # Panics
    /// When there is no such job.
    pub fn decide_anew(&self, id: &str, deed: Deed) {
        lock(&self.state).book.jobs.iter_mut().find(|job| job.id == id).expect("a job").progress = Progress::Waits;
        self.decide(id, deed);
    }

    /// A person's certificate is revoked as of so many seconds ago: it is in the delta list from now on.
    pub fn revoke(&self, user: &str, ago_s: i64) {
        let state = &mut *lock(&self.state);
        let since = state.now_ms() / 1_000 - ago_s;
        let certificate = state.book.user_mut(user).and_then(|user| user.certificate.clone()).expect("a certificate");
        state.trust.revoke(&certificate, since);
    }

    /// The certificate behind the timestamps is revoked now, and nobody says why.
    pub fn revoke_stamper(&self) {
        let state = &mut *lock(&self.state);
        state.trust.revoke_stamper(state.now_ms() / 1_000);
    }
}
