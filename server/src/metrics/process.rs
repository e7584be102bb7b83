//! What the operating system says of this process, under the names that Prometheus' own libraries use. Elsewhere than on Linux
//! there is nothing to read, and only the start is shown.

use std::{fs, sync::atomic::AtomicU64};

use chrono::{DateTime, Utc};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// `/proc` counts processor time in hundredths of a second: USER_HZ, which programs see as 100 everywhere.
const TICKS: f64 = 100.0;

/// One number without labels, which may be missing.
type Single<M> = Family<[(&'static str, &'static str); 0], M>;

#[derive(Debug, Default)]
pub struct Process {
    cpu: Single<Counter<f64, AtomicU64>>,
    memory: Single<Gauge>,
    files: Single<Gauge>,
    most_files: Single<Gauge>,
}

impl Process {
    pub fn new(registry: &mut Registry, began: DateTime<Utc>) -> Self {
        let (process, start) = (Self::default(), Gauge::<i64>::default());
        start.set(began.timestamp());
        registry.register("process_start_time_seconds", "When it began, in seconds since 1970", start);
        registry.register("process_cpu_seconds", "Processor time it has used", process.cpu.clone());
        registry.register("process_resident_memory_bytes", "Memory it holds", process.memory.clone());
        registry.register("process_open_fds", "Files and sockets it has open", process.files.clone());
        registry.register(
            "process_max_fds",
            "Files and sockets it may have open",
            process.most_files.clone(),
        );
        process
    }

    pub fn read(&self) {
        let text = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).ok();
        if let Some(seconds) = text("stat").as_deref().and_then(cpu_seconds) {
            self.cpu
                .get_or_create(&[])
                .inner()
                .store(seconds.to_bits(), std::sync::atomic::Ordering::Relaxed);
        }
        set(&self.memory, text("status").as_deref().and_then(resident_bytes));
        set(
            &self.files,
            fs::read_dir("/proc/self/fd").ok().and_then(|files| i64::try_from(files.count()).ok()),
        );
        set(&self.most_files, text("limits").as_deref().and_then(most_files));
    }
}

fn set(gauge: &Single<Gauge>, value: Option<i64>) {
    if let Some(value) = value {
        gauge.get_or_create(&[]).set(value);
    }
}

/// The 14th and 15th field of `/proc/self/stat`; the second is the program's name and may hold anything, also brackets.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

fn resident_bytes(status: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<i64>().ok()?.checked_mul(1024)
}

/// `None` also for `unlimited`.
fn most_files(limits: &str) -> Option<i64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_kernel_are_read() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 100 1000 10";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(resident_bytes("Name:\tayar\nVmRSS:\t   40960 kB\nThreads:\t9\n"), Some(40_960 * 1024));
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max open files            1024                 524288               files     \n";
        assert_eq!(most_files(limits), Some(1024));
        assert_eq!(most_files(&limits.replace("1024", "unlimited")), None);
        for broken in ["", "7", "7 (ayar) S 1", "VmRSS:\t-\n", "Max open files"] {
            assert_eq!((cpu_seconds(broken), resident_bytes(broken), most_files(broken)), (None, None, None));
        }
    }
}
