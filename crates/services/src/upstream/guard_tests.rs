use super::*;

fn listed() -> Listed {
    let entries = ["127.0.0.1:3999", "[::1]:3999", "platform.internal:8080", "santral.example:8443"];
    Listed::parse(&entries.map(str::to_owned)).unwrap()
}

#[test]
fn addresses_that_are_gone_to() {
    for (fine, stored) in [
        ("https://platform.example.com", "https://platform.example.com"),
        ("https://platform.example.com/", "https://platform.example.com"),
        ("HTTPS://Platform.Example.com:443/v1/", "https://platform.example.com/v1"),
        ("https://çağrı.example", "https://xn--ar-zia1gpv.example"),
        ("https://8.8.8.8/v1", "https://8.8.8.8/v1"),
        ("https://[2606:4700:4700::1111]", "https://[2606:4700:4700::1111]"),
        ("http://127.0.0.1:3999", "http://127.0.0.1:3999"),
        ("http://[::1]:3999/x", "http://[::1]:3999/x"),
        ("http://platform.internal:8080", "http://platform.internal:8080"),
        ("https://santral.example:8443", "https://santral.example:8443"),
        // Another way to write what is listed.
        ("http://2130706433:3999", "http://127.0.0.1:3999"),
    ] {
        let base = Base::read(fine, &listed()).map(|base| base.text().to_owned());
        assert!(base.as_deref() == Ok(stored) || fine.contains('ç') && base.is_ok(), "{fine}: {base:?}");
    }
}

#[test]
fn what_is_no_address_is_said_to_be_none() {
    for bad in [
        "",
        "platform.example.com",
        "ftp://platform.example.com",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https:////x",
        "https:x.example",
        "https:/x.example",
        "https://user@platform.example.com",
        "https://user:pass@platform.example.com",
        "https://@platform.example.com",
        "https://:@platform.example.com",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://a.example?",
        "https://a b.example",
        "https://a.example\t",
        "https://a.ex\nample",
        "https:\\\\a.example",
        "https://a.example\\@b.example",
        "javascript:alert(1)",
        "data:,x",
        "gopher://a.example",
        "https://[::1",
        "https://256.256.256.256",
        "https://%00.example",
        "unix:///var/run/docker.sock",
        "https://a.example:99999",
        "//a.example",
    ] {
        assert_eq!(Base::read(bad, &listed()).err(), Some(Code::UpstreamAddressInvalid), "{bad:?}");
    }
}

#[test]
fn what_leads_inside_is_refused_however_it_is_written() {
    for bad in [
        // Not encrypted, or another port.
        "http://platform.example.com",
        "https://platform.example.com:8443",
        "https://platform.example.com:22",
        "http://platform.example.com:443",
        "http://santral.example:8444",
        "http://127.0.0.1:4000",
        // This machine, in every base.
        "https://127.0.0.1",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.1",
        "https://017700000001",
        "https://0177.0.0.1",
        "https://0",
        "https://0.0.0.0",
        "https://127.0.0.1.",
        "https://１２７.0.0.1",
        "https://①②⑦.0.0.1",
        "https://%31%32%37.0.0.1",
        "https://[::1]",
        "https://[::]",
        "https://[0:0:0:0:0:0:0:1]",
        // Networks inside, clouds' own.
        "https://10.0.0.5",
        "https://172.16.0.1",
        "https://172.31.255.255",
        "https://192.168.1.1",
        "https://0xa9fea9fe",
        "https://169.254.169.254/latest/meta-data",
        "https://2852039166",
        "https://100.64.0.1",
        "https://100.127.255.255",
        // The same inside of IPv6.
        "https://[::ffff:127.0.0.1]",
        "https://[::ffff:7f00:1]",
        "https://[::ffff:8.8.8.8]",
        "https://[::127.0.0.1]",
        "https://[64:ff9b::7f00:1]",
        "https://[64:ff9b:1::1]",
        "https://[2002:7f00:1::]",
        "https://[2001::1]",
        "https://[fe80::1]",
        "https://[fec0::1]",
        "https://[fc00::1]",
        "https://[fd12:3456::1]",
        "https://[ff02::1]",
        "https://[2001:db8::1]",
        "https://[3fff::1]",
        "https://[2001:20::1]",
        "https://[100::1]",
        "https://[5f00::1]",
        // Documentation, benchmarks, the rest.
        "https://192.0.2.1",
        "https://198.51.100.7",
        "https://203.0.113.9",
        "https://198.18.0.1",
        "https://198.19.255.255",
        "https://192.0.0.1",
        "https://192.88.99.1",
        "https://224.0.0.1",
        "https://240.0.0.1",
        "https://255.255.255.255",
    ] {
        assert_eq!(Base::read(bad, &listed()).err(), Some(Code::UpstreamAddressRefused), "{bad:?}");
    }
}

#[test]
fn the_neighbours_of_what_is_refused_are_public() {
    for fine in [
        "1.0.0.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.0.1.1",
        "192.167.255.255",
        "192.169.0.1",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2a00::1",
        "3ffe::1",
    ] {
        assert!(is_public(fine.parse().unwrap()), "{fine}");
    }
}

#[test]
fn a_list_names_host_and_port() {
    for bad in [
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:70000",
        ":3999",
        "http://a.example:80",
        "a b:80",
        "::1:80",
    ] {
        assert_eq!(Listed::parse(&[bad.to_owned()]).err().as_deref(), Some(bad));
    }
    assert!(Listed::parse(&[]).unwrap().0.is_empty());
}

struct Answers(Vec<IpAddr>);

impl Resolver for Answers {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let answers = self.0.clone();
        Box::pin(async move { Ok(answers) })
    }
}

#[tokio::test]
async fn of_the_addresses_of_a_name_only_public_ones_are_left() {
    let resolve = async |addresses: &[&str], is_open| {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let guard = Guard { resolver: Arc::new(Answers(addresses)), is_open };
        let found = guard.resolve("platform.example".parse().unwrap()).await;
        found
            .map(|found| found.map(|address| address.to_string()).collect::<Vec<_>>())
            .map_err(|error| *error.downcast::<Unresolved>().unwrap())
    };
    assert_eq!(
        resolve(&["10.0.0.1", "8.8.8.8", "::ffff:10.0.0.1"], false).await,
        Ok(vec!["8.8.8.8:0".to_owned()])
    );
    assert_eq!(resolve(&["10.0.0.1", "::1"], false).await, Err(Unresolved::Refused));
    assert_eq!(resolve(&[], false).await, Err(Unresolved::Unknown));
    assert_eq!(resolve(&["10.0.0.1"], true).await, Ok(vec!["10.0.0.1:0".to_owned()]));
}
