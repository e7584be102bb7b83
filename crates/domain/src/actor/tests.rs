use super::*;
use uuid::Uuid;

fn account(role: Role, owes_two_factor: bool) -> Account {
    Account {
        person: PersonId(Uuid::nil()),
        session: SessionId(Uuid::nil()),
        organisation: Some(OrganisationId(Uuid::nil())),
        stage: Stage::Active,
        role,
        language: Language::Tr,
        proved_at: DateTime::UNIX_EPOCH,
        owes_two_factor,
        is_staff: false,
        support: None,
        refused: None,
    }
}

fn support(mode: Mode) -> Account {
    let inside = Inside { id: SupportId(Uuid::nil()), mode, consented_by: None };
    Account { is_staff: true, support: Some(inside), ..account(Role::Admin, false) }
}

#[test]
fn support_is_no_owner_and_gets_nothing_that_asks_for_a_password() {
    let actor = support(Mode::Write).actor().unwrap();
    assert_eq!(actor.owner(), Err(Code::Forbidden.into()));
    let forbidden = || AppError::from(Code::SupportForbidden);
    assert_eq!(Recent::check(actor.admin().unwrap(), DateTime::UNIX_EPOCH), Err(forbidden()));
    assert_eq!(Recent::check(actor.account(), DateTime::UNIX_EPOCH), Err(forbidden()));
}

#[test]
fn what_is_not_for_support_gives_no_capability() {
    let refused = Account { refused: Some(Code::SupportForbidden), ..support(Mode::Read) };
    assert_eq!(refused.actor(), Err(Code::SupportForbidden.into()));
    let outside = Account { organisation: None, support: None, ..support(Mode::Read) };
    assert_eq!(outside.actor(), Err(Code::SupportEnded.into()));
}

#[test]
fn the_support_desk_exists_for_staff_with_a_second_factor_only() {
    assert_eq!(account(Role::Owner, false).staff(), Err(Code::NotFound.into()));
    let owing = Account { owes_two_factor: true, ..support(Mode::Read) };
    assert_eq!(owing.staff(), Err(Code::TwoFactorRequired.into()));
    assert!(support(Mode::Read).staff().is_ok());
}

#[test]
fn a_role_gives_its_own_capabilities_and_those_below() {
    for (role, admin, owner) in
        [(Role::Member, false, false), (Role::Admin, true, false), (Role::Owner, true, true)]
    {
        let actor = account(role, false).actor().unwrap();
        assert_eq!((actor.admin().is_ok(), actor.owner().is_ok()), (admin, owner), "{role:?}");
    }
}

#[test]
fn whoever_owes_a_second_factor_gets_no_capability_however_high_their_role() {
    for role in Role::ALL {
        assert_eq!(account(role, true).actor(), Err(Code::TwoFactorRequired.into()));
    }
}

#[test]
fn an_organisation_that_is_to_be_deleted_gives_no_capability_but_its_owners_way_back() {
    let closed = || AppError::from(Code::OrganisationDeleting);
    for stage in [Stage::Pending, Stage::Deleting, Stage::Gone] {
        for role in Role::ALL {
            let account = Account { stage, ..account(role, false) };
            assert_eq!(account.actor(), Err(closed()), "{stage:?} {role:?}");
            let may = stage == Stage::Pending && role == Role::Owner;
            assert_eq!(account.owner_while_leaving().is_ok(), may, "{stage:?} {role:?}");
        }
        let support = Account { stage, ..support(Mode::Write) };
        assert_eq!((support.actor(), support.owner_while_leaving()), (Err(closed()), Err(closed())));
    }
    let owner = account(Role::Owner, false);
    assert!(owner.owner_while_leaving().is_ok(), "it begins with one that is not to be deleted yet");
    assert_eq!(account(Role::Admin, false).owner_while_leaving(), Err(Code::Forbidden.into()));
    let owing = Account { stage: Stage::Pending, ..account(Role::Owner, true) };
    assert_eq!(owing.owner_while_leaving(), Err(Code::TwoFactorRequired.into()));
}

#[test]
fn a_proof_is_recent_for_ten_minutes() {
    let owner = account(Role::Owner, false).actor().unwrap().owner().unwrap();
    let after = |seconds| Recent::check(owner, DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
    assert!(after(0).is_ok() && after(599).is_ok());
    assert_eq!(after(600), Err(Code::PasswordNeeded.into()));
}
