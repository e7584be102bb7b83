use super::*;
use uuid::Uuid;

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

#[test]
fn what_was_sealed_opens_in_its_own_place_only() {
    let ring = KeyRing::memory();
    let place = Place::AuthenticatorSecret(person(1));
    let sealed = ring.seal(&place, b"secret").unwrap();
    assert_eq!(ring.unseal(&place, &sealed).unwrap(), b"secret");
    for other in [
        Place::AuthenticatorSecret(person(2)),
        Place::EnrolmentSecret(person(1)),
        Place::FreshCodes(person(1)),
        Place::FreshKey(domain::SessionId(Uuid::from_u128(1))),
    ] {
        assert!(ring.unseal(&other, &sealed).is_err(), "{other:?}");
    }
}

#[test]
fn the_same_secret_is_never_sealed_the_same_way_twice_and_does_not_show() {
    let ring = KeyRing::memory();
    let place = Place::FreshCodes(person(1));
    let (one, other) = (ring.seal(&place, b"GIZLI").unwrap(), ring.seal(&place, b"GIZLI").unwrap());
    assert_ne!(one, other);
    assert!(!one.contains("GIZLI"));
}

#[test]
fn a_changed_letter_anywhere_is_noticed() {
    let ring = KeyRing::memory();
    let place = Place::AuthenticatorSecret(person(1));
    let sealed = ring.seal(&place, b"secret").unwrap();
    for index in 0..sealed.len() {
        let mut forged = sealed.clone().into_bytes();
        forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        // The last letter carries bits that base64 does not use.
        assert!(ring.unseal(&place, &forged).is_err(), "{index}");
    }
    for odd in ["", "v1", "v1.k", "v2.k.AAAA", "v1..", &sealed[..20]] {
        assert!(ring.unseal(&place, odd).is_err(), "{odd:?}");
    }
}

#[test]
fn another_ring_opens_nothing() {
    let place = Place::AuthenticatorSecret(person(1));
    let sealed = KeyRing::memory().seal(&place, b"secret").unwrap();
    assert!(KeyRing::memory().unseal(&place, &sealed).is_err());
}
