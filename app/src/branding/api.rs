//! Load the logo, save one, put it on a plate, remove it.

use domain::branding::{Plate, PlateForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    picture::upload::{PictureUpload, Upload, takes_picture},
};

#[cfg(feature = "ssr")]
use {
    crate::{paths, server_side as server},
    domain::{Code, branding::LogoForm},
    services::{branding, images::Area},
};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrandingPage {
    pub logo: Option<LogoLine>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogoLine {
    /// Addresses of the strip on this server, in two densities.
    pub plain: String,
    pub dense: String,
    pub plate: Plate,
    pub fades_on: Option<Plate>,
    /// Without its padding, in pixels.
    pub width: u32,
    pub height: u32,
}

/// Whose logo was replaced that the page had not shown yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedLogo {
    pub instead_of: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveForm {
    pub confirmed: bool,
}

#[server(endpoint = "branding/load-branding", protocol = crate::protocol::FormToJson)]
pub async fn load_branding() -> Result<BrandingPage, Error> {
    let branding::Branding { logo, version } =
        branding::load_branding(&server::context()?, server::admin()?).await?;
    let line = |branding::Logo { name, plate, fades_on, width, height }: branding::Logo| LogoLine {
        plain: paths::logo(&name, 480),
        dense: paths::logo(&name, 960),
        plate,
        fades_on,
        width,
        height,
    };
    Ok(BrandingPage { logo: logo.map(line), version })
}

#[server(endpoint = "branding/save-logo", output = crate::json::Answer, input = PictureUpload, input_derive = (Clone,))]
pub async fn save_logo(upload: Upload<4>) -> Result<SavedLogo, Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    let area = upload.place.map(|[x, y, width, height]| Area { x, y, width, height });
    let form = LogoForm {
        shape: upload.word("shape"),
        plate: upload.word("plate"),
        version: upload.word("version"),
    };
    let branding::Saved { instead_of } =
        branding::save_logo(&context, admin, upload.file, area, &form).await?;
    if instead_of.is_some() {
        server::send_to(&format!("{}?saved=branding/save-logo-instead", paths::BRANDING));
    }
    Ok(SavedLogo { instead_of })
}

takes_picture!(SaveLogo, "logo", ["x", "y", "width", "height"], ["shape", "plate", "version"]);

#[server(endpoint = "branding/save-plate", protocol = crate::protocol::FormToJson)]
pub async fn save_plate(form: PlateForm) -> Result<(), Error> {
    Ok(branding::save_plate(&server::context()?, server::admin()?, &form).await?)
}

#[server(endpoint = "branding/remove-logo", protocol = crate::protocol::FormToJson)]
pub async fn remove_logo(form: RemoveForm) -> Result<(), Error> {
    let (context, admin) = (server::context()?, server::admin()?);
    if !form.confirmed {
        return Err(Code::BadRequest.into());
    }
    Ok(branding::remove_logo(&context, admin).await?)
}
