//! Smaller copies beside the files: brotli and gzip, as small as they get, because each is made once and sent for ever.

use crate::{files, tools::at_once};
use brotli::enc::BrotliEncoderParams;
use eyre::Result;
use flate2::{Compression, write::GzEncoder};
use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
};

/// Everything in the site folder and its `pkg`.
pub fn compress(site: &Path) -> Result<()> {
    let mut waiting = files(site)?;
    waiting.retain(|file| file.extension().is_none_or(|ending| ending != "br" && ending != "gz"));
    waiting.extend(files(&site.join("pkg"))?);
    waiting.sort_by_key(|file| std::fs::metadata(file).map(|data| data.len()).unwrap_or(0));
    at_once(waiting, |file| {
        let content = std::fs::read(&file)?;
        let parameters =
            BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut content.as_slice(), &mut packed, &parameters)?;
        std::fs::write(beside(&file, ".br"), packed)?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&content)?;
        std::fs::write(beside(&file, ".gz"), packed.finish()?)?;
        Ok(())
    })
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}
