//! The knowledge base over HTTP, as a browser without JavaScript sees it: forms, several files in one post, and files to
//! keep that no browser shows in our place.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use domain::{Actor, Role, knowledge::KnowledgeForm};
use services::knowledge::{self, FileLine};

use crate::world::{Answer, Browser, World};

const PAGE: &str = "/settings/knowledge";
const UPLOAD: &str = "/settings/knowledge?do=knowledge/upload-files";
const BOUNDARY: &str = "----ayar-files";

async fn act(browser: &mut Browser<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(&format!("{PAGE}?do=knowledge/{act}"), fields).await
}

/// Several files in one form, as a browser sends them.
async fn send(browser: &mut Browser<'_>, path: &str, category: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"category\"\r\n\r\n{category}\r\n")
            .into_bytes();
    for (name, content) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes().chain(content.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    let request = browser
        .request(Method::POST, path)
        .header(header::ACCEPT, if path.starts_with("/api") { "application/json" } else { "text/html" })
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::CONTENT_LENGTH, body.len())
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

async fn files(world: &World, actor: Actor) -> Vec<FileLine> {
    let page = knowledge::list(&world.context, actor.member(), &KnowledgeForm::default(), 100).await;
    page.unwrap().files
}

async fn category(world: &World, actor: Actor, name: &str) -> String {
    let all = knowledge::list_categories(&world.context, actor.member()).await.unwrap();
    all.lines.iter().find(|line| line.name == name).unwrap().id.to_string()
}

#[tokio::test]
async fn categories_are_kept_with_plain_forms() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    ayse.get(PAGE).await.assert_shows("Henüz kategori yok.").assert_shows("Henüz dosya yok");
    let made = act(&mut ayse, "create-category", &[("form[name]", "İade")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    ayse.get(made.location()).await.assert_shows("Kategori oluşturuldu.").assert_shows("İade");
    let id = category(&world, actor, "İade").await;
    let taken = act(&mut ayse, "create-category", &[("form[name]", "iade")]).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    taken.assert_shows("Bu ad zaten kullanılıyor.").assert_shows("value=\"iade\"");

    // `+` opens the form below its category; a refusal opens it again, with what was typed.
    let open = ayse.get(&format!("{PAGE}?add={id}")).await;
    open.assert_shows("Alt kategori adı girin")
        .assert_shows(&format!("name=\"form[parent]\" value=\"{id}\""));
    let long = "ş".repeat(61);
    let refused = act(&mut ayse, "create-category", &[("form[parent]", &id), ("form[name]", &long)]).await;
    refused
        .assert_shows(&format!("value=\"{long}\""))
        .assert_shows("below-f-name-error")
        .assert_hides("new-f-name-error");
    act(&mut ayse, "create-category", &[("form[parent]", &id), ("form[name]", "Kargo")]).await;
    act(&mut ayse, "create-category", &[("form[name]", "Fiyatlar")]).await;
    let edit = ayse.get(&format!("{PAGE}?edit={id}")).await;
    edit.assert_shows("edit-f-name")
        .assert_shows("Başka bir kategoriyle birleştir")
        .assert_shows("İçinde dosya yok.");
    edit.assert_shows("Alt kategorileri de silinir: Kargo.");
    act(&mut ayse, "place-category", &[("form[category]", &id), ("form[step]", "down")]).await;
    let names = async || {
        let all = knowledge::list_categories(&world.context, actor.member()).await.unwrap();
        all.lines.into_iter().map(|line| line.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Fiyatlar", "İade", "Kargo"]);
    let prices = category(&world, actor, "Fiyatlar").await;
    let nowhere =
        act(&mut ayse, "merge-categories", &[("form[category]", &prices), ("form[into]", "")]).await;
    nowhere.assert_shows("merge-f-into-error");
    act(&mut ayse, "merge-categories", &[("form[category]", &prices), ("form[into]", &id)]).await;
    assert_eq!(names().await, ["İade", "Kargo"]);
}

#[tokio::test]
async fn several_files_come_in_one_form_and_those_that_are_wrong_are_named() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    act(&mut ayse, "create-category", &[("form[name]", "İade")]).await;
    let id = category(&world, actor, "İade").await;
    let sent = send(&mut ayse, UPLOAD, &id, &[("koşullar.txt", b"bir"), ("liste.csv", b"a;b\n")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    ayse.get(sent.location())
        .await
        .assert_shows("Dosyalar yüklendi.")
        .assert_shows("koşullar.txt")
        .assert_shows("liste.csv");
    assert!(files(&world, actor).await.iter().all(|line| line.file.category_id.is_some()));

    let large = vec![b'a'; domain::knowledge::MOST_BYTES as usize + 1];
    let some = [
        ("a.exe", b"MZ".as_slice()),
        ("b.pdf", b"<html>"),
        ("c.md", b"# bir"),
        ("d.txt", &large),
        ("e.txt", b"bir"),
    ];
    let refused = send(&mut ayse, UPLOAD, &id, &some).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused
        .assert_shows("Seçtiğiniz 1. dosya: Yalnızca PDF, DOCX, TXT, MD ve CSV yüklenebilir.")
        .assert_shows("Seçtiğiniz 2. dosya: Dosyanın içeriği uzantısına uymuyor.")
        .assert_shows("Seçtiğiniz 4. dosya: Dosya 25 MB'tan büyük olamaz.")
        .assert_shows("Sorunu olmayanlar yüklendi.")
        .assert_shows(&format!("<option value=\"{id}\" selected"))
        .assert_hides("Seçtiğiniz 3.");
    let names: Vec<String> = files(&world, actor).await.into_iter().map(|line| line.file.name).collect();
    assert_eq!(names, ["e.txt", "c.md", "liste.csv", "koşullar.txt"]);
    // The same content as the first one, said where the files are listed.
    ayse.get(PAGE).await.assert_shows("“koşullar.txt” ile içeriği aynı");

    send(&mut ayse, UPLOAD, "", &[("", b"")]).await.assert_shows("Bir dosya seçin.");
    let eleven: Vec<(&str, &[u8])> = vec![("a.txt", b"a"); 11];
    send(&mut ayse, UPLOAD, "", &eleven).await.assert_shows("Bir seferde en çok 10 dosya yükleyin.");
    let elsewhere = send(&mut ayse, UPLOAD, &world.context.id().to_string(), &[("a.txt", b"a")]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);

    // As the page's script sends one.
    let answer = send(&mut ayse, "/api/knowledge/upload-files", "", &[("kopya.txt", b"bir")]).await;
    assert_eq!(answer.body, r#"[{"name":"kopya.txt","same":"koşullar.txt"}]"#);
}

#[tokio::test]
async fn a_deleted_category_leaves_its_files_and_comes_back() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    act(&mut ayse, "create-category", &[("form[name]", "İade")]).await;
    let id = category(&world, actor, "İade").await;
    send(&mut ayse, UPLOAD, &id, &[("a.txt", b"a"), ("b.txt", b"b")]).await;
    ayse.get(&format!("{PAGE}?edit={id}"))
        .await
        .assert_shows("İçindeki 2 dosya silinmez ama kategorisiz kalır.");
    let deleted = act(&mut ayse, "delete-category", &[("form[category]", &id)]).await;
    ayse.get(deleted.location())
        .await
        .assert_shows("“İade” silindi.")
        .assert_shows("2 dosya kategorisiz kaldı.")
        .assert_shows("Saat 12:10 olana kadar geri alabilirsiniz.");
    assert_eq!(files(&world, actor).await.len(), 2);
    ayse.get(&format!("{PAGE}?category={id}")).await.assert_shows("Dosya bulunamadı");
    let restored = act(&mut ayse, "restore-category", &[("form[category]", &id)]).await;
    ayse.get(restored.location()).await.assert_shows("Kategori dosyalarıyla geri geldi.");
    assert!(files(&world, actor).await.iter().all(|line| line.file.category_id.is_some()));
    let late = act(&mut ayse, "restore-category", &[("form[category]", &id)]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);

    // Chosen files.
    let chosen: Vec<String> =
        files(&world, actor).await.iter().map(|line| line.file.id.to_string()).collect();
    let none = act(&mut ayse, "change-files", &[("form[act]", "move"), ("form[category]", "")]).await;
    none.assert_shows("Önce listeden dosya seçin.").assert_shows("f-category-error");
    let both = [("form[files][0]", chosen[0].as_str()), ("form[files][1]", chosen[1].as_str())];
    act(&mut ayse, "change-files", &[both[0], ("form[act]", "move"), ("form[category]", "none")]).await;
    ayse.get(&format!("{PAGE}?category=none")).await.assert_shows("b.txt").assert_hides("a.txt");
    act(&mut ayse, "change-files", &[both[0], both[1], ("form[act]", "delete"), ("form[category]", "")])
        .await;
    assert_eq!(files(&world, actor).await, []);
}

#[tokio::test]
async fn a_file_is_for_keeping_and_never_shown_in_our_place() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let name = "</title><script>alert(1)</script>.md";
    let content = b"<!DOCTYPE html><script>alert(1)</script>";
    // The last part of what looks like a path.
    send(&mut ayse, UPLOAD, "", &[(name, content)]).await;
    let file = files(&world, actor).await.remove(0).file;
    assert_eq!(file.name, "script>.md");
    send(&mut ayse, UPLOAD, "", &[("<script>alert(1)<!--.md", b"bir")]).await;
    act(&mut ayse, "create-category", &[("form[name]", "</title><script>alert(1)</script>")]).await;
    let id = category(&world, actor, "</title><script>alert(1)</script>").await;
    for path in [PAGE.to_owned(), format!("{PAGE}?edit={id}"), format!("{PAGE}?add={id}")] {
        ayse.get(&path).await.assert_hides("<script>alert(1)");
    }
    let path = format!("/files/knowledge/{}", file.id);
    let kept = ayse.get(&path).await;
    assert_eq!((kept.status, kept.body.as_bytes()), (StatusCode::OK, content.as_slice()));
    for (name, value) in [
        ("content-type", "text/markdown; charset=utf-8"),
        ("content-length", &content.len().to_string()),
        ("content-disposition", "attachment; filename=\"script_.md\"; filename*=UTF-8''script%3E.md"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(kept.header(name), value, "{name}");
    }
    assert_eq!(world.browser().get(&path).await.status, StatusCode::UNAUTHORIZED);

    // Members read and keep; there is nothing to change for them.
    world.set_role(actor, Role::Member).await;
    assert_eq!(ayse.get(&path).await.status, StatusCode::OK);
    let page = ayse.get(PAGE).await;
    page.assert_shows("script&gt;.md")
        .assert_hides("knowledge/upload-files")
        .assert_hides("form=\"files-change\"");
    page.assert_hides("?edit=").assert_shows("Kategorileri ve dosyaları yöneticiler değiştirir");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_its_page() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let request = ayse
        .request(Method::POST, UPLOAD)
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::CONTENT_LENGTH, 300 * 1024 * 1024)
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .unwrap();
    let refused = ayse.send(request).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    refused.assert_shows("Bir seferde en çok 10 dosya yükleyin.");
}
