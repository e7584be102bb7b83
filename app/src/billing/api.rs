//! Load and save the tax identity; the lists of a province; the national number in full.

use domain::{
    billing::{OpenNumber, Province, TaxIdentityForm},
    plan::{Plan, PlanForm},
    slots::{ReserveForm, Weather},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    domain::{Admin, AppError, Code, Role, plan::days_left},
    services::{Context, billing, branding, places, plan, slots},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BillingPage {
    pub identity: Identity,
    /// Plate code and name of every province.
    pub provinces: Vec<(String, String)>,
    /// The province of the tax office and that of the address, with their lists.
    pub office_at: Province,
    pub at: Province,
    /// Addresses of the logo in two densities, if there is one: an invoice carries it.
    pub logo: Option<(String, String)>,
}

/// The identity as it is saved now, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    pub saved: Saved,
    pub changed_by: Option<String>,
    /// Local time of the organisation, as the page's language writes it.
    pub changed_at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Without the national number.
    pub form: TaxIdentityForm,
    /// The national number, masked, if one is saved.
    pub masked: Option<String>,
}

/// What the organisation has subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPage {
    pub plan: Plan,
    /// Calls at the same time.
    pub slots: u32,
    /// People and open invitations.
    pub seats_taken: usize,
    /// Days until the trial ends, and when that is, in words.
    pub trial: Option<(i64, String)>,
    pub is_owner: bool,
}

/// How many calls may run, and how many do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotsNow {
    pub limit: u32,
    /// Kept free at this moment for calls that come in.
    pub reserved: u32,
    pub in_use: u32,
}

impl SlotsNow {
    pub const fn is_full(&self) -> bool {
        self.in_use >= self.limit
    }

    /// Of the limit, at most 100.
    pub fn percent(&self) -> u32 {
        if self.is_full() { 100 } else { self.in_use.saturating_mul(100) / self.limit.max(1) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotsPage {
    pub now: SlotsNow,
    /// Chosen to be kept free while it is open.
    pub reserved: u32,
    /// In the last 24 hours.
    pub peak: u32,
    pub refused: u32,
    pub weather: Weather,
}

/// Whose lists a page needs that answers a refused post; of what is empty, those of the saved provinces.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListsForm {
    pub office_province: String,
    pub province: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvinceForm {
    pub province: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealForm {
    pub confirmed: bool,
}

#[server(endpoint = "billing/load-billing", protocol = crate::protocol::FormToJson)]
pub async fn load_billing(form: ListsForm) -> Result<BillingPage, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let identity = identity(&context, admin).await?;
    let lists = |typed: &str, saved: &str| {
        places::find(if typed.is_empty() { saved } else { typed }).cloned().unwrap_or_default()
    };
    let logo = branding::load_branding(&context, admin).await?.logo;
    Ok(BillingPage {
        logo: logo.map(|logo| (paths::logo(&logo.name, 480), paths::logo(&logo.name, 960))),
        provinces: places::all().iter().map(|one| (one.code.clone(), one.name.clone())).collect(),
        office_at: lists(&form.office_province, &identity.saved.form.office_province),
        at: lists(&form.province, &identity.saved.form.province),
        identity,
    })
}

/// What somebody else saved meanwhile.
#[server(endpoint = "billing/load-identity", protocol = crate::protocol::FormToJson)]
pub async fn load_identity() -> Result<Identity, Error> {
    identity(&server::context()?, server::admin()?).await
}

/// The districts and tax offices of a province that was just chosen.
#[server(endpoint = "billing/load-province", protocol = crate::protocol::FormToJson)]
pub async fn load_province(form: ProvinceForm) -> Result<Province, Error> {
    server::admin()?;
    let unknown = || AppError::field("province", Code::ChoiceUnknown);
    Ok(places::find(&form.province).cloned().ok_or_else(unknown)?)
}

/// Answers with what is saved now: numbers without spaces, the national number masked, the new version.
#[server(endpoint = "billing/save-identity", protocol = crate::protocol::FormToJson)]
pub async fn save_identity(form: TaxIdentityForm) -> Result<Saved, Error> {
    let billing::Saved { form, masked } =
        billing::save_identity(&server::context()?, server::admin()?, form).await?;
    Ok(Saved { form, masked })
}

#[server(endpoint = "billing/load-plan", protocol = crate::protocol::FormToJson)]
pub async fn load_plan() -> Result<PlanPage, Error> {
    let (context, admin, visit) = (server::context()?, server::admin()?, server::visit()?);
    let (now, l) = (context.now(), server::facts().language);
    let plan::Has { subscription, slots, seats_taken } = plan::load_plan(&context, admin).await?;
    Ok(PlanPage {
        plan: subscription.plan,
        slots,
        seats_taken,
        trial: subscription.trial_ends_at.map(|end| (days_left(now, end), server::instant(&visit, l, end))),
        is_owner: admin.role == Role::Owner,
    })
}

/// Answers with the plan that holds now.
#[server(endpoint = "billing/change-plan", protocol = crate::protocol::FormToJson)]
pub async fn change_plan(form: PlanForm) -> Result<Plan, Error> {
    Ok(plan::change_plan(&server::context()?, server::recent_owner()?, form).await?)
}

#[server(endpoint = "billing/load-slots", protocol = crate::protocol::FormToJson)]
pub async fn load_slots() -> Result<SlotsPage, Error> {
    let slots::Panel { usage, reserved, peak, refused, weather } =
        slots::load_panel(&server::context()?, server::admin()?).await?;
    Ok(SlotsPage { now: slots_now(usage), reserved, peak, refused, weather })
}

/// Asked again and again by a page in sight; does not keep a session from becoming idle.
#[server(endpoint = "billing/watch-slots", protocol = crate::protocol::FormToJson)]
pub async fn watch_slots() -> Result<SlotsNow, Error> {
    let usage = slots::watch(&server::context()?, server::admin()?).await?;
    Ok(slots_now(usage))
}

/// Answers with how many are kept free now.
#[server(endpoint = "billing/reserve-slots", protocol = crate::protocol::FormToJson)]
pub async fn reserve_slots(form: ReserveForm) -> Result<u32, Error> {
    Ok(slots::reserve(&server::context()?, server::admin()?, form).await?)
}

#[server(endpoint = "billing/reveal-national-number", protocol = crate::protocol::FormToJson)]
pub async fn reveal_national_number(form: RevealForm) -> Result<OpenNumber, Error> {
    let (context, admin) = (server::context()?, server::recent_admin()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    let number = billing::reveal_national_number(&context, admin).await?;
    Ok(OpenNumber(number.as_str().to_owned()))
}

/// For the page after [`reveal_national_number`] without JavaScript. Nothing a minute later, or if nobody asked.
#[server(endpoint = "billing/load-revealed", protocol = crate::protocol::FormToJson)]
pub async fn load_revealed() -> Result<Option<OpenNumber>, Error> {
    let number = billing::load_revealed(&server::context()?, server::recent_admin()?).await?;
    Ok(number.map(|number| OpenNumber(number.as_str().to_owned())))
}

#[cfg(feature = "ssr")]
const fn slots_now(slots::Usage { limit, reserved, in_use }: slots::Usage) -> SlotsNow {
    SlotsNow { limit, reserved, in_use }
}

#[cfg(feature = "ssr")]
async fn identity(context: &Context, admin: Admin) -> Result<Identity, Error> {
    let billing::Identity { saved, changed_by, changed_at } = billing::load_identity(context, admin).await?;
    let language = server::facts().language;
    let changed_at = changed_at.map(|at| format!("{} {}", server::date(language, at), at.format("%H:%M")));
    let billing::Saved { form, masked } = saved;
    Ok(Identity { saved: Saved { form, masked }, changed_by, changed_at: changed_at.unwrap_or_default() })
}
