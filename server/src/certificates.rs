//! The certificate of a deletion, by the address that was mailed to the former owners: they have no account any more.
//! `ayar certificate verify` says whether a file is one.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use clap::Subcommand;
use services::deletion::{self, Checked};
use std::{path::PathBuf, process::ExitCode};

use crate::{
    config::Config,
    failures::refuse,
    router::Site,
    start::{self, Failure},
};

pub const ROUTE: &str = "/deletion-certificate/{token}";

pub async fn certificate(State(site): State<Site>, Path(token): Path<String>) -> Response {
    match deletion::read_certificate(&site.context, &token).await {
        Ok((name, body)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, body).into_response()
        }
        Err(error) => refuse(error),
    }
}

#[derive(Subcommand)]
pub enum Certificate {
    /// Check that this server made a certificate and nobody changed it; the exit status is 1 if not.
    Verify { file: PathBuf },
}

pub async fn run(config: &Config, Certificate::Verify { file }: Certificate) -> Result<ExitCode, Failure> {
    let context = start::context(config, false).await?;
    start::prepare(&context).await?;
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let genuine = |name: String, at: chrono::DateTime<chrono::Utc>, how: &str| {
        println!("GENUINE  {name}, deleted by {} UTC: {how}.", at.format("%F %H:%M"));
        ExitCode::SUCCESS
    };
    Ok(match deletion::check_certificate(&context, &text).await? {
        Checked::Signed { name, finished_at } => genuine(name, finished_at, "its signature is this server's"),
        Checked::Kept { name, finished_at } => {
            genuine(name, finished_at, "its key was retired, but it is the one that is kept here")
        }
        Checked::Wrong => {
            println!("NOT GENUINE  {} was not made by this server, or was changed.", file.display());
            ExitCode::FAILURE
        }
    })
}
