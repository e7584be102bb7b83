//! `ayar serve`: migrate, listen, stop gracefully.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use app::shell::document::Assets;
use axum::Router;
use leptos::config::{LeptosOptions, get_configuration};
use services::Context;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    limits::Strangers,
    listen,
    metrics::{self, Metrics},
    router::{Site, router},
    start::{self, Failure},
};

/// Serves until a stop signal; open requests then have `server.stop_within` seconds.
pub async fn serve(config: Config) -> Result<(), Failure> {
    // Before anything can be asked of it: who stops it a moment after its start stops it properly as well.
    let stop = stop_signal()?;
    let context = start::context(&config, false).await?;
    start::prepare(&context).await?;
    let site = site(&config, context.clone())?;
    if !site.secure {
        tracing::warn!("plain http on this machine: session cookies go without Secure and __Host-");
    }
    let listener = bind(config.server.address).await?;
    let private = match config.metrics.listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    println!("\n  Ayar is ready:  {}\n", config.origin());
    let stop_working = CancellationToken::new();
    let working = tokio::spawn(work(context.clone(), stop_working.clone()));
    let calling = tokio::spawn(call(context.clone()));
    let showing = private.map(|listener| {
        let metrics = metrics::router(site.metrics.clone(), context.clone(), config.metrics.token.clone());
        tokio::spawn(axum::serve(listener, metrics).into_future())
    });
    let presence = context.database.presence().clone();
    let looking = tokio::spawn(async move { presence.watch().await });
    let app: Router = router(site);
    let stop_within = Duration::from_secs(config.server.stop_within);
    listen::serve(listener, app, listen::HEADERS_WITHIN, stop, stop_within).await;
    calling.abort();
    looking.abort();
    context.outbox.settle().await;
    stop_working.cancel();
    // What does not end in time is taken over by another node, or by this one when it is back.
    if tokio::time::timeout(stop_within, working).await.is_err() {
        tracing::warn!("jobs were still running when the time to stop ran out");
    }
    // Until now: how a node stops is worth watching.
    if let Some(showing) = showing {
        showing.abort();
    }
    context.database.close().await?;
    #[cfg(feature = "otel")]
    crate::telemetry::flush().await;
    tracing::info!("stopped");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}").into())
}

/// Jobs are done, until the server stops.
async fn work(context: Context, stop: CancellationToken) {
    services::jobs::work(&context, stop).await;
}

/// Campaigns call, every second, on every node.
async fn call(context: Context) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        if let Err(error) = services::campaigns::dispatch(&context).await {
            tracing::warn!(%error, "campaigns could not be looked through");
        }
    }
}

/// What the router needs, from configuration and built files.
pub fn site(config: &Config, context: Context) -> Result<Site, Failure> {
    let options = options(config)?;
    let assets = assets(config, &options)?;
    let origin = config.origin();
    let host = origin.split_once("://").map_or("", |(_, host)| host).to_owned();
    Ok(Site {
        assets: Arc::new(assets),
        reload_port: std::env::var_os("LEPTOS_WATCH").map(|_| options.reload_port),
        package: format!("/{}", options.site_pkg_dir).into(),
        options,
        secure: origin.starts_with("https:"),
        origin: origin.into(),
        host: host.into(),
        metrics: Arc::new(Metrics::new(context.now())),
        trusted_proxies: config.server.trusted_proxies.clone().into(),
        strangers: Strangers::default(),
        context,
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

/// Ends at SIGINT or SIGTERM; from this call on they do nothing else. A second one does not wait for anything: what was
/// acknowledged is in the database.
pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut told = async move || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    Ok(async move {
        told().await;
        tokio::spawn(async move {
            told().await;
            tracing::warn!("told to stop for the second time");
            std::process::exit(1);
        });
    })
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
