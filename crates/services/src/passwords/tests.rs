use argon2::Argon2;

use super::*;

fn password(text: &str) -> Password {
    Password(text.to_owned())
}

fn checked(text: &str) -> Result<(), Code> {
    check(&password(text), &["Marmara Sigorta A.Ş.", "Ayşe Yılmaz", "ayse.yilmaz@marmara.com.tr"])
}

#[test]
fn long_sentences_and_random_strings_are_fine() {
    for text in
        ["mavi vapur kalkar yarın", "Tk4!qz_Wv9#r", "çorbayı üşenmeden karıştır", &"aZ3$kf9Lw0".repeat(12)]
    {
        assert_eq!(checked(text), Ok(()), "{text}");
    }
}

#[test]
fn what_people_try_first_is_guessable() {
    for text in [
        "password",
        "12345678",
        "qwertyuı",
        "şifre123",
        "Sifrem123",
        "Fenerbahçe1907",
        "fenerbahce1907",
        "GALATASARAY",
        "Beşiktaş1903",
        "İstanbul1453",
        "Türkiye1923",
        "Atatürk1881",
        "merhaba123",
        "aşkımcanım",
        "parola2024",
        "aaaaaaaaaaaaaaaa",
    ] {
        assert_eq!(checked(text), Err(Code::PasswordGuessable), "{text}");
    }
}

#[test]
fn a_persons_own_words_are_guessable() {
    for text in [
        "marmarasigorta",
        "Marmara Sigorta",
        "marmara-sigorta 1",
        "Ayşe.Yılmaz",
        "ayşe yılmaz",
        "ayseyilmaz1",
        "AyşeYılmaz",
        "ayse.yilmaz",
        "SIGORTA2026",
    ] {
        assert_eq!(checked(text), Err(Code::PasswordGuessable), "{text}");
        let stranger = strength(&password(text), &[]).score;
        assert!(stranger >= strength(&password(text), &["Ayşe Yılmaz", "Marmara Sigorta"]).score);
    }
}

#[test]
fn length_is_counted_in_characters_after_normalising() {
    assert_eq!(checked("T4!qz_W"), Err(Code::PasswordTooShort));
    assert_eq!(
        checked("u\u{308}o\u{308}g\u{306}s\u{327}"),
        Err(Code::PasswordTooShort),
        "four letters, eight marks"
    );
    assert_eq!(checked("ﷺ"), Ok(()), "one character that stands for eighteen");
    let random: String = (0..128u32).map(|i| char::from(b'!' + (i * 37 % 90) as u8)).collect();
    assert_eq!(checked(&random), Ok(()));
    assert_eq!(checked(&format!("{random}x")), Err(Code::PasswordTooLong));
    assert_eq!(checked(&"g\u{306}".repeat(129)), Err(Code::PasswordTooLong));
    assert_eq!(checked(&"x".repeat(1_000_000)), Err(Code::PasswordTooLong));
}

#[test]
fn the_end_of_a_long_password_counts_too() {
    let end = "Tk4!qz_Wv9#rM2@pLx8&";
    assert_eq!(checked(&format!("{}{end}", "a".repeat(WINDOW))), Ok(()));
    assert_eq!(checked(&"a".repeat(120)), Err(Code::PasswordGuessable));
}

#[test]
fn the_meter_goes_from_nought_to_four() {
    assert_eq!(strength(&password(""), &[]).score, 0);
    assert_eq!(strength(&password("12345678"), &[]).score, 0);
    assert_eq!(strength(&password("mavi vapur kalkar yarın"), &[]).score, 4);
    assert!(!strength(&password("merhaba12"), &[]).is_enough());
}

#[test]
fn symbols_for_one_letter_are_read_alike_only_when_there_are_many() {
    assert_eq!(plain_leet("p@ssw0rd{4}"), "p@ssw0rd{4}");
    assert_eq!(plain_leet("4@({[<69!$"), "44((((6615");
}

#[test]
fn a_hostile_text_is_rated_in_its_short_plain_form() {
    let words = ["x".repeat(10_000), "a b c ".repeat(1000)];
    let texts =
        ["4@8({[</3691!|71+%$5".repeat(7), "p4ssw0rd".repeat(16), "19".repeat(64), "ş".repeat(10_000)];
    for text in texts {
        // What makes zxcvbn slow is gone before it looks: many symbols that may stand for a letter.
        let plain = plain_leet(&text);
        assert!(plain.len() == text.len() && !plain.contains(['@', '{', '[', '$']), "{plain:.40}");
        strength(&password(&text), &[&words[0], &words[1]]);
    }
}

#[tokio::test]
async fn a_hash_verifies_its_password_and_no_other() {
    let passwords = Passwords::new(2, Cost::OWASP).unwrap();
    let hash = passwords.hash(&password("mavi vapur kalkar")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_ne!(hash, passwords.hash(&password("mavi vapur kalkar")).await.unwrap(), "each has its own salt");
    let right = passwords.verify(&password("mavi vapur kalkar"), Some(&hash)).await.unwrap();
    assert_eq!(right, Verified { matches: true, needs_rehash: false });
    let wrong = passwords.verify(&password("Mavi vapur kalkar"), Some(&hash)).await.unwrap();
    assert_eq!(wrong, Verified { matches: false, needs_rehash: false });
}

#[tokio::test]
async fn the_same_letters_from_two_systems_are_one_password() {
    let passwords = Passwords::new(1, Cost::OWASP).unwrap();
    let hash = passwords.hash(&password("güneşli bir gün")).await.unwrap();
    let decomposed = password("gu\u{308}nes\u{327}li bir gu\u{308}n");
    assert!(passwords.verify(&decomposed, Some(&hash)).await.unwrap().matches);
}

#[tokio::test]
async fn nothing_matches_nobody() {
    let passwords = Passwords::new(1, Cost::OWASP).unwrap();
    for text in ["", "nobody", &"x".repeat(100_000)] {
        for hash in [None, Some(""), Some("$argon2id$broken"), Some("nobody")] {
            assert!(!passwords.verify(&password(text), hash).await.unwrap().matches);
        }
    }
    let empty = passwords.hash(&password("")).await.unwrap();
    assert!(!passwords.verify(&password(&"x".repeat(100_000)), Some(&empty)).await.unwrap().matches);
}

/// The work is the hash: it has today's parameters, as a known address's has.
#[tokio::test]
async fn an_unknown_address_costs_a_whole_hash() {
    let passwords = Passwords::new(1, Cost::OWASP).unwrap();
    passwords.verify(&password("mavi vapur"), None).await.unwrap();
    let compared = passwords.nobody.get().and_then(Option::as_ref);
    assert!(compared.is_some_and(|hash| Cost::OWASP.is_of(hash)));
}

#[tokio::test]
async fn a_hash_with_other_parameters_asks_for_a_new_one() {
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let hash = weak.hash_password("mavi vapur".as_bytes()).unwrap().to_string();
    let verified =
        Passwords::new(1, Cost::OWASP).unwrap().verify(&password("mavi vapur"), Some(&hash)).await.unwrap();
    assert_eq!(verified, Verified { matches: true, needs_rehash: true });
    let wrong = Passwords::new(1, Cost::OWASP).unwrap().verify(&password("mavi"), Some(&hash)).await.unwrap();
    assert_eq!(wrong, Verified { matches: false, needs_rehash: false });
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_stay_on_their_threads() {
    let passwords = Passwords::new(2, Cost::LEAST).unwrap();
    let each = (0..40).map(|_| passwords.in_turn(|| std::thread::current().id()));
    let threads: HashSet<_> = futures::future::join_all(each).await.into_iter().map(Result::unwrap).collect();
    assert!((1..=2).contains(&threads.len()), "{threads:?}");
}

#[tokio::test]
async fn the_last_hasher_goes_without_waiting() {
    let passwords = Passwords::new(1, Cost::LEAST).unwrap();
    passwords.in_turn(|| ()).await.unwrap();
    drop(passwords);
}

/// Memory that was used before, by a larger hash too, changes nothing; the library reads what we write.
#[test]
fn a_hash_is_what_the_library_makes_of_it() {
    for (memory, passes) in [(64, 1), (256, 3), (32, 2), (64, 1)] {
        let params = Params::new(memory, passes, LANES, None).unwrap();
        let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let ours = Hasher(params).hash_password_with_salt(b"mavi vapur", b"eight or more").unwrap();
        assert_eq!(ours, theirs.hash_password_with_salt(b"mavi vapur", b"eight or more").unwrap());
        assert!(theirs.verify_password(b"mavi vapur", &ours).is_ok());
        assert!(Hasher(Params::DEFAULT).verify_password(b"mavi vapur", &ours).is_ok());
        assert!(Hasher(Params::DEFAULT).verify_password(b"Mavi vapur", &ours).is_err());
    }
}
