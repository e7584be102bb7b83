//! A layer: a body has to arrive at some speed. Silence alone is no measure: a byte now and then would hold a connection, and
//! what it holds, for ever.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use domain::Code;
use futures::{Stream, StreamExt, stream};
use tokio::time::Instant;

use crate::failures::refuse;

/// Every body has this long; a large one has longer for what has come of it.
const AT_LEAST: Duration = Duration::from_secs(20);
/// Bytes that earn another second: slower than any telephone line.
const A_SECOND: u64 = 1024;

/// Refuses with `TooSlow` whoever sends more slowly.
pub async fn hurry(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_late = Arc::new(AtomicBool::new(false));
    let watched = is_late.clone();
    let request = request.map(|body| Body::from_stream(in_time(body.into_data_stream(), AT_LEAST, watched)));
    let answer = next.run(request).await;
    // Whatever was made of a body that broke off.
    if is_late.load(Ordering::Relaxed) { refuse(Code::TooSlow) } else { answer }
}

/// The body until its time is over; then it breaks off.
fn in_time(
    body: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin,
    at_least: Duration,
    is_late: Arc<AtomicBool>,
) -> impl Stream<Item = Result<Bytes, axum::Error>> {
    let until = Instant::now() + at_least;
    stream::unfold(Some((body, until, 0_u64)), move |state| {
        let is_late = is_late.clone();
        async move {
            let (mut body, until, mut bytes) = state?;
            let deadline = until + Duration::from_millis(bytes * 1000 / A_SECOND);
            match tokio::time::timeout_at(deadline, body.next()).await {
                Ok(None) => None,
                Ok(Some(Ok(piece))) => {
                    bytes += piece.len() as u64;
                    Some((Ok(piece), Some((body, until, bytes))))
                }
                Ok(Some(Err(error))) => Some((Err(error), None)),
                Err(_) => {
                    is_late.store(true, Ordering::Relaxed);
                    let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                    Some((Err(axum::Error::new(late)), None))
                }
            }
        }
    })
    // Readers of forms ask once more after the end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(at_least: u64, pause: u64, piece: usize) -> (usize, bool) {
        let is_late = Arc::new(AtomicBool::new(false));
        let body = stream::iter(0..20).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            Ok(Bytes::from(vec![b'a'; piece]))
        });
        let pieces = in_time(Box::pin(body), Duration::from_millis(at_least), is_late.clone());
        let mut pieces = Box::pin(pieces);
        let read = pieces.by_ref().filter_map(async |piece| piece.ok()).count().await;
        assert!(pieces.next().await.is_none(), "an end stays the end");
        (read, is_late.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_too_slow() {
        let (read, is_late) = read(100, 20, 1).await;
        assert!(is_late && (1..20).contains(&read), "{read}");
    }

    #[tokio::test]
    async fn what_comes_earns_time() {
        // 400 ms for it all, of which the first 100 are everybody's and the rest is earned.
        assert_eq!(read(100, 20, 1024).await, (20, false));
    }
}
