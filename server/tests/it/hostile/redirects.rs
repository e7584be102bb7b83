//! Places that take where to go next: whatever stands there, one stays with us. Addresses are read as browsers read them.

use axum::{body::Body, http::Method};
use url::Url;

use crate::world::{Answer, Browser, CHALLENGE, ORIGIN, PASSWORD, World};

const AYSE: &str = "ayse@yildiz.example";

/// Ways to write a place of somebody else's, or no place at all.
const AWAY: [&str; 44] = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "http:\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    "\u{1}//evil.example",
    " //evil.example",
    "\u{a0}//evil.example",
    "/\u{0}/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/./\\evil.example",
    "/\u{ff0f}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "/\u{2215}/evil.example",
    "//\u{24d4}vil.example",
    "//ayar.example@evil.example",
    "https://ayar.example.evil.example",
    "https://ayar.example@evil.example",
    "https://ayar.example:8443/",
    "http://ayar.example/",
    "javascript:alert(1)",
    "javascript://ayar.example/%0aalert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "/\r\nLocation: https://evil.example",
    "evil.example",
    "@evil.example",
];

/// Of our own, though it looks odd: gone to or not, it is no place of anybody else's.
const HERE: [&str; 7] = [
    "/%2F%2Fevil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/settings/hours?at=//evil.example",
    "/#//evil.example",
    "?next=//evil.example",
];

/// Where a browser goes for a `Location` or an `href` of ours.
fn target(text: &str) -> Option<Url> {
    Url::parse(ORIGIN).unwrap().join("/login").unwrap().join(text).ok()
}

fn is_ours(text: &str) -> bool {
    target(text).is_some_and(|url| url.origin() == Url::parse(ORIGIN).unwrap().origin())
}

#[track_caller]
fn assert_stays(answer: &Answer, asked: &str) {
    assert!(!answer.status.is_server_error(), "{asked}: {} {}", answer.status, answer.body);
    assert!(answer.headers.get_all("location").iter().count() <= 1, "{asked}");
    assert!(answer.headers.get("refresh").is_none(), "{asked}");
    let location = answer.location();
    assert!(is_ours(location), "{asked} leads to {location:?}");
    // What is carried on to the next page is used there.
    for (name, value) in target(location).unwrap().query_pairs() {
        assert!(name != "next" || is_ours(&value), "{asked} carries {value:?} on");
    }
    for attribute in ["href=\"", "action=\"", "formaction=\"", "src=\"", "content=\"0;url="] {
        for link in answer.body.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&").replace("&#x2F;", "/");
            assert!(!link.contains("evil") || is_ours(&link), "{asked}: {link:?} in the page");
            assert!(!link.to_ascii_lowercase().trim_start().starts_with("javascript:"), "{asked}: {link:?}");
        }
    }
}

/// Posts a form that goes on somewhere: to its page, and as a script does. A script goes where the answer says.
async fn go_on(browser: &mut Browser<'_>, page: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let called = browser.call(act, fields).await;
    if let Ok(path) = serde_json::from_str::<String>(&called.body) {
        assert!(is_ours(&path), "{act} {fields:?} leads a script to {path:?}");
    }
    let answer = browser.post(&format!("{page}?do={act}"), fields).await;
    assert_stays(&answer, &format!("{act} {fields:?}"));
    answer
}

/// An address fills no form with a place that is not ours. What was typed there comes back to whoever typed it.
#[track_caller]
fn assert_carries_nothing(answer: &Answer, asked: &str) {
    assert_stays(answer, asked);
    for field in answer.body.split("name=\"form[next]\"").skip(1) {
        let value = field.split('>').next().and_then(|tag| tag.split("value=\"").nth(1)?.split('"').next());
        let value = value.unwrap_or_default().replace("&amp;", "&");
        assert!(!value.contains("evil") || is_ours(&value), "{asked}: the form goes on to {value:?}");
    }
}

fn everywhere() -> impl Iterator<Item = &'static str> {
    AWAY.into_iter().chain(HERE)
}

#[test]
fn a_browser_would_leave_by_most_of_them() {
    let leaving = AWAY.iter().filter(|text| !is_ours(text)).count();
    assert!(leaving > 28, "{leaving} of {}", AWAY.len());
    assert!(HERE.iter().all(|text| is_ours(text)));
}

#[tokio::test]
async fn signing_in_out_and_proving_oneself_leads_to_nobody_else() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    for next in everywhere() {
        let sign_in = [("form[email]", AYSE), ("form[password]", PASSWORD), ("form[next]", next)];
        let answer = go_on(&mut world.browser(), "/login", "entrance/sign-in", &sign_in).await;
        assert!(answer.status.is_redirection(), "{next:?}: {}", answer.body);
        let wrong = [("form[email]", "x"), ("form[password]", ""), ("form[next]", next)];
        go_on(&mut world.browser(), "/login", "entrance/sign-in", &wrong).await;
        let proof = [("form[password]", PASSWORD), ("form[next]", next)];
        let answer = go_on(&mut ayse, "/account/confirm", "account/prove-password", &proof).await;
        assert!(answer.status.is_redirection(), "{next:?}: {}", answer.body);
        let stay = [("form[confirmed]", "false"), ("form[next]", next)];
        let answer = go_on(&mut ayse, "/settings/general", "shell/sign-out", &stay).await;
        assert!(answer.status.is_redirection(), "{next:?}: {}", answer.body);
        go_on(&mut ayse, "/account/security/codes", "account/save-codes", &[("form[next]", next)]).await;
        let begin = [("form[confirmed]", "true"), ("form[next]", next)];
        let answer = go_on(&mut ayse, "/account/security/app", "account/start-app", &begin).await;
        assert!(answer.status.is_redirection(), "{next:?}: {}", answer.body);
    }
    // A wrong code is a guess, and those are few.
    for next in everywhere() {
        let wrong = [("form[code]", "000000"), ("form[next]", next)];
        go_on(&mut ayse, "/account/security/app", "account/confirm-app", &wrong).await;
    }
}

#[tokio::test]
async fn the_second_step_remembers_only_places_of_ours() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let app = world.set_up_app(&mut ayse).await;
    for next in everywhere() {
        let mut browser = world.browser();
        let first = [("form[email]", AYSE), ("form[password]", PASSWORD), ("form[next]", next)];
        let answer = browser.post("/login?do=entrance/sign-in", &first).await;
        assert_eq!(answer.location(), "/login/code", "{next:?}");
        assert!(browser.cookies.contains_key(CHALLENGE));
        assert_stays(&browser.get("/login/code").await, next);
        let code = app.code(world.context.now());
        let answer =
            browser.post("/login/code?do=entrance/sign-in-with-code", &[("form[code]", &code)]).await;
        assert!(answer.status.is_redirection(), "{next:?}: {}", answer.body);
        assert_stays(&answer, next);
        world.context.clock.advance(chrono::TimeDelta::seconds(30));
    }
}

#[tokio::test]
async fn pages_that_are_told_where_to_go_show_no_way_out() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner(AYSE, "Yıldız").await;
    let pages = ["confirm", "security/app", "security/codes", "security"];
    for (number, next) in everywhere().enumerate() {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        assert_carries_nothing(&world.browser().get(&format!("/login?next={next}")).await, &next);
        let page = pages[number % pages.len()];
        assert_carries_nothing(&ayse.get(&format!("/account/{page}?next={next}")).await, page);
    }
}

/// An address that is not a form's, from which another address is made.
#[tokio::test]
async fn an_address_that_is_asked_for_makes_no_other_ones() {
    let world = World::new().await;
    let (ayse, _) = world.owner(AYSE, "Yıldız").await;
    let paths = [
        "//evil.example",
        "//evil.example/settings",
        "/settings//evil.example",
        "/settings/%2f%2fevil.example",
        "/account/..//evil.example",
        "/dashboard/%0d%0aLocation:%20//evil.example",
        "/settings/%0d%0aSet-Cookie:%20a=b",
        "/calls/https:%2f%2fevil.example",
        "/unsubscribe/https:%2f%2fevil.example",
        "/unsubscribe/%0d%0aLocation:%20x",
        "/unsubscribe/%00",
        "/unsubscribe/x%26done=1",
        "/unsubscribe/%e2%80%ae",
        "/unsubscribe/x%23y",
        "/restore//evil.example",
        "/?next=//evil.example",
        "/settings?next=//evil.example",
        "/account?next=//evil.example",
        "https://evil.example/settings/general",
        "https://ayar.example//evil.example",
    ];
    for cookies in [&ayse.cookies, &Default::default()] {
        for path in paths {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let mut browser = world.browser();
                browser.cookies.clone_from(cookies);
                let request = browser.request(method.clone(), path).header("sec-fetch-site", "same-origin");
                let answer =
                    browser.send(request.header("accept", "text/html").body(Body::empty()).unwrap()).await;
                assert_stays(&answer, &format!("{method} {path}"));
                assert_eq!(answer.header("set-cookie"), "", "{path}");
            }
        }
    }
    // A link of a mail says nothing but itself.
    let opened = world.browser().get("/unsubscribe/x%26done=1").await;
    let carried: Vec<_> = target(opened.location()).unwrap().query_pairs().into_owned().collect();
    assert_eq!(carried, [("token".to_owned(), "x&done=1".to_owned())]);
}

/// The word after `do` is a part of the way back.
#[tokio::test]
async fn the_name_of_a_form_is_no_address() {
    let world = World::new().await;
    let mut browser = world.browser();
    for act in [
        "//evil.example",
        "shell/choose-theme%3Fx=//evil.example",
        "shell/choose-theme%23x",
        "shell/choose-theme%0d%0aLocation:%20x",
        "%2fshell/choose-theme",
        "../api/shell/choose-theme",
        "shell/../shell/choose-theme",
        "shell/choose-theme%00",
        "shell/choose-theme&at=//evil.example",
        "https://evil.example",
        "%20",
        "shell%2fchoose-theme",
        "",
        "%ff",
        "shell/choose-theme%3F%C5%9F",
    ] {
        let answer = browser.post(&format!("/login?do={act}"), &[("form[theme]", "dark")]).await;
        assert_stays(&answer, act);
    }
}
