//! Telling people what happened: at once, in digests of the organisation's days and weeks, or not at all.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Actor, Code, Language, Recent, Role,
    general::GeneralForm,
    members::{InviteForm, RoleForm},
    notifications::{AnnounceForm, Event, FrequenciesForm, News, Period},
    plan::Plan,
    security::MemberForm,
};
use entity::{digest, digest_window, membership, person};
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    Context, general, hours, jobs,
    jobs::Kind,
    mail::{Digest, MailKind},
    members, notifications,
};

use crate::{
    on_both_databases,
    support::{at_the_desk, staff},
    world::World,
};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const DENIZ: &str = "deniz@ayar.example";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn go_to(world: &World, instant: &str) {
    world.context.clock.advance(at(instant) - world.context.now());
}

/// The same for every event that may be had so; low credit stays as it is.
fn every(word: &str) -> FrequenciesForm {
    FrequenciesForm {
        invitation: word.into(),
        low_credit: "instant".into(),
        invoice: word.into(),
        system_update: word.into(),
    }
}

async fn choose(world: &World, actor: Actor, word: &str) {
    notifications::save_choices(&world.context, actor.member(), every(word)).await.unwrap();
}

/// Something that the other administrators are told of.
async fn invite(world: &World, actor: Actor, email: &str) {
    let form = InviteForm { emails: email.into(), role: "member".into() };
    members::invite(&world.context, actor.admin().unwrap(), form).await.unwrap();
}

/// What a node does each minute, and the digests that come of it.
async fn minute(context: &Context) {
    notifications::sweep(context).await.unwrap();
    jobs::run_due(context, Kind::Digest).await.unwrap();
}

/// The digests that reached an address, with what is in them.
async fn digests(world: &World, email: &str) -> Vec<Digest> {
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    sent.into_iter()
        .filter(|sent| sent.mail.to == email)
        .filter_map(|sent| match sent.mail.kind {
            MailKind::Digest { digest, .. } => Some(*digest),
            _ => None,
        })
        .collect()
}

fn invited(digest: &Digest) -> Vec<String> {
    let of = |news: &News| match news {
        News::Invitation { invited, .. } => invited.clone(),
        _ => Vec::new(),
    };
    digest.items.iter().flat_map(|item| of(&item.news)).collect()
}

/// An owner, and another administrator who is told what she does.
async fn two(world: &World) -> (Actor, Actor) {
    let ayse = world.owner(AYSE).await;
    let mert = world.colleague(ayse, MERT, Role::Admin).await;
    (ayse, mert)
}

async fn move_to(world: &World, actor: Actor, zone: &str) {
    let admin = actor.admin().unwrap();
    let form = general::load_profile(&world.context, actor.member()).await.unwrap().form;
    let form = GeneralForm { time_zone: zone.into(), ..form };
    general::save_profile(&world.context, admin, form).await.unwrap();
}

fn announcement() -> AnnounceForm {
    AnnounceForm {
        title_tr: "Bakım".into(),
        title_en: "Maintenance".into(),
        text_tr: "Cumartesi 03:00".into(),
        text_en: "Saturday 03:00".into(),
    }
}

on_both_databases! {
    async fn whoever_chose_nothing_is_told_at_once_and_whoever_did_it_is_not(world: World) {
        let (ayse, mert) = two(&world).await;
        let member = world.colleague(ayse, "uye@yildiz.example", Role::Member).await;
        invite(&world, ayse, "yeni@yildiz.example").await;
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"invitation"));
        assert!(!world.kinds_mailed_to(AYSE).await.contains(&"invitation"));
        assert!(!world.kinds_mailed_to("uye@yildiz.example").await.contains(&"invitation"));
        assert_eq!(notifications::count_unseen(&world.context, mert.member()).await, Ok(1));
        for actor in [ayse, member] {
            assert_eq!(notifications::count_unseen(&world.context, actor.member()).await, Ok(0));
        }
        let notices = notifications::load_notices(&world.context, mert.member()).await.unwrap();
        assert_eq!(notices[0].line.title, "Ayşe Erdem şu adresleri davet etti: yeni@yildiz.example");
        assert_eq!((notices[0].path.as_str(), notices[0].is_seen), ("/settings/members", false));
        notifications::mark_seen(&world.context, mert.member(), notices[0].id).await.unwrap();
        assert_eq!(notifications::count_unseen(&world.context, mert.member()).await, Ok(0));
    }

    async fn a_daily_digest_tells_of_the_day_before_at_eight_and_of_nothing_twice(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "daily").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        go_to(&world, "2026-11-23T20:59:59Z");
        invite(&world, ayse, "iki@yildiz.example").await;
        // Midnight in Istanbul: of the next day.
        go_to(&world, "2026-11-23T21:00:00Z");
        invite(&world, ayse, "uc@yildiz.example").await;
        go_to(&world, "2026-11-24T04:59:59Z");
        minute(&world.context).await;
        assert!(digests(&world, MERT).await.is_empty());
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        minute(&world.context).await;
        let first = digests(&world, MERT).await;
        assert_eq!(first.len(), 1);
        assert_eq!(first[0].period, Some(Period::Daily));
        assert_eq!(invited(&first[0]), ["bir@yildiz.example", "iki@yildiz.example"]);
        let (from, until, moved) = first[0].from_to.clone().unwrap();
        assert_eq!(from, "23.11.2026 00:00 (Europe/Istanbul)");
        assert_eq!((until.as_str(), moved), ("24.11.2026 00:00 (Europe/Istanbul)", None));
        go_to(&world, "2026-11-25T05:00:00Z");
        minute(&world.context).await;
        assert_eq!(invited(&digests(&world, MERT).await[1]), ["uc@yildiz.example"]);
        // Nothing happened: nothing is sent.
        go_to(&world, "2026-11-26T05:00:00Z");
        minute(&world.context).await;
        assert_eq!(digests(&world, MERT).await.len(), 2);
        assert!(!world.kinds_mailed_to(MERT).await.contains(&"invitation"));
    }

    async fn a_weekly_digest_comes_on_monday(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "weekly").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        go_to(&world, "2026-11-29T20:00:00Z");
        minute(&world.context).await;
        invite(&world, ayse, "iki@yildiz.example").await;
        assert!(digests(&world, MERT).await.is_empty());
        go_to(&world, "2026-11-30T05:00:00Z");
        minute(&world.context).await;
        let told = digests(&world, MERT).await;
        assert_eq!((told.len(), told[0].period), (1, Some(Period::Weekly)));
        assert_eq!(invited(&told[0]), ["bir@yildiz.example", "iki@yildiz.example"]);
    }

    async fn what_was_seen_in_the_bell_is_not_mailed(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "daily").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        let seen = notifications::load_notices(&world.context, mert.member()).await.unwrap().remove(0).id;
        notifications::mark_seen(&world.context, mert.member(), seen).await.unwrap();
        invite(&world, ayse, "iki@yildiz.example").await;
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        assert_eq!(invited(&digests(&world, MERT).await[0]), ["iki@yildiz.example"]);
    }

    async fn whoever_waits_no_longer_gets_what_waited_at_once_and_whoever_wants_none_gets_none(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "weekly").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        invite(&world, ayse, "iki@yildiz.example").await;
        choose(&world, mert, "instant").await;
        let told = digests(&world, MERT).await;
        assert_eq!((told.len(), told[0].period, told[0].from_to.clone()), (1, None, None));
        assert_eq!(invited(&told[0]), ["bir@yildiz.example", "iki@yildiz.example"]);
        choose(&world, mert, "daily").await;
        invite(&world, ayse, "uc@yildiz.example").await;
        choose(&world, mert, "off").await;
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        assert_eq!(digests(&world, MERT).await.len(), 1);
        // The bell tells of all of it.
        assert_eq!(notifications::count_unseen(&world.context, mert.member()).await, Ok(3));
    }

    async fn the_organisations_choice_holds_for_whoever_has_none(world: World) {
        let (ayse, mert) = two(&world).await;
        let changed = notifications::save_defaults(&world.context, ayse.admin().unwrap(), every("daily")).await;
        assert_eq!(changed, Ok(vec![Event::Invitation, Event::Invoice, Event::SystemUpdate]));
        invite(&world, ayse, "bir@yildiz.example").await;
        assert!(!world.kinds_mailed_to(MERT).await.contains(&"invitation"));
        let chosen = notifications::load_choices(&world.context, mert.member()).await.unwrap();
        assert_eq!(chosen.len(), 4);
        assert_eq!((chosen[0].default.word(), chosen[0].own), ("daily", None));
        // Back to at once: what waited leaves.
        notifications::save_defaults(&world.context, ayse.admin().unwrap(), every("instant")).await.unwrap();
        assert_eq!(digests(&world, MERT).await.len(), 1);
        let again = notifications::save_defaults(&world.context, ayse.admin().unwrap(), every("instant")).await;
        assert_eq!(again, Ok(vec![]));
    }

    async fn a_new_zone_leaves_no_gap_and_says_how_long_the_day_was(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "daily").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        let other = hours::Other::After("Europe/London");
        let would = hours::explain_zone_change(&world.context, ayse.member(), other).await.unwrap().unwrap();
        let eight = |zone: &str| format!("24.11.2026 08:00 ({zone})");
        assert_eq!(would.digest, Some([eight("Europe/Istanbul"), eight("Europe/London")]));
        // The day of Istanbul has three hours more in London.
        move_to(&world, ayse, "Europe/London").await;
        go_to(&world, "2026-11-23T22:00:00Z");
        invite(&world, ayse, "iki@yildiz.example").await;
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        assert!(digests(&world, MERT).await.is_empty(), "eight in Istanbul is not eight in London");
        go_to(&world, "2026-11-24T08:00:00Z");
        minute(&world.context).await;
        let told = digests(&world, MERT).await;
        assert_eq!(invited(&told[0]), ["bir@yildiz.example", "iki@yildiz.example"]);
        assert_eq!(
            told[0].from_to,
            Some((
                "23.11.2026 00:00 (Europe/Istanbul)".into(),
                "24.11.2026 00:00 (Europe/London)".into(),
                Some(27)
            ))
        );
        let windows = digest_window::Entity::find().all(world.context.database.read()).await.unwrap();
        let window = windows.iter().find(|window| window.period == "daily").unwrap();
        assert_eq!(window.starts_at, at("2026-11-24T00:00:00Z"));
        assert_eq!(window.send_at, at("2026-11-25T08:00:00Z"));
    }

    async fn the_clock_changes_of_new_york_and_lord_howe_lose_nothing_and_double_nothing(world: World) {
        let (ayse, mert) = two(&world).await;
        world.set_plan(ayse.organisation, Plan::Enterprise).await;
        choose(&world, mert, "daily").await;
        for (zone, from) in [("America/New_York", "2027-03-12T00:00:00Z"), ("Australia/Lord_Howe", "2027-04-02T00:00:00Z")] {
            move_to(&world, ayse, zone).await;
            go_to(&world, from);
            let ayse = world.sign_in(AYSE).await;
            let before = digests(&world, MERT).await.len();
            let mut wanted = Vec::new();
            // Every five hours over five days in which the clocks change; a look every half hour.
            for half in 0..240 {
                if half % 10 == 0 && half < 200 {
                    let email = format!("n{half}-{}@yildiz.example", &zone[..3].to_lowercase());
                    invite(&world, ayse, &email).await;
                    wanted.push(email);
                }
                minute(&world.context).await;
                world.context.clock.advance(TimeDelta::minutes(30));
            }
            world.context.clock.advance(TimeDelta::days(1));
            minute(&world.context).await;
            let told: Vec<String> = digests(&world, MERT).await[before..].iter().flat_map(invited).collect();
            assert_eq!(told, wanted, "{zone}");
        }
    }

    async fn a_server_that_was_away_sends_when_it_is_back_or_with_the_next(world: World) {
        let (ayse, mert) = two(&world).await;
        choose(&world, mert, "daily").await;
        invite(&world, ayse, "bir@yildiz.example").await;
        // Back at half past seven in the evening.
        go_to(&world, "2026-11-24T16:30:00Z");
        minute(&world.context).await;
        assert_eq!(digests(&world, MERT).await.len(), 1);
        let ayse = world.sign_in(AYSE).await;
        invite(&world, ayse, "iki@yildiz.example").await;
        // Back a day and thirteen hours after eight.
        go_to(&world, "2026-11-26T18:00:00Z");
        minute(&world.context).await;
        assert_eq!(digests(&world, MERT).await.len(), 1);
        let ayse = world.sign_in(AYSE).await;
        invite(&world, ayse, "uc@yildiz.example").await;
        go_to(&world, "2026-11-27T05:00:00Z");
        minute(&world.context).await;
        let told = digests(&world, MERT).await;
        assert_eq!(told.len(), 2);
        assert_eq!(invited(&told[1]), ["iki@yildiz.example", "uc@yildiz.example"]);
        assert_eq!(told[1].from_to.clone().unwrap().0, "24.11.2026 00:00 (Europe/Istanbul)");
    }

    async fn whoever_left_or_may_no_longer_know_is_told_nothing(world: World) {
        let (ayse, mert) = two(&world).await;
        let selin = world.colleague(ayse, "selin@yildiz.example", Role::Admin).await;
        for actor in [mert, selin] {
            choose(&world, actor, "daily").await;
        }
        invite(&world, ayse, "bir@yildiz.example").await;
        let admin = Recent::check(ayse.admin().unwrap(), world.context.now()).unwrap();
        let form = MemberForm { person: mert.person.to_string() };
        members::remove_member(&world.context, admin, form).await.unwrap();
        let form = RoleForm { person: selin.person.to_string(), role: "member".into() };
        members::change_role(&world.context, admin, form).await.unwrap();
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        assert!(digests(&world, MERT).await.is_empty());
        assert!(digests(&world, "selin@yildiz.example").await.is_empty());
    }

    async fn an_announcement_reaches_everybody_once_in_their_language(world: World) {
        let deniz = staff(&world, DENIZ).await;
        let (ayse, mert) = two(&world).await;
        let other = world.owner("can@kuzey.example").await;
        services::entrance::choose_language(&world.context, other.account(), Some(Language::En)).await.unwrap();
        choose(&world, mert, "daily").await;
        let desk = at_the_desk(&world, &deniz).await;
        notifications::announce(&world.context, desk, announcement()).await.unwrap();
        for _ in 0..2 {
            jobs::run_due(&world.context, Kind::Announce).await.unwrap();
        }
        let told = |email: &'static str| {
            let sent = world.context.outbox.mailer().sent();
            let of = sent.into_iter().filter(move |sent| sent.mail.to == email);
            of.filter(|sent| sent.mail.kind.name() == "system_update").map(|sent| sent.raw).collect::<Vec<_>>()
        };
        world.context.deliver().await.unwrap();
        // His own company, where he chose nothing, tells him at once.
        assert_eq!((told(AYSE).len(), told(MERT).len(), told("can@kuzey.example").len()), (1, 1, 1));
        assert!(told("can@kuzey.example")[0].contains("Subject: An announcement from Ayar"));
        let list = notifications::load_announced(&world.context, desk, Language::En).await.unwrap();
        assert_eq!((list.len(), list[0].line.title.as_str()), (1, "Maintenance"));
        let notices = notifications::load_notices(&world.context, ayse.member()).await.unwrap();
        assert_eq!(notices[0].line.text.as_deref(), Some("Cumartesi 03:00"));
        go_to(&world, "2026-11-24T05:00:00Z");
        minute(&world.context).await;
        assert_eq!(digests(&world, MERT).await[0].items.len(), 1);
    }

    async fn one_press_in_the_mail_ends_its_kind_and_nothing_else(world: World) {
        let (ayse, mert) = two(&world).await;
        invite(&world, ayse, "bir@yildiz.example").await;
        world.context.deliver().await.unwrap();
        let sent = world.context.outbox.mailer().sent();
        let mail = sent.iter().rev().find(|sent| sent.mail.to == MERT).unwrap();
        assert!(mail.raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        let link = mail.mail.kind.unsubscribe().unwrap();
        let token = link.strip_prefix("https://ayar.example/unsubscribe/").unwrap();
        assert_eq!(notifications::check_unsubscribe(&world.context, token), Ok(vec![Event::Invitation]));
        for _ in 0..2 {
            let done = notifications::unsubscribe(&world.context, token).await;
            assert_eq!(done, Ok(vec![Event::Invitation]));
        }
        let chosen = notifications::load_choices(&world.context, mert.member()).await.unwrap();
        let words: Vec<_> = chosen.iter().map(|chosen| chosen.effective().word()).collect();
        assert_eq!(words, ["off", "instant", "instant", "instant"]);
        let before = world.kinds_mailed_to(MERT).await.len();
        invite(&world, ayse, "iki@yildiz.example").await;
        assert_eq!(world.kinds_mailed_to(MERT).await.len(), before);
        for wrong in ["", "v1.a.b", &token[..token.len() - 2]] {
            let refused = notifications::unsubscribe(&world.context, wrong).await;
            assert_eq!(refused, Err(Code::LinkExpired.into()));
        }
    }

    /// A hundred people, three periods, two nodes, one of which breaks off in the middle of each.
    async fn however_many_nodes_there_are_everybody_gets_one_digest_a_period(world: World) {
        let deniz = staff(&world, DENIZ).await;
        let desk = at_the_desk(&world, &deniz).await;
        let (ayse, _) = two(&world).await;
        notifications::save_defaults(&world.context, ayse.admin().unwrap(), every("daily")).await.unwrap();
        crowd(&world, ayse, 98).await;
        let other = world.another_node().await;
        for day in 24..27 {
            notifications::announce(&world.context, desk, announcement()).await.unwrap();
            jobs::run_due(&world.context, Kind::Announce).await.unwrap();
            go_to(&world, &format!("2026-11-{day}T05:00:00Z"));
            notifications::sweep(&world.context).await.unwrap();
            let dying = world.another_node().await;
            let killed = tokio::spawn(async move { jobs::run_due(&dying, Kind::Digest).await });
            // Somewhere in it.
            for _ in 0..day * 3 {
                tokio::task::yield_now().await;
            }
            killed.abort();
            _ = killed.await;
            world.context.clock.advance(jobs::LEASE);
            tokio::join!(minute(&world.context), minute(&other));
            let (one, two) = tokio::join!(world.context.deliver(), other.deliver());
            one.unwrap();
            two.unwrap();
            let rows = digest::Entity::find().all(world.context.database.read()).await.unwrap();
            assert_eq!(rows.len(), 100 * (day - 23));
        }
        let sent = [world.context.outbox.mailer().sent(), other.outbox.mailer().sent()].concat();
        let mut per_person = std::collections::HashMap::<String, usize>::new();
        for sent in sent.iter().filter(|sent| sent.mail.kind.name() == "daily") {
            *per_person.entry(sent.mail.to.clone()).or_default() += 1;
        }
        assert_eq!(per_person.len(), 100);
        assert!(per_person.values().all(|count| *count == 3), "{per_person:?}");
    }
}

/// So many more members, put straight into the tables.
async fn crowd(world: &World, host: Actor, count: usize) {
    let (now, like) = (world.context.now(), world.person(AYSE).await);
    let people: Vec<_> = (0..count)
        .map(|number| person::ActiveModel {
            id: Set(world.context.id()),
            email: Set(format!("n{number}@yildiz.example")),
            email_key: Set(format!("n{number}@yildiz.example")),
            ..like.clone().into()
        })
        .collect();
    let members: Vec<_> = people
        .iter()
        .map(|person| membership::ActiveModel {
            organisation_id: Set(host.organisation.0),
            person_id: person.id.clone(),
            role: Set("member".into()),
            created_at: Set(now),
            signed_out_at: Set(None),
            active_at: Set(None),
            hidden_from_support: Set(false),
        })
        .collect();
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            person::Entity::insert_many(people).exec_without_returning(on).await.unwrap();
            membership::Entity::insert_many(members).exec_without_returning(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}
