//! What somebody types and a mail carries: read as a mail program reads it, it has the headers of ours and goes to whom it is
//! for.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use mailparse::{MailAddr, MailHeaderMap, ParsedMail, addrparse_header, parse_mail};
use services::{
    jobs::{self, Kind},
    mail::SentMail,
};

use super::SCRIPT;
use crate::world::{ORIGIN, PASSWORD, World};

/// Names of people and companies. What a name can't hold is refused; the rest is mailed.
const NAMES: [&str; 20] = [
    "Yıldız\r\nBcc: x@evil.example",
    "Yıldız\nBcc: x@evil.example\n\nMerhaba",
    "Yıldız\r\n\r\n<b>Merhaba</b>",
    "Yıldız\rSubject: evil",
    "Yıldız\u{85}Bcc: x@evil.example",
    "Yıldız\u{2028}Bcc: x@evil.example",
    "Yıldız\u{b}\u{c}Bcc: x@evil.example",
    "Yıldız\0",
    "Yıldız \u{202e}moc.live",
    "Yıldız \u{200b}\u{feff}",
    "=?utf-8?q?=0D=0ABcc:_x=40evil.example?=",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    "\"x\" <x@evil.example>, y",
    "x: y@evil.example; z, (yorum)",
    "--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş Ş",
    "😀👩‍👩‍👧‍👦 e\u{301}\u{301}\u{301}\u{301}",
    "\\\"; %0d%0aBcc:%20x@evil.example",
    ".",
    SCRIPT,
];

/// Addresses that would be two, or a command, to somebody.
const ADDRESSES: [&str; 18] = [
    "ay@ornek.com\r\nBcc: x@evil.example",
    "ay@ornek.com\nx@evil.example",
    "ay@ornek.com\rx",
    "ay@ornek.com,x@evil.example",
    "ay@ornek.com;x@evil.example",
    "ay@ornek.com x@evil.example",
    "ay@ornek.com>\r\nRCPT TO:<x@evil.example",
    "ay@ornek.com> SIZE=1",
    "<ay@ornek.com>",
    "Ay <ay@ornek.com>",
    "\"ay\r\n\"@ornek.com",
    "ay@ornek.com\0",
    "a\u{202e}y@ornek.com",
    "ay@[127.0.0.1]",
    "ay@örnek.com",
    "ay%0d%0aBcc:x@evil.example",
    "@evil.example:ay@ornek.com",
    "ay@ornek.com(x@evil.example)",
];

/// All that a mail may have, each once.
const HEADERS: [&str; 10] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

fn keys(mail: &ParsedMail<'_>) -> Vec<String> {
    mail.headers.iter().map(|header| header.get_key()).collect()
}

#[track_caller]
fn assert_is_one_mail(sent: &SentMail) {
    let (raw, name) = (&sent.raw, sent.mail.kind.name());
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    for line in head.split("\r\n") {
        assert!(
            line.len() <= 998 && line.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')),
            "{name}: {line:?}"
        );
    }
    let mail = parse_mail(raw.as_bytes()).unwrap();
    let found: BTreeSet<String> = keys(&mail).into_iter().collect();
    assert_eq!(found.len(), mail.headers.len(), "{name} has a header twice: {:?}", keys(&mail));
    let known: BTreeSet<String> = HEADERS.map(str::to_owned).into();
    let stopped = if sent.mail.kind.unsubscribe().is_some() { 0 } else { 2 };
    assert!(found.is_subset(&known) && found.len() == HEADERS.len() - stopped, "{name}: {:?}", keys(&mail));
    let address = |header: &str| -> Vec<String> {
        let list = addrparse_header(mail.headers.get_first_header(header).unwrap()).unwrap().into_inner();
        let one = |address| match address {
            MailAddr::Single(one) => one.addr,
            MailAddr::Group(_) => panic!("{name}: {header} is a group"),
        };
        list.into_iter().map(one).collect()
    };
    assert_eq!(address("To"), [sent.mail.to.as_str()], "{name}");
    assert_eq!(address("From"), ["ayar@ayar.example"], "{name}");
    let subject = mail.headers.get_first_value("Subject").unwrap();
    assert!(!subject.contains(['\r', '\n', '@', '\0']) && !subject.contains("evil"), "{name}: {subject:?}");

    let parts: Vec<_> =
        mail.subparts.iter().map(|part| (part.ctype.mimetype.as_str(), part.subparts.len())).collect();
    assert_eq!(parts, [("text/plain", 0), ("text/html", 0)], "{name}");
    for part in &mail.subparts {
        assert_eq!(keys(part), ["Content-Type", "Content-Transfer-Encoding"], "{name}");
        let body = part.get_body().unwrap();
        let odd = |c: char| {
            c.is_control() && !matches!(c, '\r' | '\n' | '\t')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!body.contains(odd), "{name}: {body:?}");
    }
    let html = mail.subparts[1].get_body().unwrap();
    assert!(!html.contains(SCRIPT), "{name}: {html}");
    for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(link.starts_with(&format!("{ORIGIN}/")), "{name} leads to {link}");
    }
}

/// Of somebody whose names are this: everything of theirs that ends in a mail. Whether they got an account.
async fn live_as(world: &World, number: usize, hostile: &str) -> bool {
    let email = format!("kisi{number}@ornek.com");
    let mut browser = world.browser();
    let form = [
        ("form[organisation]", hostile),
        ("form[name]", hostile),
        ("form[email]", email.as_str()),
        ("form[password]", PASSWORD),
        ("form[time_zone]", "Europe/Istanbul"),
    ];
    let signed_up = browser.post("/signup?do=entrance/sign-up", &form).await;
    if signed_up.status == StatusCode::UNPROCESSABLE_ENTITY {
        return false;
    }
    assert_eq!(signed_up.status, StatusCode::SEE_OTHER, "{hostile:?}");
    let token = world.token_mailed_to(&email).await;
    browser.call("entrance/verify-address", &[("form[token]", &token)]).await;
    for agent in ["Firefox/1 Linux", "Firefox/1\tWindows Bcc: x@evil.example"] {
        // A browser that is new each time, and says what it likes of itself.
        let mut other = world.browser();
        let request = other
            .request(Method::POST, "/api/entrance/sign-in")
            .header("sec-fetch-site", "same-origin")
            .header(header::USER_AGENT, agent)
            .header("x-forwarded-for", "x@evil.example, 1.1.1.1")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let fields = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("form[email]", email.as_str()), ("form[password]", PASSWORD)])
            .finish();
        let entered = other.send(request.body(Body::from(fields)).unwrap()).await;
        assert_eq!(entered.status, StatusCode::OK, "{hostile:?}: {}", entered.body);
        browser.cookies = other.cookies;
    }
    let (invited, other) = (format!("davetli{number}@ornek.com"), format!("yeni{number}@ornek.com"));
    for (act, fields) in [
        ("members/invite", vec![("form[emails]", invited.as_str()), ("form[role]", "admin")]),
        ("account/change-email", vec![("form[email]", other.as_str())]),
        ("entrance/request-reset", vec![("form[email]", email.as_str())]),
        ("entrance/sign-up", form.to_vec()),
        ("data/start-export", vec![("form[confirmed]", "true")]),
        ("deletion/delete-organisation", vec![("form[word]", "DELETE"), ("form[password]", PASSWORD)]),
    ] {
        let answer = browser.call(act, &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{act} {hostile:?}: {}", answer.body);
    }
    true
}

#[tokio::test]
async fn whatever_people_are_called_their_mails_are_ours() {
    let world = World::new().await;
    let mut accounts = 0;
    for (number, hostile) in NAMES.iter().enumerate() {
        accounts += usize::from(live_as(&world, number, hostile).await);
    }
    assert!(accounts >= 8, "hardly any of the names was taken: {accounts}");
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let kinds: BTreeSet<_> = sent.iter().map(|sent| sent.mail.kind.name()).collect();
    println!("{} mails for {accounts} accounts: {kinds:?}", sent.len());
    assert!(kinds.len() >= 7, "{kinds:?}");
    for mail in &sent {
        assert_is_one_mail(mail);
        assert!(mail.mail.to.ends_with("@ornek.com"), "{}", mail.mail.to);
    }
}

#[tokio::test]
async fn an_address_is_one_address_wherever_it_is_typed() {
    let world = World::new().await;
    let (ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let deniz = world.staff("deniz@ayar.example").await;
    let sign_up = [
        ("form[organisation]", "Ay"),
        ("form[name]", "Ay"),
        ("form[password]", PASSWORD),
        ("form[time_zone]", ""),
    ];
    for address in ADDRESSES {
        let one = [("form[email]", address)];
        let more = [&sign_up[..], &one].concat();
        let invited = [("form[emails]", address), ("form[role]", "member")];
        for (act, fields) in [
            ("entrance/sign-up", &more[..]),
            ("entrance/request-reset", &one),
            ("entrance/resend-verification", &one),
            ("account/change-email", &one),
            ("members/invite", &invited),
            ("system/try-mail", &one),
        ] {
            let mut browser = world.browser();
            match act.split('/').next() {
                Some("account" | "members") => browser.cookies.clone_from(&ayse.cookies),
                Some("system") => browser.cookies.clone_from(&deniz.cookies),
                _ => {}
            }
            let answer = browser.call(act, fields).await;
            assert!(!answer.status.is_server_error(), "{act} {address:?}: {}", answer.body);
        }
    }
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    for mail in &sent {
        assert_is_one_mail(mail);
        // An invitation may name several, each of which gets a mail of its own.
        let is_list = matches!(mail.mail.kind.name(), "invitation");
        assert!(is_list || !mail.mail.to.contains("evil"), "{} to {}", mail.mail.kind.name(), mail.mail.to);
    }
    println!("{} mails", sent.len());
}

/// What staff write is told as they wrote it, and is still no header.
#[tokio::test]
async fn what_staff_write_stays_in_the_words_of_a_mail() {
    let world = World::new().await;
    let mut deniz = world.staff("deniz@ayar.example").await;
    let texts = [
        "Bakıyoruz\r\nBcc: x@evil.example\r\n\r\n<b>x</b>",
        "=?utf-8?q?=0D=0ABcc:_x=40evil.example?=",
        "Bakıyoruz\r.\r\nQUIT",
        "--boundary\r\nContent-Type: text/html\r\n\r\nx",
        SCRIPT,
        "Bakıyoruz: https://evil.example/<\"'>",
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let (_, actor) = world.owner(&format!("ayse{number}@ornek.com"), "Yıldız").await;
        world.consent(actor, "allow").await;
        let id = actor.organisation.to_string();
        let fields = [
            ("form[organisation]", id.as_str()),
            ("form[reason]", text),
            ("form[ticket]", "TT-1\" <x>"),
            ("form[mode]", "read"),
        ];
        let entered = deniz.call("support/enter", &fields).await;
        assert!(!entered.status.is_server_error(), "{text:?}: {}", entered.body);
        deniz.call("support/leave", &[("form[confirmed]", "true")]).await;
        let announced = [
            ("form[title_tr]", text),
            ("form[title_en]", text),
            ("form[text_tr]", text),
            ("form[text_en]", text),
        ];
        let announced = deniz.call("system/announce", &announced).await;
        assert!(!announced.status.is_server_error(), "{text:?}: {}", announced.body);
    }
    jobs::run_due(&world.context, Kind::Announce).await.unwrap();
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let kinds: BTreeSet<_> = sent.iter().map(|sent| sent.mail.kind.name()).collect();
    assert!(
        kinds.contains("support_entered")
            && kinds.contains("support_ended")
            && kinds.contains("system_update"),
        "{kinds:?}"
    );
    sent.iter().for_each(assert_is_one_mail);
    println!("{} mails: {kinds:?}", sent.len());
}
