//! The program itself, as an operator runs it: `doctor`, `migrate`, and how `serve` stops.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Seconds that `serve` gives open requests here.
const STOP_WITHIN: u64 = 3;

/// A folder with everything a server needs, and the program in it.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("site/pkg");
        std::fs::create_dir_all(&package).unwrap();
        for file in ["ayar.a.js", "ayar.b.wasm", "ayar.c.css"] {
            std::fs::write(package.join(file), "").unwrap();
        }
        std::fs::write(folder.path().join("hash.txt"), "js: a\nwasm: b\ncss: c\n").unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ayar"));
        command
            .arg(name)
            .current_dir(self.path())
            .env("AYAR__SERVER__SITE", "site")
            .env("AYAR__SERVER__HASHES", "hash.txt")
            .env("AYAR__SERVER__STOP_WITHIN", STOP_WITHIN.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What it printed, and whether it succeeded.
    fn run(&self, name: &str, settings: &[(&str, &str)]) -> (String, bool) {
        let output: Output = self.command(name).envs(settings.iter().copied()).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.success())
    }

    fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Serving {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut process = self.command("serve");
        let process = process
            .env("AYAR__SERVER__ADDRESS", format!("127.0.0.1:{port}"))
            .env("AYAR__SERVER__ORIGIN", format!("http://127.0.0.1:{port}"))
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let serving = Serving { process, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it never listened");
            std::thread::sleep(Duration::from_millis(20));
        }
        serving
    }
}

pub struct Serving {
    pub process: Child,
    pub port: u16,
}

impl Serving {
    /// A sign-in of which only the beginning has arrived; the rest to send.
    fn half_a_request(&self) -> (TcpStream, &'static str) {
        let body = "form[email]=nobody%40example.org&form[password]=wrong";
        let (first, rest) = body.split_at(20);
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "POST /api/entrance/sign-in HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\nOrigin: http://127.0.0.1:{0}\r\n\
             Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\n\r\n{first}",
            self.port,
            body.len()
        )
        .unwrap();
        // It is in the server's hands before anything else happens.
        std::thread::sleep(Duration::from_millis(300));
        (stream, rest)
    }

    /// `SIGTERM`, as systemd and Kubernetes stop a program.
    fn stop(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// How long it took from now until it had ended by itself.
    fn ended(&mut self) -> Duration {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "it never ended");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

#[test]
fn migrate_brings_an_empty_database_up_to_date_once() {
    let place = Place::new();
    let (first, worked) = place.run("migrate", &[]);
    assert!(worked && first.contains("is up to date (") && !first.contains("(0 "), "{first}");
    let (again, worked) = place.run("migrate", &[]);
    assert!(worked && again.ends_with("The database is up to date (0 migrations run).\n"), "{again}");
}

#[test]
fn doctor_tries_everything_and_says_what_is_wrong() {
    let place = Place::new();
    let (before, worked) = place.run("doctor", &[]);
    assert!(worked && before.contains("migrations to run"), "{before}");
    place.run("migrate", &[]);
    let (fine, worked) = place.run("doctor", &[]);
    assert!(worked && !fine.contains("FAILED"), "{fine}");
    for line in ["configuration", "database", "time zones", "keys", "storage", "mail", "metrics", "pages"] {
        assert!(fine.contains(&format!("  ok      {line}")), "{line}: {fine}");
    }
    let wrong = [
        ("AYAR__SERVER__PORT", "80", "configuration"),
        ("AYAR__LOG__FILTER", "services=nonsense", "configuration"),
        ("AYAR__DATABASE__URL", "sqlite:///proc/ayar/ayar.db?mode=rwc", "database"),
        ("AYAR__STORAGE__FOLDER", "/proc/ayar", "storage"),
        ("AYAR__MAIL__FOLDER", "/proc/ayar", "mail"),
        ("AYAR__SERVER__HASHES", "elsewhere.txt", "pages"),
    ];
    for (setting, value, line) in wrong {
        let (report, worked) = place.run("doctor", &[(setting, value)]);
        assert!(!worked && report.contains(&format!("  FAILED  {line}")), "{setting}: {report}");
    }
    std::fs::remove_file(place.path().join("site/pkg/ayar.b.wasm")).unwrap();
    let (report, worked) = place.run("doctor", &[]);
    assert!(!worked && report.contains("ayar.b.wasm is missing"), "{report}");
}

#[tokio::test]
async fn doctor_finds_a_time_zone_that_this_program_does_not_know() {
    use sea_orm::ConnectionTrait;

    let place = Place::new();
    place.run("demo", &[]);
    let url = format!("sqlite://{}", place.path().join("data/ayar.db").display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    database.execute_unprepared("UPDATE organisation SET time_zone = 'Europe/Atlantis'").await.unwrap();
    database.close().await.unwrap();
    let (report, worked) = place.run("doctor", &[]);
    assert!(!worked && report.contains("does not know Europe/Atlantis"), "{report}");
}

#[tokio::test]
async fn what_the_program_hashes_passwords_with_is_what_is_recommended() {
    use sea_orm::{ConnectionTrait, Statement};

    let place = Place::new();
    place.run("demo", &[]);
    let url = format!("sqlite://{}", place.path().join("data/ayar.db").display());
    let database = sea_orm::Database::connect(url).await.unwrap();
    let query = Statement::from_string(database.get_database_backend(), "SELECT password_hash FROM person");
    let row = database.query_one_raw(query).await.unwrap().unwrap();
    let hash: String = row.try_get("", "password_hash").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}

#[test]
fn a_stopping_server_answers_what_it_has_begun() {
    let place = Place::new();
    let mut serving = place.serve();
    let (mut begun, rest) = serving.half_a_request();
    serving.stop();
    std::thread::sleep(Duration::from_millis(300));
    assert!(serving.process.try_wait().unwrap().is_none(), "a request is still open");
    begun.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(serving.ended() < Duration::from_secs(STOP_WITHIN), "nothing is open any more");
}

#[test]
fn a_stopping_server_does_not_wait_for_a_client_that_is_stuck() {
    let place = Place::new();
    let mut serving = place.serve();
    let (_stuck, _) = serving.half_a_request();
    serving.stop();
    let took = serving.ended();
    assert!(
        took >= Duration::from_secs(STOP_WITHIN - 1) && took < Duration::from_secs(STOP_WITHIN + 10),
        "{took:?}"
    );
}

#[test]
fn a_sandbox_knows_the_keys_of_the_demo_and_stays_on_this_machine() {
    let place = Place::new();
    let output = place.command("sandbox").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("ayar demo"), "{said}");
    let (said, is_fine) = place.run("demo", &[("AYAR__UPSTREAM__ALLOW", "127.0.0.1:3999")]);
    assert!(is_fine && said.contains("ayar sandbox"), "{said}");
    let keys = std::fs::read_to_string(place.path().join("data/sandbox")).unwrap();
    for line in keys.lines() {
        let (_, key) = line.split_once(' ').unwrap();
        assert!(key.len() > 20 && !said.contains(key), "the keys are in the file only");
    }
    let output = place.command("sandbox").args(["--address", "0.0.0.0:0"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("not on this machine"), "{said}");
}

#[test]
fn a_backup_goes_into_another_place_with_the_same_ring_only() {
    let place = Place::new();
    // The first start makes the ring.
    let mut serving = place.serve();
    serving.stop();
    serving.ended();
    let run = |arguments: &[&str], settings: &[(&str, &str)]| {
        let mut command = place.command(arguments[0]);
        let output = command.args(&arguments[1..]).envs(settings.iter().copied()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (String::from_utf8(said).unwrap(), output.status.success())
    };
    let (said, worked) = run(&["backup", "--encrypt", "b"], &[]);
    assert!(worked && said.contains("Done: ") && said.contains("ring of keys"), "{said}");
    let (said, worked) = run(&["backup", "b"], &[]);
    assert!(!worked && said.contains("b is there already"), "{said}");
    let (said, worked) = run(&["restore", "--check", "b"], &[]);
    assert!(worked && said.contains("It is whole"), "{said}");
    let (said, worked) = run(&["restore", "b"], &[]);
    assert!(!worked && said.contains("not empty"), "{said}");

    let elsewhere = [
        ("AYAR__DATABASE__URL", "sqlite://other/ayar.db?mode=rwc"),
        ("AYAR__STORAGE__FOLDER", "other/files"),
    ];
    let (said, worked) =
        run(&["restore", "b"], &[elsewhere[0], elsewhere[1], ("AYAR__KEYS__RING_FILE", "none")]);
    assert!(!worked && said.contains("not in the ring"), "{said}");
    let (said, worked) = run(&["restore", "b"], &elsewhere);
    assert!(worked && said.contains("every row and file was compared"), "{said}");
    let (said, worked) = run(&["audit", "verify"], &elsewhere);
    assert!(worked, "{said}");
}
