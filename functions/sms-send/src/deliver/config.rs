//! Which gateways there are, and who is told of results.

use serde::Deserialize;

/// Carriers as a gateway's `carriers` and a message's `carrier` name them.
const CARRIERS: [&str; 5] = ["mobile", "unicom", "telecom", "broadnet", "virtual"];
const MOST_GATEWAYS: usize = 16;
/// In the place of a URL: the stream of receipts in Redis.
pub const REDIS: &str = "redis:";

/// One gateway: an account at a vendor.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// As in the component `sms-gateway-<name>`.
    pub name: String,
    /// Its share of the first attempts among the gateways that fit; 0: only when others fail.
    #[serde(default = "one")]
    pub weight: u32,
    /// The carriers whose numbers it takes; all of them when absent.
    pub carriers: Option<Vec<String>>,
    /// In yuan; for the statistics.
    pub price_per_part: Option<f64>,
    /// It takes messages only by a template that its vendor approved.
    #[serde(default)]
    pub templates_only: bool,
}

const fn one() -> u32 {
    1
}

/// What delivery is told by the function's variables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// In the order in which they stand in for each other.
    pub gateways: Vec<GatewayConfig>,
    /// Who is told of every message: the hospital's webhook, the stream.
    pub hooks: Vec<String>,
}

impl Settings {
    /// From the variables `sms_gateways` (JSON), `sms_webhook_url` and `sms_redis_url` (both may be empty).
    ///
    /// # Errors
    /// Says what is wrong in `sms_gateways`.
    pub fn parse(gateways: &str, webhook: &str, redis: &str) -> Result<Self, String> {
        let gateways: Vec<GatewayConfig> =
            serde_json::from_str(gateways).map_err(|error| format!("sms_gateways: {error}"))?;
        if gateways.is_empty() || gateways.len() > MOST_GATEWAYS {
            return Err(format!("sms_gateways: 1 to {MOST_GATEWAYS} gateways"));
        }
        for (i, gateway) in gateways.iter().enumerate() {
            let name = &gateway.name;
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !plain || !(1..=32).contains(&name.len()) {
                return Err(format!("sms_gateways: name {} is not 1 to 32 of a-z, 0-9 and -", i + 1));
            }
            if gateways.iter().take(i).any(|other| other.name == *name) {
                return Err(format!("sms_gateways: {name} occurs twice"));
            }
            if gateway.weight > 1_000 {
                return Err(format!("sms_gateways: {name}: weight is 0 to 1000"));
            }
            let carriers = gateway.carriers.iter().flatten();
            if let Some(unknown) = carriers.into_iter().find(|carrier| !CARRIERS.contains(&carrier.as_str())) {
                return Err(format!("sms_gateways: {name}: carrier {unknown} is none of {}", CARRIERS.join(", ")));
            }
        }
        let webhook = Some(webhook.trim()).filter(|url| !url.is_empty());
        let stream = (!redis.trim().is_empty()).then_some(REDIS);
        Ok(Self { gateways, hooks: webhook.into_iter().chain(stream).map(str::to_owned).collect() })
    }

    /// Whether a gateway of this name is configured.
    #[must_use]
    pub fn has(&self, gateway: &str) -> bool {
        self.gateways.iter().any(|known| known.name == gateway)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_one_gateway() {
        let settings = Settings::parse(r#"[{"name":"sandbox"}]"#, "", " ").unwrap();
        assert_eq!((settings.gateways[0].weight, settings.hooks.len()), (1, 0));
        assert!(settings.has("sandbox") && !settings.has("other"));
        let told = Settings::parse(r#"[{"name":"a"}]"#, "https://his.example/sms", "redis://r").unwrap().hooks;
        assert_eq!(told, ["https://his.example/sms", REDIS]);
    }

    #[test]
    fn mistakes_are_named() {
        let wrong = |json: &str| Settings::parse(json, "", "").unwrap_err();
        assert!(wrong("[]").contains("1 to 16"));
        assert!(wrong(r#"[{"name":"A"}]"#).contains("name 1"));
        assert!(wrong(r#"[{"name":"a"},{"name":"a"}]"#).contains("a occurs twice"));
        assert!(wrong(r#"[{"name":"a","carriers":["moon"]}]"#).contains("carrier moon"));
        assert!(wrong(r#"[{"name":"a","weight":1001}]"#).contains("weight"));
        assert!(wrong(r#"[{"name":"a","wait":1}]"#).contains("unknown field `wait`"));
    }
}
