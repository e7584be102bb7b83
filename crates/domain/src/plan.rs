//! What an organisation has subscribed to, and what that lets it do.

/// A plan; a greater one has at least what a lesser one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plan {
    Discovery,
    Team,
    Scale,
    Enterprise,
}

impl Plan {
    pub const ALL: [Self; 4] = [Self::Discovery, Self::Team, Self::Scale, Self::Enterprise];
    /// What a new organisation tries out.
    pub const TRIAL: Self = Self::Team;

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Team => "team",
            Self::Scale => "scale",
            Self::Enterprise => "enterprise",
        }
    }

    pub fn from_word(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == text)
    }

    /// A name is not translated.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "Discovery",
            Self::Team => "Team",
            Self::Scale => "Scale",
            Self::Enterprise => "Enterprise",
        }
    }

    /// People of one organisation, open invitations included.
    pub const fn seats(self) -> usize {
        match self {
            Self::Discovery => 5,
            Self::Team => 25,
            Self::Scale => 100,
            Self::Enterprise => 500,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_a_greater_plan_has_more_seats() {
        assert!(Plan::ALL.into_iter().all(|plan| Plan::from_word(plan.as_str()) == Some(plan)));
        assert_eq!(Plan::from_word("Team"), None);
        assert!(Plan::ALL.is_sorted_by(|one, next| one < next && one.seats() < next.seats()));
    }
}
