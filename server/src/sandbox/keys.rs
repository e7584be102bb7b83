//! The keys of the sandbox in a file that only its owner can read.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{config::Config, start::Failure};

pub struct Keys {
    /// That Ayar shows to the platform.
    pub platform: String,
    /// That the platform shows to Ayar.
    pub access: String,
}

impl Keys {
    /// Beside the keys that secrets are encrypted with.
    pub fn place(config: &Config) -> PathBuf {
        config.keys.ring_file.with_file_name("sandbox")
    }

    pub fn read(file: &Path) -> Result<Self, Failure> {
        let missing = |error: &dyn std::fmt::Display| {
            format!("{}: {error}; `ayar demo` writes it, or give --key and --access-key", file.display())
        };
        let text = std::fs::read_to_string(file).map_err(|error| missing(&error))?;
        let find = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        match (find("platform_key"), find("access_key")) {
            (Some(platform), Some(access)) => {
                Ok(Self { platform: platform.to_owned(), access: access.to_owned() })
            }
            _ => Err(missing(&"no platform_key and access_key in it").into()),
        }
    }

    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // One that is there may be readable by others.
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut open = options.open(file)?;
        write!(open, "platform_key {}\naccess_key {}\n", self.platform, self.access)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back_and_are_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sandbox");
        assert!(Keys::read(&file).err().unwrap().to_string().contains("ayar demo"));
        std::fs::write(&file, "old").unwrap();
        assert!(Keys::read(&file).is_err());
        Keys { platform: "sk_1".into(), access: "ayar_2".into() }.write(&file).unwrap();
        let keys = Keys::read(&file).unwrap();
        assert_eq!((keys.platform.as_str(), keys.access.as_str()), ("sk_1", "ayar_2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
