//! The gateways as an operator sees them: `GET gateways`.

use crate::deliver::config::Settings;
use crate::desk::table;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Statement, Store};
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// All of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsGateways)]
pub struct Gateways {
    items: Vec<Gateway>,
}

/// One account at a vendor.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsGateway)]
pub struct Gateway {
    /// As in the component `sms-gateway-<name>`.
    name: String,
    /// Its share of the first attempts.
    weight: u32,
    /// The carriers whose numbers it takes; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    carriers: Option<Vec<String>>,
    /// Whether it takes approved templates only.
    templates_only: bool,
    /// Failures in a row.
    failures: i64,
    /// RFC 3339: until then it gets no messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_until: Option<String>,
    /// Receipts of no message of ours, or malformed.
    stray_receipts: i64,
    /// The path that the vendor is told to send receipts to; keep it secret.
    receipt_path: String,
}

/// All of them, in the order in which they stand in for each other.
///
/// # Errors
/// The store's.
pub async fn list(
    store: &impl Store,
    settings: &Settings,
    now: Timestamp,
    receipt_path: impl Fn(&str) -> String,
) -> Result<Reply, Problem> {
    let sql = format!(
        "SELECT gateway, failures, open_until, 0 FROM {} UNION ALL SELECT gateway, 0, 0, receipts FROM {}",
        table("breaker"),
        table("stray")
    );
    let rows = store.query(Statement::new(sql)).await?;
    let items = settings
        .gateways
        .iter()
        .map(|gateway| {
            let most = |column| {
                let of = rows.iter().filter(|row| row.text(0) == Some(&gateway.name));
                of.filter_map(|row| row.integer(column)).max().unwrap_or(0)
            };
            let until = Timestamp(most(2));
            Gateway {
                name: gateway.name.clone(),
                weight: gateway.weight,
                carriers: gateway.carriers.clone(),
                templates_only: gateway.templates_only,
                failures: most(1),
                closed_until: (until > now).then(|| until.to_string()),
                stray_receipts: most(3),
                receipt_path: receipt_path(&gateway.name),
            }
        })
        .collect();
    Reply::json(200, &Gateways { items })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, World};
    use common::testing::now;

    #[test]
    fn each_tells_how_it_is() {
        let world = World::new();
        let settings = Settings::parse(r#"[{"name":"a","weight":3},{"name":"b"}]"#, "", "").unwrap();
        for sql in [
            format!("INSERT INTO sms_send_breaker (gateway, failures, open_until) VALUES ('a', 5, {})", NOW.0 + 1),
            "INSERT INTO sms_send_stray (gateway, receipts, last_at) VALUES ('b', 7, 0)".to_owned(),
        ] {
            now(world.store.query(Statement::new(sql))).unwrap();
        }
        let reply = now(list(&world.store, &settings, NOW, |name| format!("/{name}"))).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(
            (&json["items"][0]["failures"], &json["items"][0]["closed_until"]),
            (&5.into(), &NOW.plus_ms(1).to_string().into())
        );
        assert_eq!((&json["items"][1]["stray_receipts"], &json["items"][1]["receipt_path"]), (&7.into(), &"/b".into()));
        assert!(json["items"][1].get("closed_until").is_none());
    }
}
