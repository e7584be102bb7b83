//! The people of an organisation: who gets in by which link, who may do what to whom, and that an owner is left.

mod accept;
mod invite;
mod races;
mod roles;

use domain::{
    Actor, Admin, AppError, Code, Owner, Proved, Recent, Role,
    entrance::{LoginForm, Password, VerifyForm},
    members::{InvitationForm, InviteForm, JoinForm, RoleForm},
    plan::Plan,
    security::MemberForm,
};
use entity::{audit, membership};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::{
    entrance::{self, Entered},
    members::{self, InvitationLine, Invited},
    session::Browser,
};

use crate::world::{PASSWORD, World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";
const SEDA: &str = "seda@yildiz.example";
const NOBODY: &str = "kimse@yildiz.example";
/// What a new organisation has.
const SEATS: usize = Plan::TRIAL.seats();

fn emails(emails: &str, role: Role) -> InviteForm {
    InviteForm { emails: emails.into(), role: role.as_str().into() }
}

async fn invite(world: &World, by: Actor, to: &str, role: Role) -> Result<Invited, AppError> {
    let by = Actor { proved_at: world.context.now(), ..by };
    members::invite(&world.context, by.admin().unwrap(), emails(to, role)).await
}

/// Invites one address and gives the token of the link.
async fn invited(world: &World, by: Actor, to: &str, role: Role) -> String {
    assert_eq!(invite(world, by, to, role).await, Ok(Invited { invited: 1, members: 0 }));
    world.token_mailed_to(to).await
}

async fn invitations(world: &World, by: Actor) -> Vec<InvitationLine> {
    members::load_members(&world.context, by.admin().unwrap()).await.unwrap().invitations
}

fn of(line: &InvitationLine) -> InvitationForm {
    InvitationForm { invitation: line.id.to_string() }
}

fn with(token: &str) -> VerifyForm {
    VerifyForm { token: token.into() }
}

fn new_person(token: &str) -> JoinForm {
    JoinForm { token: token.into(), name: "Mert Öz".into(), password: Password(PASSWORD.into()) }
}

fn role_of(person: Actor, role: Role) -> RoleForm {
    RoleForm { person: person.person.to_string(), role: role.as_str().into() }
}

fn member(person: Actor) -> MemberForm {
    MemberForm { person: person.person.to_string() }
}

fn proved(world: &World, actor: Actor) -> Actor {
    Actor { proved_at: world.context.now(), ..actor }
}

fn recent<T: Proved>(world: &World, who: T) -> Recent<T> {
    Recent::check(who, world.context.now()).unwrap()
}

fn admin(world: &World, actor: Actor) -> Recent<Admin> {
    recent(world, proved(world, actor).admin().unwrap())
}

fn owner(world: &World, actor: Actor) -> Recent<Owner> {
    recent(world, proved(world, actor).owner().unwrap())
}

/// Everybody's role in the organisation of `actor`, greatest first.
async fn roles(world: &World, actor: Actor) -> Vec<Role> {
    let read = world.context.database.read();
    let rows = membership::Entity::in_organisation(actor.organisation).all(read).await.unwrap();
    let mut roles: Vec<Role> = rows.iter().map(membership::Model::role).collect();
    roles.sort();
    roles.reverse();
    roles
}

/// The role of `whom` in the organisation of `actor`.
async fn role_in(world: &World, actor: Actor, whom: Actor) -> Option<Role> {
    let read = world.context.database.read();
    let row = membership::Entity::in_organisation(actor.organisation)
        .filter(membership::Column::PersonId.eq(whom.person.0))
        .one(read)
        .await
        .unwrap();
    row.map(|row| row.role())
}

/// What the organisation's trail says was done in this room, sorted: the clock stands still.
async fn trail(world: &World, actor: Actor) -> Vec<String> {
    let read = world.context.database.read();
    let rows = audit::Entity::in_organisation(actor.organisation).all(read).await.unwrap();
    let actions = rows.into_iter().map(|row| row.action);
    let mut actions: Vec<String> = actions.filter(|action| action.starts_with("members.")).collect();
    actions.sort();
    actions
}

async fn sign_in(world: &World, email: &str) -> Result<Entered, Code> {
    let form = LoginForm { email: email.into(), password: Password(PASSWORD.into()), next: String::new() };
    entrance::sign_in(&world.context, form, None, Browser::default()).await.map_err(|error| error.code)
}

/// Takes everything but the organisation of `host` away from a person.
async fn keep_only(world: &World, host: Actor, person: Actor) {
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            membership::Entity::delete_many()
                .filter(membership::Column::PersonId.eq(person.person.0))
                .filter(membership::Column::OrganisationId.ne(host.organisation.0))
                .exec(on)
                .await
                .unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}
