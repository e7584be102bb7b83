//! The file a backup is in: a gzipped tar, sealed on request.
//!
//! Sealed, it is a line `ayar-backup <key>`, where `<key>` is the key of this file, sealed with the ring; then pieces
//! of 64 KiB in the STREAM construction with XChaCha20-Poly1305: none can be changed, moved, repeated or left out.

use aead_stream::{DecryptorBE32, EncryptorBE32, Nonce, StreamBE32};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use tokio::{
    fs::File,
    io::{
        AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, duplex,
    },
    task::JoinHandle,
};

use super::BackupFailure;
use crate::{
    sealing::{KeyRing, Place},
    token::random_bytes,
};

const MARK: &str = "ayar-backup ";
const PIECE: usize = 64 * 1024;
/// What the cipher adds to a piece.
const TAG: usize = 16;
/// A gzip file begins with these.
const GZIP: [u8; 2] = [0x1f, 0x8b];

type Work = JoinHandle<Result<(), BackupFailure>>;

/// What is written into the stream ends up in the file, which is whole when the work has ended well.
pub(super) fn writer(mut file: File, ring: Option<&KeyRing>) -> Result<(DuplexStream, Work), BackupFailure> {
    let (ours, mut theirs) = duplex(4 * PIECE);
    let sealed = match ring {
        Some(ring) => {
            let key: [u8; 32] = random_bytes();
            let line =
                ring.seal(&Place::Backup, &key).map_err(|_| "the key of the backup can't be sealed")?;
            Some((cipher(&key), format!("{MARK}{line}\n")))
        }
        None => None,
    };
    let work = tokio::spawn(async move {
        match sealed {
            Some((cipher, line)) => {
                file.write_all(line.as_bytes()).await?;
                seal(cipher, &mut theirs, &mut file).await?;
            }
            None => {
                tokio::io::copy(&mut theirs, &mut file).await?;
            }
        }
        // On the disk before anybody is told that it is there.
        file.sync_all().await?;
        Ok(())
    });
    Ok((ours, work))
}

/// What was written into [`writer`]. The work fails if the file is cut off or changed.
pub(super) async fn reader(file: File, ring: &KeyRing) -> Result<(DuplexStream, Work), BackupFailure> {
    let mut file = BufReader::with_capacity(2 * PIECE, file);
    let cipher = match file.fill_buf().await? {
        start if start.starts_with(MARK.as_bytes()) => {
            let mut line = Vec::new();
            (&mut file).take(4096).read_until(b'\n', &mut line).await?;
            let line = String::from_utf8(line).map_err(|_| "this is no backup")?;
            let sealed = line.trim_start_matches(MARK).trim_end();
            let key = ring
                .open_told(&Place::Backup, sealed)
                .map_err(|failure| BackupFailure::new(failure.to_string()))?;
            Some(cipher(&key.try_into().map_err(|_| "this is no backup")?))
        }
        start if start.starts_with(&GZIP) => None,
        _ => return Err("this is no backup".into()),
    };
    let (mut theirs, ours) = duplex(4 * PIECE);
    let work = tokio::spawn(async move {
        match cipher {
            Some(cipher) => open(cipher, &mut file, &mut theirs).await?,
            None => {
                tokio::io::copy(&mut file, &mut theirs).await?;
            }
        }
        theirs.shutdown().await?;
        Ok(())
    });
    Ok((ours, work))
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

/// A key is used for one file only, so the nonce may always be the same.
fn nonce() -> Nonce<XChaCha20Poly1305, StreamBE32<XChaCha20Poly1305>> {
    Default::default()
}

async fn seal(
    cipher: XChaCha20Poly1305,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> Result<(), BackupFailure> {
    let mut sealing = EncryptorBE32::from_aead(cipher, &nonce());
    let mut piece = read_piece(from, PIECE).await?;
    loop {
        let next = read_piece(from, PIECE).await?;
        if next.is_empty() {
            let last = sealing.encrypt_last(piece.as_slice()).map_err(|_| "the backup can't be sealed")?;
            to.write_all(&last).await?;
            return Ok(());
        }
        let sealed =
            sealing.encrypt_next(piece.as_slice()).map_err(|_| "the backup is too long to be sealed")?;
        to.write_all(&sealed).await?;
        piece = next;
    }
}

async fn open(
    cipher: XChaCha20Poly1305,
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> Result<(), BackupFailure> {
    const CHANGED: &str = "the backup was changed or is cut off";
    let mut opening = DecryptorBE32::from_aead(cipher, &nonce());
    let mut piece = read_piece(from, PIECE + TAG).await?;
    loop {
        let next = read_piece(from, PIECE + TAG).await?;
        if next.is_empty() {
            let last = opening.decrypt_last(piece.as_slice()).map_err(|_| CHANGED)?;
            to.write_all(&last).await?;
            return Ok(());
        }
        to.write_all(&opening.decrypt_next(piece.as_slice()).map_err(|_| CHANGED)?).await?;
        piece = next;
    }
}

/// As many bytes as asked for, unless there are no more.
async fn read_piece(from: &mut (impl AsyncRead + Unpin), most: usize) -> std::io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(most);
    from.take(most as u64).read_to_end(&mut piece).await?;
    Ok(piece)
}
