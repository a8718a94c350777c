//! How many messages are under way from this instance.

use super::config::Settings;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Messages under way to one gateway: one that hangs does not keep the others waiting.
const MOST: usize = 16;

/// The messages under way, by gateway.
#[derive(Clone, Debug, Default)]
pub struct Places(Rc<RefCell<BTreeMap<String, usize>>>);

/// One of the places, until it is dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    gateway: String,
}

impl Places {
    fn taken(&self, gateway: &str) -> usize {
        self.0.borrow().get(gateway).copied().unwrap_or(0).min(MOST)
    }

    /// Whether a gateway has a place.
    #[must_use]
    pub fn free(&self, gateway: &str) -> bool {
        self.taken(gateway) < MOST
    }

    /// Takes one.
    #[must_use]
    pub fn take(&self, gateway: &str) -> Place {
        *self.0.borrow_mut().entry(gateway.to_owned()).or_default() += 1;
        Place { places: self.clone(), gateway: gateway.to_owned() }
    }

    /// How many messages may be leased now: none before one of the gateways has half of its places free, for a transaction
    /// for each single message would cost more than waiting for company.
    #[must_use]
    pub fn left(&self, settings: &Settings) -> usize {
        let free: Vec<_> = settings.gateways.iter().map(|gateway| MOST - self.taken(&gateway.name)).collect();
        if free.iter().any(|free| free * 2 >= MOST) { free.iter().sum() } else { 0 }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(taken) = self.places.0.borrow_mut().get_mut(&self.gateway) {
            *taken = taken.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_hangs_leaves_the_others_their_places() {
        let settings = Settings::parse(r#"[{"name":"a"},{"name":"b"}]"#, "", "").unwrap();
        let places = Places::default();
        assert_eq!(places.left(&settings), 32);
        let hanging: Vec<_> = (0..16).map(|_| places.take("a")).collect();
        assert!(!places.free("a") && places.free("b"));
        assert_eq!(places.left(&settings), 16);
        let busy: Vec<_> = (0..9).map(|_| places.take("b")).collect();
        assert_eq!(places.left(&settings), 0, "wait for company");
        drop((hanging, busy));
        assert_eq!(places.left(&settings), 32);
    }
}
