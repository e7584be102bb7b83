//! While it waits: what its people, its programs, support and the clock are told.

use domain::{
    deletion::StaffRestoreForm,
    general::GeneralForm,
    keys::KeyForm,
    members::InviteForm,
    notifications::AnnounceForm,
    slots::Direction,
    support::{EnterForm, FindForm},
};
use entity::{invitation, notification};
use sea_orm::EntityTrait;
use services::{general, keys, members, notifications, plan, session, slots, support};

use super::*;
use crate::{
    slots::program,
    support::{at_the_desk, staff},
    world::signup,
};

/// Mails to an address whose kind begins with `deletion`.
async fn mailed(world: &World, email: &str) -> Vec<&'static str> {
    world.kinds_mailed_to(email).await.into_iter().filter(|kind| kind.starts_with("deletion")).collect()
}

on_both_databases! {
    async fn members_are_shut_out_and_told_why(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Member).await;
        let mert = world.session(MERT).await;
        session::switch_organisation(&world.context, world.account(&mert).await, ayse.organisation).await.unwrap();
        let form = InviteForm { emails: "yeni@yildiz.example".into(), role: "member".into() };
        members::invite(&world.context, ayse.admin().unwrap(), form).await.unwrap();
        delete(&world.context, ayse, PASSWORD).await;

        let ended = session::authenticate(&world.context, &mert).await.err().unwrap();
        assert_eq!(ended.code, Code::OrganisationClosed);
        assert_eq!(invitation::Entity::find().all(world.context.database.read()).await.unwrap(), []);
        // Mert has an organisation of his own, where he finds himself now; Ayşe's only one waits.
        let mert = world.account(&signs_in(&world, MERT).await).await;
        assert!(mert.organisation != Some(ayse.organisation) && mert.actor().is_ok());
        session::switch_organisation(&world.context, mert, ayse.organisation).await.unwrap();
        let owner = world.account(&signs_in(&world, AYSE).await).await;
        assert_eq!((owner.stage, owner.organisation), (Stage::Pending, Some(ayse.organisation)));
        assert_eq!(owner.actor(), Err(Code::OrganisationDeleting.into()));
        assert!(owner.owner_while_leaving().is_ok());
        let told = deletion::load_leaving(&world.context, owner).await.unwrap();
        assert_eq!((told.is_owner, told.owners.len()), (true, 1));
        let member = Account { role: Role::Member, ..owner };
        let told = deletion::load_leaving(&world.context, member).await.unwrap();
        assert!(!told.is_owner && told.owners == ["Ayşe Erdem"]);
        assert_eq!(member.owner_while_leaving().map(drop), Err(Code::OrganisationDeleting.into()));
    }

    async fn programs_and_calls_stop_at_once_and_go_on_after(world: World) {
        let ayse = world.owner(AYSE).await;
        let form = KeyForm {
            name: "Santral".into(),
            kind: "organisation".into(),
            scopes: vec!["slots:write".into()],
            lifetime: "90".into(),
        };
        let member = Recent::check(ayse.member(), world.context.now()).unwrap();
        let made = keys::create_key(&world.context, member, form).await.unwrap();
        let token = PlainToken::received(made.token.reveal());
        assert!(keys::authenticate(&world.context, &token).await.is_ok());
        delete(&world.context, ayse, PASSWORD).await;
        let refused = keys::authenticate(&world.context, &token).await.err().unwrap();
        assert_eq!(refused.code, Code::OrganisationDeleting);
        // Also where a request had come in before.
        let late = slots::acquire(&world.context, program(ayse).write_slots().unwrap(), Direction::Outbound).await;
        assert_eq!(late.map(|_| ()), Err(Code::OrganisationDeleting.into()));
        restore(&world.context, ayse).await.unwrap();
        assert!(keys::authenticate(&world.context, &token).await.is_ok());
        let again = slots::acquire(&world.context, program(ayse).write_slots().unwrap(), Direction::Outbound).await;
        assert!(again.is_ok());
    }

    async fn the_clock_does_nothing_for_it(world: World) {
        let ayse = world.owner(AYSE).await;
        let seda = world.owner(SEDA).await;
        delete(&world.context, ayse, PASSWORD).await;
        let desk = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        let news = AnnounceForm {
            title_tr: "Bakım".into(),
            title_en: "Upkeep".into(),
            text_tr: "Pazar gecesi bakım var.".into(),
            text_en: "Upkeep on Sunday night.".into(),
        };
        notifications::announce(&world.context, desk, news).await.unwrap();
        services::jobs::run_due(&world.context, services::jobs::Kind::Announce).await.unwrap();
        let told = notification::Entity::find().all(world.context.database.read()).await.unwrap();
        assert!(told.iter().all(|row| row.organisation_id == seda.organisation.0) && !told.is_empty());
        // Its trial would have ended meanwhile, a month would be over.
        world.context.clock.advance(TimeDelta::days(6));
        assert_eq!(plan::sweep_trials(&world.context).await.unwrap(), 0);
        services::invoices::sweep(&world.context).await.unwrap();
        let accounts = rows_of(&world, ayse).await["billing_account"];
        assert_eq!((accounts, rows_of(&world, seda).await["billing_account"]), (0, 1));
    }

    async fn support_finds_it_does_not_enter_and_gives_it_back(world: World) {
        let ayse = world.owner(AYSE).await;
        let name = row(&world, ayse).await.name;
        delete(&world.context, ayse, PASSWORD).await;
        let desk = at_the_desk(&world, &staff(&world, DENIZ).await).await;
        let found = support::find(&world.context, desk, &FindForm { q: name.clone() }).await.unwrap().unwrap();
        assert!(found[0].leaving.as_deref().is_some_and(|at| at.contains("Europe/Istanbul")), "{found:?}");
        let enter = EnterForm {
            organisation: ayse.organisation.to_string(),
            reason: "Müşteri geri getirmek istiyor.".into(),
            ticket: String::new(),
            mode: "read".into(),
        };
        let refused = support::enter(&world.context, desk, enter).await;
        assert_eq!(refused.map(drop), Err(Code::OrganisationDeleting.into()));
        let form = |reason: &str| StaffRestoreForm {
            organisation: ayse.organisation.to_string(),
            reason: reason.into(),
        };
        let error = deletion::restore_by_staff(&world.context, desk, form("")).await.err().unwrap();
        assert_eq!(error.of("reason"), Some(Code::Required));
        let restored = deletion::restore_by_staff(&world.context, desk, form("Ayşe Hanım telefonda istedi.")).await;
        assert_eq!(restored, Ok(name));
        assert_eq!(stage(&world, ayse).await, Stage::Active);
        let trail = entity::audit::Entity::in_organisation(ayse.organisation)
            .all(world.context.database.read())
            .await
            .unwrap();
        assert_eq!((trail[0].action.as_str(), trail[0].person_id), ("deletion.staff_restore", Some(desk.person.0)));
        assert_eq!(mailed(&world, AYSE).await, ["deletion_requested", "deletion_restored"]);
    }

    async fn every_owner_is_told_on_day_0_3_and_6_once_whatever_nodes_look(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Owner).await;
        world.colleague(ayse, SEDA, Role::Admin).await;
        let other = world.another_node().await;
        delete(&world.context, ayse, PASSWORD).await;
        for _ in 0..6 {
            world.context.clock.advance(TimeDelta::days(1));
            let (one, two) = tokio::join!(deletion::sweep(&world.context), deletion::sweep(&other));
            one.unwrap();
            two.unwrap();
            other.deliver().await.unwrap();
        }
        let both = |mut one: Vec<&'static str>, two: Vec<&'static str>| {
            one.extend(two);
            one
        };
        let sent = |context: &Context, email: &str| -> Vec<&'static str> {
            let sent = context.outbox.mailer().sent();
            let to = sent.iter().filter(|sent| sent.mail.to == email).map(|sent| sent.mail.kind.name());
            to.filter(|kind| kind.starts_with("deletion")).collect()
        };
        world.context.deliver().await.unwrap();
        for owner in [AYSE, MERT] {
            let mut kinds = both(sent(&world.context, owner), sent(&other, owner));
            kinds.sort_unstable();
            assert_eq!(kinds, ["deletion_near", "deletion_near", "deletion_requested"], "{owner}");
        }
        assert!(both(sent(&world.context, SEDA), sent(&other, SEDA)).is_empty());
    }

    async fn nobody_else_takes_its_name(world: World) {
        let ayse = world.owner(AYSE).await;
        let seda = world.owner(SEDA).await;
        let name = row(&world, ayse).await.name;
        delete(&world.context, ayse, PASSWORD).await;
        // On another keyboard, in other letters.
        let alike = name.to_uppercase().replace('I', "ı");
        let form = domain::entrance::SignupForm { organisation: alike.clone(), ..signup("x@x.example") };
        let error = entrance::sign_up(&world.context, form, domain::Language::Tr).await.err().unwrap();
        assert_eq!(error.of("organisation"), Some(Code::NameReserved));
        let profile = general::load_profile(&world.context, seda.member()).await.unwrap().form;
        let form = GeneralForm { name: alike, ..profile };
        let error = general::save_profile(&world.context, seda.admin().unwrap(), form).await.err().unwrap();
        assert_eq!(error.of("name"), Some(Code::NameReserved));
    }
}
