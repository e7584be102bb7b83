//! `ayar serve`: migrate, listen, stop gracefully.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use app::shell::document::Assets;
use axum::{Router, serve::ListenerExt};
use domain::AppError;
use leptos::config::{LeptosOptions, get_configuration};
use services::Context;
use tokio::net::TcpListener;

use crate::{
    config::Config,
    router::{Site, router},
    start::{self, Failure},
};

/// Serves until a stop signal; open requests then have `server.stop_within` seconds.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let context = start::context(&config, false).await?;
    start::prepare(&context).await?;
    let site = site(&config, context.clone())?;
    if !site.secure {
        tracing::warn!("plain http on this machine: session cookies go without Secure and __Host-");
    }
    let listener = TcpListener::bind(config.server.address)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", config.server.address))?;
    // Nagle's algorithm holds small writes back for 40 ms on a kept-alive connection.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    println!("\n  Ayar is ready:  {}\n", config.origin());
    let sweeping = tokio::spawn(sweep(context.clone()));
    let calling = tokio::spawn(call(context.clone()));
    let app: Router = router(site);
    let stop_within = Duration::from_secs(config.server.stop_within);
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            signal().await;
            _ = stopping.send(());
        });
    tokio::select! {
        result = server.into_future() => result?,
        () = async { _ = stopped.await; tokio::time::sleep(stop_within).await } => {
            tracing::warn!("requests were still open when the time to stop ran out");
        }
    }
    sweeping.abort();
    calling.abort();
    context.outbox.flush().await;
    context.database.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// What the clock does: at the start, and every minute. On several nodes one of them gets each.
async fn sweep(context: Context) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    minutes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        // Support sessions whose time is up and that nobody asks for any more, and trials, have mails to be written.
        swept("support sessions", services::support::sweep(&context)).await;
        swept("trials", services::plan::sweep_trials(&context)).await;
        swept("invoices", services::invoices::sweep(&context)).await;
        swept("lost calls", services::calls::sweep(&context)).await;
        swept("answers of yesterday", services::idempotency::sweep(&context)).await;
        swept("slots given back", services::slots::sweep(&context)).await;
        swept("uploaded tables", services::customers::import::sweep(&context)).await;
        swept("connections to platforms", services::upstream::sweep(&context)).await;
        swept("tokens of access keys that were shown", services::keys::sweep(&context)).await;
    }
}

/// Campaigns call, every second, on every node.
async fn call(context: Context) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        swept("campaigns", services::campaigns::dispatch(&context)).await;
    }
}

async fn swept<T>(what: &str, work: impl Future<Output = Result<T, AppError>>) {
    if let Err(error) = work.await {
        tracing::warn!(%error, what, "could not be looked through");
    }
}

/// What the router needs, from configuration and built files.
pub fn site(config: &Config, context: Context) -> Result<Site, Failure> {
    let options = options(config)?;
    let assets = assets(config, &options)?;
    let origin = config.origin();
    let host = origin.split_once("://").map_or("", |(_, host)| host).to_owned();
    Ok(Site {
        context,
        assets: Arc::new(assets),
        reload_port: std::env::var_os("LEPTOS_WATCH").map(|_| options.reload_port),
        package: format!("/{}", options.site_pkg_dir).into(),
        options,
        secure: origin.starts_with("https:"),
        origin: origin.into(),
        host: host.into(),
        trusted_proxies: config.server.trusted_proxies.clone().into(),
    })
}

/// The names of the built files.
pub(crate) fn assets(config: &Config, options: &LeptosOptions) -> Result<Assets, Failure> {
    let hashes = match config.server.hashes.as_os_str().is_empty() {
        true => beside_the_program(&options.hash_file)?,
        false => config.server.hashes.clone(),
    };
    Assets::read(&hashes, &config.server.site, options)
        .map_err(|error| format!("{}: {error}; build the pages first", hashes.display()).into())
}

/// `Leptos.toml`, with the address and the site folder of our own configuration.
pub(crate) fn options(config: &Config) -> Result<LeptosOptions, Failure> {
    let file = PathBuf::from("Leptos.toml");
    let mut options = match file.exists() {
        true => get_configuration(file.to_str())?.leptos_options,
        // An installed server has no checkout around it.
        false => LeptosOptions::builder().output_name("ayar").hash_files(true).build(),
    };
    options.site_root = config.server.site.to_string_lossy().as_ref().into();
    options.site_addr = config.server.address;
    Ok(options)
}

fn beside_the_program(name: &str) -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?;
    Ok(program.with_file_name(name))
}

/// SIGINT or SIGTERM.
pub(crate) async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => _ = interrupt.await,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use config::{Config, File, FileFormat, Value};

    fn leptos_keys(file: &str) -> BTreeMap<String, Value> {
        let config = Config::builder().add_source(File::from_str(file, FileFormat::Toml)).build().unwrap();
        let tables: Vec<Value> = config.get("workspace.metadata.leptos").unwrap();
        tables[0].clone().into_table().unwrap().into_iter().collect()
    }

    /// cargo-leptos reads only Cargo.toml, the server only Leptos.toml: what both name must be the same.
    #[test]
    fn the_run_time_options_are_those_of_the_build() {
        let run = leptos_keys(include_str!("../../Leptos.toml"));
        let build = leptos_keys(include_str!("../../Cargo.toml"));
        for (key, value) in &run {
            let same = match key.as_str() {
                "env" => continue,
                "hash-file" => build.get("hash-file-name"),
                key => build.get(key),
            };
            let text = |value: &Value| value.clone().into_string().unwrap();
            assert_eq!(same.map(text), Some(text(value)), "{key}");
        }
        assert!(run.len() >= 7);
    }
}
