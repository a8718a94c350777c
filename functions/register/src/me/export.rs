//! `GET me/export`: everything that is kept about one, as JSON or as a page to print (PIPL, article 45).

use crate::account;
use crate::desk::Desk;
use crate::devices;
use crate::identity::{self, record};
use crate::me::{consents, trail};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use common::timestamp::Timestamp;
use serde_json::{Value, json};

/// Entries of the audit log that go along.
const ENTRIES: u32 = 1_000;

/// `GET me/export?format=json|html`.
///
/// # Errors
/// 400 for another format, 403 without an account.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &["format"])?;
    let format = query.text("format").unwrap_or("json").to_owned();
    if !["json", "html"].contains(&format.as_str()) {
        return Err(Problem::bad_field("format", "应为 json 或 html", "json or html"));
    }
    let account = account::active(desk, &caller.id).await?;
    let person = |member: record::Member| {
        let mut value = json!({"patient_id": member.patient_id, "relation": member.relation, "level": member.level.name(),
            "verified_at": Timestamp(member.verified_at).to_string()});
        if let (Some(all), Ok(Value::Object(person))) = (value.as_object_mut(), serde_json::to_value(&member.person)) {
            // It is a rule's, not a fact about the person.
            all.extend(person.into_iter().filter(|(name, _)| name != "shows_face"));
        }
        value
    };
    let patients: Vec<Value> = record::members(desk, &account.id).await?.into_iter().map(person).collect();
    let everything = json!({
        "exported_at": desk.now().to_string(),
        "account": {
            "account_id": account.id, "role": account::role_name(account.role), "created_at": account.created_at.to_string(),
            "phone": account.phone(desk)?.map(|phone| phone.e164().to_owned()), "display_name": account.name(desk)?,
        },
        "patients": patients,
        "consents": consents::all(desk, &account.id).await?,
        "sessions": devices::all(desk, &account.id).await?,
        "identity_cases": cases(desk, &account.id).await?,
        "audit": trail::entries(desk, &account.id, None, ENTRIES).await?,
    });
    desk.change(&caller.actor(), "account.export", &account.id, &format, Vec::new()).await?;
    if format == "json" {
        return Reply::json(200, &everything);
    }
    Ok(Reply::new(200, "text/html; charset=utf-8", html(&everything).into_bytes())
        .with(http::header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"))
}

async fn cases<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str) -> Result<Vec<Value>, Problem> {
    let rows = desk.query(identity::select("account_id = ?1 ORDER BY created_at").bind(account_id)).await?;
    let shown = |case: identity::case::Case| {
        let data = case.data;
        json!({"case_id": case.id, "relation": data.relation.name(), "state": case.state.name(),
            "created_at": case.created_at.to_string(), "corrected": data.corrected, "patient_id": data.patient_id,
            "score": data.compared.map(|compared| compared.score), "face_digest": data.live.map(|live| live.best)})
    };
    rows.iter().map(|row| identity::read(desk, row).map(shown)).collect()
}

/// A page without script, of lists within lists.
#[must_use]
pub fn html(everything: &Value) -> String {
    let style = "body{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
                 dt{color:#555}dd{margin:0 0 .4em 1.5em}section{border-top:1px solid #ccc}";
    let mut page = format!(
        "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>个人信息副本</title><style>{style}</style>\
         <h1>个人信息副本</h1>"
    );
    for (name, value) in everything.as_object().into_iter().flatten() {
        page += &format!("<section><h2>{}</h2>", escaped(name));
        write(value, &mut page);
        page += "</section>";
    }
    page + "</html>\n"
}

fn write(value: &Value, page: &mut String) {
    match value {
        Value::Object(fields) => {
            *page += "<dl>";
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                *page += &format!("<dt>{}</dt><dd>", escaped(name));
                write(value, page);
                *page += "</dd>";
            }
            *page += "</dl>";
        }
        Value::Array(items) => {
            *page += "<ol>";
            for item in items {
                *page += "<li>";
                write(item, page);
                *page += "</li>";
            }
            *page += "</ol>";
        }
        Value::String(text) => *page += &escaped(text),
        other => *page += &escaped(&other.to_string()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_in_the_page() {
        let page = html(&json!({"account": {"display_name": "<script>alert(\"1\")</script>&", "n": 7, "none": null}}));
        assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"));
        assert!(page.contains("<dd>7</dd>") && !page.contains("<script") && !page.contains("none"));
    }
}
