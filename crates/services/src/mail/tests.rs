mod smtp;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use domain::{Language, Role, money::Money, notifications::Period};
use secrecy::SecretString;

use super::{
    words::{Words, greeting, happened},
    *,
};

fn at() -> DateTime<Utc> {
    "2026-11-23T11:32:05Z".parse().unwrap()
}

fn mail(kind: MailKind) -> Mail {
    Mail {
        id: Uuid::from_u128(7),
        to: "ayse@marmara.com.tr".into(),
        language: Language::Tr,
        organisation: None,
        kind,
    }
}

fn verify(name: &str) -> MailKind {
    MailKind::VerifyAddress { link: "https://ayar.example/verify?token=a-b_c&x=1".into(), name: name.into() }
}

fn kinds() -> Vec<MailKind> {
    let link = || "https://ayar.example/link?token=a-b_c".to_owned();
    let (name, to) = (|| "İş bilgisayarı".to_owned(), || "yeni@marmara.com.tr".to_owned());
    let new_sign_in = |browser: &str| Notice::NewSignIn {
        browser: browser.into(),
        address: "203.0.113.0/24".into(),
        at: "23.11.2026 14:32 (Europe/Istanbul)".into(),
    };
    let notices = [
        new_sign_in("Firefox · Linux"),
        new_sign_in(""),
        Notice::TwoFactorOn,
        Notice::TwoFactorReplaced,
        Notice::TwoFactorOff,
        Notice::AppAdded,
        Notice::AppRemoved,
        Notice::TwoFactorReset,
        Notice::TwoFactorResetByOperator,
        Notice::BackupCodeUsed { left: 9 },
        Notice::BackupCodeUsed { left: 3 },
        Notice::CodesReplaced,
        Notice::PasskeyAdded { name: name(), is_first: false },
        Notice::PasskeyAdded { name: name(), is_first: true },
        Notice::PasskeyRemoved { name: name(), was_last: false },
        Notice::PasskeyRemoved { name: name(), was_last: true },
        Notice::PasswordChanged,
        Notice::EmailChanging { to: to() },
        Notice::EmailChanged { to: to() },
    ];
    let mut kinds = vec![
        verify("Ayşe Yılmaz"),
        MailKind::AlreadyRegistered { link: link() },
        MailKind::ResetPassword { link: link() },
        MailKind::ConfirmEmail { link: link() },
        MailKind::EmailConfirmed { link: link() },
        MailKind::SetUpTwoFactor { link: link(), organisation: "Yıldız Çağrı Merkezi A.Ş.".into() },
    ];
    let belongings = [
        Belonging::Invited { inviter: "Ayşe Erdem".into(), role: Role::Admin },
        Belonging::Invited { inviter: "ayse.example/kazan".into(), role: Role::Owner },
        Belonging::RoleChanged { role: Role::Member },
        Belonging::Removed,
        Belonging::OwnershipTransferred { from: "Ayşe Erdem".into(), to: "Mert Öz".into() },
    ];
    let organisation = || "Yıldız Çağrı Merkezi A.Ş.".to_owned();
    kinds.extend(support().map(|news| MailKind::Support {
        news: Box::new(news),
        organisation: organisation(),
        link: link(),
    }));
    let plans = [
        PlanNews::TrialEnds { at: "07.12.2026 12:00 (Europe/Istanbul)".into() },
        PlanNews::TrialEnded,
        PlanNews::Agreed { slots: 40 },
    ];
    kinds.extend(plans.map(|news| MailKind::Plan { news, organisation: organisation(), link: link() }));
    kinds.push(MailKind::UpstreamRolledBack {
        organisation: organisation(),
        refused_end: "9f3c".into(),
        at: "23.11.2026 14:32 (Europe/Istanbul)".into(),
        link: link(),
    });
    let exports =
        [ExportNews::Ready { until: "24.11.2026 14:32 (Europe/Istanbul)".into() }, ExportNews::Failed];
    kinds.extend(exports.map(|news| MailKind::Export { news, organisation: organisation(), link: link() }));
    kinds.extend(belongings.map(|about| MailKind::Belonging {
        about,
        organisation: organisation(),
        link: link(),
    }));
    kinds.extend(notices.map(|notice| MailKind::Notice { notice, link: link() }));
    let unsubscribe = || "https://ayar.example/unsubscribe/v1.k.abc".to_owned();
    kinds.extend(news().map(|news| MailKind::News {
        news: Box::new(news),
        organisation: organisation(),
        link: link(),
        unsubscribe: unsubscribe(),
    }));
    kinds.extend(digests().map(|digest| MailKind::Digest {
        digest: Box::new(digest),
        organisation: organisation(),
        link: link(),
        unsubscribe: unsubscribe(),
    }));
    kinds.extend(deletions().map(|news| MailKind::Deletion {
        news: Box::new(news),
        organisation: organisation(),
        link: link(),
    }));
    kinds.push(MailKind::AccountDeleted { link: link() });
    kinds.push(MailKind::Trial { link: link() });
    kinds
}

fn deletions() -> [DeletionNews; 5] {
    let at = || "30.11.2026 12:00 (Europe/Istanbul)".to_owned();
    [
        DeletionNews::Requested { by: "Ayşe Erdem".into(), at: at() },
        DeletionNews::Near { at: at() },
        DeletionNews::Restored { by: Some("ayse.example/kazan".into()) },
        DeletionNews::Restored { by: None },
        DeletionNews::Done {
            requested: "23.11.2026 12:00 (Europe/Istanbul)".into(),
            finished: at(),
            customers: 61,
            calls: 412,
            files: 9,
            invoices: 3,
        },
    ]
}

fn news() -> [News; 6] {
    let invited = || vec!["yeni@marmara.com.tr".to_owned(), "bir@marmara.com.tr".to_owned()];
    [
        News::Invitation { inviter: "Ayşe Erdem".into(), invited: invited() },
        News::Invitation { inviter: "ayse.example/kazan".into(), invited: invited() },
        News::LowCredit { balance: Money(-1_234_560), threshold: Money(50_000) },
        News::Invoice { number: "AYR2026000000042".into(), total: Money(123_456_789), taken: None },
        News::Invoice {
            number: "AYR2026000000043".into(),
            total: Money(123_456_789),
            taken: Some("AYR2026000000042".into()),
        },
        News::SystemUpdate {
            title_tr: "Planlı bakım".into(),
            title_en: "Planned maintenance".into(),
            text_tr: "Cumartesi 03:00.\nBeş dakika sürer.".into(),
            text_en: "Saturday, 03:00.\nFive minutes.".into(),
        },
    ]
}

fn digests() -> [Digest; 3] {
    let at = || "23.11.2026 14:32 (Europe/Istanbul)".to_owned();
    let items = || news().map(|news| Item { at: at(), news }).to_vec();
    let from = || "23.11.2026 00:00 (Europe/Istanbul)".to_owned();
    let until = |zone: &str| format!("24.11.2026 00:00 ({zone})");
    [
        Digest {
            period: Some(Period::Daily),
            from_to: Some((from(), until("Europe/London"), Some(27))),
            items: items(),
            more: 7,
        },
        Digest {
            period: Some(Period::Weekly),
            from_to: Some((from(), until("Europe/Istanbul"), None)),
            items: items(),
            more: 0,
        },
        Digest { period: None, from_to: None, items: items(), more: 0 },
    ]
}

/// Each mail as its reader gets it, in both languages. After a change that is meant: `UPDATE_SNAPSHOTS=1`.
#[tokio::test]
async fn every_mail_reads_as_it_did() {
    let folder = "src/mail/tests";
    for language in Language::ALL {
        let mut all = String::new();
        for kind in kinds() {
            let parsed = sent(&Mail { language, ..mail(kind.clone()) }).await;
            let text = parsed.text.replace("\r\n", "\n");
            all += &format!("=== {}\n{}\n\n{}\n\n", kind.name(), parsed.header("Subject"), text.trim_end());
        }
        let file = format!("{folder}/mails.{}.txt", language.tag());
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&file, &all).unwrap();
        }
        let before = std::fs::read_to_string(&file).unwrap();
        let changed = all.lines().zip(before.lines()).find(|(now, before)| now != before);
        assert!(all == before, "{file}: {changed:?}");
    }
}

#[tokio::test]
async fn a_mail_that_can_be_done_without_says_how_to_stop_it_and_no_other_does() {
    for kind in kinds() {
        let can_be_stopped = matches!(kind, MailKind::News { .. } | MailKind::Digest { .. });
        let parsed = sent(&mail(kind.clone())).await;
        let post = parsed.headers.iter().find(|(name, _)| name == "List-Unsubscribe-Post");
        assert_eq!(
            post.map(|(_, value)| value.as_str()),
            can_be_stopped.then_some("List-Unsubscribe=One-Click")
        );
        let link = "https://ayar.example/unsubscribe/v1.k.abc";
        assert_eq!(parsed.text.contains(link), can_be_stopped, "{kind:?}");
        assert_eq!(parsed.html.contains(&format!("href=\"{link}\"")), can_be_stopped, "{kind:?}");
    }
}

fn support() -> [SupportNews; 4] {
    let (staff, reason) =
        (|| "Deniz Kara".to_owned(), || "Saatler neden kapalı görünüyor? Bakıyoruz.".to_owned());
    let at = || "23.11.2026 14:32 (Europe/Istanbul)".to_owned();
    let (how, done) = (Ending::Left, vec![(at(), "hours.save_hours".to_owned())]);
    [
        SupportNews::Entered {
            staff: staff(),
            reason: reason(),
            ticket: Some("TT-42".into()),
            mode: Mode::Read,
            until: at(),
            is_forced: true,
        },
        SupportNews::Ended { staff: staff(), reason: reason(), how, at: at(), done },
        SupportNews::Ended { staff: staff(), reason: reason(), how, at: at(), done: Vec::new() },
        SupportNews::Forced { reason: reason(), until: at() },
    ]
}

#[tokio::test]
async fn the_mail_after_support_lists_what_was_done_or_says_nothing() {
    let [_, done, nothing, _] = support();
    for (news, told) in [
        (done, "- 23.11.2026 14:32 (Europe/Istanbul): Mesai saatlerini değiştirdi"),
        (nothing, "Hiçbir şey değiştirilmedi."),
    ] {
        let link = "https://ayar.example/settings/support".to_owned();
        let kind = MailKind::Support { news: Box::new(news), organisation: "Yıldız".into(), link };
        let parsed = sent(&mail(kind)).await;
        assert!(parsed.text.contains(told), "{}", parsed.text);
        assert!(parsed.html.contains("görevli ayrıldı"), "{}", parsed.html);
    }
}

fn settings(transport: TransportSettings) -> MailSettings {
    MailSettings { from: "Ayar Çağrı <ayar@ayar.example>".into(), transport }
}

async fn sent(mail: &Mail) -> Parsed {
    let mailer = Mailer::open(&settings(TransportSettings::Memory)).unwrap();
    mailer.send(mail, None, at()).await.unwrap();
    Parsed::read(&mailer.sent()[0].raw)
}

/// A message taken apart as a mail program does it: headers unfolded, words and bodies decoded.
struct Parsed {
    headers: Vec<(String, String)>,
    text: String,
    html: String,
}

impl Parsed {
    fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let headers = headers(head);
        let kind = value(&headers, "Content-Type");
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
        let parts: Vec<&str> = body.split(&format!("--{boundary}")).skip(1).take(2).collect();
        Self { headers, text: part(parts[0], "text/plain"), html: part(parts[1], "text/html") }
    }

    fn header(&self, name: &str) -> String {
        value(&self.headers, name)
    }
}

fn headers(head: &str) -> Vec<(String, String)> {
    let unfolded = head.trim_start().replace("\r\n ", " ").replace("\r\n\t", " ");
    unfolded
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), words(value)))
        .collect()
}

fn value(headers: &[(String, String)], name: &str) -> String {
    let mut found = headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
    let (_, value) = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(found.next().is_none(), "two {name}");
    value.clone()
}

/// RFC 2047 words in base64, the form that lettre writes; the space between two of them is not part of the text.
fn words(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut after_encoded = true;
    for word in value.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        if !(after_encoded && (encoded.is_some() || bytes.is_empty())) {
            bytes.push(b' ');
        }
        after_encoded = encoded.is_some();
        bytes.extend(encoded.map_or_else(|| word.as_bytes().to_vec(), |word| STANDARD.decode(word).unwrap()));
    }
    String::from_utf8(bytes).unwrap()
}

fn part(raw: &str, kind: &str) -> String {
    let (head, body) = raw.trim_start().split_once("\r\n\r\n").unwrap();
    let headers = headers(head);
    assert_eq!(value(&headers, "Content-Type"), format!("{kind}; charset=utf-8"));
    let bytes = match value(&headers, "Content-Transfer-Encoding").as_str() {
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        "quoted-printable" => quoted_printable(body),
        "7bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap()
}

/// RFC 2045 section 6.7.
fn quoted_printable(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        rest = after.strip_prefix("\r\n").unwrap_or_else(|| {
            bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
            &after[2..]
        });
    }
    bytes.extend(rest.bytes());
    bytes
}

#[tokio::test]
async fn every_mail_says_the_same_in_both_parts_and_both_languages() {
    for kind in kinds() {
        for language in Language::ALL {
            let mail = Mail { language, ..mail(kind.clone()) };
            let parsed = sent(&mail).await;
            let Words { subject, body, button, note } = super::words::words(&kind, language);
            // A mail ends its lines in its own way.
            let body: Vec<&str> = body.lines().collect();
            assert_eq!(parsed.header("Subject"), subject);
            for words in body.iter().copied().chain([button, note, kind.link().unwrap()]) {
                assert!(parsed.text.contains(words), "{kind:?} {language:?}: {words}\n{}", parsed.text);
            }
            assert!(parsed.html.contains(&format!("<html lang=\"{}\">", language.tag())));
            let link = kind.link().unwrap().replace('&', "&#38;");
            assert_eq!(parsed.html.matches(&format!("href=\"{link}\"")).count(), 2, "{}", parsed.html);
            for words in body.into_iter().chain([subject, button, note]) {
                assert!(parsed.html.replace("&#39;", "'").contains(words), "{kind:?} {language:?}: {words}");
            }
        }
    }
}

#[tokio::test]
async fn a_logo_stands_above_the_html_part_and_changes_nothing_else() {
    let mailer = Mailer::open(&settings(TransportSettings::Memory)).unwrap();
    let brand = Brand {
        organisation: "\"Yıldız\" & <b>".into(),
        plain: "https://ayar.example/logos/a-b_c/480".into(),
        dense: "https://ayar.example/logos/a-b_c/960".into(),
    };
    for kind in kinds() {
        mailer.send(&mail(kind.clone()), None, at()).await.unwrap();
        mailer.send(&mail(kind), Some(&brand), at()).await.unwrap();
    }
    for pair in mailer.sent().chunks(2) {
        let [without, with] = [&pair[0], &pair[1]].map(|sent| Parsed::read(&sent.raw));
        assert_eq!((&without.text, &without.header("Subject")), (&with.text, &with.header("Subject")));
        assert!(without.html.contains(">Ayar</td>") && !without.html.contains("<img"));
        let image = with.html.split("<img ").nth(1).unwrap().split('>').next().unwrap();
        for wanted in [
            "src=\"https://ayar.example/logos/a-b_c/480\"",
            "https://ayar.example/logos/a-b_c/960 2x",
            "width=\"240\" height=\"80\"",
            "alt=\"&#34;Yıldız&#34; &#38; &#60;b&#62;\"",
        ] {
            assert!(image.contains(wanted), "{wanted} is not in {image}");
        }
        let as_before = with.html.replace(&format!("<img {image}>"), "Ayar");
        assert_eq!(as_before, without.html);
    }
}

#[tokio::test]
async fn the_headers_are_those_of_one_stable_mail() {
    let parsed = sent(&mail(verify("Ayşe"))).await;
    assert_eq!(parsed.header("From"), "\"Ayar Çağrı\" <ayar@ayar.example>".replace('"', ""));
    assert_eq!(parsed.header("To"), "ayse@marmara.com.tr");
    assert_eq!(parsed.header("Date"), "Mon, 23 Nov 2026 11:32:05 +0000");
    assert_eq!(parsed.header("Message-ID"), "<00000000000000000000000000000007@ayar.example>");
    assert_eq!(parsed.header("Auto-Submitted"), "auto-generated");
    assert!(parsed.text.contains("Merhaba Ayşe,") && parsed.html.contains("Merhaba Ayşe,"));
}

#[tokio::test]
async fn what_strangers_type_stays_out_of_headers_and_markup() {
    let mailer = Mailer::open(&settings(TransportSettings::Memory)).unwrap();
    for to in
        ["a@b.co\r\nBcc: x@y.co", "a@b.co\nBcc: x@y.co", "a@b.co, x@y.co", "Ad <a@b.co>", "a\0@b.co", ""]
    {
        assert!(
            mailer.send(&Mail { to: to.into(), ..mail(verify("Ayşe")) }, None, at()).await.is_err(),
            "{to:?}"
        );
    }
    assert!(mailer.sent().is_empty());
    let parsed = sent(&mail(verify("Ayşe\r\nBcc: x@y.co\r\n\r\n\"&amp;"))).await;
    assert!(parsed.headers.iter().all(|(name, _)| name != "Bcc"));
    let parsed = sent(&mail(verify("\"O'Neil\" & Söhne"))).await;
    assert!(parsed.html.contains("&#34;O&#39;Neil&#34; &#38; Söhne"), "{}", parsed.html);
    assert!(parsed.text.contains("\"O'Neil\" & Söhne"));
}

#[test]
fn a_mail_about_a_sign_in_says_from_where_and_when() {
    let kind = kinds().into_iter().find(|kind| kind.name() == "new_sign_in").unwrap();
    let body = super::words::words(&kind, Language::En).body;
    for detail in ["Firefox · Linux", "203.0.113.0/24", "23.11.2026 14:32 (Europe/Istanbul)"] {
        assert!(body.contains(detail), "{body}");
    }
}

#[test]
fn with_few_backup_codes_left_the_mail_says_so() {
    let subject = |left| happened(&Notice::BackupCodeUsed { left }, Language::En).0;
    assert_eq!(subject(4), texts::mail::code_used_subject(Language::En));
    assert_eq!(subject(3), texts::mail::codes_few_subject(Language::En));
}

#[test]
fn a_name_that_advertises_is_not_repeated() {
    let companies = ["Yıldız Çağrı Merkezi A.Ş.", "Ay San. ve Tic. Ltd.Şti.", "T.C. Posta", "A. Ş. Yılmaz"];
    for name in ["Ayşe Yılmaz", "Dr. Ayşe", "Ö. Ç. Şahin", "O'Neil", "Jean-Luc"].into_iter().chain(companies)
    {
        assert_eq!(greeting(name, Language::Tr), format!("Merhaba {name},"));
    }
    let long = "kazandınız ".repeat(10);
    for name in [
        "",
        "https://evil.com",
        "www.evil.com",
        "evil.com tıkla",
        "x.co",
        "10.0.0.1",
        "<b>x</b>",
        "ara: 0212",
        "a@b",
        &long,
    ] {
        assert_eq!(greeting(name, Language::Tr), "Merhaba,", "{name}");
    }
}

#[test]
fn a_passkey_whose_name_is_not_repeated_leaves_no_gap() {
    for (language, instead) in [(Language::Tr, "eklendi: adı burada"), (Language::En, "account: its name is")]
    {
        let name =
            |name: &str| happened(&Notice::PasskeyAdded { name: name.into(), is_first: false }, language).1;
        assert!(name("YubiKey").contains(": YubiKey."));
        assert!(name("www.evil.com").contains(instead), "{}", name("www.evil.com"));
        let removed =
            happened(&Notice::PasskeyRemoved { name: "YubiKey 5.7".into(), was_last: false }, language).1;
        assert!(!removed.contains(": ."), "{removed}");
    }
}

#[tokio::test]
async fn a_folder_holds_whole_files_that_only_their_owner_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/mail");
    let mailer = Mailer::open(&settings(TransportSettings::Folder { path: path.clone() })).unwrap();
    mailer.check().await.unwrap();
    mailer.send(&mail(verify("Ayşe")), None, at()).await.unwrap();
    mailer.send(&mail(verify("Ayşe")), None, at()).await.unwrap();
    let names: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(
        names,
        ["20261123T113205Z-00000000000000000000000000000007.eml"],
        "twice the same mail is one file"
    );
    let file = path.join(&names[0]);
    let parsed = Parsed::read(&std::fs::read_to_string(&file).unwrap());
    assert_eq!(parsed.header("Subject"), texts::mail::verify_subject(Language::Tr));
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_dir_all(&path).unwrap();
    assert!(mailer.send(&mail(verify("Ayşe")), None, at()).await.is_err());
    assert!(mailer.check().await.is_err());
    assert!(mailer.sent().is_empty());
}

#[test]
fn nothing_secret_is_in_the_debug_output() {
    let mail = format!("{:?}", mail(verify("Ayşe")));
    assert!(mail.contains("verify_address") && !mail.contains("token"), "{mail}");
    let json = r#"{"from":"a@b.co","transport":{"kind":"smtp","host":"mail.b.co","port":587,"tls":"required","user":"u","password":"gizli"}}"#;
    let settings: MailSettings = serde_json::from_str(json).unwrap();
    assert!(!format!("{settings:?}").contains("gizli"));
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_at_the_start() {
    let smtp = |host: &str, tls, user: Option<&str>, password: Option<&str>| TransportSettings::Smtp {
        host: host.into(),
        port: 25,
        tls,
        user: user.map(str::to_owned),
        password: password.map(SecretString::from),
    };
    for fine in [
        smtp("localhost", SmtpTls::None, None, None),
        smtp("::1", SmtpTls::None, Some("u"), Some("p")),
        smtp("mail.sirket.com", SmtpTls::Required, Some("u"), Some("p")),
        smtp("mail.sirket.com", SmtpTls::Wrapper, None, None),
    ] {
        assert!(Mailer::open(&settings(fine.clone())).is_ok(), "{fine:?}");
    }
    for bad in [
        smtp("mail.sirket.com", SmtpTls::None, None, None),
        smtp("10.0.0.1", SmtpTls::None, None, None),
        smtp("localhost.evil.com", SmtpTls::None, None, None),
        smtp("localhost", SmtpTls::None, Some("u"), None),
    ] {
        assert!(Mailer::open(&settings(bad.clone())).is_err(), "{bad:?}");
    }
    for from in ["", "Ayar", "a@b.co\r\nBcc: x@y.co", "Ayar <a@b.co>, <c@d.co>"] {
        let settings = MailSettings { from: from.into(), transport: TransportSettings::Memory };
        assert!(Mailer::open(&settings).is_err(), "{from:?}");
    }
    for json in [
        r#"{"from":"a@b.co","transport":{"kind":"memory"},"extra":1}"#,
        r#"{"from":"a@b.co","transport":{"kind":"smtp","host":"h","port":1,"tls":"opportunistic"}}"#,
    ] {
        assert!(serde_json::from_str::<MailSettings>(json).is_err(), "{json}");
    }
}
