//! Support was there once: wrote a payment down, was let in, came with a reason, lengthened a shift, left. Whoever came is no staff afterwards, and
//! password, app and backup codes of theirs were never told to anybody.

use chrono::TimeDelta;
use domain::{
    Account, Actor, AppError, Recent, Staff,
    account::{ConfirmAppForm, StartAppForm, TypedCode},
    entrance::{Password, ResetForm},
    general::support_access_word,
    hours::HoursForm,
    invoices::CreditForm,
    notifications::AnnounceForm,
    support::{EnterForm, Mode},
};
use totp_rs::{Builder, Secret};

use super::{account, company::interval, sign_in};
use crate::{
    Context, account as credentials, entrance,
    failure::{OrInternal, internal},
    general, hours, invoices,
    jobs::{self, Kind},
    notifications,
    origin::{self, Origin},
    session,
    support::{self, staff},
    token::{self, PlainToken},
};

const EMAIL: &str = "deniz.kara@ayar.example";

pub(super) async fn happen(context: &Context, owner: Actor) -> Result<(), AppError> {
    let session = hire(context).await?;
    let wait = |minutes| context.clock.advance(TimeDelta::minutes(minutes));
    let payment = CreditForm {
        organisation: owner.organisation.to_string(),
        amount: "5.000".to_owned(),
        reason: "Havale, dekont 20264417".to_owned(),
    };
    invoices::add_credit(context, account(context, &session).await?.staff()?, payment).await?;
    permit(context, owner, true).await?;
    wait(9);
    let reason =
        "Cumartesi vardiyası 02.00'de bitiyor ama hat 01.00'de kapanıyor; mesai saatlerine birlikte baktık.";
    let form = EnterForm {
        organisation: owner.organisation.to_string(),
        reason: reason.to_owned(),
        ticket: "DST-2417".to_owned(),
        mode: Mode::Write.word().to_owned(),
    };
    support::enter(context, account(context, &session).await?.staff()?, form).await?;
    wait(6);
    let inside = account(context, &session).await?.actor()?;
    let on_behalf_of = inside.support.and_then(|inside| inside.consented_by);
    origin::within(Origin { on_behalf_of, ..Origin::default() }, lengthen_shift(context, inside)).await?;
    wait(4);
    support::leave(context, account(context, &session).await?.staff()?).await?;
    announce(context, account(context, &session).await?.staff()?).await?;
    session::sign_out(context, account(context, &session).await?).await?;
    staff::remove(context, EMAIL).await?;
    wait(11);
    permit(context, owner, false).await
}

/// So that there is something behind the bell.
async fn announce(context: &Context, staff: Staff) -> Result<(), AppError> {
    let form = AnnounceForm {
        title_tr: "Kampanyalar açıldı".to_owned(),
        title_en: "Campaigns are here".to_owned(),
        text_tr: "Bir listedeki müşterileri mesai saatlerinizde sırayla arayabilirsiniz.".to_owned(),
        text_en: "Call the customers on a list one after the other, in your business hours.".to_owned(),
    };
    notifications::announce(context, staff, form).await?;
    jobs::run_due(context, Kind::Announce).await.map(drop)
}

/// Makes somebody staff, with a password and an app that are forgotten at once. Gives their session.
async fn hire(context: &Context) -> Result<PlainToken, AppError> {
    let added = staff::add(context, EMAIL, "Deniz Kara").await?;
    let token = added.link.split_once("token=").map(|(_, token)| token.to_owned());
    let token = token.ok_or_else(|| internal("a link without a token"))?;
    let password = token::random_text::<24>();
    let form =
        ResetForm { token, password: Password(password.clone()), password_again: Password(password.clone()) };
    entrance::reset_password(context, form, domain::Language::Tr).await?;
    set_up_app(context, sign_in(context, EMAIL, &password).await?).await
}

async fn set_up_app(context: &Context, who: Account) -> Result<PlainToken, AppError> {
    let recent = Recent::check(who, context.now())?;
    let form = StartAppForm { confirmed: true, ..StartAppForm::default() };
    credentials::start_app(context, recent, form, None).await?;
    let enrolment = credentials::load_enrolment(context, recent).await?;
    let key = enrolment.ok_or_else(|| internal("no app is being set up"))?.key.replace(' ', "");
    let secret = Secret::try_from_base32(&key).or_internal()?;
    let app = Builder::new().with_secret(secret.as_bytes().to_vec()).build().or_internal()?;
    let code = app.generate(context.now().timestamp().unsigned_abs()).to_string();
    let form = ConfirmAppForm { code: TypedCode(code), ..ConfirmAppForm::default() };
    Ok(credentials::confirm_app(context, who, form, None).await?.session)
}

async fn permit(context: &Context, owner: Actor, allowed: bool) -> Result<(), AppError> {
    let mut form = general::load_profile(context, owner.member()).await?.form;
    form.support_access = support_access_word(allowed).to_owned();
    form.support_until = String::new();
    form.support_mode = Mode::Write.word().to_owned();
    general::save_profile(context, owner.admin()?, form).await?;
    Ok(())
}

async fn lengthen_shift(context: &Context, inside: Actor) -> Result<(), AppError> {
    let saved = hours::load_hours(context, inside.member()).await?;
    let mut form = HoursForm::from_schedule(&saved.schedule, saved.version);
    form.days[5].intervals = vec![interval("21:00", "02:00")];
    hours::save_hours(context, inside.admin()?, form).await?;
    Ok(())
}
