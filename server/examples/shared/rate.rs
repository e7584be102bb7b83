//! How often a second something can be done.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use services::Context;

pub const WORKERS: usize = 16;
const SECONDS: Duration = Duration::from_secs(5);

pub type Failure = Box<dyn Error + Send + Sync>;

/// How often a second [`WORKERS`] do it together; says so.
pub async fn rate<W>(
    what: &str,
    context: &Context,
    work: impl Fn(Context, usize) -> W + Clone + Send + 'static,
) -> Result<f64, Failure>
where
    W: Future<Output = Result<(), Failure>> + Send,
{
    let began = Instant::now();
    let workers = (0..WORKERS).map(|worker| {
        let (context, work) = (context.clone(), work.clone());
        tokio::spawn(async move {
            let mut took = Vec::new();
            while began.elapsed() < SECONDS {
                let start = Instant::now();
                work(context.clone(), worker).await?;
                took.push(start.elapsed());
            }
            Ok::<_, Failure>(took)
        })
    });
    let mut took = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        took.extend(worker.await??);
    }
    took.sort();
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    println!("    {what:<34} {rate:8.0} /s   p99 {:6.1} ms", p99.as_secs_f64() * 1000.0);
    Ok(rate)
}
