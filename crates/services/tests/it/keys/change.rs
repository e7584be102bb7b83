//! Who makes, sees, rolls and revokes which key.

use chrono::TimeDelta;
use domain::{Inside, Scopes, SupportId, keys::MOST_KEYS, support::Mode};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn a_form_with_mistakes_makes_no_key(world: World) {
        let ayse = world.owner(AYSE).await;
        let nameless = KeyForm { name: " ".into(), ..form("organisation", &["calls:read"], "90") };
        for (form, field, code) in [
            (nameless, "name", Code::Required),
            (form("organisation", &[], "90"), "scopes", Code::Required),
            (form("organisation", &["calls:read", "calls:delete"], "90"), "scopes", Code::ChoiceUnknown),
            (form("root", &["calls:read"], "90"), "kind", Code::ChoiceUnknown),
            (form("personal", &["calls:read"], "3650"), "lifetime", Code::ChoiceUnknown),
        ] {
            let error = create(&world, ayse, form).await.err().unwrap();
            assert_eq!(error.of(field), Some(code), "{field}");
        }
        assert_eq!((live(&world, ayse).await, trail(&world, ayse).await), (vec![], vec![]));
    }

    async fn a_member_makes_no_key_of_the_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let refused = create(&world, mert, form("organisation", &["calls:read"], "90")).await;
        assert_eq!(refused.err(), Some(Code::Forbidden.into()));
        // What counts is the role at that moment, not the one of the page.
        let stale = Actor { role: Role::Admin, ..mert };
        let refused = create(&world, stale, form("organisation", &["calls:read"], "90")).await;
        assert_eq!(refused.err(), Some(Code::Forbidden.into()));
        created(&world, mert, "personal").await;
    }

    async fn a_member_sees_their_own_keys_and_others_do_not_exist_for_them(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let (own, hers) = (created(&world, mert, "personal").await, created(&world, ayse, "personal").await);
        let of_organisation = created(&world, ayse, "organisation").await;
        let ids: Vec<KeyId> = live(&world, mert).await.iter().map(|line| line.id).collect();
        assert_eq!(ids, [own.id]);
        for id in [hers.id, of_organisation.id, KeyId(uuid::Uuid::now_v7())] {
            assert_eq!(roll(&world, mert, id, "none").await.err(), Some(Code::NotFound.into()));
            assert_eq!(revoke(&world, mert, id).await, Err(Code::NotFound.into()));
        }
        assert!(works(&world, &hers.token).await && works(&world, &of_organisation.token).await);
        roll(&world, mert, own.id, "day").await.unwrap();
        revoke(&world, mert, own.id).await.unwrap();
    }

    async fn an_administrator_revokes_a_personal_key_and_has_no_token_for_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let hers = created(&world, ayse, "personal").await;
        let line = live(&world, mert).await.remove(0);
        assert_eq!((line.owner.as_deref(), line.is_own, line.may_be_rolled), (Some("Ayşe Erdem"), false, false));
        assert_eq!(roll(&world, mert, hers.id, "none").await.err(), Some(Code::Forbidden.into()));
        assert!(works(&world, &hers.token).await);
        revoke(&world, mert, hers.id).await.unwrap();
        assert!(!works(&world, &hers.token).await);
        let (action, before, _) = trail(&world, ayse).await.pop().unwrap();
        assert_eq!(action, "keys.revoke_key");
        assert!(before.contains(AYSE), "{before}");
    }

    async fn keys_of_another_organisation_do_not_exist(world: World) {
        let (ayse, mert) = (world.owner(AYSE).await, world.owner(MERT).await);
        for kind in ["organisation", "personal"] {
            let made = created(&world, ayse, kind).await;
            assert_eq!(roll(&world, mert, made.id, "none").await.err(), Some(Code::NotFound.into()));
            assert_eq!(revoke(&world, mert, made.id).await, Err(Code::NotFound.into()));
            assert!(works(&world, &made.token).await);
        }
        assert_eq!((live(&world, mert).await, trail(&world, mert).await), (vec![], vec![]));
    }

    async fn support_sees_no_keys(world: World) {
        let ayse = world.owner(AYSE).await;
        created(&world, ayse, "organisation").await;
        let inside = Inside { id: SupportId(world.context.id()), mode: Mode::Write, consented_by: None };
        let support = Actor { support: Some(inside), ..ayse }.member();
        let refused = keys::load_keys(&world.context, support).await;
        assert_eq!(refused.map(drop), Err(Code::SupportForbidden.into()));
        assert!(Recent::check(support, world.context.now()).is_err());
    }

    async fn the_51st_key_is_one_too_many_and_ended_ones_do_not_count(world: World) {
        let ayse = world.owner(AYSE).await;
        let short = create(&world, ayse, form("personal", &["calls:read"], "30")).await.unwrap();
        let mut last = short.id;
        for _ in 1..MOST_KEYS {
            last = created(&world, ayse, "organisation").await.id;
        }
        let more = || create(&world, ayse, form("organisation", &["calls:read"], "never"));
        assert_eq!(more().await.err(), Some(Code::TooManyKeys.into()));
        revoke(&world, ayse, last).await.unwrap();
        more().await.unwrap();
        assert_eq!(more().await.err(), Some(Code::TooManyKeys.into()));
        world.context.clock.advance(TimeDelta::days(30));
        more().await.unwrap();
        // Rolling makes no key more.
        roll(&world, ayse, live(&world, ayse).await[0].id, "day").await.unwrap();
    }

    async fn rolling_keeps_everything_but_the_token(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let before = live(&world, ayse).await.remove(0);
        assert_eq!(before.start, token.reveal()[5..11]);
        world.context.clock.advance(TimeDelta::days(1));
        let rolled = roll(&world, ayse, id, "day").await.unwrap();
        let after = live(&world, ayse).await.remove(0);
        let day = world.context.now() + TimeDelta::days(1);
        let expected = KeyLine { start: rolled.reveal()[5..11].into(), old_until: Some(day), ..before };
        assert_eq!(after, expected);
        let again = roll(&world, ayse, id, "hour").await.unwrap();
        assert!(!works(&world, &token).await, "rolling during the overlap ends the oldest");
        assert!(works(&world, &rolled).await && works(&world, &again).await);
    }

    async fn a_key_that_has_ended_is_not_rolled_and_may_be_revoked_twice(world: World) {
        let ayse = world.owner(AYSE).await;
        let (one, other) =
            (created(&world, ayse, "organisation").await, created(&world, ayse, "organisation").await);
        revoke(&world, ayse, one.id).await.unwrap();
        let revoked_at = stored(&world, one.id).await.revoked_at;
        world.context.clock.advance(TimeDelta::days(90));
        for id in [one.id, other.id] {
            assert_eq!(roll(&world, ayse, id, "day").await.err(), Some(Code::NotFound.into()));
            revoke(&world, ayse, id).await.unwrap();
        }
        assert_eq!(stored(&world, one.id).await.revoked_at, revoked_at);
        assert_eq!(stored(&world, other.id).await.revoked_at, None, "it had expired by itself");
        let actions: Vec<String> = trail(&world, ayse).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["keys.create_key", "keys.create_key", "keys.revoke_key"]);
    }

    async fn ended_keys_are_told_of_for_thirty_days(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let revoked = created(&world, ayse, "organisation").await.id;
        let expired = create(&world, ayse, form("personal", &["calls:read"], "30")).await.unwrap().id;
        world.context.clock.advance(TimeDelta::days(22));
        assert!(!live(&world, ayse).await[0].ends_soon);
        revoke(&world, ayse, revoked).await.unwrap();
        world.context.clock.advance(TimeDelta::days(1));
        assert!(live(&world, ayse).await[0].ends_soon);
        world.context.clock.advance(TimeDelta::days(7));
        let ids = |lines: Vec<KeyLine>| lines.into_iter().map(|line| line.id).collect::<Vec<_>>();
        assert_eq!(ids(ended(&world, ayse).await), [expired, revoked], "the last one first");
        assert_eq!((live(&world, ayse).await, ended(&world, mert).await), (vec![], vec![]));
        world.context.clock.advance(TimeDelta::days(22));
        assert_eq!(ids(ended(&world, ayse).await), [expired]);
        world.context.clock.advance(TimeDelta::days(8));
        assert_eq!(ended(&world, ayse).await, []);
    }

    async fn the_trail_tells_everything_but_the_token(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let rolled = roll(&world, ayse, id, "week").await.unwrap();
        revoke(&world, ayse, id).await.unwrap();
        let rows = trail(&world, ayse).await;
        let actions: Vec<&str> = rows.iter().map(|(action, ..)| action.as_str()).collect();
        assert_eq!(actions, ["keys.create_key", "keys.roll_key", "keys.revoke_key"]);
        let told = r#""expires":"21.02.2027 12:00 (Europe/Istanbul)","kind":"organisation","name":"Santral köprüsü""#;
        for (action, before, after) in &rows {
            let text = format!("{before}{after}");
            assert!(text.contains(told) && text.contains("calls:read, slots:write"), "{action}: {text}");
            for token in [&token, &rolled] {
                assert!(!text.contains(&token.reveal()[5..11]), "{action}: {text}");
            }
        }
        assert!(rows[1].2.contains(r#""overlap":"week""#));
    }

    async fn nothing_stored_opens_the_door(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        roll(&world, ayse, id, "week").await.unwrap();
        let row = stored(&world, id).await;
        assert_eq!(row.old_token_hash, Some(token.hash().0));
        assert_eq!(row.scopes(), Scopes::CALLS_READ | Scopes::SLOTS_WRITE);
        assert!(!format!("{row:?}").contains(&token.reveal()[11..]));
        for hash in [row.token_hash, row.old_token_hash.unwrap()] {
            let text = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            assert!(!works(&world, &PlainToken::received(&text)).await);
        }
    }
}
