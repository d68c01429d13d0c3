//! Effects: why burden changed between two months.

use crate::codes::codes;

codes! {
    /// A cause of a change of burden. The effects of a change add up to it.
    Effect {
        /// A collection came into force, or is in force for more of the twelve months.
        NewCollections,
        /// A collection ended, or is in force for less of the twelve months.
        EndedCollections,
        /// Who answers.
        Respondents,
        /// How often.
        Frequency,
        /// How many items.
        Content,
        /// How long a submission and an item take: another way of collecting.
        TimePerItem,
        /// How large providers are.
        Size,
        /// What is known of the same request: nothing is asked otherwise.
        ReEstimation,
        /// What an hour costs. It is of cost alone.
        Tariff,
    }
}

impl Effect {
    /// In words, for a bar of a chart or a row of a table.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NewCollections => "New collections",
            Self::EndedCollections => "Ended collections",
            Self::Respondents => "Respondents",
            Self::Frequency => "Frequency",
            Self::Content => "Content",
            Self::TimePerItem => "Time per item",
            Self::Size => "Size",
            Self::ReEstimation => "Re-estimation",
            Self::Tariff => "Tariff",
        }
    }
}
