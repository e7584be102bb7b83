//! Nothing inside of the network ever hears of us, whatever the platform's address, its DNS or its answers say. A server
//! on loopback listens for it.

use super::{
    fake::{Names, platform, redirect},
    *,
};

async fn tested(world: &World, actor: Actor, address: &str) -> Option<Failure> {
    try_out(world, actor, address, FIRST).await.unwrap();
    trial(world, actor).await.tested.failure
}

on_both_databases! {
    async fn names_that_lead_inside_are_not_followed(world: World) {
        let canary = Fake::new(|asked| Some(fine(asked)));
        let mut world = world;
        let ayse = world.owner(AYSE).await;
        for inside in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "fd00::1", "64:ff9b::7f00:1"] {
            world.context.platform = platform(&[], Names(vec![vec![inside]]));
            let failure = tested(&world, ayse, "https://platform.example").await;
            assert_eq!(failure, Some(Failure::AddressRefused), "{inside}");
        }
        world.context.platform = platform(&[], Names(vec![]));
        assert_eq!(tested(&world, ayse, "https://platform.example").await, Some(Failure::NameUnknown));
        assert_eq!(canary.seen().len(), 0);
    }

    /// DNS rebinding: public when it is looked at, private when it is connected to.
    async fn a_name_that_changes_its_mind_leads_nowhere(world: World) {
        let canary = Fake::new(|asked| Some(fine(asked)));
        let mut world = world;
        let ayse = world.owner(AYSE).await;
        // Nothing listens on this one; the point is who is not asked.
        world.context.platform = platform(&[], Names(vec![vec!["192.31.196.9"], vec!["127.0.0.1"]]));
        let first = tested(&world, ayse, "https://platform.example").await;
        assert!(!matches!(first, None | Some(Failure::AddressRefused)), "{first:?}");
        assert_eq!(tested(&world, ayse, "https://platform.example").await, Some(Failure::AddressRefused));
        assert_eq!(canary.seen().len(), 0);
    }

    async fn a_listed_platform_sends_us_nowhere(world: World) {
        let canary = Fake::new(|asked| Some(fine(asked)));
        let fake = Fake::taking(&[FIRST]);
        let (world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        for to in [format!("{}/account", canary.url()), "//127.0.0.1/".into(), "/v1/other".into(), "file:///etc/passwd".into()] {
            fake.answer(move |_| Some(redirect(&to)));
            assert_eq!(tested(&world, ayse, &fake.url()).await, Some(Failure::Redirected));
            let placed = rooms::place_call(&world.context, ayse.organisation, &order()).await;
            assert_eq!(placed, Err(NotPlaced::Refused(Failure::Redirected)));
            assert_eq!(fake.seen().len(), 2);
        }
        assert_eq!(canary.seen().len(), 0);
    }

    /// The operator has taken the host off the list since.
    async fn what_is_listed_no_more_is_not_called(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (mut world, ayse) = meet(world, &fake).await;
        connect(&world, ayse, &fake, FIRST).await;
        world.context.platform = platform(&[], Names(vec![]));
        let placed = rooms::place_call(&world.context, ayse.organisation, &order()).await;
        assert_eq!(placed, Err(NotPlaced::Refused(Failure::AddressRefused)));
        rooms::test(&world.context, recent(&world, ayse), confirmed()).await.unwrap();
        let tested = connection(&world, ayse).await.tested.unwrap();
        assert_eq!((tested.failure, fake.seen().len()), (Some(Failure::AddressRefused), 0));
    }

    async fn other_troubles_have_names(world: World) {
        let fake = Fake::taking(&[FIRST]);
        let (mut world, ayse) = meet(world, &fake).await;
        for (answer, failure) in [
            (status(200, "<html>hello</html>"), Failure::AnswerUnreadable),
            (status(200, r#"{"name":"x"}"#), Failure::AnswerUnreadable),
            (status(200, &format!(r#"{{"name":"{}","permissions":[]}}"#, "x".repeat(70_000))), Failure::AnswerUnreadable),
            (status(404, ""), Failure::RequestRefused),
            (status(429, ""), Failure::RateLimited),
        ] {
            fake.answer(move |_| Some(answer.clone()));
            assert_eq!(tested(&world, ayse, &fake.url()).await, Some(failure));
        }
        // A name that is not fit to be shown is not.
        fake.answer(|_| Some(status(200, r#"{"name":"a\u202eb","permissions":["calls:place","recordings:send"]}"#)));
        assert_eq!(tested(&world, ayse, &fake.url()).await, None);
        assert_eq!(trial(&world, ayse).await.tested.account.as_deref(), Some(""));
        // It speaks no TLS.
        fake.answer(|_| None);
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        world.context.platform =
            platform(&[fake.address.to_string(), closed.to_string()], Names(vec![]));
        let https = format!("https://{}", fake.address);
        let failure = tested(&world, ayse, &https).await.unwrap();
        assert!(matches!(failure, Failure::Tls | Failure::TimedOut | Failure::Unreachable), "{failure:?}");
        assert_eq!(tested(&world, ayse, &format!("http://{closed}")).await, Some(Failure::Unreachable));
    }
}
