//! Invoices as other people's programs see them: their text, their picture, their fonts, what they claim to be.
//!
//! `AYAR_GOLDEN=write` draws the picture that the first test compares with anew.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use image::{ImageFormat, Rgba, RgbaImage};
use pdf::{Column, Party, Sheet, render};
use tempfile::TempDir;

const GOLDEN: &str = "tests/golden/invoice.png";
/// Of all pixels, so many may differ: poppler's versions smooth letters differently.
const MAY_DIFFER: f64 = 0.005;

fn page_of(page: usize, pages: usize) -> String {
    format!("Sayfa {page} / {pages}")
}

fn logo() -> (Vec<u8>, u32, u32) {
    let (width, height) = (240, 60);
    let picture = RgbaImage::from_fn(width, height, |x, y| match (x / 20 + y / 20) % 3 {
        0 => Rgba([15, 118, 110, 255]),
        1 => Rgba([217, 119, 6, 160]),
        _ => Rgba([255, 255, 255, 0]),
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    (png.into_inner(), width, height)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(label, said)| ((*label).to_owned(), (*said).to_owned())).collect()
}

fn sheet() -> Sheet {
    let column = |title: &str, width, at_end| Column { title: title.into(), width, at_end };
    let row = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
    Sheet {
        language: "tr".into(),
        title: "FATURA".into(),
        number: "AYR2026000000042".into(),
        issued: (2026, 12, 1),
        author: "Ayar Yazılım ve Çağrı Çözümleri A.Ş.".into(),
        logo: Some(logo()),
        logo_name: "Yıldız Çağrı Merkezi A.Ş.".into(),
        seller: Party {
            label: "Satıcı".into(),
            name: "Ayar Yazılım ve Çağrı Çözümleri A.Ş.".into(),
            lines: vec!["Fulya Mahallesi, Ihlamur Yolu No: 8\n34365 Şişli / İstanbul".into(), "Şişli Vergi Dairesi · VKN 9876543217".into()],
        },
        buyer: Party {
            label: "Sayın".into(),
            name: "İĞDIR ÜÇGÖZ ŞÖFÖRLÜK IŞIK ÖĞÜT VE ÇİÇEKÇİLİK SANAYİ VE TİCARET ANONİM ŞİRKETİ — ığdır üçgöz şöförlük ışık öğüt".into(),
            lines: vec!["Esentepe Mahallesi, Büyükdere Caddesi No: 128".into(), "34394 Şişli / İstanbul".into(), "Türkiye".into(), "Zincirlikuyu Vergi Dairesi · VKN 1234567890".into()],
        },
        facts: pairs(&[("Fatura tarihi", "01.12.2026"), ("Dönem", "01.11.2026 – 30.11.2026"), ("Saat dilimi", "Avrupa / İstanbul")]),
        columns: vec![
            column("Hizmet", 32.0, false),
            column("Miktar", 17.0, true),
            column("Birim fiyat (ay)", 15.0, true),
            column("KDV", 8.0, true),
            column("KDV tutarı", 13.0, true),
            column("Tutar", 15.0, true),
        ],
        rows: vec![
            row(["Team planı, 1–14 Kasım 2026", "14 / 30 gün", "1.990,00 ₺", "%20", "185,73 ₺", "928,67 ₺"]),
            row(["Enterprise planı, 15–30 Kasım 2026", "40 çağrı × 16\u{a0}/\u{a0}30\u{a0}gün", "790,00 ₺", "%20", "3.370,67 ₺", "16.853,33 ₺"]),
        ],
        totals: pairs(&[("Ara toplam", "17.782,00 ₺"), ("KDV (%20)", "3.556,40 ₺"), ("Genel toplam", "21.338,40 ₺")]),
        words: pairs(&[("Yazıyla", "yalnız yirmi bir bin üç yüz otuz sekiz Türk lirası kırk kuruş")]),
        notes: vec!["Ödemenizi kredi bakiyenizden düştük.".into()],
        footer: "Ayar Yazılım ve Çağrı Çözümleri A.Ş. · AYR2026000000042".into(),
    }
}

/// A file of its own, and the folder that keeps it.
fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.pdf");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn poppler(program: &str, arguments: &[&str], path: &Path) -> String {
    let run = Command::new(program).args(arguments).arg(path).arg("-").output();
    let run =
        run.unwrap_or_else(|error| panic!("{program}: {error}; `make setup-test` installs poppler-utils"));
    assert!(run.status.success(), "{program}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn text_of(bytes: &[u8]) -> String {
    let (_folder, path) = file(bytes);
    poppler("pdftotext", &["-layout", "-enc", "UTF-8"], &path)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_picture_is_the_one_that_was_looked_at() {
    let (folder, path) = file(&render(&sheet(), page_of).unwrap());
    let picture = folder.path().join("page");
    let drawn =
        Command::new("pdftoppm").args(["-r", "80", "-png", "-singlefile"]).arg(&path).arg(&picture).status();
    assert!(drawn.unwrap().success());
    let drawn = picture.with_extension("png");
    if std::env::var("AYAR_GOLDEN").is_ok_and(|word| word == "write") {
        std::fs::copy(&drawn, GOLDEN).unwrap();
    }
    let (drawn, golden) = (image::open(drawn).unwrap().to_rgb8(), image::open(GOLDEN).unwrap().to_rgb8());
    assert_eq!(drawn.dimensions(), golden.dimensions());
    let differs = drawn
        .pixels()
        .zip(golden.pixels())
        .filter(|(one, other)| one.0.iter().zip(other.0).any(|(one, other)| one.abs_diff(other) > 48));
    let (differing, all) = (differs.count(), drawn.pixels().len());
    #[expect(clippy::cast_precision_loss, reason = "a page has a million pixels")]
    let share = differing as f64 / all as f64;
    assert!(share < MAY_DIFFER, "{differing} of {all} pixels differ");
}

#[test]
fn every_text_is_read_back_letter_by_letter() {
    let sheet = sheet();
    let text = words(&text_of(&render(&sheet, page_of).unwrap()));
    for said in [
        "FATURA",
        "AYR2026000000042",
        "21.338,40 ₺",
        "928,67 ₺",
        "40 çağrı ×",
        "16 / 30 gün",
        "Sayfa 1 / 1",
        "%20",
        "Avrupa / İstanbul",
    ] {
        assert!(text.contains(said), "{said:?} is missing in {text}");
    }
    assert!(text.contains(&sheet.words[0].1) && !text.contains('?'), "{text}");
    let (_folder, path) = file(&render(&sheet, page_of).unwrap());
    // In reading order a name that needs several lines is whole.
    let raw = words(&poppler("pdftotext", &["-raw", "-enc", "UTF-8"], &path));
    assert!(raw.contains(&sheet.buyer.name), "{raw}");
}

#[test]
fn every_font_is_embedded_as_a_part_of_itself() {
    let bytes = render(&sheet(), page_of).unwrap();
    let (_folder, path) = file(&bytes);
    let run = Command::new("pdffonts").arg(&path).output().unwrap();
    let listed = String::from_utf8(run.stdout).unwrap();
    let fonts: Vec<Vec<&str>> =
        listed.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(fonts.len(), 2, "{listed}");
    for font in &fonts {
        // name type encoding emb sub uni: the last two columns are the object.
        let said: Vec<&str> = font.iter().rev().skip(2).take(3).copied().collect();
        assert_eq!(said, ["yes", "yes", "yes"], "{listed}");
        assert!(font[0].contains("+NotoSans"), "{listed}");
    }
    assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
}

#[test]
fn it_says_that_it_is_an_archive_and_accessible() {
    let bytes = render(&sheet(), page_of).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for claim in [
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
    ] {
        assert!(text.contains(claim), "{claim}");
    }
    let (_folder, path) = file(&bytes);
    let run = Command::new("pdfinfo").arg(&path).output().unwrap();
    let info = words(&String::from_utf8(run.stdout).unwrap());
    for claim in ["Title: FATURA AYR2026000000042", "Tagged: yes", "Pages: 1", "(A4)"] {
        assert!(info.contains(claim), "{claim}: {info}");
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    assert_eq!(render(&sheet(), page_of).unwrap(), render(&sheet(), page_of).unwrap());
}

#[test]
fn many_lines_go_on_with_headings_on_the_next_page() {
    let mut sheet = sheet();
    sheet.rows = (1..=70)
        .map(|number| {
            vec![
                format!("Hizmet {number}"),
                "1".into(),
                "1,00 ₺".into(),
                "%20".into(),
                "0,20 ₺".into(),
                "1,00 ₺".into(),
            ]
        })
        .collect();
    let text = text_of(&render(&sheet, page_of).unwrap());
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() >= 3, "{}", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(words(page).contains(&format!("Sayfa {} / {}", index + 1, pages.len())), "{page}");
        assert_eq!(page.contains("Birim fiyat"), page.contains("Hizmet "), "{page}");
    }
    let all = words(&text);
    assert!((1..=70).all(|number| all.contains(&format!("Hizmet {number} "))));
    assert_eq!(all.matches("Genel toplam").count(), 1);
}

#[test]
fn what_the_fonts_cannot_write_does_not_keep_an_invoice_from_being_made() {
    let mut sheet = sheet();
    sheet.buyer.name = "漢字 \u{1f600} Ticaret\u{200d} العربية ΑΒΓ Привет".into();
    sheet.logo = None;
    let text = words(&text_of(&render(&sheet, page_of).unwrap()));
    assert!(text.contains("?? ? Ticaret") && text.contains("ΑΒΓ Привет"), "{text}");
    assert!(text.contains("Yıldız Çağrı Merkezi A.Ş."), "the name stands where the logo would");
}

#[test]
fn a_picture_that_is_none_is_an_error() {
    let mut sheet = sheet();
    sheet.logo = Some((b"no picture".to_vec(), 10, 10));
    assert!(render(&sheet, page_of).is_err());
}
