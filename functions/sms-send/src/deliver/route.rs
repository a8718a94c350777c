//! Which gateway a message goes to.

use super::breaker::{Breaker, Breakers};
use super::config::{GatewayConfig, Settings};
use common::timestamp::Timestamp;

/// What decides about a message's way.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of its number.
    pub carrier: &'a str,
    /// Gateways that must not get it again, separated by commas.
    pub tried: &'a str,
    /// The gateway that had it last, where this is not the first attempt.
    pub last: Option<&'a str>,
}

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Route<'a> {
    /// To this gateway; after so many failures it is tried again with this message.
    To(&'a GatewayConfig, Option<i64>),
    /// To one that is broken; the first of them is tried again then.
    Wait(Timestamp),
    /// To one that has no place just now.
    Full,
    /// No gateway takes it.
    Nowhere,
}

/// The way of a message: a first attempt by weight, a later one by the order in which gateways stand in for each other,
/// another one than last time where there is one.
///
/// `templated` tells whether a gateway's vendor knows the message's template, `free` whether it has a place.
pub fn choose<'a>(
    settings: &'a Settings,
    wanted: Wanted<'_>,
    breakers: &Breakers,
    templated: impl Fn(&str) -> bool,
    free: impl Fn(&str) -> bool,
    now: Timestamp,
    random: u128,
) -> Route<'a> {
    let fitting = settings.gateways.iter().filter(|gateway| fits(gateway, wanted, &templated));
    let (mut usable, mut reopened) = (Vec::new(), None::<Timestamp>);
    for gateway in fitting {
        match breakers.of(&gateway.name, now) {
            Breaker::Closed => usable.push((gateway, None)),
            Breaker::HalfOpen(failures) => usable.push((gateway, Some(failures))),
            Breaker::Open(until) => reopened = Some(reopened.map_or(until, |first| first.min(until))),
        }
    }
    if usable.is_empty() {
        return reopened.map_or(Route::Nowhere, Route::Wait);
    }
    usable.retain(|(gateway, _)| free(&gateway.name));
    let chosen = match wanted.last {
        None => weighted(&usable, random),
        Some(last) => usable.iter().find(|(gateway, _)| gateway.name != last).or(usable.first()).copied(),
    };
    chosen.map_or(Route::Full, |(gateway, trial)| Route::To(gateway, trial))
}

/// Whether a gateway that did not have it would take it at all.
pub fn another(settings: &Settings, wanted: Wanted<'_>, templated: impl Fn(&str) -> bool) -> bool {
    settings.gateways.iter().any(|gateway| fits(gateway, wanted, &templated))
}

fn fits(gateway: &GatewayConfig, wanted: Wanted<'_>, templated: &impl Fn(&str) -> bool) -> bool {
    let carried = gateway.carriers.as_ref().is_none_or(|list| list.iter().any(|carrier| carrier == wanted.carrier));
    let tried = wanted.tried.split(',').any(|name| name == gateway.name);
    carried && !tried && (!gateway.templates_only || templated(&gateway.name))
}

type Usable<'a> = (&'a GatewayConfig, Option<i64>);

fn weighted<'a>(usable: &[Usable<'a>], random: u128) -> Option<Usable<'a>> {
    let total: u128 = usable.iter().map(|(gateway, _)| u128::from(gateway.weight)).sum();
    if total == 0 {
        return usable.first().copied();
    }
    let mut left = random % total;
    usable.iter().copied().find(|(gateway, _)| {
        let weight = u128::from(gateway.weight);
        let here = left < weight;
        left = left.saturating_sub(weight);
        here
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);
    const FIRST: Wanted<'_> = Wanted { carrier: "mobile", tried: "", last: None };

    fn settings(json: &str) -> Settings {
        Settings::parse(json, "", "").unwrap()
    }

    fn to(settings: &Settings, wanted: Wanted<'_>, random: u128) -> String {
        match choose(settings, wanted, &Breakers::default(), |_| true, |_| true, NOW, random) {
            Route::To(gateway, None) => gateway.name.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_first_attempt_goes_by_weight() {
        let all = settings(r#"[{"name":"a","weight":3},{"name":"b","weight":1},{"name":"c","weight":0}]"#);
        let chosen: Vec<_> = (0..8).map(|random| to(&all, FIRST, random)).collect();
        assert_eq!(chosen, ["a", "a", "a", "b", "a", "a", "a", "b"]);
        let none = settings(r#"[{"name":"a","weight":0},{"name":"b","weight":0}]"#);
        assert_eq!(to(&none, FIRST, 5), "a");
    }

    #[test]
    fn later_attempts_go_by_order_and_elsewhere() {
        let all = settings(r#"[{"name":"a"},{"name":"b"},{"name":"c"}]"#);
        let later = |tried, last| to(&all, Wanted { tried, last: Some(last), ..FIRST }, 2);
        assert_eq!(later("", "a"), "b");
        assert_eq!(later("", "b"), "a");
        assert_eq!(later("a,b", "b"), "c");
        assert_eq!(later("a,c", "b"), "b", "the only one left, again");
        assert_eq!(later("a,b,c", "c"), "Nowhere");
    }

    #[test]
    fn a_gateway_takes_its_carriers_and_templates_only() {
        let all = settings(r#"[{"name":"a","carriers":["unicom"]},{"name":"b","templates_only":true}]"#);
        assert_eq!(to(&all, FIRST, 0), "b");
        assert_eq!(to(&all, Wanted { carrier: "unicom", ..FIRST }, 0), "a");
        let free_text = |carrier| {
            let wanted = Wanted { carrier, ..FIRST };
            matches!(choose(&all, wanted, &Breakers::default(), |_| false, |_| true, NOW, 0), Route::To(g, _) if g.name == "a")
        };
        assert!(free_text("unicom") && !free_text("mobile"));
        assert!(another(&all, FIRST, |_| true) && !another(&all, FIRST, |_| false));
        assert!(!another(&all, Wanted { tried: "b", ..FIRST }, |_| true));
    }

    #[test]
    fn who_has_no_place_is_passed_over() {
        let all = settings(r#"[{"name":"a"},{"name":"b"}]"#);
        let choose = |free: &dyn Fn(&str) -> bool| choose(&all, FIRST, &Breakers::default(), |_| true, free, NOW, 0);
        assert!(matches!(choose(&|name| name == "b"), Route::To(gateway, _) if gateway.name == "b"));
        assert_eq!(choose(&|_| false), Route::Full);
    }
}
