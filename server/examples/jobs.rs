//! How many mails a second leave for a mail server that takes each at once, and how many jobs are taken, done and written
//! off where sending costs nothing.
//!
//! `jobs <database URL>`, on an empty database; `make bench` runs it on SQLite and on PostgreSQL.

#[path = "shared/context.rs"]
mod context;

use std::{error::Error, time::Instant};

use domain::Language;
use services::{
    Context,
    jobs::{self, Kind},
    mail::{Mail, MailKind, SmtpTls, TransportSettings},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

const MAILS: usize = 2_000;
/// Mails noted in one transaction, as those of a digest are.
const TOGETHER: usize = 50;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let url = std::env::args().nth(1).ok_or("which database?")?;
    let port = sink().await?;
    let smtp = TransportSettings::Smtp {
        host: "127.0.0.1".into(),
        port,
        tls: SmtpTls::None,
        user: None,
        password: None,
    };
    let mut rates = Vec::new();
    for (what, transport) in [("jobs done", TransportSettings::Memory), ("mails to a mail server", smtp)] {
        let context = context::open(&url, transport).await?;
        let began = Instant::now();
        note(&context).await?;
        let noted = MAILS as f64 / began.elapsed().as_secs_f64();
        let began = Instant::now();
        let done = jobs::run_due(&context, Kind::Mail).await?;
        let rate = done as f64 / began.elapsed().as_secs_f64();
        println!("    {what:<34} {rate:8.0} /s   (noted {TOGETHER} at a time: {noted:.0} /s)");
        assert_eq!(done, MAILS);
        rates.push(rate);
    }
    println!("    ratio                              {:8.2}", rates[1] / rates[0]);
    Ok(())
}

async fn note(context: &Context) -> Result<(), Failure> {
    for first in (0..MAILS).step_by(TOGETHER) {
        let inner = context.clone();
        let noted = context.database.write(move |on| {
            Box::pin(async move {
                for number in first..first + TOGETHER {
                    let kind = MailKind::ResetPassword { link: inner.link("/reset?token=x") };
                    let to = format!("n{number}@ornek.com");
                    let mail = Mail { id: inner.id(), to, language: Language::Tr, organisation: None, kind };
                    inner.post(on, &mail).await?;
                }
                Ok(())
            })
        });
        noted.await?;
    }
    Ok(())
}

/// A mail server on loopback that takes everything at once: its port.
async fn sink() -> Result<u16, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream));
        }
    });
    Ok(port)
}

async fn talk(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut in_data = false;
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match line.get(..4) {
            _ if in_data && line != "." => continue,
            Some("EHLO") => b"250-sink\r\n250 PIPELINING\r\n",
            Some("DATA") => b"354 go on\r\n",
            Some("QUIT") => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        in_data = answer.starts_with(b"354");
        write.write_all(answer).await?;
    }
    Ok(())
}
