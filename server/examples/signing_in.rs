//! What signing in with a code costs, next to the password hash it cannot do without; what a signed-in page feels of
//! fifty clients that sign in all the time; and what the session check of every request costs.
//!
//! Runs the whole router in this process, without sockets, on a database of its own in a temporary folder; the built
//! pages are those of the configuration (`make bench` sets it up). The clock is moved by hand, because a code works once
//! in thirty seconds.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Account, Language, Recent,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
};
use server::{
    config::Config,
    router::router,
    serve,
    start::{self, Failure},
};
use services::{
    Clock, Context, account,
    entrance::{self, Entered},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    session::{self, Browser},
    token::PlainToken,
};
use tower::ServiceExt;

const PASSWORD: &str = "mavi kaplumbağa 47 deniz";
const PEOPLE: usize = 48;
const CLIENTS: usize = 16;
const HAMMERING: usize = 50;
const SECONDS: Duration = Duration::from_secs(8);

struct Person {
    email: String,
    totp: totp_rs::Totp,
    session: PlainToken,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let config = Config::load(None)?;
    let context = context(&config).await?;
    let site = serve::site(&config, context.clone())?;
    let (router, cookie, host) = (router(site), cookie_prefix(&config), host(&config));
    let bench = Arc::new(Bench { context, router, cookie, host, people: Vec::new() });
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(person(&bench.context, number).await?);
    }
    let bench = Arc::new(Bench { people, ..Arc::into_inner(bench).ok_or("the bench is in use")? });

    let hashes = bench.hashes().await;
    println!("    password hash alone (Argon2id)     {hashes:8.1} /s");
    let (rate, p99) = bench.sign_ins().await;
    println!(
        "    sign-in with password and code     {rate:8.1} /s   p99 {:6.1} ms   ratio {:.2}",
        p99,
        rate / hashes
    );
    let check = bench.session_check().await;
    println!("    session check of a request         {check:8.0} µs");
    let (p50, p99) = bench.page(SECONDS).await;
    println!("    signed-in page, nobody else there  p50 {p50:6.1} ms   p99 {p99:6.1} ms");
    let stop = Arc::new(AtomicBool::new(false));
    // A task: a future that nobody polls would hammer nothing.
    let hammering = tokio::spawn(bench.clone().hammer(stop.clone()));
    let (busy50, busy99) = bench.page(SECONDS).await;
    stop.store(true, Ordering::Relaxed);
    let tries = hammering.await?;
    assert!(tries > 0, "nobody was signing in");
    println!(
        "    the same, {HAMMERING} clients signing in       p50 {busy50:6.1} ms   p99 {busy99:6.1} ms   ({:.0} tries/s)",
        tries as f64 / SECONDS.as_secs_f64()
    );
    Ok(())
}

async fn context(config: &Config) -> Result<Context, Failure> {
    let clock = Clock::fixed("2026-11-23T09:00:00Z".parse::<DateTime<Utc>>()?);
    let mail = MailSettings { from: config.mail.from.clone(), transport: TransportSettings::Memory };
    let mut context = start::context(config, false).await?;
    context.outbox = Outbox::new(Mailer::open(&mail)?, false);
    context.clock = clock;
    start::prepare(&context).await?;
    Ok(context)
}

fn cookie_prefix(config: &Config) -> &'static str {
    if config.origin().starts_with("https:") { "__Host-ayar-" } else { "ayar-" }
}

fn host(config: &Config) -> String {
    config.origin().split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default()
}

async fn person(context: &Context, number: usize) -> Result<Person, Failure> {
    let email = format!("kisi-{number}@yildiz.example");
    let form = SignupForm {
        organisation: format!("Yıldız {number}"),
        name: "Ayşe Erdem".into(),
        email: email.clone(),
        password: Password(PASSWORD.into()),
        time_zone: String::new(),
    };
    entrance::sign_up(context, form, Language::Tr).await?;
    context.deliver().await.unwrap();
    let sent = context.outbox.mailer().sent();
    let link = sent.last().and_then(|sent| sent.mail.kind.link()).ok_or("no link was mailed")?;
    let token = link.split_once("token=").ok_or("a link without its token")?.1.to_owned();
    entrance::verify_address(context, VerifyForm { token }).await?;
    let Entered::In(signed_in) = entrance::sign_in(context, login(&email), None, Browser::default()).await?
    else {
        return Err("a code is owed already".into());
    };
    let account: Account = session::authenticate(context, &signed_in.session).await?.account;
    let recent = Recent::check(account, context.now())?;
    account::start_app(context, recent, StartAppForm { confirmed: true, ..Default::default() }, None).await?;
    let key = account::load_enrolment(context, recent).await?.ok_or("nothing to scan")?.key;
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).map_err(|_| "no key")?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().map_err(|error| error.to_string())?;
    let code = TypedCode(totp.generate(context.now().timestamp().unsigned_abs()).to_string());
    let confirmed =
        account::confirm_app(context, account, ConfirmAppForm { code, next: String::new() }, None).await?;
    Ok(Person { email, totp, session: confirmed.session })
}

fn login(email: &str) -> LoginForm {
    LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() }
}

struct Bench {
    context: Context,
    router: Router,
    cookie: &'static str,
    host: String,
    people: Vec<Person>,
}

impl Bench {
    /// Hashes a second, as many at once as the configuration allows.
    async fn hashes(&self) -> f64 {
        let password = Password(PASSWORD.into());
        let Ok(hash) = self.context.passwords.hash(&password).await else { return 0.0 };
        let (begun, done) = (Instant::now(), AtomicUsize::new(0));
        let client = async || {
            while begun.elapsed() < SECONDS {
                _ = self.context.passwords.verify(&password, Some(&hash)).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        futures::future::join_all((0..CLIENTS).map(|_| client())).await;
        done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
    }

    /// Sign-ins a second, both steps, and the 99th percentile in milliseconds. Everybody signs in once in a round.
    async fn sign_ins(self: &Arc<Self>) -> (f64, f64) {
        let (begun, mut spent, mut took) = (Instant::now(), Duration::ZERO, Vec::new());
        while begun.elapsed() < SECONDS {
            self.context.clock.advance(TimeDelta::seconds(30));
            let (round, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
            let clients = (0..CLIENTS).map(|_| {
                let (bench, next) = (self.clone(), next.clone());
                tokio::spawn(async move {
                    let mut took = Vec::new();
                    while let Some(person) = bench.people.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let begun = Instant::now();
                        assert!(bench.sign_in(person).await, "{} was not let in", person.email);
                        took.push(begun.elapsed());
                    }
                    took
                })
            });
            for client in futures::future::join_all(clients).await {
                took.extend(client.unwrap_or_default());
            }
            spent += round.elapsed();
        }
        (took.len() as f64 / spent.as_secs_f64(), percentile(&mut took, 99))
    }

    async fn sign_in(&self, person: &Person) -> bool {
        let fields = [("form[email]", person.email.as_str()), ("form[password]", PASSWORD)];
        let answer = self.post("/api/entrance/sign-in", "", &fields).await;
        let Some(challenge) = cookie(&answer, self.cookie, "challenge") else { return false };
        let code = person.totp.generate(self.context.now().timestamp().unsigned_abs()).to_string();
        let answer = self.post("/api/entrance/sign-in-with-code", &challenge, &[("form[code]", &code)]).await;
        cookie(&answer, self.cookie, "session").is_some()
    }

    /// Microseconds of one look-up, one after the other.
    async fn session_check(&self) -> f64 {
        let Some(person) = self.people.first() else { return 0.0 };
        let (begun, mut done) = (Instant::now(), 0_u32);
        while begun.elapsed() < SECONDS / 2 {
            _ = session::authenticate(&self.context, &person.session).await;
            done += 1;
        }
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(done)
    }

    /// Median and 99th percentile of a settings page, asked for by one person without a pause.
    async fn page(&self, within: Duration) -> (f64, f64) {
        let Some(person) = self.people.first() else { return (0.0, 0.0) };
        let session = format!("{}session={}", self.cookie, person.session.reveal());
        let (begun, mut took) = (Instant::now(), Vec::new());
        while begun.elapsed() < within {
            let asked = Instant::now();
            let request = self.request("GET", "/settings/hours", &session).body(Body::empty());
            let Ok(request) = request else { break };
            let answer = self.send(request).await;
            assert_eq!(answer.status(), 200, "the page needs a session");
            _ = to_bytes(answer.into_body(), usize::MAX).await;
            took.push(asked.elapsed());
        }
        (percentile(&mut took, 50), percentile(&mut took, 99))
    }

    /// Clients that give wrong passwords until they are told to stop: how many.
    async fn hammer(self: Arc<Self>, stop: Arc<AtomicBool>) -> usize {
        let client = |number: usize| {
            let (bench, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move {
                let mut tries = 0;
                while !stop.load(Ordering::Relaxed) {
                    // A new address each time: nobody's guess budget ends.
                    let email = format!("kimse-{number}-{tries}@yildiz.example");
                    let fields = [("form[email]", email.as_str()), ("form[password]", "yanlış parola")];
                    bench.post("/api/entrance/sign-in", "", &fields).await;
                    tries += 1;
                }
                tries
            })
        };
        let clients: Vec<_> = (0..HAMMERING).map(client).collect();
        futures::future::join_all(clients).await.into_iter().map(Result::unwrap_or_default).sum()
    }

    async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response<Body> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request("POST", path, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into());
        match request {
            Ok(request) => self.send(request).await,
            Err(_) => Response::default(),
        }
    }

    fn request(&self, method: &str, path: &str, cookie: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookie)
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }
}

/// `name=value` of a cookie that was set.
fn cookie(answer: &Response<Body>, prefix: &str, name: &str) -> Option<String> {
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let wanted = format!("{prefix}{name}=");
    set.filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with(&wanted))
        .and_then(|value| value.split(';').next())
        .map(str::to_owned)
}

fn percentile(took: &mut [Duration], percent: usize) -> f64 {
    took.sort_unstable();
    let index = (took.len() * percent / 100).min(took.len().saturating_sub(1));
    took.get(index).map_or(0.0, |took| took.as_secs_f64() * 1e3)
}
