//! The platform of the company is the sandbox (`ayar sandbox`), if the operator lets the server go there.

use domain::{
    Actor, AppError, Code, Recent, Scopes,
    keys::{KeyForm, Kind, Lifetime},
    upstream::{TryForm, UpstreamKey, UseForm},
};

use super::SandboxKeys;
use crate::{Context, keys, token, upstream};

/// Where the sandbox listens unless it is told otherwise.
pub const SANDBOX: &str = "127.0.0.1:3999";

/// Connects the company, although the sandbox does not run yet. `None`: the server does not go there.
pub(super) async fn connect(context: &Context, owner: Actor) -> Result<Option<SandboxKeys>, AppError> {
    let platform = format!("sandbox_{}", token::random_text::<24>());
    let admin = Recent::check(owner.admin()?, context.now())?;
    let form = TryForm { address: format!("http://{SANDBOX}"), secret: UpstreamKey(platform.clone()) };
    if let Err(error) = upstream::try_out(context, admin, form).await {
        return if error.of("address") == Some(Code::UpstreamAddressRefused) { Ok(None) } else { Err(error) };
    }
    let form = UseForm { fallback: String::new(), anyway: true };
    match upstream::use_trial(context, admin, form).await {
        // Another sandbox runs there already, with keys of its own.
        Err(error) if error.code == Code::UpstreamUntested => return Ok(None),
        used => used?,
    }
    let form = KeyForm {
        name: "Sandbox platformu".to_owned(),
        kind: Kind::Organisation.word().to_owned(),
        scopes: Scopes::CALLS_WRITE.words().map(str::to_owned).collect(),
        lifetime: Lifetime::Year.word().to_owned(),
    };
    let made = keys::create_key(context, Recent::check(owner.member(), context.now())?, form).await?;
    Ok(Some(SandboxKeys { platform, access: made.token.reveal().to_owned() }))
}
