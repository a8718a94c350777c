//! Statistics as a table (RFC 4180).

use super::{By, Group, Percentiles};

/// With a head line; an empty field where there is no number.
#[must_use]
pub fn written(by: By, groups: &[Group]) -> String {
    let key = match by {
        By::Vendor => "vendor",
        By::Template => "template",
        By::Carrier => "carrier",
        By::Hour => "hour",
    };
    let mut csv = format!(
        "{key},messages,under_way,submitted,delivered,failed,expired,cancelled,dead,delivered_share,\
         within_5_minutes_share,submit_p50_ms,submit_p95_ms,submit_p99_ms,receipt_p50_ms,receipt_p95_ms,\
         receipt_p99_ms,parts,cost_yuan\r\n"
    );
    for group in groups {
        let numbers = [
            group.messages,
            group.under_way,
            group.submitted,
            group.delivered,
            group.failed,
            group.expired,
            group.cancelled,
            group.dead,
        ];
        let mut fields = vec![field(&group.key)];
        fields.extend(numbers.map(|number| number.to_string()));
        fields.extend([share(group.delivered_share), share(group.within_5_minutes_share)]);
        fields.extend(percentiles(group.submit_ms));
        fields.extend(percentiles(group.receipt_ms));
        fields.push(group.parts.to_string());
        fields.push(group.cost.map(|cost| format!("{cost:.4}")).unwrap_or_default());
        csv += &fields.join(",");
        csv += "\r\n";
    }
    csv
}

fn share(share: Option<f64>) -> String {
    share.map(|share| format!("{share:.4}")).unwrap_or_default()
}

fn percentiles(of: Option<Percentiles>) -> [String; 3] {
    of.map_or_else(Default::default, |of| [of.p50, of.p95, of.p99].map(|ms| ms.to_string()))
}

/// Quoted where it must be, and never a formula for the program that opens the table.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stays_a_field() {
        assert_eq!(field("sandbox"), "sandbox");
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
    }

    #[test]
    fn missing_numbers_are_empty() {
        let group = Group { key: "a".to_owned(), messages: 2, ..Group::default() };
        let csv = written(By::Vendor, &[group]);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
        assert_eq!(lines[1], "a,2,0,0,0,0,0,0,0,,,,,,,,,0,");
    }
}
