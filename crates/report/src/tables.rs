//! The tables of an edition, column by column: the outputs of the open data contract. Columns are added at the end, never renamed.

use onus_exchange::open_data::{Column, Kind, Reference, TableSchema, column};

const MONTH: Column = column("month", Kind::Month, "The month.");
/// The month's line of all providers.
const NATION: Reference = (&["month"], "national_month.csv", &["month"]);
const HOURS: Column = column(
    "hours",
    Kind::Decimal,
    "Working hours of the month: obligations due in it, and its share of annual and one-off work.",
)
.in_unit("hours");
const HOURS_12M: Column =
    column("hours_12m", Kind::Decimal, "Working hours of the 12 months ending with the month.")
        .in_unit("hours");
const HOURS_ASSUMED: Column = column(
    "hours_assumed_share",
    Kind::Decimal,
    "Share of hours that rests on an assumption, 0 to 1. Empty without hours.",
)
.in_unit("share, 0 to 1");
const HOURS_12M_ASSUMED: Column = column(
    "hours_12m_assumed_share",
    Kind::Decimal,
    "Share of hours_12m, and so of what index and avoidable_hours are made of, that rests on an assumption. Empty without hours.",
)
.in_unit("share, 0 to 1");
const ASKS_ASSUMED: Column = column(
    "asks_assumed_share",
    Kind::Decimal,
    "Share of asks, and so of facts and rates, whose frequency or respondents are assumed. Empty if nothing is asked.",
)
.in_unit("share, 0 to 1");
const COST: Column = column(
    "cost_pence",
    Kind::Decimal,
    "Cost of the month in pence, with overheads and what is paid outside.",
)
.in_unit("pence (GBP)");
const AVOIDABLE: Column = column(
    "avoidable_hours",
    Kind::Decimal,
    "Hours of the 12 months that would fall away if nothing were asked twice.",
)
.in_unit("hours");
const INDEX: Column = column(
    "index",
    Kind::Decimal,
    "Burden index, base month 100, moved only by what is really asked. Empty if nothing was asked in the base month.",
).in_unit("per cent of the base month");
const INDEX_AS_PUBLISHED: Column =
    column("index_as_published", Kind::Decimal, "The index without links over re-estimation.")
        .in_unit("per cent of the base month");
const OBLIGATIONS: Column =
    column("obligations", Kind::Whole, "Submissions due in the month.").in_unit("submissions");
const MET: Column = column("obligations_met", Kind::Whole, "Those of them for which there is a receipt.")
    .in_unit("submissions");
const ASKS: Column =
    column("asks", Kind::Whole, "Asks of CONTENT items over the 12 months ending with the month.")
        .in_unit("asks");
const PLAIN: Column = column("facts_plain", Kind::Whole, "Distinct facts among the asks.").in_unit("facts");
const STRICT: Column = column("facts_strict", Kind::Whole, "Facts left after folding.").in_unit("facts");
const RATE_PLAIN: Column =
    column("rate_plain", Kind::Decimal, "facts_plain / asks. Empty if nothing is asked.")
        .in_unit("facts an ask");
const RATE_STRICT: Column =
    column("rate_strict", Kind::Decimal, "facts_strict / asks. Empty if nothing is asked.")
        .in_unit("facts an ask");
const POSSIBLE: Column = column(
    "possible_duplicates",
    Kind::Whole,
    "Plain facts fewer if every POSSIBLE match were confirmed. Never counted.",
)
.in_unit("facts");
const SHARED: Column = column(
    "shared_definition_asks",
    Kind::Whole,
    "Asks whose concept is also asked about other records: not duplication.",
)
.in_unit("asks");

const MEASURE: Column =
    column("measure", Kind::Code, "HOURS, SUBMIT_ONCE_RATE, COLLECTIONS or AUTOMATED_SHARE.");
const DATE: Column = column("date", Kind::Date, "By when.");
const BASELINE: Column =
    column("baseline", Kind::Decimal, "Value at the start.").in_unit("as `measure` says");
const PROMISED: Column = column("value", Kind::Decimal, "Value promised.").in_unit("as `measure` says");
const TRAJECTORY: Column =
    column("trajectory", Kind::Decimal, "Where it should be in the month: on a straight line by months.")
        .in_unit("as `measure` says");
const CURRENT: Column =
    column("current_value", Kind::Decimal, "Where it is. Empty if there is nothing to measure.")
        .in_unit("as `measure` says");
const FORECAST: Column =
    column("forecast", Kind::Decimal, "Where it will be by the date, as fast as in the last 12 months.")
        .in_unit("as `measure` says");
const STATUS: Column =
    column("status", Kind::Code, "ON_TRACK, AT_RISK or OFF_TRACK. Empty if there is nothing to measure.");

/// `provider_month.csv`.
pub const PROVIDER_MONTH: TableSchema = TableSchema {
    file: "provider_month.csv",
    about: "One provider's month. Asks, facts and rates are of the 12 months ending with it.",
    columns: &[
        column("provider", Kind::Code, "ODS code of the provider."),
        MONTH,
        OBLIGATIONS,
        MET,
        ASKS,
        PLAIN,
        STRICT,
        RATE_PLAIN,
        RATE_STRICT,
        POSSIBLE,
        SHARED,
        HOURS,
        column(
            "hours_low",
            Kind::Decimal,
            "Lower end of the interval of hours. Empty while no time return is evidence for it.",
        )
        .in_unit("hours"),
        column(
            "hours_high",
            Kind::Decimal,
            "Upper end of the interval of hours. Empty while no time return is evidence for it.",
        )
        .in_unit("hours"),
        HOURS_ASSUMED,
        HOURS_12M,
        COST,
        AVOIDABLE,
        column("size_measure", Kind::Code, "In which measure size is given."),
        column(
            "size",
            Kind::Decimal,
            "Size on the month's last day. Empty if unknown; the index then takes 1.",
        )
        .in_unit("as `size_measure` says"),
        INDEX,
        INDEX_AS_PUBLISHED,
        column(
            "peer_percentile",
            Kind::Decimal,
            "Per cent of open providers of its type and known size with no more hours for their size.",
        )
        .in_unit("per cent"),
        HOURS_12M_ASSUMED,
        ASKS_ASSUMED,
    ],
    key: &["provider", "month"],
    references: &[NATION, (&["provider"], "organisations.csv", &["organisation"])],
};

/// `body_month.csv`.
pub const BODY_MONTH: TableSchema = TableSchema {
    file: "body_month.csv",
    about: "One asking body's month, over all providers.",
    columns: &[
        column("body", Kind::Code, "ODS code of who asks."),
        MONTH,
        column("collections", Kind::Whole, "Its collections in force on the month's last day.")
            .in_unit("collections"),
        column(
            "items",
            Kind::Whole,
            "Items, of any role, that those collections ask that day: OPTIONAL ones and those met by reuse are not among them.",
        )
        .in_unit("items"),
        ASKS,
        column(
            "facts_shared",
            Kind::Whole,
            "Facts of the 12 months that are asked more than once and that it is among the askers of.",
        )
        .in_unit("facts"),
        HOURS,
        COST,
        AVOIDABLE,
        column("reuse_facts", Kind::Whole, "CONTENT facts of the 12 months that it would ask if another body did not give them to it: needs met by reuse.")
            .in_unit("facts"),
        column("target_measure", Kind::Code, "What its target that is due next is measured in (all stand in target_month.csv). Empty while it has no plan."),
        column("target_value", Kind::Decimal, "What it promises.").in_unit("as `target_measure` says"),
        column("target_date", Kind::Date, "By when."),
        column("current_value", Kind::Decimal, "Where it stands.").in_unit("as `target_measure` says"),
        column("status", Kind::Code, "ON_TRACK, AT_RISK or OFF_TRACK."),
        HOURS_ASSUMED,
    ],
    key: &["body", "month"],
    references: &[NATION, (&["body"], "organisations.csv", &["organisation"])],
};

/// `pair_month.csv`.
pub const PAIR_MONTH: TableSchema = TableSchema {
    file: "pair_month.csv",
    about: "Two asking bodies' month; a body's own duplication is its pair with itself.",
    columns: &[
        column("body_a", Kind::Code, "ODS code, the lesser."),
        column("body_b", Kind::Code, "ODS code, the greater or the same."),
        MONTH,
        column("shared_facts", Kind::Whole, "Facts of the 12 months that both ask, over all providers.")
            .in_unit("facts"),
        AVOIDABLE,
    ],
    key: &["body_a", "body_b", "month"],
    references: &[
        (&["body_a", "month"], "body_month.csv", &["body", "month"]),
        (&["body_b", "month"], "body_month.csv", &["body", "month"]),
    ],
};

/// `decomposition.csv`.
pub const DECOMPOSITION: TableSchema = TableSchema {
    file: "decomposition.csv",
    about: "Why a provider's hours of 12 months changed: its parts add up to the change of hours_12m, to the last digit.",
    columns: &[
        column("provider", Kind::Code, "ODS code of the provider."),
        column("from_month", Kind::Month, "The month before: the twelfth before the edition's."),
        column("to_month", Kind::Month, "The edition's month."),
        column(
            "effect",
            Kind::Code,
            "NEW_COLLECTIONS, ENDED_COLLECTIONS, RESPONDENTS, FREQUENCY, CONTENT, TIME_PER_ITEM, SIZE or RE_ESTIMATION.",
        ),
        column("owner", Kind::Code, "ODS code of who asks."),
        column(
            "hours",
            Kind::Decimal,
            "By how much the hours of the 12 months changed. Parts that are nothing are left out.",
        )
        .in_unit("hours"),
    ],
    key: &["provider", "from_month", "to_month", "effect", "owner"],
    references: &[
        (&["provider", "to_month"], "provider_month.csv", &["provider", "month"]),
        (&["owner"], "organisations.csv", &["organisation"]),
    ],
};

/// `national_month.csv`.
pub const NATIONAL_MONTH: TableSchema = TableSchema {
    file: "national_month.csv",
    about: "All providers' month: sums, and ratios of sums.",
    columns: &[
        MONTH,
        OBLIGATIONS,
        MET,
        ASKS,
        PLAIN,
        STRICT,
        RATE_PLAIN,
        RATE_STRICT,
        POSSIBLE,
        SHARED,
        HOURS,
        HOURS_ASSUMED,
        HOURS_12M,
        COST,
        AVOIDABLE,
        INDEX,
        INDEX_AS_PUBLISHED,
        column("providers", Kind::Whole, "Providers open in the month.").in_unit("providers"),
        HOURS_12M_ASSUMED,
        ASKS_ASSUMED,
        column("base_month", Kind::Month, "The month in which every index is 100."),
    ],
    key: &["month"],
    references: &[],
};

/// `target_month.csv`.
pub const TARGET_MONTH: TableSchema = TableSchema {
    file: "target_month.csv",
    about: "How the targets of plans stand.",
    columns: &[
        column("owner", Kind::Code, "Whose plan."),
        MONTH,
        MEASURE,
        DATE,
        BASELINE,
        PROMISED,
        TRAJECTORY,
        CURRENT,
        FORECAST,
        STATUS,
    ],
    key: &["owner", "month", "measure", "date"],
    references: &[(&["owner", "measure", "date"], "targets.csv", &["owner", "measure", "date"])],
};

/// `cross_sector_month.csv`.
pub const CROSS_SECTOR_MONTH: TableSchema = TableSchema {
    file: "cross_sector_month.csv",
    about: "How all plans stand together: hours and collections added, rates and shares as means weighted by what bodies ask.",
    columns: &[MONTH, MEASURE, DATE, BASELINE, PROMISED, TRAJECTORY, CURRENT, FORECAST, STATUS],
    key: &["month", "measure"],
    references: &[NATION],
};
