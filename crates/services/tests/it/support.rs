//! Support access: who comes in, why, for how long, and that everybody there learns of it.

mod ending;
mod entering;
mod hiding;
mod reach;
mod staff;

use chrono::TimeDelta;
use domain::{
    Actor, AppError, Staff, SupportId,
    account::{ConfirmAppForm, TypedCode},
    entrance::{Password, ResetForm},
    general::GeneralForm,
    support::{EnterForm, Mode},
};
use entity::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use services::{
    account, entrance, general,
    mail::{MailKind, SupportNews},
    origin::{self, Origin},
    session::Visit,
    support,
    token::PlainToken,
};

use crate::world::{PASSWORD, World};

const AYSE: &str = "ayse@yildiz.example";
const MERT: &str = "mert@ay.example";
const DENIZ: &str = "deniz@ayar.example";
const REASON: &str = "Saatler neden kapalı görünüyor? Bakıyoruz.";

/// Somebody of support with a password and no second factor yet: the token of their session.
async fn newcomer(world: &World, email: &str) -> PlainToken {
    support::staff::add(&world.context, email, "Deniz Kara").await.unwrap();
    let form = ResetForm {
        token: world.token_mailed_to(email).await,
        password: Password(PASSWORD.into()),
        password_again: Password(PASSWORD.into()),
    };
    entrance::reset_password(&world.context, form, domain::Language::Tr).await.unwrap();
    world.session(email).await
}

/// Somebody of support, ready to work.
pub async fn staff(world: &World, email: &str) -> PlainToken {
    let account = world.account(&newcomer(world, email).await).await;
    let app = world.scan_app(account, "").await;
    let form = ConfirmAppForm { code: TypedCode(app.code(world.context.now())), ..Default::default() };
    let confirmed = account::confirm_app(&world.context, account, form, None).await.unwrap();
    world.context.clock.advance(TimeDelta::seconds(30));
    confirmed.session
}

pub async fn at_the_desk(world: &World, token: &PlainToken) -> Staff {
    world.account(token).await.staff().unwrap()
}

/// Allows support to read and write, or no longer lets it in; `until` may be empty.
async fn consent(world: &World, by: Actor, access: &str, until: &str) -> Result<GeneralForm, AppError> {
    consent_to(world, by, access, until, Mode::Write).await
}

async fn consent_to(
    world: &World,
    by: Actor,
    access: &str,
    until: &str,
    mode: Mode,
) -> Result<GeneralForm, AppError> {
    let by = Actor { proved_at: world.context.now(), ..by };
    save_consent(world, by, access, until, mode).await
}

/// By somebody whose password may have been given long ago.
async fn save_consent(
    world: &World,
    by: Actor,
    access: &str,
    until: &str,
    mode: Mode,
) -> Result<GeneralForm, AppError> {
    let form = general::load_profile(&world.context, by.member()).await.unwrap().form;
    let (access, until, mode) = (access.into(), until.into(), mode.word().into());
    let form = GeneralForm { support_access: access, support_until: until, support_mode: mode, ..form };
    general::save_profile(&world.context, by.admin().unwrap(), form).await.map(|saved| saved.form)
}

fn entering(actor: Actor, mode: Mode) -> EnterForm {
    EnterForm {
        organisation: actor.organisation.to_string(),
        reason: REASON.into(),
        ticket: "TT-42".into(),
        mode: mode.word().into(),
    }
}

async fn enter(world: &World, token: &PlainToken, host: Actor, mode: Mode) -> Result<SupportId, AppError> {
    support::enter(&world.context, at_the_desk(world, token).await, entering(host, mode)).await
}

/// An organisation that lets support in, and support inside.
async fn inside(world: &World, mode: Mode) -> (Actor, PlainToken, SupportId) {
    let ayse = world.owner(AYSE).await;
    consent(world, ayse, "allow", "").await.unwrap();
    let token = staff(world, DENIZ).await;
    let id = enter(world, &token, ayse, mode).await.unwrap();
    (ayse, token, id)
}

async fn visit(world: &World, token: &PlainToken) -> Visit {
    world.visit(token).await.unwrap()
}

/// What the server says once per request of support that may write.
fn as_support(visit: &Visit) -> Origin {
    let consented_by = visit.account.support.unwrap().consented_by;
    Origin { on_behalf_of: consented_by, ..Origin::default() }
}

/// Changes the company's name as support.
async fn rename(world: &World, token: &PlainToken, name: &str) -> Result<GeneralForm, AppError> {
    let visit = visit(world, token).await;
    let actor = visit.account.actor()?;
    let form = general::load_profile(&world.context, actor.member()).await?.form;
    let form = GeneralForm { name: name.into(), ..form };
    let work = general::save_profile(&world.context, actor.admin()?, form);
    origin::within(as_support(&visit), work).await.map(|saved| saved.form)
}

/// The rows of the room in an organisation's trail, oldest first.
async fn trail(world: &World, host: Actor) -> Vec<audit::Model> {
    let rows = audit::Entity::in_organisation(host.organisation).filter(audit::Column::Room.eq("support"));
    let mut rows = rows.all(world.context.database.read()).await.unwrap();
    rows.reverse();
    rows
}

/// What the newest mail of a kind tells an address.
async fn mailed(world: &World, to: &str, kind: &str) -> SupportNews {
    world.context.deliver().await.unwrap();
    let sent = world.context.outbox.mailer().sent();
    let found = sent.iter().rev().find(|sent| sent.mail.to == to && sent.mail.kind.name() == kind);
    match &found.unwrap_or_else(|| panic!("no {kind} to {to}")).mail.kind {
        MailKind::Support { news, .. } => (**news).clone(),
        other => panic!("{other:?}"),
    }
}

/// How many mails of a kind went to an address.
async fn count_mailed(world: &World, to: &str, kind: &str) -> usize {
    world.kinds_mailed_to(to).await.into_iter().filter(|name| *name == kind).count()
}
