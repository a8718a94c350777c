use super::CallbackHosts;

fn none() -> CallbackHosts {
    CallbackHosts::default()
}

#[test]
fn public_https_is_allowed() {
    for url in [
        "https://his.example.com",
        "https://his.example.com/hook?x=1",
        "https://HIS.Example.COM:443/",
        "https://example.com./hook",
        "https://xn--fiq228c.xn--fiqs8s/hook",
        "https://8.8.8.8/hook",
        "https://[2400:3200::1]/hook",
    ] {
        assert_eq!(none().check(url), Ok(()), "{url}");
    }
}

#[test]
fn nothing_else_is() {
    let cases = [
        ("http://his.example.com/", "https only"),
        ("ftp://his.example.com/", "https only"),
        ("file:///etc/passwd", "not a URL"),
        ("javascript:alert(1)", "not a URL"),
        ("//his.example.com/", "not a URL"),
        ("his.example.com/hook", "not a URL"),
        ("https:///hook", "not a URL"),
        ("", "not a URL"),
        ("https://user@his.example.com/", "no credentials in the URL"),
        ("https://user:pass@his.example.com/", "no credentials in the URL"),
        ("https://his.example.com@127.0.0.1/", "no credentials in the URL"),
        ("https://his.example.com:8443/", "port 443 only"),
        ("https://his.example.com:80/", "port 443 only"),
        ("https://his.example.com:/", "not a URL"),
        ("https://his.example.com:99999/", "not a URL"),
    ];
    for (url, why) in cases {
        assert_eq!(none().check(url).unwrap_err().1, why, "{url}");
    }
    for url in [
        "https://a.example/ x",
        "https://a.example/#x",
        "https://a.example\\@b/",
        "https://医院.example/",
        "https://a.example/\n",
    ] {
        assert!(none().check(url).unwrap_err().1.starts_with("a URL of"), "{url}");
    }
    assert!(none().check(&format!("https://a.example/{}", "x".repeat(500))).is_err());
}

#[test]
fn nobody_makes_us_call_inside() {
    for host in [
        "localhost",
        "LOCALHOST",
        "app.localhost",
        "db",
        "printer.local",
        "sms-send.spin.internal",
        "nas.lan",
        "x.home.arpa",
        "metadata.google.internal",
        "a.localdomain",
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "2130706433",
        "127.0.0.1.",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2001::1]",
        "[64:ff9b::7f00:1]",
        "[fec0::1]",
        "a..b.com",
        "-a.com",
        "a-.com",
        "a.com..",
        "1.2.3.4.5",
        "a.1",
        "%31%32%37.0.0.1",
    ] {
        let refused = none().check(&format!("https://{host}/hook"));
        assert!(refused.is_err(), "{host}");
    }
}

#[test]
fn listed_hosts_are_excepted_with_their_port() {
    let hosts = CallbackHosts::parse("10.0.0.5:8080, his.local, [fd00::1]:9000").unwrap();
    for url in [
        "http://10.0.0.5:8080/hook",
        "https://10.0.0.5:8080/hook",
        "http://his.local/hook",
        "https://HIS.local/hook",
        "http://[fd00::1]:9000/",
    ] {
        assert_eq!(hosts.check(url), Ok(()), "{url}");
    }
    for url in [
        "http://10.0.0.5/hook",
        "http://10.0.0.6:8080/",
        "http://his.local:8080/",
        "http://x.his.local/",
        "ftp://his.local/",
        "http://u@his.local/",
    ] {
        assert!(hosts.check(url).is_err(), "{url}");
    }
    for bad in ["a b", "user@host", "http://host", "host:port"] {
        assert!(CallbackHosts::parse(bad).unwrap_err().contains(bad), "{bad}");
    }
}
