//! The least a server can do: one file from memory, at every address. `make bench` compares the pages with it.
//!
//!     floor ADDRESS FILE

use std::{error::Error, net::SocketAddr};

use axum::{Router, body::Bytes, http::header, routing::get, serve::ListenerExt};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: floor ADDRESS FILE".into());
    };
    let page = Bytes::from(std::fs::read(file)?);
    let page = move || {
        let page = page.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) }
    };
    // As `ayar serve` does it.
    let listener = TcpListener::bind(address.parse::<SocketAddr>()?).await?.tap_io(|stream| {
        _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(get(page))).await?;
    Ok(())
}
