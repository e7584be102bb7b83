//! A believable Turkish company for trying things out, made through the very use-cases that
//! people use. Only for an empty database.

use bytes::Bytes;
use domain::{
    Actor, AppError, Code, Language,
    billing::{TaxIdentityForm, Taxpayer},
    entrance::{LoginForm, Password, SignupForm, VerifyForm},
    hours::HoursForm,
};

use crate::{
    Context, billing,
    entrance::{self, Entered, Registration, is_empty},
    failure::internal,
    general, hours, passwords,
    session::{self, Browser},
    token,
};

/// How to sign in to what [`fill`] made.
pub struct Demo {
    pub organisation: &'static str,
    pub email: &'static str,
    /// New each time.
    pub password: String,
}

const ORGANISATION: &str = "Yıldız Çağrı Merkezi A.Ş.";
const EMAIL: &str = "ayse.erdem@yildizcagri.com.tr";

/// Fills an empty database. Errors: `Conflict` if somebody has already signed up.
pub async fn fill(context: &Context) -> Result<Demo, AppError> {
    if !is_empty(context).await? {
        return Err(Code::Conflict.into());
    }
    let password = token::random_text::<12>();
    let signup = SignupForm {
        organisation: ORGANISATION.to_owned(),
        name: "Ayşe Erdem".to_owned(),
        email: EMAIL.to_owned(),
        password: Password(password.clone()),
        time_zone: "Europe/Istanbul".to_owned(),
    };
    let signup = signup.parse(passwords::check)?;
    let Registration::New(token) = entrance::register(context, signup, Language::Tr).await? else {
        return Err(Code::Conflict.into());
    };
    entrance::verify_address(context, VerifyForm { token: token.reveal().to_owned() }).await?;
    let owner = owner(context, &password).await?;
    fill_profile(context, owner).await?;
    fill_hours(context, owner).await?;
    fill_identity(context, owner).await?;
    session::sign_out(context, owner.account()).await?;
    Ok(Demo { organisation: ORGANISATION, email: EMAIL, password })
}

async fn owner(context: &Context, password: &str) -> Result<Actor, AppError> {
    let form =
        LoginForm { email: EMAIL.to_owned(), password: Password(password.to_owned()), next: String::new() };
    let Entered::In(signed_in) = entrance::sign_in(context, form, None, Browser::default()).await? else {
        return Err(internal("the demo's owner owes a code"));
    };
    session::authenticate(context, &signed_in.session).await?.account.actor()
}

async fn fill_profile(context: &Context, owner: Actor) -> Result<(), AppError> {
    let mut form = general::load_profile(context, owner.member()).await?.form;
    form.email = "iletisim@yildizcagri.com.tr".to_owned();
    form.phone = "+90 212 555 01 23".to_owned();
    form.website = "https://yildizcagri.com.tr".to_owned();
    form.address = "Büyükdere Caddesi No: 128\nEsentepe, Şişli\n34394 İstanbul".to_owned();
    form.language = Language::Tr.tag().to_owned();
    general::save_profile(context, owner.admin()?, form).await?;
    let photo = Bytes::from_static(include_bytes!("demo/photo.png"));
    general::save_photo(context, owner.admin()?, photo, None).await?;
    Ok(())
}

/// Weekdays with a lunch break, a night shift on Saturday, the year's public holidays.
async fn fill_hours(context: &Context, owner: Actor) -> Result<(), AppError> {
    use chrono::Datelike;
    let saved = hours::load_hours(context, owner.member()).await?;
    let mut form = HoursForm::from_schedule(&saved.schedule, saved.version);
    let interval =
        |start: &str, end: &str| domain::hours::IntervalForm { start: start.to_owned(), end: end.to_owned() };
    for (index, day) in form.days.iter_mut().enumerate() {
        (day.open, day.intervals) = match index {
            0..=4 => (true, vec![interval("09:00", "12:30"), interval("13:30", "18:00")]),
            5 => (true, vec![interval("21:00", "02:00")]),
            _ => (false, Vec::new()),
        };
    }
    let year = context.now().with_timezone(&saved.zone).year();
    for year in [year, year + 1] {
        let schedule = form.clone().parse()?;
        let offered = hours::offered_overrides(year, owner.language, &schedule);
        form.overrides.extend(offered.iter().map(domain::hours::OverrideForm::from));
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
