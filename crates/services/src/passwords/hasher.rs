//! Argon2id in memory that its thread keeps. What `argon2` allocates for each hash it gives back in pieces that the system's allocator
//! can't use for the next one: two hundred sign-ins at once grew the server by hundreds of megabytes, for good.

use std::cell::RefCell;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        CustomizedPasswordHasher, PasswordHasher, Result,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// Hashes with the parameters, and verifies with those of the hash.
pub struct Hasher(pub Params);

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Result<PasswordHash> {
        hash(Algorithm::Argon2id, Version::V0x13, &self.0, password, salt)
    }
}

/// What the library needs to verify.
impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> Result<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?.unwrap_or_default();
        hash(algorithm, version, &params, password, salt)
    }
}

fn hash(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    password: &[u8],
    salt: &[u8],
) -> Result<PasswordHash> {
    let (salt, blocks) = (Salt::new(salt)?, params.block_count());
    let mut out = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(memory.len().max(blocks), Block::default());
        let argon2 = Argon2::new(algorithm, version, params.clone());
        argon2.hash_password_into_with_memory(password, &salt, &mut out, &mut memory[..blocks])
    })?;
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(salt),
        hash: Some(Output::new(&out)?),
    })
}
