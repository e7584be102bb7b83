//! What the company's own pages show: profile, logo, hours, plan and tax identity.

use bytes::Bytes;
use chrono::{Datelike, TimeDelta};
use domain::{
    Actor, AppError, Language, Recent,
    billing::{TaxIdentityForm, Taxpayer},
    branding::LogoForm,
    hours::{HoursForm, IntervalForm, OverrideForm},
    invoices::ThresholdForm,
    plan::{Plan, PlanForm},
};

use crate::{Context, billing, branding, general, hours, invoices, plan};

/// The owner takes a plan, right after signing in; the days with another one before are invoiced.
pub(super) async fn choose(context: &Context, owner: Actor, plan: Plan) -> Result<(), AppError> {
    let recent = Recent::check(owner.owner()?, context.now())?;
    plan::change_plan(context, recent, PlanForm { plan: plan.as_str().to_owned() }).await?;
    Ok(())
}

pub(super) async fn watch_credit(context: &Context, owner: Actor) -> Result<(), AppError> {
    let form = ThresholdForm { threshold: "2.000".to_owned() };
    invoices::save_threshold(context, owner.admin()?, form).await?;
    Ok(())
}

pub(super) async fn describe(context: &Context, owner: Actor) -> Result<(), AppError> {
    let wait = |minutes| context.clock.advance(TimeDelta::minutes(minutes));
    wait(4);
    fill_profile(context, owner).await?;
    wait(3);
    let logo = Bytes::from_static(include_bytes!("logo.png"));
    branding::save_logo(context, owner.admin()?, logo, None, &LogoForm::default()).await?;
    wait(11);
    fill_hours(context, owner).await?;
    wait(6);
    fill_identity(context, owner).await
}

async fn fill_profile(context: &Context, owner: Actor) -> Result<(), AppError> {
    let mut form = general::load_profile(context, owner.member()).await?.form;
    form.email = "iletisim@yildizcagri.com.tr".to_owned();
    form.phone = "+90 212 555 01 23".to_owned();
    form.website = "https://yildizcagri.com.tr".to_owned();
    form.address = "Büyükdere Caddesi No: 128\nEsentepe, Şişli\n34394 İstanbul".to_owned();
    form.language = Language::Tr.tag().to_owned();
    general::save_profile(context, owner.admin()?, form).await?;
    let photo = Bytes::from_static(include_bytes!("photo.png"));
    general::save_photo(context, owner.admin()?, photo, None, "").await?;
    Ok(())
}

pub(super) fn interval(start: &str, end: &str) -> IntervalForm {
    IntervalForm { start: start.to_owned(), end: end.to_owned() }
}

/// Weekdays with a lunch break, a night shift on Saturday (an hour too short), the public holidays of two years.
async fn fill_hours(context: &Context, owner: Actor) -> Result<(), AppError> {
    let saved = hours::load_hours(context, owner.member()).await?;
    let mut form = HoursForm::from_schedule(&saved.schedule, saved.version);
    for (index, day) in form.days.iter_mut().enumerate() {
        (day.open, day.intervals) = match index {
            0..=4 => (true, vec![interval("09:00", "12:30"), interval("13:30", "18:00")]),
            5 => (true, vec![interval("21:00", "01:00")]),
            _ => (false, Vec::new()),
        };
    }
    let year = context.now().with_timezone(&saved.zone).year();
    for year in [year, year + 1] {
        let schedule = form.clone().parse()?;
        let offered = hours::offered_overrides(year, owner.language, &schedule);
        form.overrides.extend(offered.iter().map(OverrideForm::from));
    }
    hours::save_hours(context, owner.admin()?, form).await?;
    Ok(())
}

/// The number is the usual one of examples: its check digit is right.
async fn fill_identity(context: &Context, owner: Actor) -> Result<(), AppError> {
    let form = TaxIdentityForm {
        version: billing::load_identity(context, owner.admin()?).await?.saved.form.version,
        taxpayer: Taxpayer::Company.word().to_owned(),
        legal_title: "Yıldız Çağrı Merkezi Anonim Şirketi".to_owned(),
        tax_number: "1234567890".to_owned(),
        office_province: "34".to_owned(),
        tax_office: "Şişli Vergi Dairesi Müdürlüğü".to_owned(),
        province: "34".to_owned(),
        district: "Şişli".to_owned(),
        address: "Esentepe Mahallesi, Büyükdere Caddesi No: 128".to_owned(),
        postcode: "34394".to_owned(),
        ..TaxIdentityForm::default()
    };
    billing::save_identity(context, owner.admin()?, form).await?;
    Ok(())
}
