//! What is kept and for how long, whether a clock may be believed that says it is over, what becomes of the calls of a
//! deleted customer, and how an export stands.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AppError, Code, CustomerId};

/// How long logs are kept.
pub const LOGS: TimeDelta = TimeDelta::days(90);
/// How long a finished export can be downloaded.
pub const EXPORT_KEPT: TimeDelta = TimeDelta::hours(24);

/// What an organisation leaves behind, as the retention table lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    Calls,
    Transcripts,
    Recordings,
    Invoices,
    /// Who changed what.
    Audit,
    /// Mails that were sent or given up.
    Deliveries,
    /// Sessions that are over.
    SignIns,
}

impl Kept {
    pub const ALL: [Self; 7] = [
        Self::Calls,
        Self::Transcripts,
        Self::Recordings,
        Self::Invoices,
        Self::Audit,
        Self::Deliveries,
        Self::SignIns,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Transcripts => "transcripts",
            Self::Recordings => "recordings",
            Self::Invoices => "invoices",
            Self::Audit => "audit",
            Self::Deliveries => "deliveries",
            Self::SignIns => "sign_ins",
        }
    }

    /// How long; `None`: until somebody deletes it.
    pub const fn lasts(self) -> Option<TimeDelta> {
        match self {
            Self::Calls | Self::Transcripts | Self::Recordings | Self::Invoices => None,
            Self::Audit | Self::Deliveries | Self::SignIns => Some(LOGS),
        }
    }
}

/// The last time that the purge looked at the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    pub at: DateTime<Utc>,
    /// The clock had jumped then, and no run has confirmed it since.
    pub in_doubt: bool,
}

/// What a purge may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The clock has gone on as clocks do.
    Go,
    /// It has jumped, or was never looked at: nothing is deleted, and a later run has to find it where it should be.
    Doubt,
    /// It is too early to confirm anything.
    Wait,
}

impl Beat {
    /// No run stays away longer than this, unless the server was off or its clock has jumped.
    pub const LONGEST: TimeDelta = TimeDelta::days(2);
    /// A run that confirms a clock comes this much later: the same job done twice does not count.
    pub const LEAST: TimeDelta = TimeDelta::hours(12);

    /// Whether to believe the clock that says `now`.
    pub fn judge(last: Option<Self>, now: DateTime<Utc>) -> Verdict {
        let Some(last) = last else { return Verdict::Doubt };
        let since = now - last.at;
        if since < TimeDelta::zero() || since > Self::LONGEST {
            Verdict::Doubt
        } else if last.in_doubt && since < Self::LEAST {
            Verdict::Wait
        } else {
            Verdict::Go
        }
    }
}

/// What becomes of the calls with a customer who is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallsOf {
    /// They go, with transcript and recording.
    Remove,
    /// They stay with their times; number, transcript and recording go.
    #[default]
    Anonymise,
}

impl CallsOf {
    pub const ALL: [Self; 2] = [Self::Anonymise, Self::Remove];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Anonymise => "anonymise",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.word() == text)
    }
}

/// A customer to be deleted, and what becomes of their calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteCustomerForm {
    pub customer: String,
    #[serde(default)]
    pub calls: String,
}

impl DeleteCustomerForm {
    /// Errors: `NotFound`; `Required` or `ChoiceUnknown` at `calls`.
    pub fn parse(&self) -> Result<(CustomerId, CallsOf), AppError> {
        let customer = self.customer.parse().map_err(|_| AppError::from(Code::NotFound))?;
        if self.calls.is_empty() {
            return Err(AppError::field("calls", Code::Required));
        }
        let calls =
            CallsOf::from_word(&self.calls).ok_or_else(|| AppError::field("calls", Code::ChoiceUnknown))?;
        Ok((customer, calls))
    }
}

/// How an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    Waiting,
    Running,
    Ready,
    Failed,
    Cancelled,
    /// It was ready, and its file has been removed.
    Over,
}

impl ExportState {
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Running, Self::Ready, Self::Failed, Self::Cancelled, Self::Over];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Over => "over",
        }
    }

    /// A word that is none is over.
    pub fn from_column(text: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == text).unwrap_or(Self::Over)
    }

    /// Somebody is at work on it, or will be.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// The export that is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneExportForm {
    pub export: String,
}

impl OneExportForm {
    /// What is no identifier does not exist: `NotFound`.
    pub fn parse(&self) -> Result<Uuid, AppError> {
        Uuid::parse_str(&self.export).map_err(|_| Code::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    #[test]
    fn a_clock_that_goes_on_is_believed() {
        let last = |in_doubt| Some(Beat { at: at(1000), in_doubt });
        for (last, now, verdict) in [
            (None, at(0), Verdict::Doubt),
            // The next minute, the next day, a day left out.
            (last(false), at(1000), Verdict::Go),
            (last(false), at(1024), Verdict::Go),
            (last(false), at(1048), Verdict::Go),
            // Off for a while, or a jump: nobody can tell.
            (last(false), at(1049), Verdict::Doubt),
            (last(false), at(1_000_000), Verdict::Doubt),
            (last(false), at(999), Verdict::Doubt),
            // The run after a doubt confirms it, unless it follows at once.
            (last(true), at(1000), Verdict::Wait),
            (last(true), at(1011), Verdict::Wait),
            (last(true), at(1012), Verdict::Go),
            (last(true), at(1049), Verdict::Doubt),
            (last(true), at(999), Verdict::Doubt),
        ] {
            assert_eq!(Beat::judge(last, now), verdict, "{last:?} {now}");
        }
    }

    #[test]
    fn only_logs_come_to_an_end() {
        let ending: Vec<&str> =
            Kept::ALL.into_iter().filter(|kind| kind.lasts().is_some()).map(Kept::word).collect();
        assert_eq!(ending, ["audit", "deliveries", "sign_ins"]);
    }

    #[test]
    fn whoever_deletes_a_customer_says_what_becomes_of_the_calls() {
        let form = |calls: &str| DeleteCustomerForm {
            customer: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
            calls: calls.into(),
        };
        assert_eq!(form("remove").parse().map(|(_, calls)| calls), Ok(CallsOf::Remove));
        assert_eq!(form("anonymise").parse().map(|(_, calls)| calls), Ok(CallsOf::Anonymise));
        assert_eq!(form("").parse().unwrap_err().of("calls"), Some(Code::Required));
        assert_eq!(form("all").parse().unwrap_err().of("calls"), Some(Code::ChoiceUnknown));
        let nobody = DeleteCustomerForm { customer: "x".into(), ..form("remove") };
        assert_eq!(nobody.parse(), Err(Code::NotFound.into()));
    }

    #[test]
    fn every_state_is_found_by_its_word() {
        for state in ExportState::ALL {
            assert_eq!(ExportState::from_column(state.word()), state);
        }
        assert_eq!(ExportState::from_column("?"), ExportState::Over);
    }
}
