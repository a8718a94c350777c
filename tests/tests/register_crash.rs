//! `register` while it is killed, and while two want the same.

use serde_json::{Value, json};
use std::thread;
use tests::api::picture;
use tests::audit;
use tests::register::{Clinic, NUMBERS};

/// A step of a case; the status of its answer.
type Step<'a> = dyn Fn(&Clinic) -> u16 + 'a;

fn get(clinic: &Clinic, who: &str, case: &str) -> Value {
    clinic.ask("GET", &format!("identity/{case}"), who, &Value::Null).json()
}

#[test]
fn kill_minus_nine_between_any_two_steps_loses_nothing() {
    let mut clinic = Clinic::start(&[]).unwrap();
    let who = clinic.user("13711112222");
    clinic.api.host.restart().unwrap();
    clinic.ask("POST", "me/consents", &who, &json!({"what": "face", "version": "1"}));
    clinic.api.host.restart().unwrap();
    let case = clinic.ask("POST", "identity", &who, &json!({})).json()["case_id"].as_str().unwrap().to_owned();
    let front = format!("front 张三 {}", NUMBERS[0]);
    let steps: [(&str, &Step); 5] = [
        ("id_card_front", &|clinic| clinic.photograph(&who, &case, "id_card_front", &front).status),
        ("id_card_back", &|clinic| clinic.photograph(&who, &case, "id_card_back", "back long_term").status),
        ("confirm", &|clinic| clinic.step(&who, &case, "confirm").status),
        ("liveness", &|clinic| clinic.film(&who, &case, "张三").status),
        ("compare", &|clinic| clinic.step(&who, &case, "compare").status),
    ];
    for (name, step) in steps {
        clinic.api.host.restart().unwrap();
        assert_eq!(get(&clinic, &who, &case)["next"], name, "what was done is there, and nothing else");
        assert_eq!(step(&clinic), 200, "{name}");
        if name != "liveness" {
            clinic.api.host.restart().unwrap();
            assert_eq!(step(&clinic), 200, "{name} again");
        }
    }
    clinic.api.host.restart().unwrap();
    let done = get(&clinic, &who, &case);
    assert_eq!((&done["state"], &done["patient"]["level"]), (&json!("done"), &json!("real_name")));
    let (entries, _) = audit::entries(clinic.api.host.data(), "register").unwrap();
    let made = entries.iter().filter(|[.., action, _, _]| action == "identity.done").count();
    assert_eq!(made, 1, "the chain holds, and the record was made once");
}

#[test]
fn kill_minus_nine_in_the_middle_of_a_step_leaves_it_done_or_not_done() {
    let mut clinic = Clinic::start(&[]).unwrap();
    let who = clinic.user("13711112222");
    clinic.ask("POST", "me/consents", &who, &json!({"what": "face", "version": "1"}));
    let case = clinic.ask("POST", "identity", &who, &json!({})).json()["case_id"].as_str().unwrap().to_owned();
    let front = picture(&format!("front 张三 {}", NUMBERS[0]));
    let steps: [(&str, &str, Vec<u8>); 5] = [
        ("id_card_front", "image/jpeg", front),
        ("id_card_back", "image/jpeg", picture("back long_term")),
        ("confirm", "application/json", b"{}".to_vec()),
        ("liveness", "application/json", Vec::new()),
        ("compare", "application/json", Vec::new()),
    ];
    for (n, (step, kind, body)) in steps.iter().enumerate() {
        let after = steps.get(n + 1).map_or("done", |(next, ..)| *next);
        let path = format!("identity/{case}/{step}");
        // The process dies while the request is under way, each time somewhat later.
        for later in 0..3 {
            let host = clinic.api.host.pid();
            thread::scope(|scope| {
                let (clinic, who, path) = (&clinic, &who, &path);
                // Either it was answered or the connection broke: both are fine.
                scope.spawn(move || drop(clinic.attempt(path, who, kind, body)));
                for _ in 0..later {
                    clinic.ask("GET", "healthz", "", &Value::Null);
                }
                std::process::Command::new("kill").args(["-9", &host.to_string()]).status().unwrap();
            });
            clinic.api.host.restart().unwrap();
            let found = get(&clinic, &who, &case);
            assert!(found["next"] == *step || found["next"] == after, "{step}: {found}");
        }
        let answer = match *step {
            "liveness" => clinic.film(&who, &case, "张三"),
            _ => clinic.send("POST", &path, &who, kind, body),
        };
        assert_eq!((answer.status, &answer.json()["next"]), (200, &json!(after)), "{step}: {}", answer.json());
    }
    let db = rusqlite::Connection::open(clinic.api.host.data().join("sqlite/default.db")).unwrap();
    let count = |table: &str| -> i64 {
        db.query_row(&format!("SELECT count(*) FROM register_{table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("patient"), count("member"), count("kept")), (1, 1, 0));
    let (entries, _) = audit::entries(clinic.api.host.data(), "register").unwrap();
    assert!(!entries.is_empty(), "the chain holds");
}

#[test]
fn two_registrations_of_one_person_at_the_same_time_give_one_record() {
    let clinic = Clinic::start(&[]).unwrap();
    let patients: Vec<_> = (0..6)
        .map(|n| {
            let who = clinic.user(&format!("1371111222{n}"));
            let case = clinic.confirmed(&who, "张三", NUMBERS[0]);
            assert_eq!(clinic.film(&who, &case, "张三").status, 200);
            (who, case)
        })
        .collect();
    let records: Vec<_> = thread::scope(|scope| {
        let clinic = &clinic;
        let compare = |(who, case): &(String, String)| {
            let (who, case) = (who.clone(), case.clone());
            scope.spawn(move || {
                let answer = clinic.step(&who, &case, "compare");
                assert_eq!(answer.status, 200, "{}", answer.json());
                answer.json()["patient"]["patient_id"].as_str().unwrap().to_owned()
            })
        };
        let threads: Vec<_> = patients.iter().map(compare).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(records.windows(2).all(|pair| pair[0] == pair[1]), "{records:?}");
    let db = rusqlite::Connection::open(clinic.api.host.data().join("sqlite/default.db")).unwrap();
    let count: i64 = db.query_row("SELECT count(*) FROM register_patient", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}

#[test]
fn one_phone_that_signs_in_twice_at_once_has_one_account() {
    let clinic = Clinic::start(&[]).unwrap();
    let codes: Vec<_> = (0..4).map(|_| clinic.otp("13711112222", "sign_in")).collect();
    let accounts: Vec<_> = thread::scope(|scope| {
        let clinic = &clinic;
        let sign_in = |code: &Value| {
            let mut body = code.clone();
            body["phone"] = "13711112222".into();
            scope.spawn(move || {
                let answer = clinic.ask("POST", "sessions", "", &body);
                assert_eq!(answer.status, 201, "{}", answer.json());
                answer.json()["account_id"].as_str().unwrap().to_owned()
            })
        };
        let threads: Vec<_> = codes.iter().map(sign_in).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(accounts.windows(2).all(|pair| pair[0] == pair[1]), "{accounts:?}");
    // One code, many at once: one session.
    let mut body = clinic.otp("13711112222", "sign_in");
    body["phone"] = "13711112222".into();
    let statuses: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| clinic.ask("POST", "sessions", "", &body).status)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
}
