//! A real conversation with a mail server of somebody else's making (aiosmtpd), which misbehaves as mail servers do.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use super::*;

struct Sink {
    process: Child,
    port: u16,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Sink {
    fn start() -> Self {
        let tools =
            std::env::var_os("AYAR_TOOLS").expect("AYAR_TOOLS: run this through make or scripts/env.sh");
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut process = Command::new(PathBuf::from(tools).join("python/bin/python"))
            .arg("tests/it/jobs/sink.py")
            .arg(&log)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, port: line.trim().parse().unwrap(), log, _folder: folder }
    }

    /// Recipient and Message-ID of everything that arrived, in its order.
    fn arrived(&self) -> Vec<(String, String)> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                (line["to"].as_str().unwrap().to_owned(), line["id"].as_str().unwrap().to_owned())
            })
            .collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

on_both_databases! {
    async fn nothing_is_lost_to_a_mail_server_that_misbehaves(world: World) {
        let sink = Sink::start();
        let context = through(&world, sink.port);
        let names = ["slow", "later", "dropped", "refused", "good", "slow2"];
        let mut ids = Vec::new();
        let noting = Instant::now();
        for name in names {
            ids.push(note(&context, &format!("{name}@ornek.com")).await);
        }
        // Nobody waits for a mail server.
        assert!(noting.elapsed().as_millis() < 1_000, "{:?}", noting.elapsed());
        context.deliver().await.unwrap();
        let id = |name: &str| {
            let at = names.iter().position(|other| *other == name).unwrap();
            format!("<{}@ayar.example>", ids[at].simple())
        };
        let expect = |name: &str| (format!("{name}@ornek.com"), id(name));
        let mut first = sink.arrived();
        first.sort();
        let mut wanted = ["dropped", "good", "slow", "slow2"].map(expect).to_vec();
        wanted.sort();
        assert_eq!(first, wanted);
        let troubled = jobs::load_troubled(&world.context).await.unwrap();
        assert_eq!(troubled[0].what, "reset_password -> refused@ornek.com");
        assert!(troubled[0].error.contains("no such mailbox"), "{}", troubled[0].error);
        // Given up at once; the others are tried again.
        let again: Vec<bool> = troubled.iter().map(|one| one.next.is_some()).collect();
        assert_eq!(again, [false, true, true]);
        // Five seconds later what was put off arrives, and what was perhaps lost arrives once more under the same id.
        world.context.clock.advance(TimeDelta::seconds(5));
        context.deliver().await.unwrap();
        let mut second = sink.arrived().split_off(first.len());
        second.sort();
        assert_eq!(second, [expect("dropped"), expect("later")]);
        world.context.clock.advance(TimeDelta::days(3));
        context.deliver().await.unwrap();
        assert_eq!(sink.arrived().len(), 6);
    }
}
