//! Which token opens the door.

use chrono::TimeDelta;
use domain::{Language, Machine, Scopes, security::MemberForm};
use services::{account, members};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn what_is_no_key_opens_nothing(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { token, .. } = created(&world, ayse, "organisation").await;
        let token = token.reveal();
        let other = format!("ayar_{}", PlainToken::random().reveal());
        let texts = ["", "ayar_", &token[5..], &token[..token.len() - 1], &token.to_lowercase(), &other];
        for text in texts.into_iter().chain([format!(" {token}").as_str(), "' OR 1=1 --"]) {
            let refused = refusal(&world.context, &PlainToken::received(text)).await;
            assert_eq!(refused, Some(Code::KeyInvalid), "{text}");
        }
    }

    async fn a_revoked_key_is_refused_at_the_next_request_on_every_node(world: World) {
        let ayse = world.owner(AYSE).await;
        let other = world.another_node().await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let rolled = roll(&world, ayse, id, "week").await.unwrap();
        for token in [&token, &rolled] {
            assert_eq!(refusal(&other, token).await, None);
        }
        revoke(&world, ayse, id).await.unwrap();
        for token in [&token, &rolled] {
            assert_eq!(refusal(&other, token).await, Some(Code::KeyInvalid));
        }
    }

    async fn an_expired_key_is_refused_to_the_second_and_one_without_end_is_not(world: World) {
        let ayse = world.owner(AYSE).await;
        for (lifetime, days) in [("30", 30), ("90", 90), ("365", 365)] {
            let made = create(&world, ayse, form("organisation", &["calls:read"], lifetime)).await.unwrap();
            world.context.clock.advance(TimeDelta::days(days) - TimeDelta::seconds(1));
            assert!(works(&world, &made.token).await);
            world.context.clock.advance(TimeDelta::seconds(1));
            assert!(!works(&world, &made.token).await, "{lifetime}");
        }
        let made = create(&world, ayse, form("organisation", &["calls:read"], "never")).await.unwrap();
        world.context.clock.advance(TimeDelta::days(5000));
        assert!(works(&world, &made.token).await);
    }

    async fn an_old_token_works_until_its_overlap_is_over(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        let mut now = token;
        for (overlap, time) in
            [("hour", TimeDelta::hours(1)), ("day", TimeDelta::days(1)), ("week", TimeDelta::days(7))]
        {
            let rolled = roll(&world, ayse, id, overlap).await.unwrap();
            world.context.clock.advance(time - TimeDelta::seconds(1));
            assert!(works(&world, &now).await && works(&world, &rolled).await, "{overlap}");
            world.context.clock.advance(TimeDelta::seconds(1));
            assert!(!works(&world, &now).await && works(&world, &rolled).await, "{overlap}");
            now = rolled;
        }
        let rolled = roll(&world, ayse, id, "none").await.unwrap();
        assert!(!works(&world, &now).await && works(&world, &rolled).await);
    }

    async fn an_overlap_does_not_outlast_the_key(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        world.context.clock.advance(TimeDelta::days(89));
        let rolled = roll(&world, ayse, id, "week").await.unwrap();
        assert_eq!(live(&world, ayse).await[0].old_until, live(&world, ayse).await[0].expires_at);
        world.context.clock.advance(TimeDelta::days(1));
        assert!(!works(&world, &token).await && !works(&world, &rolled).await);
    }

    async fn personal_keys_of_whoever_is_shown_out_stop_and_stay_so(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let personal = created(&world, mert, "personal").await;
        let of_organisation = created(&world, mert, "organisation").await;
        assert!(works(&world, &personal.token).await);
        let admin = Recent::check(ayse.admin().unwrap(), world.context.now()).unwrap();
        let form = MemberForm { person: mert.person.to_string() };
        members::remove_member(&world.context, admin, form).await.unwrap();
        assert!(!works(&world, &personal.token).await);
        assert!(works(&world, &of_organisation.token).await, "the organisation's own goes on");
        // Back again, as somebody who was invited anew.
        let form = domain::members::InviteForm { emails: MERT.into(), role: "member".into() };
        members::invite(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        let token = world.token_mailed_to(MERT).await;
        let account = Some(world.account(&world.session(MERT).await).await);
        let form = domain::entrance::VerifyForm { token };
        members::accept_invitation(&world.context, account, form).await.unwrap();
        assert!(!works(&world, &personal.token).await, "what was ended does not come back with the person");
    }

    async fn a_membership_that_is_gone_is_enough(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let Made { id, token } = created(&world, mert, "personal").await;
        let write = world.context.database.write(move |on| Box::pin(async move {
            let key = (ayse.organisation.0, mert.person.0);
            entity::membership::Entity::delete_by_id(key).exec(on).await.unwrap();
            Ok(())
        }));
        write.await.unwrap();
        assert_eq!(stored(&world, id).await.revoked_at, None);
        assert!(!works(&world, &token).await);
    }

    async fn whoever_leaves_takes_their_personal_keys_along(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let Made { token, .. } = created(&world, mert, "personal").await;
        members::leave(&world.context, world.recent(mert.account())).await.unwrap();
        assert!(!works(&world, &token).await);
    }

    async fn a_key_of_somebody_who_owes_a_second_factor_waits_for_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let personal = created(&world, mert, "personal").await;
        let of_organisation = created(&world, ayse, "organisation").await;
        let required = organisation::ActiveModel { two_factor_required: Set(true), ..Default::default() };
        change_organisation(&world, ayse, required).await;
        assert_eq!(refusal(&world.context, &personal.token).await, Some(Code::TwoFactorRequired));
        assert_eq!(stored(&world, personal.id).await.used_at, None, "it was not used");
        assert!(works(&world, &of_organisation.token).await);
        world.set_up_app(mert.account()).await;
        assert!(works(&world, &personal.token).await);
    }

    async fn whoever_says_it_was_not_them_has_no_personal_keys_left(world: World) {
        let ayse = world.owner(AYSE).await;
        let personal = created(&world, ayse, "personal").await;
        let of_organisation = created(&world, ayse, "organisation").await;
        world.set_up_app(ayse.account()).await;
        let token = world.token_mailed_to(AYSE).await;
        account::was_not_me(&world.context, domain::entrance::VerifyForm { token }).await.unwrap();
        assert!(!works(&world, &personal.token).await);
        assert!(works(&world, &of_organisation.token).await);
    }

    async fn a_machine_is_what_its_key_says(world: World) {
        let ayse = world.owner(AYSE).await;
        let (own, personal) =
            (created(&world, ayse, "organisation").await, created(&world, ayse, "personal").await);
        let scopes = Scopes::CALLS_READ | Scopes::SLOTS_WRITE;
        let english = organisation::ActiveModel { language: Set("en".into()), ..Default::default() };
        change_organisation(&world, ayse, english).await;
        let machine = keys::authenticate(&world.context, &own.token).await.unwrap();
        let expected = Machine {
            key: own.id,
            organisation: ayse.organisation,
            person: None,
            role: Role::Admin,
            language: Language::En,
            scopes,
        };
        assert_eq!(machine, expected);
        let machine = keys::authenticate(&world.context, &personal.token).await.unwrap();
        assert_eq!(
            machine,
            Machine { key: personal.id, person: Some(ayse.person), role: Role::Owner, ..expected },
            "who chose no language speaks the organisation's"
        );
        services::entrance::choose_language(&world.context, ayse.account(), Some(Language::Tr)).await.unwrap();
        let machine = keys::authenticate(&world.context, &personal.token).await.unwrap();
        assert_eq!(machine.language, Language::Tr);
    }

    async fn a_use_is_noted_once_a_minute(world: World) {
        let ayse = world.owner(AYSE).await;
        let Made { id, token } = created(&world, ayse, "organisation").await;
        assert_eq!(stored(&world, id).await.used_at, None);
        let first = world.context.now();
        assert!(works(&world, &token).await);
        world.context.clock.advance(TimeDelta::seconds(59));
        assert!(works(&world, &token).await);
        assert_eq!(stored(&world, id).await.used_at, Some(first));
        world.context.clock.advance(TimeDelta::seconds(1));
        assert!(works(&world, &token).await);
        assert_eq!(live(&world, ayse).await[0].used_at, Some(first + TimeDelta::minutes(1)));
    }
}
