//! Language, theme, the organisation one is in, signing out.

use crate::{error::Error, state::Viewer};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    crate::{server_side as server, state::Theme},
    domain::{Code, Language, OrganisationId, entrance::safe_next},
    services::{entrance, session},
};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageForm {
    pub language: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeForm {
    pub theme: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchForm {
    pub organisation: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOutForm {
    pub confirmed: bool,
    /// A page of this site to go to instead of the sign-in page.
    #[serde(default)]
    pub next: String,
}

/// What the shell shows of the signed-in person, fresh.
#[server(endpoint = "shell/load-viewer", protocol = crate::protocol::FormToJson)]
pub async fn load_viewer() -> Result<Viewer, Error> {
    let (visit, context) = (server::visit()?, server::context()?);
    Ok(server::viewer(&context, &visit, server::facts().language).await?)
}

/// After a save that the shell shows too: name, photo, zone, hours.
pub fn refresh_viewer(viewer: RwSignal<Option<Viewer>>) {
    leptos::task::spawn_local(async move {
        if let Ok(fresh) = load_viewer().await {
            viewer.set(Some(fresh));
        }
    });
}

/// A cookie for the browser, and the person's own choice if somebody is signed in.
#[server(endpoint = "shell/choose-language", protocol = crate::protocol::FormToJson)]
pub async fn choose_language(form: LanguageForm) -> Result<(), Error> {
    let language = Language::from_tag(&form.language).ok_or(Code::ChoiceUnknown)?;
    if let Ok(account) = server::account() {
        entrance::choose_language(&server::context()?, account, Some(language)).await?;
    }
    server::set_cookie(server::Cookie::Language, language.tag());
    Ok(())
}

#[server(endpoint = "shell/choose-theme", protocol = crate::protocol::FormToJson)]
pub async fn choose_theme(form: ThemeForm) -> Result<(), Error> {
    let theme = Theme::from_word(&form.theme).ok_or(Code::ChoiceUnknown)?;
    server::set_cookie(server::Cookie::Theme, theme.as_str());
    Ok(())
}

#[server(endpoint = "shell/switch-organisation", protocol = crate::protocol::FormToJson)]
pub async fn switch_organisation(form: SwitchForm) -> Result<(), Error> {
    let to: OrganisationId = form.organisation.parse().map_err(|_| Code::NotFound)?;
    session::switch_organisation(&server::context()?, server::account()?, to).await?;
    server::send_to(crate::paths::HOME);
    Ok(())
}

#[server(endpoint = "shell/sign-out", protocol = crate::protocol::FormToJson)]
pub async fn sign_out(form: SignOutForm) -> Result<(), Error> {
    // Also from a page that is not for support.
    let account = server::visit()?.account;
    if form.confirmed {
        session::sign_out(&server::context()?, account).await?;
        server::clear_session();
    }
    server::send_to(safe_next(&form.next).unwrap_or(crate::paths::LOGIN));
    Ok(())
}
