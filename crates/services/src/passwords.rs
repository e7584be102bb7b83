//! Passwords: what is strong enough, hashing, checking.
//!
//! Every text is NFKC-normalised first, so that the same letters typed on two systems are the same
//! password. An unknown address costs the same work as a known one: pass `None` to [`Passwords::verify`].

mod hasher;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Params, PasswordHasher, PasswordVerifier, Version};
use domain::entrance::Password;
use domain::fold::fold;
use domain::{AppError, Code};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
};
use unicode_normalization::UnicodeNormalization;

use self::hasher::Hasher;
use crate::failure::internal;

/// What a hash costs whoever computes it, in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Cost {
    /// OWASP's recommendation for Argon2id: 19 MiB, two passes, one lane. What the server uses.
    pub const OWASP: Self = Self { memory_kib: 19_456, passes: 2 };
    /// As little as Argon2 can do: for tests, which sign in thousands of times.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };

    /// Fails with `Internal` outside Argon2's bounds (RFC 9106).
    fn hasher(self) -> Result<Hasher, AppError> {
        Ok(Hasher(Params::new(self.memory_kib, self.passes, LANES, None).map_err(internal)?))
    }

    fn is_of(self, hash: &PasswordHash) -> bool {
        let params = Params::try_from(hash);
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && params.is_ok_and(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost()) == (self.memory_kib, self.passes, LANES)
            })
    }
}

const LANES: u32 = 1;

/// The least zxcvbn score that is accepted ("safely unguessable": more than 10^8 guesses).
pub const LEAST_SCORE: u8 = 3;

/// zxcvbn looks at 100 characters and no more.
const WINDOW: usize = 100;

/// A password longer than this has not been set by anybody; it is refused without normalising it.
const MOST_TYPED: usize = Password::MAX * 4;

/// What Turkish people choose when nobody stops them; zxcvbn's lists are English. Folded to ASCII.
const TURKISH: &str = "\
    sifre sifrem parola parolam fenerbahce fenerli galatasaray cimbom besiktas kartal karakartal \
    trabzonspor bursaspor istanbul ankara izmir antalya trabzon ataturk mustafa kemal turkiye \
    turkiyem turk merhaba selam gunaydin askim canim bebegim hayatim birtanem tatlim sevgilim \
    seviyorum seni annem babam kardesim allah bismillah masallah insallah mehmet ahmet ayse fatma \
    mustafakemal osmanli yonetici kullanici hosgeldin deneme sirket giris ayar 1453 1881 1903 1905 \
    1907 1923 1938 1967 qwertyuiop asdfghjkl";

/// How hard a password is to guess, as the meter shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// 0 (at once) to 4 (more than 10^10 guesses).
    pub score: u8,
}

impl Strength {
    /// Whether [`check`] would accept it, length apart.
    pub const fn is_enough(self) -> bool {
        self.score >= LEAST_SCORE
    }
}

/// Whether a password may be chosen. `words` are easy to guess for this person: names, address,
/// organisation; they may be raw text. A few milliseconds of work.
///
/// Fails with `PasswordTooShort` or `PasswordTooLong` (8 to 128 characters after NFKC) or
/// `PasswordGuessable`.
pub fn check(password: &Password, words: &[&str]) -> Result<(), Code> {
    if password.expose().chars().nth(MOST_TYPED).is_some() {
        return Err(Code::PasswordTooLong);
    }
    match normalise(password).chars().count() {
        count if count < Password::MIN => Err(Code::PasswordTooShort),
        count if count > Password::MAX => Err(Code::PasswordTooLong),
        _ if strength(password, words).is_enough() => Ok(()),
        _ => Err(Code::PasswordGuessable),
    }
}

/// Rates a password for the meter; never fails, however long the text is, and takes milliseconds.
///
/// The spelling with Turkish letters and the one without count as equally guessable (`şifre` is
/// `sifre`), and what separates words counts for nothing (zxcvbn takes a space between two names for
/// a secret). Characters beyond zxcvbn's window are rated on their own, so the whole password is looked at.
pub fn strength(password: &Password, words: &[&str]) -> Strength {
    let typed: String = password.expose().chars().take(MOST_TYPED).nfkc().take(Password::MAX).collect();
    let words = guessable_words(words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let score = |text: &str| -> u8 {
        let text = plain_leet(text);
        let rest: String = text.chars().skip(WINDOW).collect();
        let first = u8::from(zxcvbn::zxcvbn(&text, &words).score());
        // Both parts have to be guessed: the harder one is a lower bound for the whole.
        if rest.is_empty() { first } else { first.max(zxcvbn::zxcvbn(&rest, &words).score().into()) }
    };
    let folded = fold_letters(&typed);
    let joined: String = folded.chars().filter(|&c| !is_separator(c)).collect();
    let mut spellings = vec![joined, folded, typed];
    spellings.dedup();
    Strength { score: spellings.iter().map(|spelling| score(spelling)).min().unwrap_or(0) }
}

/// Bounds the time: zxcvbn tries every way to read symbols as letters (`@` and `4` as `a`), and all
/// symbols together have hundreds of readings, a second of work. Beyond a dozen, symbols for the same
/// letter become one, which can only make a password look easier.
fn plain_leet(text: &str) -> Cow<'_, str> {
    // zxcvbn's table, the letters with more than one symbol: a, c, g, i, l, s, t.
    let letters = ["4@", "({[<", "69", "1!|", "17|", "$5", "+7"];
    let present = |symbols: &str| symbols.chars().filter(|symbol| text.contains(*symbol)).count().max(1);
    if letters.iter().map(|symbols| present(symbols)).product::<usize>() <= 12 {
        return text.into();
    }
    let one = |c: char| match c {
        '@' => '4',
        '{' | '[' | '<' => '(',
        '9' => '6',
        '!' | '|' => '1',
        '$' => '5',
        '+' => '7',
        other => other,
    };
    text.chars().map(one).collect()
}

/// Words of at least three letters, as written and in ASCII, and whole texts without spaces; the
/// person's own first, because they would be tried first.
fn guessable_words(texts: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for text in texts {
        // Long texts are no names, and every word costs a comparison.
        let text: String = text.chars().take(160).collect();
        let folded = fold(&text);
        words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
        let parts: Vec<&str> = folded.split(' ').collect();
        // Names are rarely typed with "A.Ş." behind them.
        words.extend(parts.windows(2).map(<[_]>::concat));
        words.extend(parts.into_iter().map(str::to_owned));
        words.push(folded.replace(' ', ""));
    }
    words.extend(TURKISH.split(' ').map(str::to_owned));
    let mut seen = HashSet::new();
    words.retain(|word| word.chars().count() >= 3 && seen.insert(word.clone()));
    words
}

/// What people put between words.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.')
}

/// Letters without their Turkish signs, one for one; everything else, length included, stays.
fn fold_letters(text: &str) -> String {
    let letter = |c: char| match c {
        'ı' | 'İ' => 'i',
        'ş' | 'Ş' => 's',
        'ğ' | 'Ğ' => 'g',
        'ç' | 'Ç' => 'c',
        'ö' | 'Ö' => 'o',
        'ü' | 'Ü' => 'u',
        other => other,
    };
    text.chars().map(letter).collect()
}

fn normalise(password: &Password) -> String {
    password.expose().nfkc().collect()
}

/// The answer of [`Passwords::verify`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The password is the right one.
    pub matches: bool,
    /// It is right, and its hash was made with other parameters than today's: store a new one.
    pub needs_rehash: bool,
}

/// The hasher: Argon2id, a limited number at a time, because each takes 19 MiB.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    threads: Arc<Threads>,
    cost: Cost,
    /// The hash that is compared with when there is none. Its salt and password are no secret: nothing matches it.
    nobody: Arc<OnceLock<Option<PasswordHash>>>,
}

impl Passwords {
    /// At most `parallel` hashes are computed at once (at least one); the others wait.
    pub fn new(parallel: usize, cost: Cost) -> std::io::Result<Self> {
        let parallel = parallel.max(1);
        Ok(Self {
            turns: Arc::new(Semaphore::new(parallel)),
            threads: Arc::new(Threads::new(parallel)?),
            cost,
            nobody: Arc::default(),
        })
    }

    /// A PHC string with a fresh random salt. Takes tens of milliseconds. Whether the password is
    /// good enough is another question: [`check`]. Fails with `Internal` only.
    pub async fn hash(&self, password: &Password) -> Result<String, AppError> {
        let (password, hasher) = (normalise(password), self.cost.hasher()?);
        self.in_turn(move || {
            let hash = hasher.hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(internal)
        })
        .await?
    }

    /// Compares a password with a stored hash. Without a hash (nobody has that address) the same
    /// work is done for nothing, so that the time of the answer tells nothing. A stored text that is
    /// no hash matches nothing. Fails with `Internal` only.
    pub async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<Verified, AppError> {
        let possible = password.expose().chars().nth(MOST_TYPED).is_none();
        let typed = if possible { normalise(password) } else { String::new() };
        let stored = hash.filter(|_| possible).map(str::to_owned);
        let (hasher, cost, nobody_hash) = (self.cost.hasher()?, self.cost, self.nobody.clone());
        self.in_turn(move || {
            let parsed = stored.as_deref().and_then(|stored| PasswordHash::new(stored).ok());
            let known = parsed.is_some();
            let nobody = || hasher.hash_password_with_salt(b"nobody", b"nobody has a salt").ok();
            let hash = parsed.as_ref().or_else(|| nobody_hash.get_or_init(nobody).as_ref());
            let fits = hash.is_some_and(|hash| hasher.verify_password(typed.as_bytes(), hash).is_ok());
            let matches = known && fits;
            let current = parsed.as_ref().is_some_and(|hash| cost.is_of(hash));
            Verified { matches, needs_rehash: matches && !current }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let turn = self.turns.clone().acquire_owned().await.map_err(internal)?;
        let work = self.threads.run(move || {
            // Held to the end of the work, not of the request: a client that hangs up frees nothing early.
            let _turn = turn;
            work()
        });
        work.await
    }
}

/// As many threads as there are turns, because each keeps the memory of a hash ([`Hasher`]); an idle one ends after ten seconds.
struct Threads(Option<Runtime>);

impl Threads {
    fn new(number: usize) -> std::io::Result<Self> {
        Builder::new_current_thread()
            .max_blocking_threads(number)
            .thread_name("passwords")
            .build()
            .map(Some)
            .map(Self)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let runtime = self.0.as_ref().ok_or_else(|| internal("the threads are gone"))?;
        runtime.spawn_blocking(work).await.map_err(internal)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Dropped as it is, a runtime waits, which a task must not.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests;
