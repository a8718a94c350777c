//! The way in, over HTTP: credentials, roles and rate limits.

use tests::api::{Answer, Api, picture};

fn read(api: &Api, authorization: &str) -> Answer {
    let headers = [("authorization", authorization), ("content-type", "image/jpeg")];
    api.send("POST", "/v1/ocr-idcard/read", &headers, &picture("front")).unwrap()
}

#[test]
fn only_good_credentials_are_let_in() {
    let api = Api::start().unwrap();
    let path = "/v1/ocr-idcard/read";
    let nothing = api.send("POST", path, &[("content-type", "image/jpeg")], &picture("front")).unwrap();
    assert_eq!(nothing.problem(), (401, "no_credential".into()));
    assert_eq!(nothing.header("www-authenticate"), "Bearer");
    assert_eq!(read(&api, "Basic eXo=").problem(), (401, "no_credential".into()));
    let good = api.token("usr_1", "patient", 0, 600);
    let (head, _) = good.rsplit_once('.').unwrap();
    let bad = [
        "Bearer yz_other_key".to_owned(),
        api.token("usr_1", "patient", 601, 600),
        api.token("usr_1", "patient", 0, 7_201),
        api.token("usr_1", "system", 0, 600),
        api.token("", "patient", 0, 600),
        format!("{head}."),
        good.replacen("eyJ", "eyK", 1),
    ];
    for credential in bad {
        assert_eq!(read(&api, &credential).problem(), (401, "bad_credential".into()), "{credential}");
    }
    assert_eq!(read(&api, &good).status, 200);
    for role in ["doctor", "pharmacist", "admin"] {
        assert_eq!(read(&api, &api.token(role, role, 0, 600)).status, 200, "{role}");
    }
    assert_eq!(read(&api, "bearer yz_test_key").status, 200);
}

#[test]
fn a_body_is_not_read_for_strangers() {
    let api = Api::start().unwrap();
    // The body is declared and never sent: the answer comes all the same.
    let (host, mut stream) = (api.host.http, std::net::TcpStream::connect(api.host.http).unwrap());
    let head = format!(
        "POST /v1/ocr-idcard/read HTTP/1.1\r\nhost: {host}\r\ncontent-type: image/jpeg\r\ncontent-length: 1000000\r\n\r\n"
    );
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut start = [0; 12];
    std::io::Read::read_exact(&mut stream, &mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 401");
}

#[test]
fn a_user_who_asks_too_often_is_told_when_to_come_back() {
    let api = Api::start().unwrap();
    let token = api.token("usr_1", "patient", 0, 600);
    let answers: Vec<_> = (0..20).map(|_| read(&api, &token)).collect();
    let first_refused = answers.iter().position(|answer| answer.status == 429).unwrap();
    assert!((10..15).contains(&first_refused), "the burst is 10, and a token flows back every 3 s: {first_refused}");
    let refused = &answers[first_refused];
    assert_eq!(refused.problem().1, "rate_limited");
    assert!((1..=3).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(read(&api, &api.token("usr_2", "patient", 0, 600)).status, 200, "another user");
    assert_eq!(read(&api, "Bearer yz_test_key").status, 200, "a hospital system");
}

#[test]
fn guessing_from_one_address_is_slowed() {
    let api = Api::start().unwrap();
    let statuses: Vec<_> = (0..60).map(|i| read(&api, &format!("Bearer guess{i}")).status).collect();
    assert!(statuses.contains(&401) && statuses.last() == Some(&429), "{statuses:?}");
}
