//! Statistics: the page's numbers are the interface's.

use serde_json::{Value, json};
use tests::browser::Page;

use crate::sms::{ask, at_both_widths, go, notice, send, system};

const COUNTS: [&str; 9] =
    ["messages", "submitted", "delivered", "under_way", "failed", "expired", "cancelled", "dead", "parts"];

fn choose(page: &Page, by: &str) {
    page.click(&format!("#stats-form [value={by}] + span")).unwrap();
    page.wait(&format!("document.querySelector('#stats[data-by={by}] .drawing svg')")).unwrap();
}

/// What the interface says of today, by the browser's clock.
fn said(page: &Page, key: &str, by: &str) -> Value {
    let midnight = page.eval("new Date(new Date().setHours(0, 0, 0, 0)).toISOString()").unwrap();
    ask(page, "GET", &format!("stats?by={by}&from={}", midnight.as_str().unwrap()), key, &json!(null)).1
}

fn percent(share: &Value) -> String {
    share.as_f64().map_or("–".to_owned(), |share| format!("{:.1}%", (share * 1000.).floor() / 10.))
}

#[test]
fn numbers_charts_and_the_csv_agree_with_the_interface() {
    let key = system("stats");
    at_both_widths("outbox", &key, |page| {
        for to in ["13711112261", "18611112262", "13311112263", "13711990021", "13711990003"] {
            send(page, &key, &notice(to, "counted"));
        }
        page.click("#refresh").unwrap();
        page.wait("document.querySelectorAll('.message').length >= 5").unwrap();
        page.wait("[...document.querySelectorAll('.message')].every(({ dataset }) => ['delivered', 'failed', 'dead'].includes(dataset.state))")
            .unwrap();
        go(page, "stats");
        for by in ["vendor", "carrier", "template", "hour"] {
            choose(page, by);
            let stats = said(page, &key, by);
            let groups = stats["groups"].as_array().unwrap();
            assert!(!groups.is_empty());
            let mut total = 0;
            for group in groups {
                let row = format!("#numbers tr[data-key={}] td", group["key"]);
                let shown = page
                    .eval(&format!(
                        "Object.fromEntries([...document.querySelectorAll({row:?})].map((cell) => [cell.dataset.column, cell.textContent]))"
                    ))
                    .unwrap();
                for name in COUNTS {
                    assert_eq!(shown[name], group[name].to_string(), "{by} {name}: {group}");
                }
                assert_eq!(shown["delivered_share"], percent(&group["delivered_share"]));
                assert_eq!(shown["within"], percent(&group["within_5_minutes_share"]));
                assert_eq!(shown["cost"], format!("{:.2}", group["cost"].as_f64().unwrap()));
                assert_eq!(shown["receipt"] == "–", group["receipt_ms"].is_null());
                total += group["messages"].as_i64().unwrap();
            }
            assert_eq!(page.text("[data-tile=messages] strong").unwrap(), total.to_string());
            let labels = "[...document.querySelectorAll('.chart svg[role=img]')].every((chart) => chart.getAttribute('aria-label').length > 5)";
            assert_eq!(page.eval(labels).unwrap(), true);
        }
        choose(page, "carrier");
        let outcome = page
            .eval("document.querySelector('[data-chart=outcomes] .drawing svg').getAttribute('aria-label')")
            .unwrap();
        assert!(outcome.as_str().unwrap().contains("中国联通 送达"), "{outcome}");
        page.eval("(() => { const real = URL.createObjectURL; URL.createObjectURL = (blob) => { globalThis.file = blob; return real(blob); }; return true; })()")
            .unwrap();
        page.click("#csv").unwrap();
        page.wait("document.querySelector('#stats-status').textContent.endsWith('.csv')").unwrap();
        let file = page.eval("globalThis.file.text()").unwrap();
        let lines: Vec<&str> = file.as_str().unwrap().trim_end().split("\r\n").collect();
        assert!(lines[0].starts_with("carrier,messages,"), "{}", lines[0]);
        assert_eq!(lines.len(), said(page, &key, "carrier")["groups"].as_array().unwrap().len() + 1);
        for days in ["7", "31"] {
            page.click(&format!("#stats-form [value='{days}'] + span")).unwrap();
            page.wait("document.querySelector('#panel-stats[aria-busy=false] .chart')").unwrap();
        }
    });
}
