//! Roles, removing, leaving, handing the ownership over: who may do it to whom, and what follows.

use domain::{Code, Role};
use services::{
    members::{self, Left},
    session::{self, authenticate},
};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn a_new_role_holds_from_the_next_request_on_and_is_told(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let session = world.session(MERT).await;
        members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Admin)).await.unwrap();
        assert_eq!(world.account(&session).await.role, Role::Admin);
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"role_changed"));
        members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Admin)).await.unwrap();
        assert_eq!(trail(&world, ayse).await, ["members.change_role"], "nothing changed the second time");
    }

    async fn an_administrator_neither_touches_nor_makes_owners(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, SEDA, Role::Owner).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let change = async |whom, role| {
            members::change_role(&world.context, admin(&world, mert), role_of(whom, role)).await
        };
        assert_eq!(change(ayse, Role::Member).await, Err(Code::Forbidden.into()));
        assert_eq!(change(mert, Role::Owner).await, Err(Code::Forbidden.into()));
        let removed = members::remove_member(&world.context, admin(&world, mert), member(ayse)).await;
        assert_eq!(removed, Err(Code::Forbidden.into()));
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Owner, Role::Admin]);
    }

    async fn strangers_and_made_up_roles_are_refused(world: World) {
        let ayse = world.owner(AYSE).await;
        let stranger = world.owner(SEDA).await;
        let (by, context) = (admin(&world, ayse), &world.context);
        let changed = members::change_role(context, by, role_of(stranger, Role::Member)).await;
        let removed = members::remove_member(context, by, member(stranger)).await;
        let given = members::transfer_ownership(context, owner(&world, ayse), member(stranger)).await;
        let not_found = || Err(Code::NotFound.into());
        assert_eq!((changed, removed, given), (not_found(), not_found(), not_found()));
        let odd = RoleForm { role: "king".into(), ..role_of(ayse, Role::Owner) };
        assert_eq!(members::change_role(context, by, odd).await.unwrap_err().of("role"), Some(Code::ChoiceUnknown));
        let odd = RoleForm { person: "nonsense".into(), ..role_of(ayse, Role::Owner) };
        assert_eq!(members::change_role(context, by, odd).await, not_found());
    }

    async fn the_last_owner_stays(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        let last = || Err(Code::LastOwner.into());
        let step_down = async || {
            members::change_role(&world.context, admin(&world, ayse), role_of(ayse, Role::Admin)).await
        };
        assert_eq!(step_down().await, last());
        assert_eq!(members::leave(&world.context, world.recent(ayse.account())).await.map(drop), last());
        let removed = members::remove_member(&world.context, admin(&world, ayse), member(ayse)).await;
        assert_eq!(removed, Err(Code::NotOnYourself.into()));
        members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Owner)).await.unwrap();
        assert_eq!(step_down().await, Ok(()));
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Admin]);
    }

    async fn a_removed_member_is_out_at_the_next_request_and_only_here(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let (here, elsewhere) = (world.session(MERT).await, world.session(MERT).await);
        let account = world.account(&elsewhere).await;
        let own = session::list_organisations(&world.context, account).await.unwrap();
        let own = own.iter().find(|organisation| organisation.id() != ayse.organisation).unwrap().id();
        session::switch_organisation(&world.context, account, own).await.unwrap();
        members::remove_member(&world.context, admin(&world, ayse), member(mert)).await.unwrap();
        assert_eq!(authenticate(&world.context, &here).await.err().unwrap().code, Code::SessionRevoked);
        let account = world.account(&elsewhere).await;
        let back = session::switch_organisation(&world.context, account, ayse.organisation).await;
        assert_eq!(back, Err(Code::NotFound.into()));
        assert_eq!(world.kinds_mailed_to(MERT).await.last(), Some(&"removed"));
        assert_eq!(world.sign_in(MERT).await.organisation, own);
        assert_eq!(trail(&world, ayse).await, ["members.remove_member"]);
        let again = members::remove_member(&world.context, admin(&world, ayse), member(mert)).await;
        assert_eq!(again, Err(Code::NotFound.into()));
    }

    async fn ownership_changes_hands_in_one_step_and_both_are_told(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let give = async |to| members::transfer_ownership(&world.context, owner(&world, ayse), member(to)).await;
        assert_eq!(give(ayse).await, Err(Code::NotOnYourself.into()));
        give(mert).await.unwrap();
        assert_eq!(role_in(&world, ayse, mert).await, Some(Role::Owner));
        assert_eq!(role_in(&world, ayse, ayse).await, Some(Role::Admin));
        for address in [AYSE, MERT] {
            assert_eq!(world.kinds_mailed_to(address).await.last(), Some(&"ownership_transferred"));
        }
        assert_eq!(give(mert).await, Err(Code::Forbidden.into()), "no owner any more");
        assert_eq!(trail(&world, ayse).await, ["members.transfer_ownership"]);
    }

    async fn leaving_goes_on_in_another_organisation(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Admin).await;
        let (session, other) = (world.session(MERT).await, world.session(MERT).await);
        let account = world.account(&session).await;
        let left = members::leave(&world.context, world.recent(account)).await;
        assert_eq!(left, Ok(Left::Elsewhere));
        assert_ne!(world.account(&session).await.organisation, Some(ayse.organisation));
        assert!(world.visit(&other).await.is_none(), "the others stood in the organisation that was left");
        assert_eq!(roles(&world, ayse).await, [Role::Owner]);
        assert_eq!(trail(&world, ayse).await, ["members.leave"]);
        let again = members::leave(&world.context, world.recent(account)).await;
        assert_eq!(again, Err(Code::NotFound.into()));
    }

    async fn leaving_the_only_organisation_ends_the_session(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        keep_only(&world, ayse, mert).await;
        let session = world.session(MERT).await;
        let account = world.account(&session).await;
        assert_eq!(members::leave(&world.context, world.recent(account)).await, Ok(Left::Nowhere));
        assert_eq!(authenticate(&world.context, &session).await.err().unwrap().code, Code::Unauthenticated);
        assert_eq!(sign_in(&world, MERT).await.err(), Some(Code::NoOrganisation));
    }

    async fn leaving_does_not_lead_to_where_an_administrator_signed_one_out(world: World) {
        let ayse = world.owner(AYSE).await;
        let seda = world.owner(SEDA).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        keep_only(&world, ayse, mert).await;
        let token = invited(&world, seda, MERT, Role::Member).await;
        members::accept_invitation(&world.context, Some(mert.account()), with(&token)).await.unwrap();
        session::switch_organisation(&world.context, mert.account(), ayse.organisation).await.unwrap();
        services::security::sign_member_out(&world.context, admin(&world, seda), member(mert)).await.unwrap();
        assert_eq!(members::leave(&world.context, world.recent(mert.account())).await, Ok(Left::Nowhere));
    }

    async fn members_see_names_and_roles_and_no_more(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let names = members::list_names(&world.context, mert.member()).await.unwrap();
        let told: Vec<(Role, bool)> = names.iter().map(|line| (line.role, line.is_self)).collect();
        assert_eq!(told, [(Role::Owner, false), (Role::Member, true)]);
    }
}
