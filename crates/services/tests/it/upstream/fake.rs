//! A platform that answers what a test wants and remembers what it was asked, on a thread of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use services::upstream::{Listed, Patience, Platform, Resolver};

/// A request, read whole.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Method and path.
    pub line: String,
    pub head: String,
    pub body: String,
}

impl Seen {
    pub fn key(&self) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization:"));
        line.and_then(|line| line.split(' ').next_back()).unwrap_or_default()
    }
}

/// What it writes; `None`: nothing, and it hangs up.
type Answers = dyn Fn(&Seen) -> Option<String> + Send + Sync;

pub struct Fake {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<Arc<Answers>>>,
}

impl Fake {
    pub fn new(answers: impl Fn(&Seen) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers: Arc<Mutex<Arc<Answers>>> = Arc::new(Mutex::new(Arc::new(answers)));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answered) = (seen.clone(), answers.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let Some(request) = read(&stream) else { continue };
                kept.lock().unwrap().push(request.clone());
                let answers = answered.lock().unwrap().clone();
                if let Some(answer) = answers(&request) {
                    _ = stream.write_all(answer.as_bytes());
                }
            }
        });
        Self { address, seen, answers }
    }

    /// One that takes these keys, and nothing to complain of.
    pub fn taking(keys: &'static [&'static str]) -> Self {
        Self::new(move |asked| Some(if keys.contains(&asked.key()) { fine(asked) } else { status(401, "") }))
    }

    pub fn answer(&self, answers: impl Fn(&Seen) -> Option<String> + Send + Sync + 'static) {
        *self.answers.lock().unwrap() = Arc::new(answers);
    }

    pub fn take(&self, keys: &'static [&'static str]) {
        self.answer(move |asked| {
            Some(if keys.contains(&asked.key()) { fine(asked) } else { status(401, "") })
        });
    }

    /// What it was asked since the last look.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The way to it, and to nowhere else inside.
    pub fn platform(&self) -> Platform {
        platform(&[self.address.to_string()], Names(vec![]))
    }
}

/// What the protocol says.
pub fn fine(asked: &Seen) -> String {
    match asked.line.as_str() {
        "GET /v1/account" => {
            status(200, r#"{"name":"Yıldız Telekom","permissions":["calls:place","recordings:send","x"]}"#)
        }
        "POST /v1/calls" => status(202, ""),
        _ => status(404, ""),
    }
}

pub fn status(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

pub fn redirect(to: &str) -> String {
    format!("HTTP/1.1 307 X\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn read(stream: &std::net::TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = head.lines().next()?.rsplit_once(' ')?.0.to_owned();
    Some(Seen { line, head, body: String::from_utf8(body).ok()? })
}

/// A DNS whose answers come one after the other; the last one stays.
pub struct Names(pub Vec<Vec<&'static str>>);

struct Turning(Mutex<Vec<Vec<IpAddr>>>);

impl Resolver for Turning {
    fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { Some(answers.remove(0)) } else { answers.first().cloned() };
        Box::pin(async move { answer.ok_or_else(|| std::io::Error::other("no such name")) })
    }
}

pub fn platform(listed: &[String], names: Names) -> Platform {
    let answers = names.0.into_iter();
    let answers = answers.map(|all| all.into_iter().map(|address| address.parse().unwrap()).collect());
    let resolver = Turning(Mutex::new(answers.collect()));
    let patience = Patience { connect: Duration::from_millis(400), whole: Duration::from_millis(1500) };
    Platform::with(Listed::parse(listed).unwrap(), Arc::new(resolver), patience)
}
