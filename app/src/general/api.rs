//! Load and save the profile; save and remove the photo.

use domain::general::{GeneralForm, ZoneOption};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::zone::ZoneChanged;
use crate::{
    error::Error,
    picture::upload::{PictureUpload, Upload, takes_picture},
};

#[cfg(feature = "ssr")]
use {
    super::said,
    crate::{paths, server_side as server},
    domain::{Code, Language, Member},
    services::{
        Context, general,
        hours::{self, Other},
        images::Crop,
        zones,
    },
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralPage {
    pub profile: Profile,
    /// The release of the time zone data in use.
    pub tzdata: String,
    /// After a save that led here with a page load.
    pub zone_changed: Option<ZoneChanged>,
}

/// What a save did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedProfile {
    /// As it is saved now: numbers and addresses written the usual way, the new version.
    pub form: GeneralForm,
    pub changed: Vec<String>,
    pub zone_changed: Option<ZoneChanged>,
    /// The page that says all this after it is loaded anew.
    pub next: String,
}

/// Whose photo was replaced or removed that the page had not shown yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPhoto {
    pub instead_of: Option<String>,
}

/// The profile as it is saved now, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub form: GeneralForm,
    /// Its zone, in words: `Avrupa / İstanbul`.
    pub zone: String,
    pub changed_by: Option<String>,
    /// Local time of the organisation, as the page's language writes it.
    pub changed_at: String,
    /// The reader chose the language of their pages themselves.
    pub own_language: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveForm {
    pub confirmed: bool,
    /// The photo that the page showed.
    #[serde(default)]
    pub seen: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneForm {
    pub time_zone: String,
}

#[server(endpoint = "general/load-general", protocol = crate::protocol::FormToJson)]
pub async fn load_general() -> Result<GeneralPage, Error> {
    let (context, member) = (server::context()?, server::member()?);
    let profile = profile(&context, member).await?;
    Ok(GeneralPage {
        profile,
        tzdata: zones::TZDATA_VERSION.to_owned(),
        zone_changed: match server::asked("zone") {
            Some(from) => zone_changed(&context, member, Other::Before(&from)).await?,
            None => None,
        },
    })
}

/// Every zone there is to choose from, with its present time.
#[server(endpoint = "general/list-zones", protocol = crate::protocol::FormToJson)]
pub async fn list_zones() -> Result<Vec<ZoneOption>, Error> {
    Ok(general::list_zones(&server::context()?, server::member()?))
}

/// What another zone would mean. `None`: nothing, or there is no such zone.
#[server(endpoint = "general/preview-zone", protocol = crate::protocol::FormToJson)]
pub async fn preview_zone(form: ZoneForm) -> Result<Option<ZoneChanged>, Error> {
    zone_changed(&server::context()?, server::member()?, Other::After(&form.time_zone)).await
}

/// What somebody else saved meanwhile.
#[server(endpoint = "general/load-profile", protocol = crate::protocol::FormToJson)]
pub async fn load_profile() -> Result<Profile, Error> {
    profile(&server::context()?, server::member()?).await
}

#[server(endpoint = "general/save-profile", protocol = crate::protocol::FormToJson)]
pub async fn save_profile(form: GeneralForm) -> Result<SavedProfile, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let general::Saved { form, changed, zone_before } = general::save_profile(&context, admin, form).await?;
    let from = zone_before.map(|zone| zone.name());
    let next = said::address(&changed, from);
    server::send_to(&next);
    let zone_changed = match from {
        // It is saved, whatever comes of this.
        Some(from) => zone_changed(&context, admin.into(), Other::Before(from)).await.unwrap_or_default(),
        None => None,
    };
    let changed = changed.into_iter().map(str::to_owned).collect();
    Ok(SavedProfile { form, changed, zone_changed, next })
}

#[server(endpoint = "general/save-photo", output = crate::json::Answer, input = PictureUpload, input_derive = (Clone,))]
pub async fn save_photo(upload: Upload<3>) -> Result<SavedPhoto, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let crop = upload.place.map(|[x, y, size]| Crop { x, y, size });
    let seen = upload.word("seen");
    let saved = general::save_photo(&context, admin, upload.file, crop, &seen).await?;
    Ok(told(saved.instead_of, "save-photo-instead"))
}

takes_picture!(SavePhoto, "photo", ["x", "y", "size"], ["seen"]);

#[server(endpoint = "general/remove-photo", protocol = crate::protocol::FormToJson)]
pub async fn remove_photo(form: RemoveForm) -> Result<SavedPhoto, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    let instead_of = general::remove_photo(&context, admin, &form.seen).await?;
    Ok(told(instead_of, "remove-photo-instead"))
}

/// Without JavaScript the page after the redirect says it.
#[cfg(feature = "ssr")]
fn told(instead_of: Option<String>, act: &str) -> SavedPhoto {
    if instead_of.is_some() {
        server::send_to(&format!("{}?saved=general/{act}", paths::GENERAL));
    }
    SavedPhoto { instead_of }
}

#[cfg(feature = "ssr")]
async fn zone_changed(
    context: &Context,
    member: Member,
    other: Other<'_>,
) -> Result<Option<ZoneChanged>, Error> {
    let l = server::facts().language;
    let is_support = server::account()?.support.is_some();
    let change = hours::explain_zone_change(context, member, other).await?;
    Ok(change.map(|hours::ZoneChange { from, to, before, after, calls, campaigns, digest }| {
        let names = [from, to].map(|zone| zones::label(zone, l));
        let open = [&before, &after].map(|at| server::open_text(l, at));
        let is_saved = matches!(other, Other::Before(_));
        let told = ZoneChanged::told(l, is_saved, names, [before.local, after.local], open);
        // The rooms of work are closed to support.
        if is_support { told } else { told.and(l, calls, campaigns, digest) }
    }))
}

#[cfg(feature = "ssr")]
async fn profile(context: &Context, member: Member) -> Result<Profile, Error> {
    let general::Profile { form, photo: _, changed_by, changed_at, own_language } =
        general::load_profile(context, member).await?;
    let language = server::facts().language;
    let changed_at = format!("{} {}", server::date(language, changed_at), changed_at.format("%H:%M"));
    let zone = zones::parse(&form.time_zone);
    Ok(Profile {
        zone: zone.map_or_else(|_| form.time_zone.clone(), |zone| zones::label(zone, language)),
        form,
        changed_by,
        changed_at,
        own_language: own_language.is_some_and(|own: Language| own == language),
    })
}
