//! Time steps of one-time codes (RFC 6238): which step a code may be of.
//!
//! The current step and the one before it count: a code typed as it changes still works, a code from
//! the future never does. A code that fits a step further off is refused with how far off, because it
//! almost always means that the phone's clock is wrong.

/// RFC 6238 section 4.1: the default, and what Google Authenticator does.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Steps to either side in which a wrong clock is recognised: ten minutes.
const FAR: i64 = 20;

/// The step an instant lies in.
pub const fn step_at(unix_seconds: i64) -> i64 {
    unix_seconds.div_euclid(STEP_SECONDS)
}

/// What a typed code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The code of this step, which may be used if no later one has been.
    Fits(i64),
    /// Refused; the code of a step this many seconds from now. Positive: the phone is ahead.
    FarOff(i64),
    Wrong,
}

/// Judges a code at step `now`. `is_of(step)` says whether it is the code of a step; it is asked about
/// every step, whatever it answers, so that the time taken tells nothing.
pub fn judge(now: i64, is_of: impl Fn(i64) -> bool) -> Verdict {
    let mut verdict = Verdict::Wrong;
    // From far to near, so that the nearest step is what remains.
    for distance in (0..=FAR).rev() {
        for offset in [distance, -distance] {
            let found = match offset {
                -1 | 0 => Verdict::Fits(now + offset),
                _ => Verdict::FarOff(offset * STEP_SECONDS),
            };
            if is_of(now + offset) {
                verdict = found;
            }
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use totp_rs::{Algorithm, Builder};

    /// RFC 6238 appendix B, the rows of SHA-1: seconds since 1970, and the last six of eight digits.
    const VECTORS: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn code_of(step: i64) -> String {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(0)
            .with_step_duration(30)
            .with_secret(b"12345678901234567890".to_vec())
            .build()
            .unwrap();
        // Before 1970 there are no codes.
        u64::try_from(step * STEP_SECONDS).map_or_else(|_| String::new(), |at| totp.generate(at).to_string())
    }

    #[test]
    fn the_vectors_of_rfc_6238_fit_their_own_step() {
        for (at, code) in VECTORS {
            let step = step_at(at);
            assert_eq!(code_of(step), code, "{at}");
            assert_eq!(judge(step, |candidate| code_of(candidate) == code), Verdict::Fits(step), "{at}");
        }
    }

    #[test]
    fn a_code_lives_for_its_step_and_the_next() {
        let verdict = |offset: i64| judge(1000 + offset, |step| step == 1000);
        assert_eq!(verdict(0), Verdict::Fits(1000));
        assert_eq!(verdict(1), Verdict::Fits(1000));
        assert_eq!(verdict(2), Verdict::FarOff(-60), "the phone is a minute behind");
        assert_eq!(verdict(-1), Verdict::FarOff(30), "the phone is half a minute ahead");
        assert_eq!(verdict(20), Verdict::FarOff(-600));
        assert_eq!(verdict(21), Verdict::Wrong);
        assert_eq!(verdict(-21), Verdict::Wrong);
    }

    #[test]
    fn every_step_is_asked_about_whatever_the_answers() {
        for answer in [true, false] {
            let asked = std::cell::Cell::new(0);
            judge(0, |_| {
                asked.set(asked.get() + 1);
                answer
            });
            assert_eq!(asked.get(), 42);
        }
    }

    proptest! {
        #[test]
        fn nothing_but_the_current_and_the_previous_step_ever_fits(now in 0_i64..1 << 40, of in 0_i64..1 << 40) {
            let fits = matches!(judge(now, |step| step == of), Verdict::Fits(_));
            prop_assert_eq!(fits, of == now || of == now - 1);
        }
    }
}
