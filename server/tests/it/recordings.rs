//! The recording of a call over HTTP: sent by a program, heard in parts by members.

use axum::{
    body::Body,
    http::{Method, header},
};

use crate::world::{Answer, Browser, World};

const SOUND: &[u8] =
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data0123456789";

async fn part(browser: &mut Browser<'_>, path: &str, range: &str, more: &[(&str, &str)]) -> Answer {
    let mut request = browser.request(Method::GET, path).header(header::RANGE, range);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn members_hear_a_recording_whole_and_in_parts() {
    let world = World::new().await;
    let (mut ayse, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let id = world.give_recording(actor, SOUND).await;
    let path = format!("/files/recording/{id}");
    let whole = ayse.get(&path).await;
    assert_eq!(
        (whole.status.as_u16(), whole.body.as_bytes()),
        (200, String::from_utf8_lossy(SOUND).as_bytes())
    );
    for (name, value) in [
        ("content-type", "audio/wav"),
        ("content-length", &SOUND.len().to_string()),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("content-disposition", ""),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
    }
    let end = part(&mut ayse, &path, "bytes=-4", &[]).await;
    let range = format!("bytes {}-{}/{}", SOUND.len() - 4, SOUND.len() - 1, SOUND.len());
    assert_eq!(
        (end.status.as_u16(), end.header("content-range"), end.body.as_str()),
        (206, range.as_str(), "6789")
    );
    let beyond = part(&mut ayse, &path, "bytes=1000-", &[]).await;
    assert_eq!(
        (beyond.status.as_u16(), beyond.header("content-range")),
        (416, format!("bytes */{}", SOUND.len()).as_str())
    );
    let tag = whole.header("etag").to_owned();
    assert_eq!(part(&mut ayse, &path, "bytes=0-3", &[("if-range", &tag)]).await.body, "RIFF");
    let other = part(&mut ayse, &path, "bytes=0-3", &[("if-range", "\"other\"")]).await;
    assert_eq!(other.status.as_u16(), 200);
    let kept = ayse.get(&format!("{path}?download")).await;
    let name = format!("attachment; filename=\"2026-11-23-{id}.wav\"");
    assert_eq!(kept.header("content-disposition"), name);

    let page = ayse.get(&format!("/calls/{id}")).await;
    page.assert_shows("<audio").assert_shows("preload=\"none\"").assert_shows(&path).assert_shows("0,1 MB");
    assert!(page.header("content-security-policy").contains("media-src 'self'"));
}

#[tokio::test]
async fn nobody_else_hears_it() {
    let world = World::new().await;
    let (_, actor) = world.owner("ayse@ornek.com", "Yıldız").await;
    let id = world.give_recording(actor, SOUND).await;
    let path = format!("/files/recording/{id}");
    let (mut deniz, _) = world.owner("deniz@ornek.com", "Deniz").await;
    for range in ["bytes=0-", "bytes=99999-"] {
        assert_eq!(part(&mut deniz, &path, range, &[]).await.status.as_u16(), 404);
    }
    assert_eq!(world.browser().get(&path).await.status.as_u16(), 401);
}
