//! Inviting: what it tells, to whom it writes, how far it reaches, and what stops it.

use chrono::TimeDelta;
use domain::{Code, Role, plan::Plan};
use services::{
    guess,
    members::{self, INVITATION_LIFETIME, Invited, MOST_MAILS_A_DAY},
};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn an_invitation_tells_nothing_of_accounts(world: World) {
        let ayse = world.owner(AYSE).await;
        world.owner(SEDA).await;
        world.sign_up(MERT).await;
        let mut answers = Vec::new();
        for address in [SEDA, MERT, NOBODY] {
            answers.push(invite(&world, ayse, address, Role::Member).await);
            assert_eq!(world.kinds_mailed_to(address).await.last(), Some(&"invitation"), "{address}");
        }
        assert_eq!(answers, [const { Ok(Invited { invited: 1, members: 0 }) }; 3]);
        let lines = invitations(&world, ayse).await;
        assert!(lines.iter().all(|line| !line.is_expired && line.may_be_touched));
        assert_eq!(lines[0].invited_by.as_deref(), Some("Ayşe Erdem"));
    }

    async fn members_are_left_as_they_are_and_the_rest_is_invited(world: World) {
        let ayse = world.owner(AYSE).await;
        world.colleague(ayse, MERT, Role::Admin).await;
        let pasted = format!("Mert Öz <{}>; {NOBODY}\n{NOBODY}", MERT.to_uppercase());
        assert_eq!(invite(&world, ayse, &pasted, Role::Member).await, Ok(Invited { invited: 1, members: 1 }));
        let refused = invite(&world, ayse, MERT, Role::Owner).await.unwrap_err();
        assert_eq!(refused.of("emails"), Some(Code::AlreadyMember));
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Admin]);
    }

    async fn nobody_invites_above_their_own_role(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        assert_eq!(invite(&world, mert, NOBODY, Role::Owner).await, Err(Code::Forbidden.into()));
        invited(&world, ayse, NOBODY, Role::Owner).await;
        // Nor does an administrator touch an invitation that an owner made for an owner.
        let line = &invitations(&world, mert).await[0];
        assert!(!line.may_be_touched);
        let by = mert.admin().unwrap();
        assert_eq!(invite(&world, mert, NOBODY, Role::Member).await, Err(Code::Forbidden.into()));
        assert_eq!(members::resend_invitation(&world.context, by, of(line)).await, Err(Code::Forbidden.into()));
        assert_eq!(members::revoke_invitation(&world.context, by, of(line)).await, Err(Code::Forbidden.into()));
        assert_eq!(world.kinds_mailed_to(NOBODY).await.len(), 1);
    }

    async fn above_a_member_nobody_is_invited_without_a_recent_password(world: World) {
        let ayse = world.owner(AYSE).await;
        world.context.clock.advance(TimeDelta::minutes(10));
        let stale = async |role| {
            members::invite(&world.context, ayse.admin().unwrap(), emails(NOBODY, role)).await
        };
        for role in [Role::Admin, Role::Owner] {
            assert_eq!(stale(role).await, Err(Code::PasswordNeeded.into()));
        }
        assert!(invitations(&world, ayse).await.is_empty());
        assert_eq!(stale(Role::Member).await, Ok(Invited { invited: 1, members: 0 }));
    }

    async fn a_role_that_was_taken_away_meanwhile_invites_nobody(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Admin).await;
        members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Member)).await.unwrap();
        assert_eq!(invite(&world, mert, NOBODY, Role::Member).await, Err(Code::Forbidden.into()));
        assert_eq!(invitations(&world, ayse).await, []);
    }

    async fn sending_it_again_makes_a_new_link_and_kills_the_old_one(world: World) {
        let ayse = world.owner(AYSE).await;
        let old = invited(&world, ayse, NOBODY, Role::Member).await;
        world.context.clock.advance(INVITATION_LIFETIME - TimeDelta::minutes(1));
        let line = invitations(&world, ayse).await.remove(0);
        members::resend_invitation(&world.context, ayse.admin().unwrap(), of(&line)).await.unwrap();
        let new = world.token_mailed_to(NOBODY).await;
        world.context.clock.advance(TimeDelta::days(1));
        let load = async |token: &str| members::load_invitation(&world.context, token, None).await;
        assert_eq!(load(&old).await, Err(Code::LinkExpired.into()));
        assert_eq!(load(&new).await.unwrap().email, NOBODY);
        // Inviting the address once more does the same, with the role chosen now.
        let newest = invited(&world, ayse, NOBODY, Role::Admin).await;
        assert_eq!(load(&new).await, Err(Code::LinkExpired.into()));
        assert_eq!(load(&newest).await.unwrap().role, Role::Admin);
        assert_eq!(invitations(&world, ayse).await.len(), 1);
        let done = ["members.invite", "members.invite", "members.resend_invitation"];
        assert_eq!(trail(&world, ayse).await, done);
    }

    async fn a_revoked_link_is_dead_and_foreign_ids_do_not_exist(world: World) {
        let ayse = world.owner(AYSE).await;
        let stranger = world.owner(SEDA).await;
        let token = invited(&world, ayse, NOBODY, Role::Member).await;
        let line = invitations(&world, ayse).await.remove(0);
        let made_up = InvitationForm { invitation: "nonsense".into() };
        for (by, form) in [(stranger, of(&line)), (ayse, made_up)] {
            let by = by.admin().unwrap();
            let resent = members::resend_invitation(&world.context, by, form.clone()).await;
            let revoked = members::revoke_invitation(&world.context, by, form).await;
            assert_eq!((resent, revoked), (Err(Code::NotFound.into()), Err(Code::NotFound.into())));
        }
        let by = ayse.admin().unwrap();
        members::revoke_invitation(&world.context, by, of(&line)).await.unwrap();
        let joined = members::join(&world.context, new_person(&token)).await;
        assert_eq!(joined, Err(Code::LinkExpired.into()));
        assert_eq!(members::revoke_invitation(&world.context, by, of(&line)).await, Err(Code::NotFound.into()));
    }

    async fn members_and_open_invitations_share_the_seats(world: World) {
        let ayse = world.owner(AYSE).await;
        let many: Vec<String> = (1..SEATS).map(|n| format!("kisi{n}@yildiz.example")).collect();
        invite(&world, ayse, &many.join("\n"), Role::Member).await.unwrap();
        let full = async |by: &str| invite(&world, ayse, by, Role::Member).await.map_err(|error| error.of("emails"));
        assert_eq!(full(NOBODY).await, Err(Some(Code::SeatsFull)));
        assert_eq!(full(&many[0]).await, Ok(Invited { invited: 1, members: 0 }), "it has its seat already");
        world.context.clock.advance(INVITATION_LIFETIME);
        let expired = invitations(&world, ayse).await;
        assert!(expired.iter().all(|line| line.is_expired));
        let others: Vec<String> = (1..SEATS).map(|n| format!("baska{n}@yildiz.example")).collect();
        assert!(full(&others.join(",")).await.is_ok(), "an invitation that has expired holds no seat");
        let again = members::resend_invitation(&world.context, ayse.admin().unwrap(), of(&expired[0])).await;
        assert_eq!(again, Err(Code::SeatsFull.into()));
        let page = members::load_members(&world.context, ayse.admin().unwrap()).await.unwrap();
        assert_eq!((page.plan, page.seats_taken), (Plan::TRIAL, SEATS));
    }

    async fn a_lesser_plan_shows_nobody_out_and_lets_nobody_in(world: World) {
        let ayse = world.owner(AYSE).await;
        let many: Vec<String> = (1..SEATS).map(|n| format!("kisi{n}@yildiz.example")).collect();
        invite(&world, ayse, &many.join("\n"), Role::Member).await.unwrap();
        world.set_plan(ayse.organisation, Plan::Discovery).await;
        let page = members::load_members(&world.context, ayse.admin().unwrap()).await.unwrap();
        assert_eq!((page.plan, page.seats_taken), (Plan::Discovery, SEATS));
        let refused = invite(&world, ayse, NOBODY, Role::Member).await.map_err(|error| error.of("emails"));
        assert_eq!(refused, Err(Some(Code::SeatsFull)));
        world.set_plan(ayse.organisation, Plan::Scale).await;
        assert!(invite(&world, ayse, NOBODY, Role::Member).await.is_ok());
    }

    async fn an_organisation_does_not_write_to_strangers_all_day(world: World) {
        let ayse = world.owner(AYSE).await;
        let (by, day) = (ayse.admin().unwrap(), 20);
        for round in 0..MOST_MAILS_A_DAY / day {
            let many: Vec<String> = (0..day).map(|n| format!("kisi{round}x{n}@yildiz.example")).collect();
            invite(&world, ayse, &many.join("\n"), Role::Member).await.unwrap();
            for line in invitations(&world, ayse).await {
                members::revoke_invitation(&world.context, by, of(&line)).await.unwrap();
            }
        }
        let refused = invite(&world, ayse, NOBODY, Role::Member).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::TooManyTries, Some(3600)));
        assert!(world.kinds_mailed_to(NOBODY).await.is_empty());
        world.context.clock.advance(TimeDelta::days(1));
        assert!(invite(&world, ayse, NOBODY, Role::Member).await.is_ok());
    }

    async fn one_address_is_not_flooded(world: World) {
        let ayse = world.owner(AYSE).await;
        invited(&world, ayse, NOBODY, Role::Member).await;
        let line = invitations(&world, ayse).await.remove(0);
        let again = async || members::resend_invitation(&world.context, ayse.admin().unwrap(), of(&line)).await;
        for _ in 0..guess::FREE_FAILURES {
            again().await.unwrap();
        }
        assert_eq!(again().await.unwrap_err().code, Code::TooManyTries);
        // What another organisation had mailed there counts as well, and is not told.
        let other = world.owner(SEDA).await;
        let before = world.kinds_mailed_to(NOBODY).await.len();
        assert!(invite(&world, other, NOBODY, Role::Member).await.is_ok());
        assert_eq!(world.kinds_mailed_to(NOBODY).await.len(), before);
    }
}
