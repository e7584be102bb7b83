//! The one address that somebody types and the server calls, by the form it is typed into. A canary listens on loopback: at
//! a port of its own, and at that of https where this process may. Whatever is typed, nobody comes to it; listed by the
//! operator, it is found at once. How single addresses are judged is in `services::upstream`, with redirects and names that
//! change their minds.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::http::StatusCode;
use domain::{Actor, Code, upstream::Failure};
use futures::future::BoxFuture;
use services::upstream::{Listed, Patience, Platform, Resolver, load_upstream};

use crate::world::{Answer, Browser, World};

const KEY: &str = "sk_live_0123456789abcdef";

struct Canary {
    address: SocketAddr,
    /// Connections, whatever was said on them.
    came: Arc<AtomicUsize>,
}

impl Canary {
    fn new() -> Self {
        let came = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        listen(listener, came.clone());
        for place in [format!("[::1]:{}", address.port()), "127.0.0.1:443".into(), "[::1]:443".into()] {
            // The port of https is somebody else's, or takes a right we have not: then the other one has to do.
            match TcpListener::bind(&place) {
                Ok(listener) => listen(listener, came.clone()),
                Err(error) => println!("no canary at {place}: {error}"),
            }
        }
        Self { address, came }
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

/// Counts whoever connects, and says something.
fn listen(listener: TcpListener, came: Arc<AtomicUsize>) {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            came.fetch_add(1, Ordering::SeqCst);
            let Ok(mut stream) = stream else { continue };
            _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        }
    });
}

/// A DNS in which every name is this.
struct Everywhere(Vec<IpAddr>);

impl Resolver for Everywhere {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

fn platform(listed: &[String], addresses: &[&str]) -> Platform {
    let patience = Patience { connect: Duration::from_millis(500), whole: Duration::from_millis(1500) };
    let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    Platform::with(Listed::parse(listed).unwrap(), Arc::new(Everywhere(addresses)), patience)
}

async fn try_out(browser: &mut Browser<'_>, address: &str) -> Answer {
    browser.call("upstream/try-upstream", &[("form[address]", address), ("form[secret]", KEY)]).await
}

async fn failure(world: &World, actor: Actor) -> Option<Failure> {
    let loaded = load_upstream(&world.context, actor.admin().unwrap()).await.unwrap();
    loaded.trial.and_then(|trial| trial.tested.failure)
}

/// Ways to write a host that is this machine, its network or a cloud's own.
const INSIDE: [&str; 61] = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.000.000.001",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "2130706433",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "00000000177.0.0.1",
    "0",
    "0.0.0.0",
    "127.255.255.254",
    "127.8.8.8",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "%31%32%37%2e0.0.1",
    "%6c%6f%63%61%6c%68%6f%73%74.",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:127.1.2.3]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:0001::1]",
    "[2002:a9fe:a9fe::]",
    "[2001:0:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00:ec2::254]",
    "[fc00::1]",
    "[ff02::1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[::ffff:0:127.0.0.1]",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.43518",
    "100.100.100.200",
    "10.0.0.1",
    "10.1",
    "172.16.1",
    "192.168.1",
    "3232235777",
];

/// Ways to write an address around a host.
fn around(host: &str, port: u16) -> Vec<String> {
    vec![
        format!("https://{host}/"),
        format!("https://{host}:443/v1"),
        format!("https://{host}:{port}/"),
        format!("http://{host}:{port}/"),
        format!("http://{host}/"),
        format!("https://platform.example@{host}/"),
        format!("https://platform.example:443@{host}:{port}/"),
        format!("https://{host}#@platform.example/"),
        format!("https://{host}:{port}?@platform.example/"),
        format!("https://{host}\\@platform.example/"),
        format!("https://platform.example\\@{host}/"),
        format!("https:{host}/"),
        format!("https:\\\\{host}/"),
        format!("//{host}:{port}/"),
        format!("{host}:{port}"),
        format!("gopher://{host}:{port}/_x"),
        format!("ftp://{host}:{port}/"),
        format!("ws://{host}:{port}/"),
        format!("https://{host}:0{port}/"),
        format!("https://{host}:443\u{0}/"),
        format!("https://\t{host}/"),
    ]
}

#[tokio::test]
async fn nothing_that_is_typed_leads_inside() {
    let canary = Canary::new();
    let world = World::with(platform(&[], &["127.0.0.1", "::1"])).await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (mut tried, port) = (0, canary.address.port());
    for host in INSIDE {
        for address in around(host, port) {
            let answer = try_out(&mut ayse, &address).await;
            // A name is looked up, and its address refused there.
            match answer.status {
                StatusCode::OK => {
                    assert_eq!(failure(&world, actor).await, Some(Failure::AddressRefused), "{address:?}")
                }
                StatusCode::UNPROCESSABLE_ENTITY => {
                    let is_told = [Code::UpstreamAddressInvalid, Code::UpstreamAddressRefused]
                        .iter()
                        .any(|code| answer.body.contains(code.as_str()));
                    assert!(is_told, "{address:?}: {}", answer.body);
                }
                status => panic!("{address:?}: {status} {}", answer.body),
            }
            for form in [&[("form[fallback]", "")][..], &[("form[fallback]", ""), ("form[anyway]", "true")]] {
                let used = ayse.call("upstream/use-upstream", form).await;
                assert!(used.status.is_client_error(), "{address:?} is used: {}", used.body);
            }
            assert_eq!(canary.came(), 0, "{address:?} was gone to");
            tried += 1;
        }
    }
    println!("{tried} addresses");
}

/// Names of anybody's, whose addresses are ours.
#[tokio::test]
async fn no_name_leads_inside() {
    let canary = Canary::new();
    let names = [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "localhost.localdomain",
        "ip6-localhost",
        "127.0.0.1.nip.io",
        "metadata.google.internal",
        "platform.example",
        "xn--platform-0ya.example",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "a.b.c.d.e.f.example",
        "host.docker.internal",
        "kubernetes.default.svc",
        "2130706433.example",
        "0x7f000001.example",
        "_dmarc.example",
        "1.0.0.127.in-addr.arpa",
    ];
    for inside in [
        &["127.0.0.1"][..],
        &["::1"],
        &["0.0.0.0"],
        &["::"],
        &["::ffff:127.0.0.1"],
        &["169.254.169.254"],
        &["10.0.0.1", "192.168.0.1"],
        &["64:ff9b::7f00:1", "2002:7f00:1::"],
        &["fd00::1", "fe80::1"],
        &["127.0.0.1", "::1", "100.64.0.1", "198.18.0.1", "240.0.0.1"],
    ] {
        let world = World::with(platform(&[], inside)).await;
        let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
        for name in names {
            let answer = try_out(&mut ayse, &format!("https://{name}/v1")).await;
            match answer.status {
                StatusCode::OK => assert_eq!(
                    failure(&world, actor).await,
                    Some(Failure::AddressRefused),
                    "{name} {inside:?}"
                ),
                status => assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.body),
            }
            for port in [canary.address.port(), 80, 8443] {
                let answer = try_out(&mut ayse, &format!("https://{name}:{port}/v1")).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}:{port}");
            }
        }
        assert_eq!(canary.came(), 0, "{inside:?}");
    }
}

/// The canary sings: what the operator lists is gone to, and nothing beside it.
#[tokio::test]
async fn what_the_operator_lists_is_gone_to_and_its_neighbours_are_not() {
    let canary = Canary::new();
    let listed = canary.address.to_string();
    let world = World::with(platform(std::slice::from_ref(&listed), &["127.0.0.1"])).await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let port = canary.address.port();
    for neighbour in [
        format!("http://localhost:{port}"),
        format!("https://localhost:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://127.0.0.2:{port}"),
        format!("http://0.0.0.0:{port}"),
        "http://127.0.0.1".into(),
        "https://127.0.0.1".into(),
        format!("http://127.0.0.1:{port}@platform.example"),
    ] {
        let answer = try_out(&mut ayse, &neighbour).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{neighbour}");
    }
    assert_eq!(canary.came(), 0);
    let answer = try_out(&mut ayse, &format!("http://{listed}")).await;
    assert_eq!((answer.status, canary.came()), (StatusCode::OK, 1));
    assert_eq!(failure(&world, actor).await, Some(Failure::AnswerUnreadable), "it is no platform");
}
