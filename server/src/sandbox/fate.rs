//! What becomes of a call: the same for the same seed and number.

use rand::{RngExt, SeedableRng, rngs::StdRng};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// Seconds.
    pub rings: f64,
    pub outcome: Outcome,
    /// Which of the conversations it is.
    pub talk: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// And talks for so many seconds.
    Answers(f64),
    NoAnswer,
    Busy,
}

impl Fate {
    pub fn of(seed: u64, number: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
        let outcome = match dice.random_range(0..100) {
            0..75 => Outcome::Answers(dice.random_range(6.0..20.0)),
            75..90 => Outcome::NoAnswer,
            _ => Outcome::Busy,
        };
        Self { rings: dice.random_range(1.0..4.0), outcome, talk: dice.random_range(0..3) }
    }
}

impl Fate {
    /// How the call ends.
    pub const fn word(self) -> &'static str {
        match self.outcome {
            Outcome::Answers(_) => "completed",
            Outcome::NoAnswer => "no_answer",
            Outcome::Busy => "busy",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_four_answer_and_a_seed_repeats_itself() {
        let fates: Vec<Fate> = (0..2000).map(|number| Fate::of(7, number)).collect();
        assert_eq!(fates, (0..2000).map(|number| Fate::of(7, number)).collect::<Vec<_>>());
        assert_ne!(fates, (0..2000).map(|number| Fate::of(8, number)).collect::<Vec<_>>());
        let answered = fates.iter().filter(|fate| matches!(fate.outcome, Outcome::Answers(_))).count();
        assert!((1400..1600).contains(&answered), "{answered}");
        assert!(fates.iter().all(|fate| (1.0..4.0).contains(&fate.rings) && fate.talk < 3));
    }
}
