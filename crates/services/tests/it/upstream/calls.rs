//! Asking for a call, and the way back from a key that the platform refuses.

use super::*;

async fn place(world: &World, actor: Actor) -> Result<(), NotPlaced> {
    rooms::place_call(&world.context, actor.organisation, &order()).await
}

on_both_databases! {
    async fn an_order_says_who_is_called_and_what_is_said(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        let deniz = world.owner("deniz@baska.example").await;
        connect(&world, ayse, &fake, FIRST).await;
        let order = order();
        rooms::place_call(&world.context, ayse.organisation, &order).await.unwrap();
        let asked = fake.seen().remove(0);
        assert_eq!((asked.line.as_str(), asked.key()), ("POST /v1/calls", FIRST));
        let name = format!("idempotency-key: {}", order.call);
        assert!(asked.head.to_ascii_lowercase().contains(&name), "{}", asked.head);
        let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "call": order.call, "from": "+902125550100", "to": "+905325550123",
                "agent": { "name": "Deniz", "greeting": order.greeting, "language": "tr" },
                "customer": { "name": "Işıl Güneş" },
            })
        );
        assert_eq!(place(&world, deniz).await, Err(NotPlaced::Refused(Failure::NotConnected)));
        assert_eq!(fake.seen().len(), 0, "nobody uses the connection of others");
    }

    async fn an_answer_says_whether_somebody_may_have_been_called(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        use Failure::*;
        for (code, failure, may_have) in [
            (400, RequestRefused, false), (401, KeyRefused, false), (403, KeyRefused, false), (404, RequestRefused, false),
            (408, TimedOut, true), (409, RequestRefused, false), (422, RequestRefused, false), (429, RateLimited, false),
            (500, ServerError, true), (502, ServerError, true), (503, ServerError, true), (302, Redirected, false),
        ] {
            fake.answer(move |_| Some(status(code, "<html>")));
            let expected = if may_have { NotPlaced::Unclear(failure) } else { NotPlaced::Refused(failure) };
            assert_eq!(place(&world, ayse).await, Err(expected), "{code}");
        }
        for code in [200, 201, 202] {
            fake.answer(move |_| Some(status(code, "not JSON")));
            assert_eq!(place(&world, ayse).await, Ok(()), "{code}");
        }
        fake.answer(|_| None);
        assert_eq!(place(&world, ayse).await, Err(NotPlaced::Unclear(AnswerUnreadable)), "hung up");
        fake.answer(|_| Some("SSH-2.0-OpenSSH_9.6\r\n".into()));
        assert_eq!(place(&world, ayse).await, Err(NotPlaced::Unclear(AnswerUnreadable)));
        fake.answer(|_| {
            std::thread::sleep(std::time::Duration::from_secs(3));
            None
        });
        assert_eq!(place(&world, ayse).await, Err(NotPlaced::Unclear(TimedOut)));
    }

    async fn a_new_key_that_is_refused_makes_room_for_the_old_one(world: World) {
        let fake = Fake::taking(&[FIRST, SECOND]);
        let (world, ayse) = meet(world, &fake).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        world.colleague(ayse, "can@yildiz.example", Role::Member).await;
        connect(&world, ayse, &fake, FIRST).await;
        try_out(&world, ayse, &fake.url(), SECOND).await.unwrap();
        let odd = use_trial(&world, ayse, "none", false).await.unwrap_err();
        assert_eq!(odd.of("fallback"), Some(Code::ChoiceUnknown));
        use_trial(&world, ayse, "day", false).await.unwrap();
        let tomorrow = world.context.now() + TimeDelta::days(1);
        assert_eq!(connection(&world, mert).await.old, Some(("1111".into(), tomorrow)));
        fake.seen();
        place(&world, ayse).await.unwrap();
        assert_eq!(fake.seen()[0].key(), SECOND, "the new key is used at once");

        fake.take(&[FIRST]);
        world.context.clock.advance(TimeDelta::hours(23));
        // Several calls find out at the same moment.
        let (one, two, three) = tokio::join!(place(&world, ayse), place(&world, ayse), place(&world, ayse));
        assert_eq!((one, two, three), (Ok(()), Ok(()), Ok(())));
        let now = connection(&world, ayse).await;
        assert_eq!((now.key_end.as_str(), now.old), ("1111", None));
        assert_eq!(now.rolled_back, Some(("2222".into(), world.context.now())));
        fake.seen();
        place(&world, ayse).await.unwrap();
        let asked: Vec<String> = fake.seen().iter().map(|seen| seen.key().to_owned()).collect();
        assert_eq!(asked, [FIRST]);
        let rows = trail(&world, ayse).await;
        let actions: Vec<_> = rows.iter().map(|(action, person, _)| (action.as_str(), person.is_some())).collect();
        assert_eq!(
            actions,
            [("upstream.connect", true), ("upstream.swap_key", true), ("upstream.roll_back", false)]
        );
        assert!(rows.iter().all(|(.., told)| !told.contains("sk_live")), "{rows:?}");
        for (email, mails) in [(AYSE, 1), (MERT, 1), ("can@yildiz.example", 0)] {
            let kinds = world.kinds_mailed_to(email).await;
            let told = kinds.iter().filter(|kind| **kind == "upstream_rolled_back").count();
            assert_eq!(told, mails, "{email}");
        }
        world.context.clock.advance(TimeDelta::days(7));
        assert_eq!(connection(&world, ayse).await.rolled_back, None, "old news");
    }

    async fn without_a_way_back_a_refused_key_stays_refused(world: World) {
        let fake = Fake::taking(&[FIRST, SECOND]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        connect(&world, ayse, &fake, SECOND).await;
        let refused = Err(NotPlaced::Refused(Failure::KeyRefused));
        // Both are refused: nothing is won by going back.
        fake.take(&[]);
        assert_eq!(place(&world, ayse).await, refused);
        assert_eq!(connection(&world, ayse).await.key_end, "2222");
        // What is no verdict on the old key does not bring it back either.
        fake.answer(|asked| Some(if asked.key() == SECOND { status(403, "") } else { status(503, "") }));
        assert_eq!(place(&world, ayse).await, Err(NotPlaced::Unclear(Failure::ServerError)));
        assert_eq!(connection(&world, ayse).await.key_end, "2222");
        // Its time is over, looked after or not.
        fake.take(&[FIRST]);
        world.context.clock.advance(TimeDelta::days(1));
        fake.seen();
        assert_eq!(place(&world, ayse).await, refused);
        assert_eq!(fake.seen().len(), 1);
        assert_eq!(rooms::sweep(&world.context).await, Ok(1));
        let row = upstream::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert_eq!((row.old_key, row.old_base, row.old_key_end, row.old_until), (None, None, None, None));
    }

    async fn a_way_back_can_be_closed_before_its_time(world: World) {
        let fake = Fake::taking(&[FIRST, SECOND]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        connect(&world, ayse, &fake, SECOND).await;
        for _ in 0..2 {
            rooms::finish_swap(&world.context, recent(&world, ayse), confirmed()).await.unwrap();
        }
        fake.take(&[FIRST]);
        assert_eq!(place(&world, ayse).await, Err(NotPlaced::Refused(Failure::KeyRefused)));
        let actions: Vec<String> = trail(&world, ayse).await.into_iter().map(|(action, ..)| action).collect();
        assert_eq!(actions, ["upstream.connect", "upstream.swap_key", "upstream.finish_swap"]);
    }

    /// A key is of one platform: nobody else is ever shown it.
    async fn another_address_never_gets_the_key_of_the_one_before(world: World) {
        let (one, other) = (Fake::taking(&[FIRST]), Fake::taking(&[SECOND]));
        let (mut world, ayse) = meet(world, &one).await;
        let both = [one.address.to_string(), other.address.to_string()];
        world.context.platform = fake::platform(&both, fake::Names(vec![]));
        connect(&world, ayse, &one, FIRST).await;
        connect(&world, ayse, &other, SECOND).await;
        other.take(&[]);
        place(&world, ayse).await.unwrap();
        assert_eq!(connection(&world, ayse).await.base, one.url());
        assert!(other.seen().iter().all(|asked| asked.key() == SECOND));
        assert!(one.seen().iter().all(|asked| asked.key() == FIRST));
    }

    async fn a_test_takes_the_way_back_too(world: World) {
        let fake = Fake::taking(&[FIRST, SECOND]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        connect(&world, ayse, &fake, SECOND).await;
        fake.take(&[FIRST]);
        rooms::test(&world.context, recent(&world, ayse), confirmed()).await.unwrap();
        let now = connection(&world, ayse).await;
        assert_eq!((now.key_end.as_str(), now.tested.unwrap().failure), ("1111", None));
        assert!(now.rolled_back.is_some());
    }
}
