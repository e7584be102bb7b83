//! The ring as it is written down: a line per key, `<name> <32 bytes in base64url>`, the one that seals first.

use std::{collections::HashSet, io::Write, path::PathBuf};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::token::random_bytes;

const KEY: usize = 32;

/// Where the ring comes from.
pub enum KeySource {
    /// A file of its own, readable by the server alone; made on the first start.
    File(PathBuf),
    /// From the configuration itself; lines may be separated by commas.
    Text(SecretString),
}

/// Why there are no keys to work with, in words for the operator. Holds no secret.
#[derive(Debug)]
pub struct KeyFailure(String);

impl KeyFailure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Display for KeyFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "keys: {}", self.0)
    }
}

impl std::error::Error for KeyFailure {}

#[derive(Default)]
pub(super) struct Ring(Vec<(String, [u8; KEY])>);

impl Ring {
    pub fn new_key() -> Self {
        let mut ring = Self::default();
        ring.add_key();
        ring
    }

    /// Puts a new key in front: from now on it seals.
    pub fn add_key(&mut self) -> String {
        let name: [u8; 4] = random_bytes();
        let name = name.map(|byte| format!("{byte:02x}")).concat();
        self.0.insert(0, (name.clone(), random_bytes()));
        name
    }

    /// Takes a key out; what is sealed with it can't be opened any more.
    pub fn remove(&mut self, id: &str) {
        self.0.retain(|(other, _)| other != id);
    }

    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(id, _)| id.as_str())
    }

    pub fn key(&self, id: &str) -> Option<&[u8; KEY]> {
        self.0.iter().find(|(other, _)| other == id).map(|(_, key)| key)
    }

    pub fn text(&self) -> String {
        let line = |(id, key): &(String, [u8; KEY])| format!("{id} {}\n", URL_SAFE_NO_PAD.encode(key));
        self.0.iter().map(line).collect()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (mut keys, mut seen) = (Vec::new(), HashSet::new());
        let lines = text.split(['\n', ',']).map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (id, key) = line.split_once(' ').ok_or("a line is not \"<name> <key>\"")?;
            let named = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let key = URL_SAFE_NO_PAD.decode(key.trim()).ok().and_then(|key| key.try_into().ok());
            let Some(key) = key.filter(|_| named) else {
                return Err("a key is not 32 bytes in base64url, or its name not letters and digits".into());
            };
            if !seen.insert(id.to_owned()) {
                return Err(format!("two keys are named {id:?}"));
            }
            keys.push((id.to_owned(), key));
        }
        Ok(Self(keys))
    }
}

impl KeySource {
    pub(super) fn read(&self) -> Result<Ring, KeyFailure> {
        let text = match self {
            Self::Text(text) => text.expose_secret().to_owned(),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Ring::default()),
                Err(error) => return Err(KeyFailure::new(format!("{self}: {error}"))),
            },
        };
        Ring::parse(&text).map_err(|error| KeyFailure::new(format!("{self}: {error}")))
    }

    /// Writes the whole ring or nothing. Only its owner can read the file.
    pub(super) fn write(&self, ring: &Ring) -> Result<PathBuf, KeyFailure> {
        let Self::File(path) = self else {
            return Err(KeyFailure::new(format!(
                "the ring is in the configuration, which the program cannot write. Put a line like this first:\n{}",
                ring.text().lines().next().unwrap_or_default()
            )));
        };
        let write = || {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            let mut hidden = path.clone().into_os_string();
            hidden.push(".part");
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&hidden)?;
            file.write_all(ring.text().as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&hidden, path)?;
            // The name as well: secrets will soon need this key.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            std::fs::File::open(folder.unwrap_or(".".as_ref()))?.sync_all()
        };
        write().map_err(|error| KeyFailure::new(format!("{self}: {error}")))?;
        Ok(path.clone())
    }
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Text(_) => f.write_str("keys.ring"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_reads_back_as_it_was_written() {
        let mut ring = Ring::new_key();
        let newer = ring.add_key();
        let read = Ring::parse(&ring.text()).unwrap();
        assert_eq!(read.ids().next(), Some(newer.as_str()), "the newest seals");
        assert_eq!(read.0, ring.0);
        assert_eq!(Ring::parse(&ring.text().trim().replace('\n', ", ")).unwrap().0, ring.0);
        assert_eq!(Ring::parse(&format!("# old\n\n{}", ring.text())).unwrap().0, ring.0);
    }

    #[test]
    fn a_damaged_ring_is_refused_without_repeating_it() {
        let fine = Ring::new_key().text();
        for broken in ["k1", "k1 c2hvcnQ", &fine[..fine.len() - 6], "k.1 AAAA", &format!("{fine}{fine}")] {
            let error = KeySource::Text(broken.into()).read().err().unwrap().to_string();
            assert!(!error.contains("c2hvcnQ") && error.starts_with("keys: keys.ring: "), "{error}");
        }
    }
}
