//! A program that comes with an access key: it acts in one organisation, as far as the scopes of its key go.

use bitflags::bitflags;

use crate::{AppError, Code, KeyId, Language, OrganisationId, PersonId, Role};

bitflags! {
    /// What a key may do: a resource of the REST API, to read it or to change it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Scopes: u32 {
        const CALLS_READ = 1;
        const CALLS_WRITE = 1 << 1;
        const SLOTS_READ = 1 << 2;
        const SLOTS_WRITE = 1 << 3;
        const HOURS_READ = 1 << 4;
        const SETTINGS_READ = 1 << 5;
        const AGENTS_READ = 1 << 6;
        const AGENTS_WRITE = 1 << 7;
        const CUSTOMERS_READ = 1 << 8;
        const CUSTOMERS_WRITE = 1 << 9;
        const CAMPAIGNS_READ = 1 << 10;
        const CAMPAIGNS_WRITE = 1 << 11;
        const KNOWLEDGE_READ = 1 << 12;
        const KNOWLEDGE_WRITE = 1 << 13;
    }
}

/// The words of [`Scopes`], as they are stored, typed and read in the API's documentation, in the order of the page.
const WORDS: [(&str, Scopes); 14] = [
    ("calls:read", Scopes::CALLS_READ),
    ("calls:write", Scopes::CALLS_WRITE),
    ("slots:read", Scopes::SLOTS_READ),
    ("slots:write", Scopes::SLOTS_WRITE),
    ("hours:read", Scopes::HOURS_READ),
    ("settings:read", Scopes::SETTINGS_READ),
    ("agents:read", Scopes::AGENTS_READ),
    ("agents:write", Scopes::AGENTS_WRITE),
    ("customers:read", Scopes::CUSTOMERS_READ),
    ("customers:write", Scopes::CUSTOMERS_WRITE),
    ("campaigns:read", Scopes::CAMPAIGNS_READ),
    ("campaigns:write", Scopes::CAMPAIGNS_WRITE),
    ("knowledge:read", Scopes::KNOWLEDGE_READ),
    ("knowledge:write", Scopes::KNOWLEDGE_WRITE),
];

impl Scopes {
    /// Every word there is.
    pub fn every_word() -> impl Iterator<Item = &'static str> {
        WORDS.into_iter().map(|(word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, scope)| scope)
    }

    pub fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.into_iter().filter(move |(_, scope)| self.contains(*scope)).map(|(word, _)| word)
    }

    /// Reads words between spaces; one that is no scope (any more) allows nothing.
    pub fn from_words(words: &str) -> Self {
        words.split_ascii_whitespace().filter_map(Self::from_word).collect()
    }
}

/// A program whose key is good now. Built by `services::keys` from one query; nothing else should build one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    pub key: KeyId,
    pub organisation: OrganisationId,
    /// Whose personal key it is; `None`: the organisation's own.
    pub person: Option<PersonId>,
    /// What that person may do, however much the key allows; of the organisation's own key, what those may who make one.
    pub role: Role,
    pub language: Language,
    pub scopes: Scopes,
}

macro_rules! granted {
    ($($(#[$doc:meta])* $name:ident = $scope:ident of $role:ident by $maker:ident;)+) => {
        impl Machine {$(
            /// Errors: `ScopeMissing`; `Forbidden` where the key is of a person whose role does not allow it.
            pub fn $maker(self) -> Result<$name, AppError> {
                match self.scopes.contains(Scopes::$scope) {
                    true if self.role >= Role::$role => Ok($name(self)),
                    true => Err(Code::Forbidden.into()),
                    false => Err(Code::ScopeMissing.into()),
                }
            }
        )+}

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub struct $name(Machine);

            impl std::ops::Deref for $name {
                type Target = Machine;
                fn deref(&self) -> &Machine { &self.0 }
            }
        )+
    };
}

granted! {
    /// May read calls.
    ReadCalls = CALLS_READ of Member by read_calls;
    /// May start, continue and end calls.
    WriteCalls = CALLS_WRITE of Member by write_calls;
    /// May see how many slots are in use.
    ReadSlots = SLOTS_READ of Member by read_slots;
    /// May take and free slots.
    WriteSlots = SLOTS_WRITE of Member by write_slots;
    /// May ask whether the organisation is open.
    ReadHours = HOURS_READ of Member by read_hours;
    /// May read the organisation's profile.
    ReadSettings = SETTINGS_READ of Member by read_settings;
    /// May read agents.
    ReadAgents = AGENTS_READ of Member by read_agents;
    /// May add, change and delete agents.
    WriteAgents = AGENTS_WRITE of Admin by write_agents;
    /// May read customers and their lists.
    ReadCustomers = CUSTOMERS_READ of Member by read_customers;
    /// May add and change customers.
    WriteCustomers = CUSTOMERS_WRITE of Member by write_customers;
    /// May delete customers.
    DeleteCustomers = CUSTOMERS_WRITE of Admin by delete_customers;
    /// May read campaigns and how far they are.
    ReadCampaigns = CAMPAIGNS_READ of Member by read_campaigns;
    /// May plan, pause, resume and stop campaigns.
    WriteCampaigns = CAMPAIGNS_WRITE of Admin by write_campaigns;
    /// May read categories and files of the knowledge base.
    ReadKnowledge = KNOWLEDGE_READ of Member by read_knowledge;
    /// May change categories and files of the knowledge base.
    WriteKnowledge = KNOWLEDGE_WRITE of Admin by write_knowledge;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_in_the_order_of_the_page() {
        assert_eq!(Scopes::all().words().collect::<Vec<_>>(), Scopes::every_word().collect::<Vec<_>>());
        let two = Scopes::CALLS_WRITE | Scopes::HOURS_READ;
        assert_eq!(two.words().collect::<Vec<_>>(), ["calls:write", "hours:read"]);
        assert_eq!(Scopes::from_words("hours:read  calls:write"), two);
        assert_eq!(Scopes::from_words("calls:* all CALLS:READ"), Scopes::empty());
    }

    #[test]
    fn a_scope_opens_its_own_door_only() {
        let machine = Machine {
            key: KeyId(uuid::Uuid::nil()),
            organisation: OrganisationId(uuid::Uuid::nil()),
            person: None,
            role: Role::Admin,
            language: Language::default(),
            scopes: Scopes::CALLS_WRITE,
        };
        assert!(machine.write_calls().is_ok());
        let refused = Err(Code::ScopeMissing.into());
        assert_eq!(machine.read_calls().map(|_| ()), refused);
        assert_eq!(machine.write_slots().map(|_| ()), refused);
    }

    #[test]
    fn a_persons_key_does_no_more_than_the_person_may() {
        let machine = |role| Machine {
            key: KeyId(uuid::Uuid::nil()),
            organisation: OrganisationId(uuid::Uuid::nil()),
            person: Some(PersonId(uuid::Uuid::nil())),
            role,
            language: Language::default(),
            scopes: Scopes::all(),
        };
        let (member, admin) = (machine(Role::Member), machine(Role::Admin));
        assert!(member.read_agents().is_ok() && member.write_customers().is_ok());
        assert_eq!(member.write_agents().map(|_| ()), Err(Code::Forbidden.into()));
        assert_eq!(member.delete_customers().map(|_| ()), Err(Code::Forbidden.into()));
        assert!(admin.write_agents().is_ok() && admin.delete_customers().is_ok());
    }
}
