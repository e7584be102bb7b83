//! `ayar demo`: every page has something to show, and no door stands open.

use domain::{
    Role,
    calls::Outcome,
    customers::CustomersForm,
    entrance::{LoginForm, Password},
};
use entity::{audit as trail, call, person, staff};
use sea_orm::{EntityTrait, PaginatorTrait};
use services::{
    agents, audit, branding, customers, demo,
    entrance::{self, Entered},
    members,
    session::Browser,
    slots, support, upstream,
};

use crate::on_both_databases;

on_both_databases! {
    async fn the_company_has_a_logo_colleagues_and_a_visit_of_support(world: World) {
        let context = &world.context;
        let demo = demo::fill(context).await.unwrap();
        let form = LoginForm { email: demo.email.into(), password: Password(demo.password), next: String::new() };
        let Entered::In(owner) = entrance::sign_in(context, form, None, Browser::default()).await.unwrap() else {
            panic!("the owner owes a code")
        };
        let owner = world.account(&owner.session).await.actor().unwrap();
        let admin = owner.admin().unwrap();

        let logo = branding::load_branding(context, admin).await.unwrap().logo.unwrap();
        assert_eq!((logo.width, logo.fades_on), (960, None));

        let page = members::load_members(context, admin).await.unwrap();
        let mut roles: Vec<Role> = page.people.iter().map(|member| member.role).collect();
        roles.sort();
        assert_eq!(roles, [Role::Member, Role::Member, Role::Admin, Role::Admin, Role::Owner]);
        assert_eq!(page.invitations.len(), 1);
        assert!(page.people.iter().all(|member| member.active_at.is_some()));

        let record = support::load_record(context, admin).await.unwrap();
        assert!(!record.is_given);
        let [stay] = record.stays.as_slice() else { panic!("{:?}", record.stays) };
        assert!(stay.reason.contains("vardiya") && stay.ended_by.is_none());
        let (ended, how) = stay.ended.unwrap();
        assert_eq!((ended < context.now(), how), (true, support::Ending::Left));
        assert_eq!(stay.done.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["hours.save_hours"]);

        let calls = call::Entity::in_organisation(owner.organisation).all(context.database.read()).await.unwrap();
        assert!(calls.len() > 100 && calls.iter().all(|call| call.ended_at.is_some_and(|at| at < context.now())));
        let with = |outcome| calls.iter().filter(|call| call.outcome() == outcome).count();
        assert!([Outcome::Completed, Outcome::NoAnswer, Outcome::Busy].into_iter().all(|outcome| with(outcome) > 0));
        assert_eq!(with(Outcome::Lost) + with(Outcome::Running), 0);
        assert!(calls.iter().any(|call| call.transcript.is_some()));
        let all = CustomersForm::default();
        let customers = customers::list(context, owner.member(), &all, None, 100).await.unwrap().customers;
        assert_eq!(customers.len(), 61);
        assert!(customers.iter().filter(|row| row.do_not_call).count() == 1);
        let lists = customers::list_lists(context, owner.member(), None).await.unwrap();
        assert_eq!(lists.iter().map(|list| list.customers).collect::<Vec<_>>(), [38, 30]);
        assert_eq!(agents::list(context, owner.member(), None, 10).await.unwrap().0.len(), 2);
        assert!(calls.iter().filter(|call| call.customer_id.is_some()).count() > 50);
        let (listed, waiting) = services::invoices::list(context, admin).await.unwrap();
        assert!(listed.len() == 1 && waiting.is_none());
        let credit = services::invoices::load_credit(context, admin).await.unwrap();
        assert!(!credit.is_low && credit.balance > domain::money::Money::lira(4_000), "{credit:?}");
        let panel = slots::load_panel(context, admin).await.unwrap();
        assert!(!panel.weather.is_calm() && panel.usage.in_use == 0);

        let rows = trail::Entity::find().count(context.database.read()).await.unwrap();
        let report = audit::verify(&context.database).await.unwrap();
        assert!(rows > 25 && report.faults.is_empty(), "{rows} {:?}", report.faults);
    }

    async fn where_the_sandbox_is_listed_the_company_is_connected_to_it(world: World) {
        let mut world = world;
        let entries = [demo::SANDBOX.to_owned()];
        world.context.platform = upstream::Platform::new(upstream::Listed::parse(&entries).unwrap());
        let filled = demo::fill(&world.context).await.unwrap();
        let keys = filled.sandbox.unwrap();
        let row = entity::upstream::Entity::find().one(world.context.database.read()).await.unwrap().unwrap();
        assert_eq!((row.base.as_str(), row.old_key), ("http://127.0.0.1:3999", None));
        assert!(keys.platform.ends_with(&row.key_end) && !row.key.contains(&keys.platform));
        let token = services::token::PlainToken::received(&keys.access);
        let machine = services::keys::authenticate(&world.context, &token).await.unwrap();
        assert_eq!(machine.scopes, domain::Scopes::CALLS_WRITE);
    }

    async fn nobody_but_the_owner_can_be_signed_in_as_and_nobody_is_written_to(world: World) {
        let context = &world.context;
        demo::fill(context).await.unwrap();
        context.deliver().await.unwrap();
        assert!(context.outbox.mailer().sent().is_empty());
        let read = context.database.read();
        assert_eq!(staff::Entity::find().count(read).await.unwrap(), 0);
        assert!(support::staff::list(context).await.unwrap().is_empty());
        assert_eq!(person::Entity::find().count(read).await.unwrap(), 6);
        let live = entity::session::Entity::find().all(read).await.unwrap();
        assert!(live.iter().all(|session| session.ended_at.is_some()));
        assert_eq!(entity::upstream::Entity::find().count(read).await.unwrap(), 0, "no platform is listed");
        assert!(demo::fill(context).await.is_err(), "only an empty database");
    }
}
