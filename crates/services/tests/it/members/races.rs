//! Requests at the same moment, over two processes: one owner is left, one link works once, no seat is sold twice.

use domain::{Code, Role};
use services::members::{self, Invited};

use super::*;
use crate::on_both_databases;

on_both_databases! {
    async fn of_two_last_owners_who_leave_at_once_one_stays(world: World) {
        let (ayse, mert, other) = two_owners(&world).await;
        let (one, two) = tokio::join!(
            members::leave(&world.context, world.recent(ayse.account())),
            members::leave(&other, world.recent(mert.account())),
        );
        assert_one_wins([one.map(drop), two.map(drop)], Code::LastOwner);
        assert_eq!(roles(&world, ayse).await, [Role::Owner]);
    }

    async fn of_two_owners_who_lower_each_other_at_once_one_stays(world: World) {
        let (ayse, mert, other) = two_owners(&world).await;
        let (one, two) = tokio::join!(
            members::change_role(&world.context, admin(&world, ayse), role_of(mert, Role::Member)),
            members::change_role(&other, admin(&world, mert), role_of(ayse, Role::Member)),
        );
        assert_one_wins([one, two], Code::Forbidden);
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Member]);
    }

    async fn of_two_owners_who_step_down_at_once_one_stays(world: World) {
        let (ayse, mert, other) = two_owners(&world).await;
        let (one, two) = tokio::join!(
            members::change_role(&world.context, admin(&world, ayse), role_of(ayse, Role::Admin)),
            members::change_role(&other, admin(&world, mert), role_of(mert, Role::Admin)),
        );
        assert_one_wins([one, two], Code::LastOwner);
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Admin]);
    }

    async fn of_two_owners_who_remove_each_other_at_once_one_stays(world: World) {
        let (ayse, mert, other) = two_owners(&world).await;
        let (one, two) = tokio::join!(
            members::remove_member(&world.context, admin(&world, ayse), member(mert)),
            members::remove_member(&other, admin(&world, mert), member(ayse)),
        );
        assert_one_wins([one, two], Code::Forbidden);
        assert_eq!(roles(&world, ayse).await, [Role::Owner]);
    }

    async fn an_ownership_is_given_away_once(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.colleague(ayse, MERT, Role::Member).await;
        let seda = world.colleague(ayse, SEDA, Role::Member).await;
        let other = world.another_node().await;
        let (one, two) = tokio::join!(
            members::transfer_ownership(&world.context, owner(&world, ayse), member(mert)),
            members::transfer_ownership(&other, owner(&world, ayse), member(seda)),
        );
        assert_one_wins([one, two], Code::Forbidden);
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Admin, Role::Member]);
    }

    async fn one_link_makes_one_account(world: World) {
        let ayse = world.owner(AYSE).await;
        let token = invited(&world, ayse, MERT, Role::Member).await;
        let other = world.another_node().await;
        let (one, two) = tokio::join!(
            members::join(&world.context, new_person(&token)),
            members::join(&other, new_person(&token)),
        );
        assert_one_wins([one.map(drop), two.map(drop)], Code::LinkExpired);
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Member]);
        world.sign_in(MERT).await;
    }

    async fn one_link_is_accepted_once(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.owner(MERT).await;
        let token = invited(&world, ayse, MERT, Role::Member).await;
        let (other, account) = (world.another_node().await, Some(mert.account()));
        let (one, two) = tokio::join!(
            members::accept_invitation(&world.context, account, with(&token)),
            members::accept_invitation(&other, account, with(&token)),
        );
        assert_one_wins([one.map(drop), two.map(drop)], Code::LinkExpired);
        assert_eq!(roles(&world, ayse).await, [Role::Owner, Role::Member]);
    }

    async fn the_last_seat_is_given_once(world: World) {
        let ayse = world.owner(AYSE).await;
        let many: Vec<String> = (2..SEATS).map(|n| format!("kisi{n}@yildiz.example")).collect();
        invite(&world, ayse, &many.join("\n"), Role::Member).await.unwrap();
        let (other, by) = (world.another_node().await, ayse.admin().unwrap());
        let (one, two) = tokio::join!(
            members::invite(&world.context, by, emails(MERT, Role::Member)),
            members::invite(&other, by, emails(SEDA, Role::Member)),
        );
        let told = |answer: Result<Invited, AppError>| answer.map(drop).map_err(|error| error.of("emails"));
        let mut told = [told(one), told(two)];
        told.sort_by_key(Result::is_err);
        assert_eq!(told, [Ok(()), Err(Some(Code::SeatsFull))]);
        let page = members::load_members(&world.context, by).await.unwrap();
        assert_eq!(page.seats_taken, SEATS);
    }

    /// The order of locks: a sign-in locks its person and refers to the organisation, accepting does it the other way.
    async fn signing_in_while_accepting_waits_for_nobody_for_ever(world: World) {
        let ayse = world.owner(AYSE).await;
        let mert = world.owner(MERT).await;
        for _ in 0..5 {
            let account = Some(world.account(&world.session(MERT).await).await);
            let token = invited(&world, ayse, MERT, Role::Member).await;
            let (accepted, signed_in, changed) = tokio::join!(
                members::accept_invitation(&world.context, account, with(&token)),
                sign_in(&world, MERT),
                sign_in(&world, AYSE),
            );
            assert!(accepted.is_ok() && signed_in.is_ok() && changed.is_ok());
            members::remove_member(&world.context, admin(&world, ayse), member(mert)).await.unwrap();
        }
    }
}

async fn two_owners(world: &World) -> (Actor, Actor, services::Context) {
    let ayse = world.owner(AYSE).await;
    let mert = world.colleague(ayse, MERT, Role::Owner).await;
    (ayse, mert, world.another_node().await)
}

/// One is done; the other is told why not. Which of the two is chance.
#[track_caller]
fn assert_one_wins(answers: [Result<(), AppError>; 2], refusal: Code) {
    let mut answers = answers;
    answers.sort_by_key(Result::is_err);
    assert_eq!(answers, [Ok(()), Err(refusal.into())]);
}
