//! Load and save the profile; save and remove the photo.

use domain::general::{GeneralForm, ZoneOption};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    picture::upload::{PictureUpload, Upload, takes_picture},
};

#[cfg(feature = "ssr")]
use {
    crate::server_side as server,
    domain::{Code, Language, Member},
    services::{Context, general, images::Crop},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneralPage {
    pub profile: Profile,
    pub zones: Vec<ZoneOption>,
}

/// The profile as it is saved now, and by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub form: GeneralForm,
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
}

#[server(endpoint = "general/load-general")]
pub async fn load_general() -> Result<GeneralPage, Error> {
    let (context, member) = (server::context()?, server::member()?);
    let profile = profile(&context, member).await?;
    Ok(GeneralPage { profile, zones: general::list_zones(&context, member) })
}

/// What somebody else saved meanwhile.
#[server(endpoint = "general/load-profile")]
pub async fn load_profile() -> Result<Profile, Error> {
    profile(&server::context()?, server::member()?).await
}

/// Answers with the profile as it is saved now: numbers and addresses written the usual way, the new version.
#[server(endpoint = "general/save-profile")]
pub async fn save_profile(form: GeneralForm) -> Result<GeneralForm, Error> {
    Ok(general::save_profile(&server::context()?, server::admin()?, form).await?)
}

#[server(endpoint = "general/save-photo", input = PictureUpload, input_derive = (Clone,))]
pub async fn save_photo(upload: Upload<3>) -> Result<(), Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let crop = upload.place.map(|[x, y, size]| Crop { x, y, size });
    general::save_photo(&context, admin, upload.file, crop).await?;
    Ok(())
}

takes_picture!(SavePhoto, "photo", ["x", "y", "size"], []);

#[server(endpoint = "general/remove-photo")]
pub async fn remove_photo(form: RemoveForm) -> Result<(), Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    Ok(general::remove_photo(&context, admin).await?)
}

#[cfg(feature = "ssr")]
async fn profile(context: &Context, member: Member) -> Result<Profile, Error> {
    let general::Profile { form, photo: _, changed_by, changed_at, own_language } =
        general::load_profile(context, member).await?;
    let language = server::facts().language;
    let changed_at = format!("{} {}", server::date(language, changed_at), changed_at.format("%H:%M"));
    Ok(Profile {
        form,
        changed_by,
        changed_at,
        own_language: own_language.is_some_and(|own: Language| own == language),
    })
}
