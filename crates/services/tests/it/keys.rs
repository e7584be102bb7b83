//! Access keys: which token opens the door and until when, who may do what to which key, and what nobody gets to see.

mod authenticate;
mod change;
mod fresh;
mod races;

use domain::{
    Actor, AppError, Code, KeyId, Member, Recent, Role,
    keys::{KeyForm, OneKeyForm, RollForm},
};
use entity::{access_key, audit, organisation};
use sea_orm::{ActiveValue::Set, EntityTrait};
use services::{
    Context,
    keys::{self, KeyLine, Made},
    token::PlainToken,
};

use crate::world::World;

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@yildiz.example";

fn form(kind: &str, scopes: &[&str], lifetime: &str) -> KeyForm {
    KeyForm {
        name: "Santral köprüsü".into(),
        kind: kind.into(),
        scopes: scopes.iter().map(|word| (*word).to_owned()).collect(),
        lifetime: lifetime.into(),
    }
}

/// The same person with their password given just now.
fn recent(context: &Context, actor: Actor) -> Recent<Member> {
    Recent::check(Actor { proved_at: context.now(), ..actor }.member(), context.now()).unwrap()
}

async fn create(world: &World, by: Actor, form: KeyForm) -> Result<Made, AppError> {
    keys::create_key(&world.context, recent(&world.context, by), form).await
}

async fn created(world: &World, by: Actor, kind: &str) -> Made {
    create(world, by, form(kind, &["calls:read", "slots:write"], "90")).await.unwrap()
}

async fn roll(world: &World, by: Actor, id: KeyId, overlap: &str) -> Result<PlainToken, AppError> {
    let form = RollForm { key: id.to_string(), overlap: overlap.into() };
    let made = keys::roll_key(&world.context, recent(&world.context, by), form).await?;
    Ok(made.token)
}

async fn revoke(world: &World, by: Actor, id: KeyId) -> Result<(), AppError> {
    let form = OneKeyForm { key: id.to_string() };
    keys::revoke_key(&world.context, recent(&world.context, by), form).await
}

/// Why a token opens nothing now; `None`: it does open.
async fn refusal(context: &Context, token: &PlainToken) -> Option<Code> {
    keys::authenticate(context, token).await.err().map(|error| error.code)
}

async fn works(world: &World, token: &PlainToken) -> bool {
    let refusal = refusal(&world.context, token).await;
    assert!(matches!(refusal, None | Some(Code::KeyInvalid)), "{refusal:?}");
    refusal.is_none()
}

/// The live keys that somebody sees.
async fn live(world: &World, actor: Actor) -> Vec<KeyLine> {
    keys::load_keys(&world.context, actor.member()).await.unwrap().live
}

async fn ended(world: &World, actor: Actor) -> Vec<KeyLine> {
    keys::load_keys(&world.context, actor.member()).await.unwrap().ended
}

/// What the organisation's trail says was done in this room: action, before, after.
async fn trail(world: &World, actor: Actor) -> Vec<(String, String, String)> {
    let read = world.context.database.read();
    let rows = audit::Entity::in_organisation(actor.organisation).all(read).await.unwrap();
    let mut rows: Vec<_> = rows.into_iter().filter(|row| row.room == "keys").collect();
    rows.sort_by_key(|row| row.number);
    rows.into_iter().map(|row| (row.action, row.before, row.after)).collect()
}

async fn change_organisation(world: &World, actor: Actor, change: organisation::ActiveModel) {
    let row = organisation::ActiveModel { id: Set(actor.organisation.0), ..change };
    let write = world.context.database.write(move |on| {
        Box::pin(async move {
            organisation::Entity::update(row).exec(on).await.unwrap();
            Ok(())
        })
    });
    write.await.unwrap();
}

async fn stored(world: &World, id: KeyId) -> access_key::Model {
    access_key::Entity::find_by_id(id.0).one(world.context.database.read()).await.unwrap().unwrap()
}
