use proptest::prelude::*;

use super::*;

fn password(text: &str) -> Password {
    Password(text.to_owned())
}

fn signup() -> SignupForm {
    SignupForm {
        organisation: "Marmara Sigorta".into(),
        name: "Ayşe Yılmaz".into(),
        email: "ayse@marmara.com.tr".into(),
        password: password("mavi vapur kalkar"),
        time_zone: "Europe/Istanbul".into(),
    }
}

const TOKEN: &str = "4fzzzxjylrx-4fzzzxjylrx_4fzzzxjylrx4fzzzxjy";

#[test]
fn a_password_never_reaches_a_log() {
    let reset =
        ResetForm { token: TOKEN.into(), password: password("gizli"), password_again: password("gizli") };
    let login = LoginForm { email: "a@b.co".into(), password: password("gizli"), next: String::new() };
    for text in [
        format!("{:?}", signup()),
        format!("{login:?}"),
        format!("{reset:?}"),
        format!("{:?}", VerifyForm { token: TOKEN.into() }),
    ] {
        assert!(!text.contains("gizli") && !text.contains("vapur") && !text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_password_is_as_long_as_the_rule_says() {
    for (text, result) in [
        ("".to_owned(), Err(Code::Required)),
        ("ğüşiöçı".to_owned(), Err(Code::PasswordTooShort)),
        ("ğüşiöçıa".to_owned(), Ok(())),
        ("a".repeat(128), Ok(())),
        ("a".repeat(513), Err(Code::PasswordTooLong)),
    ] {
        assert_eq!(password(&text).check_length(), result, "{text}");
    }
}

#[test]
fn signing_up_tells_every_error_at_once() {
    let form = SignupForm { password: password("12345678"), ..Default::default() };
    let error = form.parse(|_, _| Err(Code::PasswordGuessable)).unwrap_err();
    let told: Vec<_> = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(
        told,
        [
            ("organisation", Code::Required),
            ("name", Code::Required),
            ("email", Code::Required),
            ("password", Code::PasswordGuessable),
        ]
    );
    let short = SignupForm { password: password("1234567"), ..signup() };
    let error = short.parse(|_, _| panic!("a short password is not rated")).unwrap_err();
    assert_eq!(error.of("password"), Some(Code::PasswordTooShort));
}

#[test]
fn signing_up_rates_the_password_with_the_persons_own_words() {
    let form = signup();
    let parsed = form.parse(|password, words| {
        assert_eq!(password.expose(), "mavi vapur kalkar");
        assert_eq!(words, ["Marmara Sigorta", "Ayşe Yılmaz", "ayse@marmara.com.tr"]);
        Ok(())
    });
    assert_eq!(parsed.unwrap().time_zone.as_deref(), Some("Europe/Istanbul"));
}

#[test]
fn a_strange_zone_guess_is_no_error() {
    for guess in ["", "  ", &"x".repeat(65)] {
        let form = SignupForm { time_zone: guess.into(), ..signup() };
        assert_eq!(form.parse_shared().unwrap().time_zone, None);
    }
}

#[test]
fn signing_in_asks_for_both_and_for_nothing_more() {
    let error = LoginForm::default().parse().unwrap_err();
    assert_eq!((error.of("email"), error.of("password")), (Some(Code::Required), Some(Code::Required)));
    let form = LoginForm { email: "a@b.co".into(), password: password("kısa"), next: "//evil.com".into() };
    assert_eq!(form.parse().unwrap().next, None);
}

#[test]
fn a_new_password_is_typed_twice() {
    let form = |first: &str, again: &str| {
        ResetForm { token: TOKEN.into(), password: password(first), password_again: password(again) }.parse()
    };
    assert_eq!(form("mavi vapur", "mavi vapur").unwrap().token, TOKEN);
    assert_eq!(form("mavi vapur", "mavi").unwrap_err().of("password_again"), Some(Code::PasswordsDiffer));
    assert_eq!(form("mavi vapur", "").unwrap_err().of("password_again"), Some(Code::Required));
    assert_eq!(form("", "").unwrap_err().of("password"), Some(Code::Required));
}

#[test]
fn a_strange_token_answers_like_a_spent_one() {
    assert_eq!(parse_token(&format!(" {TOKEN}\n")), Ok(TOKEN));
    for text in ["", "kısa", "a'; drop table persons; --aaaaaa", &"a".repeat(129), "aaaaaaaaaaaaaaaaaaaa\0"]
    {
        assert_eq!(parse_token(text), Err(Code::LinkExpired.into()), "{text:?}");
    }
}

#[test]
fn only_a_path_of_this_site_is_gone_to() {
    for fine in
        ["/", "/settings/general", "/settings/hours?tab=a&x=https://b.co//c", "/a#b", "/%2F%2Fevil.com"]
    {
        assert_eq!(safe_next(fine), Some(fine));
    }
    for bad in [
        "",
        "settings",
        "?a",
        "//evil.com",
        "///evil.com",
        "/\\evil.com",
        "\\/evil.com",
        "/a\\b",
        "/\t/evil.com",
        "/\n/evil.com",
        " /settings",
        "/settings\r\nSet-Cookie: a=b",
        "/a//evil.com",
        "/..//evil.com",
        "/../evil",
        "/./a",
        "https://evil.com",
        "https:evil.com",
        "javascript:alert(1)",
        "/ş",
        &format!("/{}", "a".repeat(2000)),
    ] {
        assert_eq!(safe_next(bad), None, "{bad:?}");
    }
}

#[test]
fn unknown_fields_are_refused() {
    let read = |json: &str| serde_json::from_str::<LoginForm>(json).is_ok();
    assert!(read(r#"{"email":"a@b.co","password":"x"}"#));
    assert!(!read(r#"{"email":"a@b.co","password":"x","role":"owner"}"#));
}

proptest! {
    #[test]
    fn the_next_page_never_leaves_the_site(text in "[/\\\\a.:@?#%\\t\\n ]{0,12}") {
        if let Some(next) = safe_next(&text) {
            prop_assert!(next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\"));
        }
    }
}
