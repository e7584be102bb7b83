use proptest::prelude::*;

use super::*;

fn form() -> GeneralForm {
    GeneralForm {
        version: 3,
        name: "Marmara Sigorta".into(),
        email: "Bilgi@Marmara.com.tr".into(),
        phone: "+90 212 555 01 23".into(),
        website: "marmara.com.tr".into(),
        address: "Büyükdere Cad. 1\r\nŞişli / İstanbul".into(),
        language: "tr".into(),
        time_zone: "Europe/Istanbul".into(),
        support_access: "deny".into(),
        support_until: String::new(),
        support_mode: String::new(),
    }
}

fn email(text: &str) -> Result<String, Code> {
    Email::parse(text).map(Email::into_string)
}

fn website(text: &str) -> Result<String, Code> {
    Website::parse(text).map(|website| website.map(Website::into_string).unwrap_or_default())
}

#[test]
fn a_name_is_trimmed_and_folded() {
    assert_eq!(Name::parse("  Çağrı \t\n Merkezi  ").unwrap().as_str(), "Çağrı Merkezi");
    assert_eq!(Name::parse("\u{a0}İş\u{a0} Bankası").unwrap().as_str(), "İş Bankası");
    assert_eq!(Name::parse(&"ğ".repeat(120)).unwrap().as_str().chars().count(), 120);
}

#[test]
fn a_name_shows_something_and_hides_nothing() {
    assert_eq!(Name::parse(" \n\t "), Err(Code::Required));
    assert_eq!(Name::parse("\u{200d}\u{200c}"), Err(Code::Required));
    assert_eq!(Name::parse(&"a".repeat(121)), Err(Code::TooLong));
    for hidden in ["a\0b", "a\u{202e}b", "a\u{200b}b", "\u{3164}", "a\u{7f}", "a\u{85}\u{86}b"] {
        assert_eq!(Name::parse(hidden), Err(Code::ControlCharacter), "{hidden:?}");
    }
}

#[test]
fn common_addresses_pass_and_keep_their_case() {
    for text in ["a@b.co", "Ad.Soyad+ayar@Sirket.com.tr", "o'neil_x@xn--irket-rsb.com", "1@2.3com"] {
        assert_eq!(email(&format!("  {text}\n")).unwrap(), text);
    }
    assert_eq!(email(&format!("{}@b.co", "a".repeat(64))).map(|text| text.len()), Ok(69));
}

#[test]
fn broken_addresses_are_refused() {
    assert_eq!(email("  "), Err(Code::Required));
    let long_local = format!("{}@b.co", "a".repeat(65));
    let long_host = format!("a@{}.com", vec!["b".repeat(60); 5].join("."));
    for text in [
        "a",
        "@b.co",
        "a@",
        "a@b",
        "a@@b.co",
        "a@b@c.co",
        "a b@c.co",
        "a@b .co",
        ".a@b.co",
        "a.@b.co",
        "a..b@c.co",
        "a@-b.co",
        "a@b-.co",
        "a@b..co",
        "a@b.co.",
        "a@10.0.0.1",
        "a@[10.0.0.1]",
        "\"a b\"@c.co",
        "a\r\nBcc:x@y.co",
        "a\0@b.co",
        "çağrı@sirket.com",
        "info@şirket.com",
        "ınfo@sirket.com",
        "Ad <a@b.co>",
        &long_local,
        &long_host,
    ] {
        assert_eq!(email(text), Err(Code::EmailInvalid), "{text:?}");
    }
}

#[test]
fn normalising_knows_no_turkish_case() {
    let email = Email::parse("INFO@ISTANBUL.COM").unwrap();
    assert_eq!((email.as_str(), email.normalised().as_str()), ("INFO@ISTANBUL.COM", "info@istanbul.com"));
}

#[test]
fn a_website_gets_its_scheme() {
    for (typed, stored) in [
        ("", ""),
        ("  \n", ""),
        ("sirket.com", "https://sirket.com"),
        ("WWW.Sirket.COM/Hakkımızda?a=B", "https://www.sirket.com/Hakkımızda?a=B"),
        ("HTTP://sirket.com:8080/", "http://sirket.com:8080/"),
        ("https://www.şirket.com.tr", "https://www.şirket.com.tr"),
        ("sirket.com/?to=https://b.com", "https://sirket.com/?to=https://b.com"),
    ] {
        assert_eq!(website(typed).as_deref(), Ok(stored), "{typed:?}");
    }
}

#[test]
fn other_schemes_users_and_bare_hosts_are_no_website() {
    for text in [
        "sirket",
        "localhost:3000",
        "javascript:alert(1)",
        "javascript://sirket.com/%0aalert(1)",
        "ftp://sirket.com",
        "mailto:a@b.com",
        "https://ada:gizli@sirket.com",
        "https://ada@sirket.com",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://sirket.com:0",
        "https://sirket.com:99999",
        "https://sirket.com:+80",
        "https://sirket..com",
        "https:///sirket.com",
        "https://",
        "//sirket.com",
        "https:\\\\sirket.com",
        "sirket.com\\@evil.com",
        "sir ket.com",
        "sirket.com/a b",
        "sirket.com/\"><script>",
        "sirket.com/\u{202e}moc",
    ] {
        assert_eq!(website(text), Err(Code::WebsiteInvalid), "{text:?}");
    }
    assert_eq!(
        website(&format!("a.com/{}", "ç".repeat(294))),
        Err(Code::TooLong),
        "too long with its scheme"
    );
    assert_eq!(website(&"a".repeat(301)), Err(Code::TooLong));
}

#[test]
fn an_address_has_lines() {
    let parse = |text: &str| Address::parse(text).map(|address| address.map(Address::into_string));
    assert_eq!(parse(" \r\n "), Ok(None));
    assert_eq!(parse("Cadde 1  \r\nKat 2\rİzmir\n\n"), Ok(Some("Cadde 1\nKat 2\nİzmir".into())));
    assert_eq!(parse(&"ş".repeat(501)), Err(Code::TooLong));
    assert_eq!(parse("a\u{8}b"), Err(Code::ControlCharacter));
    assert_eq!(parse("a\u{202e}b"), Err(Code::ControlCharacter));
}

#[test]
fn a_number_has_seven_to_fifteen_digits() {
    for fine in ["+90 212 555 01 23", "0212-555 01 23", "(0212) 5550123", "\u{202a}+902125550123\u{202c}"] {
        assert_eq!(check_phone_shape(fine), Ok(()), "{fine:?}");
    }
    for short in ["123456", "0212 55", "+90 212"] {
        assert_eq!(check_phone_shape(short), Err(Code::PhoneIncomplete), "{short:?}");
    }
    for bad in ["+49 3", "1234567890123456", "0212 555 O1 23", "0212+5550123", "+", "٠٢١٢٥٥٥٠١٢٣"]
    {
        assert_eq!(check_phone_shape(bad), Err(Code::PhoneInvalid), "{bad:?}");
    }
}

#[test]
fn a_good_form_is_parsed_whole() {
    let general = form().parse_shared().unwrap();
    assert_eq!(general.version, 3);
    assert_eq!(general.email.as_str(), "Bilgi@Marmara.com.tr");
    assert_eq!(general.website.unwrap().as_str(), "https://marmara.com.tr");
    assert_eq!(general.address.unwrap().as_str(), "Büyükdere Cad. 1\nŞişli / İstanbul");
    assert_eq!((general.language, general.support_access), (Language::Tr, false));
}

#[test]
fn phone_website_and_address_may_be_empty() {
    let form = GeneralForm { phone: " ".into(), website: String::new(), address: "\n".into(), ..form() };
    let general =
        form.parse(|_| -> Result<(), Code> { panic!("asked for an empty number") }, |_| Ok(())).unwrap();
    assert_eq!((general.phone, general.website, general.address), (None, None, None));
}

#[test]
fn every_error_is_told_at_once_and_in_page_order() {
    let form = GeneralForm {
        phone: "x".into(),
        website: "x".into(),
        address: "\u{1}".into(),
        time_zone: "Mars/Olympus".into(),
        ..Default::default()
    };
    let error = form
        .parse(|_| Err::<(), _>(Code::PhoneNeedsCountry), |_| Err::<(), _>(Code::TimeZoneUnknown))
        .unwrap_err();
    let told: Vec<_> = error.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
    assert_eq!(
        told,
        [
            ("name", Code::Required),
            ("email", Code::Required),
            ("phone", Code::PhoneNeedsCountry),
            ("website", Code::WebsiteInvalid),
            ("address", Code::ControlCharacter),
            ("language", Code::ChoiceUnknown),
            ("time_zone", Code::TimeZoneUnknown),
            ("support_access", Code::ChoiceUnknown),
        ]
    );
    let empty_zone = GeneralForm { time_zone: " ".into(), ..self::form() }.parse_shared().unwrap_err();
    assert_eq!(empty_zone.of("time_zone"), Some(Code::Required));
}

#[test]
fn unknown_fields_are_refused() {
    let mut json = serde_json::to_value(form()).unwrap();
    assert_eq!(serde_json::from_value::<GeneralForm>(json.clone()).unwrap(), form());
    json["plan"] = "enterprise".into();
    assert!(serde_json::from_value::<GeneralForm>(json).is_err());
}

#[test]
fn support_access_reads_what_it_writes() {
    for allowed in [true, false] {
        assert_eq!(parse_support_access(support_access_word(allowed)), Ok(allowed));
    }
}

#[test]
fn the_last_day_of_support_is_a_date_and_counts_with_the_permission_only() {
    let until = |access: &str, until: &str| {
        let form = GeneralForm { support_access: access.into(), support_until: until.into(), ..self::form() };
        form.parse_shared().map(|general| general.support_until)
    };
    assert_eq!(until("allow", "31.12.2026").unwrap_err().of("support_until"), Some(Code::DateInvalid));
    assert_eq!(until("allow", " "), Ok(None));
    assert_eq!(until("allow", "2026-12-31"), Ok(NaiveDate::from_ymd_opt(2026, 12, 31)));
    assert_eq!(until("deny", "soon"), Ok(None));
}

proptest! {
    #[test]
    fn parsing_a_parsed_text_changes_nothing(text in ".{0,140}") {
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(Name::parse(name.as_str()).unwrap(), name);
        }
        if let Ok(Some(address)) = Address::parse(&text) {
            prop_assert_eq!(Address::parse(address.as_str()).unwrap(), Some(address));
        }
    }

    #[test]
    fn a_website_is_stable(text in "(http://|HTTPS://)?[a-zA-Zçğış.:/@?#0-9-]{0,30}") {
        if let Ok(Some(site)) = Website::parse(&text) {
            prop_assert!(site.as_str().starts_with("https://") || site.as_str().starts_with("http://"));
            prop_assert_eq!(Website::parse(site.as_str()).unwrap(), Some(site));
        }
    }

    #[test]
    fn an_email_has_one_at_and_no_space(text in "[a-zA-Z.@ \\r\\n\"<>ıİ-]{0,30}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(email.as_str().matches('@').count(), 1);
            prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
}
