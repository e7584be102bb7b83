//! What the time of an answer tells a stranger: whether an address has an account (by a wrong password, by a forgotten one),
//! whether an id exists in somebody else's organisation. Reported, not judged: what is said of a difference depends on the
//! machine. The last line is a difference there is (a customer of one's own), which shows how small a one is seen.
//!
//! Runs the whole router in this process, without sockets and one request after the other, so that a network hides nothing;
//! the two kinds take turns in an order of chance. `make bench` sets it up, as it does for `signing_in`.

use std::time::Instant;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Actor, Language, Role,
    customers::CustomerForm,
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use server::{
    config::Config,
    router::router,
    serve,
    start::{self, Failure},
};
use services::{
    Clock, Context,
    entrance::{self, Entered},
    mail::{MailSettings, Mailer, TransportSettings},
    outbox::Outbox,
    session::{self, Browser},
    token::PlainToken,
};
use tower::ServiceExt;

const PASSWORD: &str = "mavi kaplumbağa 47 deniz";
/// Accounts there are; each is tried a few times, or its guesses would be over.
const PEOPLE: usize = 60;
const TRIES: usize = 5;
const LOOK_UPS: usize = 2000;
const RESAMPLED: usize = 1000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let config = Config::load(None)?;
    let context = context(&config).await?;
    let router = router(serve::site(&config, context.clone())?);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..PEOPLE {
        known.push(format!("bilinen-{number:03}@yildiz.example"));
        unknown.push(format!("bilinmez-{number:02}@yildiz.example"));
        sign_up(&context, &known[number]).await?;
    }
    let mut bench = Bench {
        context,
        router,
        cookie: if config.origin().starts_with("https:") { "__Host-ayar-session" } else { "ayar-session" },
        host: config.origin().split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default(),
        dice: StdRng::seed_from_u64(1),
    };

    println!(
        "    {:<37} {:>9} {:>9} {:>9}   {:<20} {:>8} {:>9}",
        "", "median", "other", "apart", "95 %", "greater", "p"
    );
    let addresses = |at: usize| [known[at % PEOPLE].as_str(), unknown[at % PEOPLE].as_str()];
    let wrong =
        |email: &str| vec![("form[email]", email.to_owned()), ("form[password]", "yanlış parola".to_owned())];
    let rounds = PEOPLE * TRIES;
    bench
        .compare("wrong password: account, none", rounds, "", |at, which| {
            ("entrance/sign-in", wrong(addresses(at)[which]))
        })
        .await?;
    let forgotten = |at: usize, which: usize| {
        ("entrance/request-reset", vec![("form[email]", addresses(at)[which].to_owned())])
    };
    bench.compare("forgotten password: account, none", rounds, "", forgotten).await?;
    // The clock has moved by days: a session of before would be over.
    let (session, own) = customer(&bench.context, &known[0]).await?;
    let (_, foreign) = customer(&bench.context, &known[1]).await?;
    let nowhere = uuid::Uuid::now_v7().to_string();
    let look_up = |id: &str| ("customers/load-customer", vec![("form[customer]", id.to_owned())]);
    let ids = [foreign.as_str(), nowhere.as_str()];
    bench.compare("id: of somebody else's, none", LOOK_UPS, &session, |_, which| look_up(ids[which])).await?;
    let ids = [own.as_str(), nowhere.as_str()];
    bench
        .compare("to compare, id: of one's own, none", LOOK_UPS, &session, |_, which| look_up(ids[which]))
        .await
}

async fn context(config: &Config) -> Result<Context, Failure> {
    let mail = MailSettings { from: config.mail.from.clone(), transport: TransportSettings::Memory };
    let mut context = start::context(config, false).await?;
    context.outbox = Outbox::new(Mailer::open(&mail)?, false);
    context.clock = Clock::fixed("2026-11-23T09:00:00Z".parse::<DateTime<Utc>>()?);
    start::prepare(&context).await?;
    Ok(context)
}

async fn sign_up(context: &Context, email: &str) -> Result<(), Failure> {
    let form = SignupForm {
        organisation: "Yıldız".into(),
        name: "Ayşe Erdem".into(),
        email: email.to_owned(),
        password: Password(PASSWORD.into()),
        time_zone: String::new(),
    };
    entrance::sign_up(context, form, Language::Tr).await?;
    context.deliver().await?;
    let sent = context.outbox.mailer().sent();
    let link = sent.last().and_then(|sent| sent.mail.kind.link()).ok_or("no link was mailed")?;
    let token = link.split_once("token=").ok_or("a link without its token")?.1.to_owned();
    Ok(entrance::verify_address(context, VerifyForm { token }).await?)
}

/// Signs in; the session, and a customer of theirs.
async fn customer(context: &Context, email: &str) -> Result<(String, String), Failure> {
    let form = LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() };
    let Entered::In(signed_in) = entrance::sign_in(context, form, None, Browser::default()).await? else {
        return Err("a code is owed".into());
    };
    let token: &PlainToken = &signed_in.session;
    let actor: Actor = session::authenticate(context, token).await?.account.actor()?;
    assert_eq!(actor.role, Role::Owner);
    let form =
        CustomerForm {
            name: "Işıl Güneş".into(), phone: "0532 123 45 67".into(), ..CustomerForm::default()
        };
    let customer = services::customers::create(context, actor.member(), form).await?;
    Ok((token.reveal().to_owned(), customer.id().to_string()))
}

struct Bench {
    context: Context,
    router: Router,
    cookie: &'static str,
    host: String,
    dice: StdRng,
}

type Asked = (&'static str, Vec<(&'static str, String)>);

impl Bench {
    /// Asks for the first and the second of two things by turns, and says how long each took.
    async fn compare(
        &mut self,
        what: &str,
        rounds: usize,
        session: &str,
        ask: impl Fn(usize, usize) -> Asked,
    ) -> Result<(), Failure> {
        let (mut took, mut told) = ([Vec::new(), Vec::new()], [None, None]);
        for at in 0..rounds {
            // Whoever was tried a moment ago has their guesses and mails back.
            if at % PEOPLE == 0 {
                self.context.clock.advance(TimeDelta::minutes(if session.is_empty() { 24 * 60 } else { 0 }));
                self.context.deliver().await?;
            }
            let first = self.dice.random_range(0..2);
            for which in [first, 1 - first] {
                let (function, fields) = ask(at, which);
                let (status, micros) = self.post(function, session, &fields).await?;
                took[which].push(micros);
                told[which] = Some(status);
            }
        }
        let [first, second] = took;
        let (apart, low, high) = (
            median(&first) - median(&second),
            self.bootstrap(&first, &second, 25),
            self.bootstrap(&first, &second, 975),
        );
        let (greater, p) = mann_whitney(&first, &second);
        println!(
            "    {what:<37} {:>6.0} µs {:>6.0} µs {apart:>6.1} µs   {:<20} {greater:>8.3} {:>9}",
            median(&first),
            median(&second),
            format!("{low:.1} to {high:.1} µs"),
            if p < 1e-6 { "< 1e-6".to_owned() } else { format!("{p:.1e}") }
        );
        let told = told.map(|status| status.map_or(0, |status: StatusCode| status.as_u16()));
        if told[0] != told[1] {
            println!("        the statuses differ: {told:?}");
        }
        Ok(())
    }

    async fn post(
        &self,
        function: &str,
        session: &str,
        fields: &[(&str, String)],
    ) -> Result<(StatusCode, f64), Failure> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("/api/{function}"))
            .header(header::HOST, &self.host)
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, format!("{}={session}", self.cookie))
            .body(Body::from(body))?;
        let begun = Instant::now();
        let answer = self.router.clone().oneshot(request).await?;
        let status = answer.status();
        _ = to_bytes(answer.into_body(), usize::MAX).await?;
        Ok((status, begun.elapsed().as_secs_f64() * 1e6))
    }

    /// A thousandth of the difference of the medians, from samples of the samples.
    fn bootstrap(&mut self, first: &[f64], second: &[f64], thousandth: usize) -> f64 {
        let mut again = |from: &[f64]| -> Vec<f64> {
            (0..from.len()).map(|_| from[self.dice.random_range(0..from.len())]).collect()
        };
        let mut apart: Vec<f64> =
            (0..RESAMPLED).map(|_| median(&again(first)) - median(&again(second))).collect();
        apart.sort_unstable_by(f64::total_cmp);
        apart[thousandth * RESAMPLED / 1000]
    }
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { (sorted[half - 1] + sorted[half]) / 2.0 } else { sorted[half] }
}

/// How often one of the first is greater than one of the second (a half says nothing), and how likely as much is by chance:
/// the test of Mann and Whitney, whose sum is nearly normal for samples of this size.
fn mann_whitney(first: &[f64], second: &[f64]) -> (f64, f64) {
    let mut sorted = second.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let below = |value: f64| {
        let (less, most) =
            (sorted.partition_point(|other| *other < value), sorted.partition_point(|other| *other <= value));
        (less + most) as f64 / 2.0
    };
    let (n, m) = (first.len() as f64, second.len() as f64);
    let sum: f64 = first.iter().map(|value| below(*value)).sum();
    let z = (sum - n * m / 2.0).abs() / (n * m * (n + m + 1.0) / 12.0).sqrt();
    (sum / (n * m), two_sided(z))
}

/// The two tails of the normal distribution beyond `z` (Abramowitz and Stegun 7.1.26).
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = t
        * (0.254_829_592
            + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    series * (-x * x).exp()
}
