//! The organisation's security: the duty, the idle limit, and what an administrator may do to whom.

use chrono::TimeDelta;
use domain::{
    Actor, Admin, AppError, Code, Language, Recent, Role,
    account::{CodeForm, DisableForm, TypedCode},
    entrance::{LoginForm, Password},
    members::RoleForm,
    security::{MemberForm, PolicyForm},
};
use sea_orm::EntityTrait;
use services::{
    account,
    entrance::{self, Entered},
    members, security,
    session::{self, Browser, authenticate},
};

use crate::{
    on_both_databases,
    world::{PASSWORD, World},
};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const SEDA: &str = "seda@yildiz.example";

fn recent(world: &World, actor: Actor) -> Recent<Admin> {
    let actor = Actor { proved_at: world.context.now(), ..actor };
    Recent::check(actor.admin().unwrap(), world.context.now()).unwrap()
}

fn policy(two_factor_required: bool, version: i64) -> PolicyForm {
    PolicyForm { two_factor_required, idle_limit: "none".into(), version }
}

fn of(actor: Actor) -> MemberForm {
    MemberForm { person: actor.person.to_string() }
}

/// The owner, with a second factor, has required one of everybody.
async fn required(world: &World) -> Actor {
    let ayse = world.owner(AYSE).await;
    world.set_up_app(ayse.account()).await;
    security::save_policy(&world.context, recent(world, ayse), policy(true, 1)).await.unwrap();
    ayse
}

on_both_databases! {
    async fn only_somebody_who_has_a_second_factor_may_require_one(world: World) {
        let ayse = world.owner(AYSE).await;
        let save = async |form| security::save_policy(&world.context, recent(&world, ayse), form).await;
        assert_eq!(save(policy(true, 1)).await, Err(Code::TwoFactorFirst.into()));
        world.set_up_app(ayse.account()).await;
        assert_eq!(save(policy(true, 1)).await, Ok(2));
        assert_eq!(save(policy(false, 1)).await, Err(Code::Conflict.into()), "somebody saved meanwhile");
        assert_eq!(save(policy(false, 2)).await, Ok(3));
    }

    async fn whoever_owes_a_second_factor_is_stopped_at_the_next_request_and_let_in_with_one(world: World) {
        let ayse = required(&world).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let token = world.session(MERT).await;
        let account = world.account(&token).await;
        assert_eq!((account.organisation, account.owes_two_factor), (Some(ayse.organisation), true));
        assert_eq!(account.actor(), Err(Code::TwoFactorRequired.into()));
        let overview = account::load_overview(&world.context, account).await.unwrap();
        assert_eq!(overview.required_by.len(), 1);
        let app = world.set_up_app(account).await;
        let form = LoginForm { email: MERT.into(), password: Password(PASSWORD.into()), next: String::new() };
        let entered = entrance::sign_in(&world.context, form, None, Browser::default()).await.unwrap();
        let Entered::CodeOwed(challenge) = entered else { panic!("no code is owed") };
        let form = CodeForm { code: TypedCode(app.code(world.context.now())) };
        let signed_in = entrance::sign_in_with_code(&world.context, &challenge, form, Browser::default()).await;
        let account = world.account(&signed_in.unwrap().session).await;
        assert_eq!((account.person, account.owes_two_factor), (mert.person, false));
    }

    async fn only_the_organisation_that_requires_it_stops_a_person(world: World) {
        let ayse = required(&world).await;
        world.colleague(ayse, SEDA, Role::Member).await;
        let token = world.session(SEDA).await;
        let account = world.account(&token).await;
        assert!(account.owes_two_factor && account.organisation == Some(ayse.organisation));
        let own = session::list_organisations(&world.context, account).await.unwrap();
        let own = own.iter().find(|organisation| organisation.id() != ayse.organisation).unwrap().id();
        session::switch_organisation(&world.context, account, own).await.unwrap();
        assert!(!world.account(&token).await.owes_two_factor);
    }

    async fn the_last_second_factor_stays_while_it_is_required(world: World) {
        let ayse = world.owner(AYSE).await;
        let app = world.set_up_app(ayse.account()).await;
        security::save_policy(&world.context, recent(&world, ayse), policy(true, 1)).await.unwrap();
        let form = DisableForm {
            password: Password(PASSWORD.into()),
            code: TypedCode(app.code(world.context.now())),
        };
        let refused = account::disable_app(&world.context, ayse.account(), form.clone(), None).await;
        assert_eq!(refused.err(), Some(Code::TwoFactorKept.into()));
        security::save_policy(&world.context, recent(&world, ayse), policy(false, 2)).await.unwrap();
        assert!(account::disable_app(&world.context, ayse.account(), form, None).await.is_ok(), "the code was not used up");
    }

    async fn the_list_says_who_has_a_second_factor_and_what_may_be_done(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_up_app(ayse.account()).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        world.set_up_app(mert.account()).await;
        world.colleague(ayse, SEDA, Role::Member).await;
        let admin = Actor { role: Role::Admin, ..mert }.admin().unwrap();
        let people = security::load_security(&world.context, admin).await.unwrap().people;
        let told = |email: &str| {
            let line = people.iter().find(|line| line.email == email).unwrap();
            (line.has_second_factor, line.is_self, line.may_be_signed_out, line.may_be_reset)
        };
        assert_eq!(told(AYSE), (true, false, false, false), "an owner is above an administrator");
        assert_eq!(told(MERT), (true, true, false, false));
        assert_eq!(told(SEDA), (false, false, true, false));
        assert!(people.iter().all(|line| line.active_at.is_some() && line.is_signed_in));
    }

    async fn whoever_works_elsewhere_now_was_here_all_the_same(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Admin).await;
        let account = world.account(&world.session(MERT).await).await;
        let own = session::list_organisations(&world.context, account).await.unwrap();
        let own = own.into_iter().find(|row| row.id() != ayse.organisation).unwrap().id();
        let here = world.context.now();
        session::switch_organisation(&world.context, account, ayse.organisation).await.unwrap();
        let account = domain::Account { organisation: Some(ayse.organisation), ..account };
        session::switch_organisation(&world.context, account, own).await.unwrap();
        world.context.clock.advance(TimeDelta::hours(1));
        let people = security::load_security(&world.context, ayse.admin().unwrap()).await.unwrap().people;
        let line = people.iter().find(|line| line.email == MERT).unwrap();
        assert_eq!(line.active_at, Some(here));
    }

    async fn a_member_is_signed_out_of_this_organisation_only(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Member).await;
        let (here, elsewhere) = (world.session(MERT).await, world.session(MERT).await);
        let account = world.account(&elsewhere).await;
        let own = session::list_organisations(&world.context, account).await.unwrap();
        let own = own.iter().find(|organisation| organisation.id() != ayse.organisation).unwrap().id();
        session::switch_organisation(&world.context, account, own).await.unwrap();

        let form = MemberForm { person: account.person.to_string() };
        let ended = security::sign_member_out(&world.context, recent(&world, ayse), form).await.unwrap();
        assert_eq!(ended, 2);
        assert_eq!(authenticate(&world.context, &here).await.err().unwrap().code, Code::SessionRevoked);
        let account = world.account(&elsewhere).await;
        let back = session::switch_organisation(&world.context, account, ayse.organisation).await;
        assert_eq!(back, Err(Code::SessionRevoked.into()), "the back door is closed too");
        world.context.clock.advance(TimeDelta::seconds(1));
        let fresh = world.session(MERT).await;
        let account = world.account(&fresh).await;
        assert_eq!(session::switch_organisation(&world.context, account, ayse.organisation).await, Ok(()));
    }

    async fn a_reset_takes_the_factors_ends_all_sessions_and_tells_the_person(world: World) {
        let ayse = world.owner(AYSE).await;
        // A member of this organisation alone.
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        leave_home(&world, mert).await;
        world.set_up_app(mert.account()).await;
        security::reset_member(&world.context, recent(&world, ayse), of(mert)).await.unwrap();
        assert!(account::list_sessions(&world.context, mert.account()).await.unwrap().is_empty());
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"two_factor_reset"));
        let account = world.account(&world.session(MERT).await).await;
        let overview = account::load_overview(&world.context, account).await.unwrap();
        assert_eq!((overview.app_since, overview.codes_left), (None, 0));
    }

    async fn nobody_resets_themselves_a_higher_role_or_somebody_of_elsewhere(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let stranger = world.owner(SEDA).await;
        let reset = async |by, whom| security::reset_member(&world.context, recent(&world, by), of(whom)).await;
        let out = async |by, whom| security::sign_member_out(&world.context, recent(&world, by), of(whom)).await;
        let refused = |code: Code| -> Result<(), AppError> { Err(code.into()) };
        assert_eq!(reset(ayse, ayse).await, refused(Code::NotOnYourself));
        assert_eq!(reset(mert, ayse).await, refused(Code::Forbidden));
        assert_eq!(reset(ayse, stranger).await, refused(Code::NotFound));
        assert_eq!(reset(ayse, mert).await, refused(Code::MemberElsewhere), "his own organisation relies on it");
        assert_eq!(out(ayse, ayse).await.map(drop), refused(Code::NotOnYourself));
        assert_eq!(out(mert, ayse).await.map(drop), refused(Code::Forbidden));
        assert_eq!(out(ayse, stranger).await.map(drop), refused(Code::NotFound));
        let made_up = MemberForm { person: "nonsense".into() };
        let admin = ayse.admin().unwrap();
        assert_eq!(security::remind_member(&world.context, admin, made_up).await, refused(Code::NotFound));
    }

    async fn a_standing_that_was_taken_away_meanwhile_does_nothing(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let seda = world.colleague(ayse, SEDA, Role::Member).await;
        leave_home(&world, seda).await;
        world.set_up_app(seda.account()).await;
        let stale = recent(&world, mert);
        let lowered = RoleForm { person: mert.person.to_string(), role: "member".into() };
        members::change_role(&world.context, recent(&world, ayse), lowered).await.unwrap();
        let forbidden = AppError::from(Code::Forbidden);
        let form = PolicyForm { two_factor_required: false, idle_limit: "15".into(), version: 1 };
        assert_eq!(security::save_policy(&world.context, stale, form).await, Err(forbidden.clone()));
        assert_eq!(security::reset_member(&world.context, stale, of(seda)).await, Err(forbidden.clone()));
        assert_eq!(security::sign_member_out(&world.context, stale, of(seda)).await, Err(forbidden));
        assert!(account::load_overview(&world.context, seda.account()).await.unwrap().app_since.is_some());
    }

    async fn a_factor_is_not_switched_off_while_it_becomes_required(world: World) {
        let node = world.another_node().await;
        for email in [AYSE, MERT, SEDA] {
            let owner = world.owner(email).await;
            let app = world.set_up_app(owner.account()).await;
            let form = DisableForm {
                password: Password(PASSWORD.into()),
                code: TypedCode(app.code(world.context.now())),
            };
            let recent = recent(&world, owner);
            let required = async {
                // About as long as the other one hashes.
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                security::save_policy(&node, recent, policy(true, 1)).await
            };
            let (required, off) =
                tokio::join!(required, account::disable_app(&world.context, owner.account(), form, None));
            assert!(required.is_ok() != off.is_ok(), "{:?} {:?}", required.err(), off.err());
        }
    }

    async fn the_operator_resets_whom_no_administrator_reaches(world: World) {
        let ayse = world.owner(AYSE).await;
        // A member of two organisations.
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        world.set_up_app(mert.account()).await;
        let reset = async |email: &str| account::reset_factors(&world.context, email).await;
        assert_eq!(reset("kimse@yildiz.example").await, Err(Code::NotFound.into()));
        assert_eq!(reset("nonsense").await, Err(Code::NotFound.into()));
        assert_eq!(reset(&MERT.to_uppercase()).await.as_deref(), Ok(MERT));
        assert!(account::list_sessions(&world.context, mert.account()).await.unwrap().is_empty());
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"two_factor_reset_by_operator"));
        let overview = account::load_overview(&world.context, mert.account()).await.unwrap();
        assert_eq!((overview.app_since, overview.codes_left), (None, 0));
        let rows = entity::audit::Entity::find().all(world.context.database.read()).await.unwrap();
        let rows = rows.into_iter().filter(|row| row.action == "security.operator_reset");
        let told: Vec<_> = rows.map(|row| (row.organisation_id, row.person_id)).collect();
        assert!(told.len() == 2 && told.contains(&(Some(ayse.organisation.0), None)), "{told:?}");
        world.session(MERT).await;
    }

    async fn a_reset_makes_every_browser_a_stranger(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        leave_home(&world, mert).await;
        let enter = async |browser| {
            let form = LoginForm { email: MERT.into(), password: Password(PASSWORD.into()), next: String::new() };
            match entrance::sign_in(&world.context, form, browser, Browser::default()).await.unwrap() {
                Entered::In(signed_in) => signed_in.browser,
                Entered::CodeOwed(_) => panic!("there is no factor"),
            }
        };
        let browser = enter(None).await;
        assert!(browser.is_some());
        security::reset_member(&world.context, recent(&world, ayse), of(mert)).await.unwrap();
        assert!(enter(browser).await.is_some());
    }

    async fn a_reset_is_told_in_the_language_of_the_organisation_not_of_the_administrator(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        leave_home(&world, mert).await;
        let english = Actor { language: Language::En, ..ayse };
        security::reset_member(&world.context, recent(&world, english), of(mert)).await.unwrap();
        world.context.deliver().await.unwrap();
        assert_eq!(world.context.outbox.mailer().sent().last().unwrap().mail.language, Language::Tr);
    }

    async fn reminders_go_to_those_without_a_second_factor(world: World) {
        let ayse = world.owner(AYSE).await;
        world.set_up_app(ayse.account()).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let admin = ayse.admin().unwrap();
        assert_eq!(security::remind_all(&world.context, admin).await, Ok(1));
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"set_up_two_factor"));
        security::remind_member(&world.context, admin, of(mert)).await.unwrap();
        assert!(!world.kinds_mailed_to(AYSE).await.contains(&"set_up_two_factor"));
    }
}

/// Leaves the person a member of nothing but the organisation they are in.
async fn leave_home(world: &World, actor: Actor) {
    use entity::membership;
    use sea_orm::{ColumnTrait, QueryFilter};
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            membership::Entity::delete_many()
                .filter(membership::Column::PersonId.eq(actor.person.0))
                .filter(membership::Column::OrganisationId.ne(actor.organisation.0))
                .exec(on)
                .await
                .unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}
