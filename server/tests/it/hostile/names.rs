//! Names of files, which come back in a header: they say nothing but themselves.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use mailparse::{DispositionType, parse_content_disposition};

use super::SCRIPT;
use crate::world::{Browser, World};

/// A file of a name, by the page's own form: whether it was taken.
async fn upload(browser: &mut Browser<'_>, category: &str, name: &str) -> bool {
    // A quote is written as browsers write it.
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let (path, fields) = ("/settings/knowledge?do=knowledge/upload-files", [("category", category)]);
    let answer = browser.upload(path, &fields, ("file", &name, b"metin")).await;
    assert!(!answer.status.is_server_error(), "{name:?}: {}", answer.body);
    answer.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn the_name_of_a_file_is_a_name() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    assert_eq!(
        ayse.call("knowledge/create-category", &[("form[name]", "İade")]).await.status,
        StatusCode::OK
    );
    let categories = services::knowledge::list_categories(&world.context, actor.member()).await.unwrap();
    let (category, mut kept) = (categories.lines[0].id.to_string(), 0);
    for name in [
        "koşullar.txt",
        "a\"; filename=\"b.html.txt",
        "a\r\nContent-Type: text/html\r\n\r\n.txt",
        "a%0d%0aSet-Cookie: a=b.txt",
        "../../etc/passwd.txt",
        "..\\..\\boot.txt",
        "a;b=c.txt",
        "a\u{202e}txt.exe.txt",
        "=?utf-8?q?a?=.txt",
        "'%27\\'.txt",
        "\u{feff}a.txt",
        "a\0.html.txt",
        "<script>alert(1)</script>.txt",
        "CON.txt",
        ".txt",
        "ş\u{327}\u{327}.txt",
        "😀.txt",
        "filename*=UTF-8''b.html;.txt",
        "a,b.txt",
        "a b  c.txt",
    ] {
        kept += usize::from(upload(&mut ayse, &category, name).await);
    }
    assert!(kept >= 8, "hardly any of the names was taken: {kept}");
    let form = domain::knowledge::KnowledgeForm::default();
    let files = services::knowledge::list(&world.context, actor.member(), &form, 100).await.unwrap().files;
    assert_eq!(files.len(), kept);
    let mut headers = BTreeSet::new();
    for file in files {
        let answer = ayse.get(&format!("/files/knowledge/{}", file.file.id)).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "metin"), "{:?}", file.file.name);
        assert_eq!(answer.headers.get_all("content-disposition").iter().count(), 1);
        let said = answer.header("content-disposition");
        assert!(said.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{said}");
        let read = parse_content_disposition(said);
        assert_eq!(read.disposition, DispositionType::Attachment, "{said}");
        assert_eq!(read.params.keys().collect::<Vec<_>>(), ["filename", "filename*"], "{said}");
        let name = &read.params["filename"];
        assert!(!name.contains(['/', '\\', '\r', '\n', '\0', '"']), "{said}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{said}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{said}");
        // No file's answer has headers that another one's has not.
        headers.insert(answer.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>());
    }
    assert_eq!(headers.len(), 1, "{headers:?}");
    ayse.get("/settings/knowledge").await.assert_hides(SCRIPT);
}
