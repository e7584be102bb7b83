//! Connections: accepted, served, and cut off where somebody takes too long to say what they want.
//!
//! axum's own `serve` gives whoever sends a byte now and then all the time in the world
//! ([decision 40](../../docs/decisions/0040-slow-clients-and-an-absent-database.md)).

use std::{io::ErrorKind, net::SocketAddr, pin::pin, time::Duration};

use axum::{Extension, Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower::Layer;

/// The time from the first byte that could come to the last one of the headers: also how long a connection may be idle
/// between two requests.
pub const HEADERS_WITHIN: Duration = Duration::from_secs(30);
/// After a connection could not be accepted because this process has too many open.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop`; open requests then have `stop_within`. HTTP/1.1: whatever else is spoken outside is the proxy's.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    headers_within: Duration,
    stop: impl Future<Output = ()>,
    stop_within: Duration,
) {
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(headers_within);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => answer(&http, &open, app.clone(), stream, peer),
            // Theirs, not ours: the next one may be fine.
            Err(error)
                if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(stop_within, open.shutdown()).await.is_err() {
        tracing::warn!("requests were still open when the time to stop ran out");
    }
}

fn answer(http: &http1::Builder, open: &GracefulShutdown, app: Router, stream: TcpStream, peer: SocketAddr) {
    // Nagle's algorithm holds small writes back for 40 ms on a kept-alive connection.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = TowerToHyperService::new(Extension(ConnectInfo(peer)).layer(app));
    let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::oneshot,
    };

    use super::*;

    #[tokio::test]
    async fn who_does_not_finish_their_headers_is_cut_off_and_others_are_served() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route(
            "/",
            axum::routing::get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()),
        );
        let (stop, stopped) = oneshot::channel::<()>();
        let (headers, grace) = (Duration::from_millis(200), Duration::from_secs(5));
        let served = tokio::spawn(serve(listener, app, headers, async { _ = stopped.await }, grace));

        let (mut silent, mut slow) =
            (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
        slow.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.unwrap();
        let mut answer = String::new();
        let mut quick = TcpStream::connect(address).await.unwrap();
        quick.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        quick.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
        for stream in [&mut silent, &mut slow] {
            let mut rest = Vec::new();
            let ended = tokio::time::timeout(grace, stream.read_to_end(&mut rest)).await;
            // Closed or reset, with or without a word.
            assert!(ended.is_ok(), "still open");
        }
        stop.send(()).unwrap();
        tokio::time::timeout(grace, served).await.unwrap().unwrap();
    }
}
