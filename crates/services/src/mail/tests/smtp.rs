//! Real conversations with a small mail server on loopback.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use super::*;

/// A mail server for one conversation on loopback; refuses recipients at `refused.example`. Gives its port
/// and, at the end, the lines it heard.
fn server() -> (u16, mpsc::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut answer = stream.try_clone().unwrap();
        let mut lines = Vec::new();
        let mut in_data = false;
        answer.write_all(b"220 sink ESMTP\r\n").unwrap();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let reply: &[u8] = match word.as_str() {
                _ if in_data && line != "." => b"",
                "." => b"250 queued\r\n",
                "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
                "RCPT" if line.contains("refused.example") => b"550 5.1.1 no such mailbox\r\n",
                "DATA" => b"354 go on\r\n",
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            in_data = (in_data && line != ".") || (!in_data && word == "DATA");
            let last = line == "." || reply.starts_with(b"221") || reply.starts_with(b"550");
            lines.push(line);
            answer.write_all(reply).unwrap();
            if last {
                break;
            }
        }
        let _ = tell.send(lines);
    });
    (port, heard)
}

fn local(port: u16, tls: SmtpTls) -> Mailer {
    let transport =
        TransportSettings::Smtp { host: "127.0.0.1".into(), port, tls, user: None, password: None };
    Mailer::open(&settings(transport)).unwrap()
}

#[tokio::test]
async fn a_mail_server_gets_the_whole_mail() {
    let (port, heard) = server();
    local(port, SmtpTls::None).send(&mail(verify("Ayşe")), None, at()).await.unwrap();
    let lines = heard.recv().unwrap();
    assert!(lines[0].starts_with("EHLO"), "{lines:?}");
    assert!(lines[1].starts_with("MAIL FROM:<ayar@ayar.example>"), "{lines:?}");
    assert!(lines[2].starts_with("RCPT TO:<ayse@marmara.com.tr>"), "{lines:?}");
    assert_eq!(lines[3], "DATA");
    let message = lines[4..lines.len() - 1].join("\r\n");
    let parsed = Parsed::read(&message);
    assert_eq!(parsed.header("Subject"), texts::mail::verify_subject(Language::Tr));
    assert!(parsed.text.contains("Merhaba Ayşe,"));
}

#[tokio::test]
async fn a_refused_recipient_is_an_error() {
    let (port, heard) = server();
    let refused = Mail { to: "kimse@refused.example".into(), ..mail(verify("Ayşe")) };
    let error = local(port, SmtpTls::None).send(&refused, None, at()).await.unwrap_err();
    assert!(error.to_string().contains("550"), "{error}");
    assert!(heard.recv().unwrap().iter().all(|line| line != "DATA"));
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_when_tls_is_required() {
    let (port, heard) = server();
    let mailer = local(port, SmtpTls::Required);
    assert!(mailer.send(&mail(verify("Ayşe")), None, at()).await.is_err());
    drop(mailer);
    let lines = heard.recv().unwrap();
    assert!(lines.iter().all(|line| !line.starts_with("MAIL") && !line.starts_with("DATA")), "{lines:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mailer = local(port, SmtpTls::None);
    assert!(mailer.send(&mail(verify("Ayşe")), None, at()).await.is_err());
    assert!(mailer.check().await.is_err());
}
