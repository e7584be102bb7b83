//! Calls: the list, and one of them with what was said.

pub mod api;
mod call;
mod page;

use domain::{Language, calls::Outcome, slots::Direction};

pub use call::CallRoute;
pub use page::{CallsRoute, rows};

use crate::ui::Tone;

fn direction_name(l: Language, direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => texts::calls::inbound(l),
        Direction::Outbound => texts::calls::outbound(l),
    }
}

fn outcome_name(l: Language, outcome: Outcome) -> (Tone, &'static str) {
    match outcome {
        Outcome::Running => (Tone::Info, texts::calls::running(l)),
        Outcome::Completed => (Tone::Ok, texts::calls::completed(l)),
        Outcome::NoAnswer => (Tone::Warn, texts::calls::no_answer(l)),
        Outcome::Busy => (Tone::Warn, texts::calls::busy(l)),
        Outcome::Failed => (Tone::Danger, texts::calls::failed(l)),
        Outcome::Lost => (Tone::Danger, texts::calls::lost(l)),
    }
}

/// `1:05`, `1:02:03`: minutes and seconds, and hours where there are any. While the call runs nobody knows.
fn talked(outcome: Outcome, seconds: i64) -> String {
    if outcome == Outcome::Running { "—".to_owned() } else { duration(seconds) }
}

fn duration(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn lengths_are_written_as_on_a_stopwatch() {
        assert_eq!([0, 5, 65, 3723].map(duration), ["0:00", "0:05", "1:05", "1:02:03"]);
    }
}
