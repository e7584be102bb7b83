//! Files that are no pictures, or pictures and something else, or far larger than they look, by the forms of the photo and the
//! logo: refused in words, or drawn anew, with nothing of the file in what is served; and a bound on what they cost.

use axum::http::StatusCode;

use super::{
    SCRIPT,
    forged::{MARK, MEGABYTE, loaded, refused},
};
use crate::world::{Answer, Browser, World};

/// Each form, and where what it keeps is served.
const FORMS: [(&str, &str, &str); 2] = [
    ("/settings/general", "/settings/general?do=general/save-photo", "/files/photo/"),
    ("/settings/branding", "/settings/branding?do=branding/save-logo", "/logos/"),
];

async fn upload(browser: &mut Browser<'_>, form: &str, file: &[u8]) -> Answer {
    browser.upload(form, &[], ("file", "photo.png\"; filename=\"a.html", file)).await
}

/// What stands on the page under this address.
async fn shown(browser: &mut Browser<'_>, page: &str, begin: &str) -> Option<String> {
    let page = browser.get(page).await;
    let at = page.body.find(begin)?;
    Some(page.body[at..].split(['"', ' ']).next().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_words() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    for (page, form, begin) in FORMS {
        for (what, file) in refused() {
            let answer = upload(&mut ayse, form, &file).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", answer.body);
            assert!(answer.body.contains("-error\""), "{what} says nothing at its place");
            answer.assert_hides(SCRIPT);
        }
        assert_eq!(shown(&mut ayse, page, begin).await, None, "something was kept");
    }
}

#[tokio::test]
async fn of_a_picture_with_more_in_it_only_the_picture_is_kept() {
    let world = World::new().await;
    let (mut ayse, _) = world.owner("ayse@ornek.com", "Yıldız").await;
    let (begun, mut kept) = (memory::resident(), 0);
    memory::forget_peak();
    for (page, form, begin) in FORMS {
        for (what, file) in loaded() {
            assert!(file.len() < 2 * MEGABYTE, "{what} is refused for its {} bytes", file.len());
            let answer = upload(&mut ayse, form, &file).await;
            let grown = memory::peak().saturating_sub(begun) / MEGABYTE;
            println!("{what}: {}, at most {grown} MB so far", answer.status);
            assert!(grown < 160, "{what} takes {grown} MB");
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                continue;
            }
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}: {}", answer.body);
            kept += 1;
            let address = shown(&mut ayse, page, begin).await.unwrap();
            let (stem, _) = address.rsplit_once('/').unwrap();
            for size in if begin == "/logos/" { &[480, 960][..] } else { &[32, 128, 512] } {
                let served = ayse.get(&format!("{stem}/{size}")).await;
                assert_eq!(served.status, StatusCode::OK, "{what}");
                assert!(["image/png", "image/jpeg"].contains(&served.header("content-type")), "{what}");
                assert_eq!(served.header("x-content-type-options"), "nosniff");
                assert_eq!(
                    served.header("content-security-policy"),
                    "default-src 'none'; frame-ancestors 'none'; sandbox"
                );
                let mark = std::str::from_utf8(MARK).unwrap();
                for text in [
                    mark,
                    SCRIPT,
                    "Exif",
                    "ICC_PROFILE",
                    "iCCP",
                    "tEXt",
                    "zTXt",
                    "iTXt",
                    "eXIf",
                    "acTL",
                    "evIl",
                    "PK\u{3}\u{4}",
                ] {
                    assert!(!served.body.contains(text), "{what} keeps {text}");
                }
            }
        }
    }
    assert!(kept > 20, "{kept}");
}

/// Of this process, in bytes. Elsewhere than on Linux nothing is known.
mod memory {
    fn field(name: &str) -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or_default() * 1024
    }

    pub fn resident() -> usize {
        field("VmRSS:")
    }

    pub fn peak() -> usize {
        field("VmHWM:")
    }

    pub fn forget_peak() {
        _ = std::fs::write("/proc/self/clear_refs", "5");
    }
}
