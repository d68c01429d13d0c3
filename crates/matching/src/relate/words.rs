//! Words that telling two definitions apart rests on.

/// Beginnings of words that say who pays.
pub(super) const PAYS: [&str; 5] = ["paid", "pay", "fund", "commission", "purchas"];

/// Words that add nothing to what is meant.
pub(super) const NEUTRAL: [&str; 34] = [
    "nhs",
    "total",
    "count",
    "reported",
    "recorded",
    "trust",
    "provider",
    "patient",
    "people",
    "person",
    "individual",
    "data",
    "item",
    "figure",
    "by",
    "to",
    "from",
    "or",
    "where",
    "when",
    "into",
    "out",
    "made",
    "given",
    "taken",
    "held",
    "any",
    "all",
    "each",
    "every",
    "percent",
    "year",
    "month",
    "quarter",
];
