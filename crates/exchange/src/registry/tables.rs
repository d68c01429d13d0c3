//! The tables of the registry export, in the order of `open-data.md`.

use crate::open_data::{Kind, TableSchema, column};

pub(super) const ORGANISATIONS: TableSchema = TableSchema {
    file: "organisations.csv",
    about: "Who asks or answers.",
    columns: &[
        column(
            "organisation",
            Kind::Code,
            "Code in the Organisation Data Service, or one that stands in for it.",
        ),
        column("name", Kind::Text, "Name."),
        column("kind", Kind::Code, "NATIONAL_BODY, COMMISSIONER or PROVIDER."),
        column("provider_type", Kind::Code, "Kind of provider; empty for those who ask."),
        column("region", Kind::Text, "NHS England region code; empty if unknown."),
        column(
            "parent",
            Kind::Text,
            "Code of the organisation it belongs or answers to; need not be in this file.",
        ),
        column("open_date", Kind::Date, "First day open; empty is always."),
        column("close_date", Kind::Date, "Last day open; empty is still open."),
        column("provider_type_basis", Kind::Code, "STATED by a source or ASSUMED."),
    ],
    key: &["organisation"],
    references: &[],
};

pub(super) const SUCCESSIONS: TableSchema = TableSchema {
    file: "successions.csv",
    about: "One organisation took over another, or part of it.",
    columns: &[
        column("predecessor", Kind::Code, "Who ended or gave."),
        column("successor", Kind::Code, "Who goes on."),
        column("date", Kind::Date, "From which day."),
        column("share", Kind::Decimal, "Share of the predecessor that went over, above 0 and at most 1.")
            .in_unit("share, 0 to 1"),
    ],
    key: &["predecessor", "successor", "date"],
    references: &[
        (&["predecessor"], "organisations.csv", &["organisation"]),
        (&["successor"], "organisations.csv", &["organisation"]),
    ],
};

pub(super) const SIZES: TableSchema = TableSchema {
    file: "sizes.csv",
    about: "How large a provider is, from a day on.",
    columns: &[
        column("organisation", Kind::Code, "Whose size."),
        column(
            "measure",
            Kind::Code,
            "STAFF_WTE (whole-time-equivalent staff), LIST_SIZE (registered patients), FLOOR_AREA (square metres) or INCOME (pounds a year).",
        ),
        column(
            "from_date",
            Kind::Date,
            "From which day it is known; the latest on or before a day holds on it.",
        ),
        column("value", Kind::Decimal, "Size, in the unit of the measure.").in_unit("as `measure` says"),
    ],
    key: &["organisation", "measure", "from_date"],
    references: &[(&["organisation"], "organisations.csv", &["organisation"])],
};

pub(super) const COLLECTIONS: TableSchema = TableSchema {
    file: "collections.csv",
    about: "A request for information. What it says is that of its version in force, else of its latest.",
    columns: &[
        column("collection", Kind::Code, "Its key."),
        column("reference", Kind::Text, "The reference that approval or adoption gave it."),
        column("title", Kind::Text, "Title."),
        column("owner", Kind::Code, "Who asks."),
        column("purpose", Kind::Text, "Why it is asked."),
        column("legal_basis", Kind::Text, "The law or direction it rests on."),
        column("method", Kind::Text, "How it is collected."),
        column("sector_path", Kind::Code, "NATIONAL or LOCAL."),
        column("uses", Kind::Text, "What the answers are used for."),
        column("feedback", Kind::Text, "What respondents get back."),
        column("contact", Kind::Text, "Whom to ask about it."),
        column("source_id", Kind::Text, "Its key in the source it was imported from."),
    ],
    key: &["collection"],
    references: &[(&["owner"], "organisations.csv", &["organisation"])],
};

pub(super) const VERSIONS: TableSchema = TableSchema {
    file: "versions.csv",
    about: "A state of a collection. It is in force on a day from live_from, before live_to and before expires_on, unless suspensions hold that day.",
    columns: &[
        column("collection", Kind::Code, "The collection."),
        column("version", Kind::Whole, "Number, from 1."),
        column("state", Kind::Code, "Where it is in its life."),
        column("live_from", Kind::Date, "First day in force."),
        column("live_to", Kind::Date, "First day no longer in force; empty is without end."),
        column("frequency", Kind::Code, "Length of a period."),
        column("first_period", Kind::Date, "First day of the first period."),
        column("due_lag_days", Kind::Whole, "Days from a period's last day to its due date.").in_unit("days"),
        column("last_period", Kind::Date, "No period begins after this day; empty is without end."),
        column("basis_frequency", Kind::Code, "Whether the frequency is STATED by a source or ASSUMED."),
        column(
            "evidence",
            Kind::Text,
            "The sentence that states the frequency, or why it is assumed, and how the due date is known.",
        ),
        column("expires_on", Kind::Date, "First day on which its approval or adoption no longer holds."),
        column(
            "admission",
            Kind::Code,
            "APPROVED by the panel, LIGHT_PATH (a local commissioner's, approved by rule) or ADOPTED.",
        ),
        column("title", Kind::Text, "Title of this version."),
        column("source", Kind::Text, "Where the version comes from."),
        column("basis_respondents", Kind::Code, "Whether the respondents are STATED by a source or ASSUMED."),
        column(
            "evidence_respondents",
            Kind::Text,
            "The sentence that states the respondents, or why they are assumed.",
        ),
        column(
            "suspensions",
            Kind::Text,
            "When it was suspended: spells first-day/first-day-no-longer, such as 2026-03-01/2026-04-15, joined by semicolons; the second \
             is empty while the spell goes on.",
        ),
    ],
    key: &["collection", "version"],
    references: &[(&["collection"], "collections.csv", &["collection"])],
};

pub(super) const RESPONDENTS: TableSchema = TableSchema {
    file: "respondents.csv",
    about: "Days on which a provider is among the respondents of a version and the version is in force.",
    columns: &[
        column("collection", Kind::Code, "The collection."),
        column("version", Kind::Whole, "The version."),
        column("provider", Kind::Code, "Who must answer."),
        column("from_date", Kind::Date, "First day."),
        column(
            "to_date",
            Kind::Date,
            "First day no longer (not itself among the days); empty is without end.",
        ),
        column(
            "basis",
            Kind::Code,
            "STATED if sources state it; ASSUMED if the rule is assumed or rests on a type of provider that is.",
        ),
    ],
    key: &["collection", "version", "provider", "from_date"],
    references: &[
        (&["collection", "version"], "versions.csv", &["collection", "version"]),
        (&["provider"], "organisations.csv", &["organisation"]),
    ],
};

pub(super) const SUBJECTS: TableSchema = TableSchema {
    file: "subjects.csv",
    about: "What records or people answers are about.",
    columns: &[
        column("subject", Kind::Code, "Its key."),
        column("name", Kind::Text, "Name in plain words."),
        column(
            "contained_in",
            Kind::Code,
            "The subject that contains every record of this one; empty is none.",
        ),
        column("basis", Kind::Code, "Whether a source states the containment: STATED or ASSUMED."),
        column("reason", Kind::Text, "Where the source says so, or why it is assumed."),
    ],
    key: &["subject"],
    references: &[(&["contained_in"], "subjects.csv", &["subject"])],
};

pub(super) const ITEMS: TableSchema = TableSchema {
    file: "items.csv",
    about: "A line of a version.",
    columns: &[
        column("collection", Kind::Code, "The collection."),
        column("version", Kind::Whole, "The version."),
        column("position", Kind::Whole, "Place in the version, from 1."),
        column("section", Kind::Text, "Heading it stands under."),
        column(
            "mandation",
            Kind::Code,
            "MANDATORY, REQUIRED, OPTIONAL or PILOT; empty is unstated, which asks count.",
        ),
        column("role", Kind::Code, "CONTENT, LINKAGE, DEMOGRAPHIC or ADMINISTRATIVE."),
        column("subject", Kind::Code, "What the answer is about."),
        column("definition", Kind::Code, "What is asked for."),
        column("purpose_kind", Kind::Code, "IMPROVEMENT, JUDGEMENT, BOTH or UNKNOWN."),
        column("use", Kind::Text, "The decision or publication it feeds."),
    ],
    key: &["collection", "version", "position"],
    references: &[
        (&["collection", "version"], "versions.csv", &["collection", "version"]),
        (&["subject"], "subjects.csv", &["subject"]),
        (&["definition"], "definitions.csv", &["definition"]),
    ],
};

pub(super) const DEFINITIONS: TableSchema = TableSchema {
    file: "definitions.csv",
    about: "What an item means, in its latest version.",
    columns: &[
        column("definition", Kind::Code, "Its key."),
        column("version", Kind::Whole, "Number, from 1."),
        column("kind", Kind::Code, "ELEMENT (record-level data element) or METRIC (indicator)."),
        column("name", Kind::Text, "Name."),
        column("text", Kind::Text, "What it means, in the source's words."),
        column("numerator", Kind::Text, "What is counted above the line."),
        column("denominator", Kind::Text, "What is counted below the line."),
        column("unit", Kind::Text, "Unit of the value."),
        column("population", Kind::Text, "Whom or what it covers."),
        column("breakdowns", Kind::Json, "Categories each value is broken down by: a JSON array of texts."),
        column("grain", Kind::Text, "Level a value is reported at."),
        column("period_type", Kind::Text, "Period a value covers."),
        column("value_set", Kind::Json, "Permitted values: a JSON array of objects with code and meaning."),
        column("format", Kind::Text, "Format of a value."),
        column("external_ids", Kind::Json, "Keys in other registries: a JSON object of texts."),
        column("status", Kind::Code, "Registration status as in ISO/IEC 11179."),
        column("exclusions", Kind::Text, "What is left out."),
        column("source", Kind::Text, "Where the definition comes from."),
        column(
            "subject",
            Kind::Code,
            "What a metric is about; empty for an element, which takes it from its item.",
        ),
        column("aliases", Kind::Json, "Other names: a JSON array of texts."),
        column("successor", Kind::Code, "The definition that replaces or will replace it."),
        column(
            "over_time",
            Kind::Code,
            "How values for shorter periods make that of a longer: ADDS_UP, ONE_DAY (a value is of the period's last day) or NEITHER.",
        ),
    ],
    key: &["definition"],
    references: &[
        (&["subject"], "subjects.csv", &["subject"]),
        (&["successor"], "definitions.csv", &["definition"]),
    ],
};

pub(super) const CONCEPTS: TableSchema = TableSchema {
    file: "concepts.csv",
    about: "A definition's place in a concept, a set of definitions that ask the same question.",
    columns: &[
        column("definition", Kind::Code, "The definition."),
        column("concept", Kind::Code, "The concept."),
        column("strength", Kind::Code, "CONFIRMED (counts) or POSSIBLE (shown only)."),
    ],
    key: &["definition", "concept"],
    references: &[(&["definition"], "definitions.csv", &["definition"])],
};

pub(super) const DERIVATIONS: TableSchema = TableSchema {
    file: "derivations.csv",
    about: "One definition can be computed from another.",
    columns: &[
        column("from_definition", Kind::Code, "What is held."),
        column("to_definition", Kind::Code, "What can be computed of it."),
        column("recipe", Kind::Text, "How."),
        column("strength", Kind::Code, "CONFIRMED (counts) or POSSIBLE (shown only)."),
    ],
    key: &["from_definition", "to_definition"],
    references: &[
        (&["from_definition"], "definitions.csv", &["definition"]),
        (&["to_definition"], "definitions.csv", &["definition"]),
    ],
};

pub(super) const STATEMENTS: TableSchema = TableSchema {
    file: "statements.csv",
    about: "A cost line: what answering a version costs one provider. Lines with one collection, version and from_date are one statement; the latest from_date on or before a day holds on it.",
    columns: &[
        column("collection", Kind::Code, "The collection."),
        column("version", Kind::Whole, "The version."),
        column("from_date", Kind::Date, "From which day this is what is known."),
        column("method", Kind::Code, "DECLARED, ASSESSED, MEASURED or ASSUMED (the published default)."),
        column("activity", Kind::Code, "What is done."),
        column("staff_role", Kind::Code, "By whom."),
        column(
            "basis",
            Kind::Code,
            "What the minutes are spent on: PER_SUBMISSION, PER_ITEM, PER_UNIT, ANNUAL or ONE_OFF.",
        ),
        column("minutes", Kind::Decimal, "Minutes.").in_unit("minutes"),
        column("unit_measure", Kind::Code, "For PER_UNIT: the size measure."),
        column("unit_size", Kind::Decimal, "For PER_UNIT: how much of the measure is one unit.")
            .in_unit("as `unit_measure` says"),
        column("life_months", Kind::Whole, "For ONE_OFF: months over which it is spread; empty is 36.")
            .in_unit("months"),
        column("external_pence", Kind::Whole, "Paid outside, each time the minutes are, in pence.")
            .in_unit("pence (GBP)"),
        column("line", Kind::Whole, "Number of the line in its statement, from 1."),
    ],
    key: &["collection", "version", "from_date", "line"],
    references: &[(&["collection", "version"], "versions.csv", &["collection", "version"])],
};

pub(super) const TARIFFS: TableSchema = TableSchema {
    file: "tariffs.csv",
    about: "What an hour of a role costs, from a day on.",
    columns: &[
        column("staff_role", Kind::Code, "Whose hour."),
        column("from_date", Kind::Date, "From which day; the latest on or before a day holds on it."),
        column("pence_per_hour", Kind::Whole, "Pay, in pence an hour.").in_unit("pence (GBP) an hour"),
        column("overhead_percent", Kind::Decimal, "Added for overheads, per cent of pay.")
            .in_unit("per cent"),
    ],
    key: &["staff_role", "from_date"],
    references: &[],
};

pub(super) const SUBMISSIONS: TableSchema = TableSchema {
    file: "submissions.csv",
    about: "A receipt that a provider met an obligation.",
    columns: &[
        column("collection", Kind::Code, "The collection."),
        column("version", Kind::Whole, "The version."),
        column("provider", Kind::Code, "Who met it."),
        column("period_start", Kind::Date, "First day of the period."),
        column("period_end", Kind::Date, "Last day of the period."),
        column("due_date", Kind::Date, "When it was due."),
        column("submitted_at", Kind::Instant, "When it was met, in UTC."),
        column("minutes", Kind::Whole, "Minutes it took, if a time return says.").in_unit("minutes"),
    ],
    key: &["collection", "version", "provider", "period_start"],
    references: &[
        (&["collection", "version"], "versions.csv", &["collection", "version"]),
        (&["provider"], "organisations.csv", &["organisation"]),
    ],
};

pub(super) const TARGETS: TableSchema = TableSchema {
    file: "targets.csv",
    about: "What the plans of bodies promise.",
    columns: &[
        column("owner", Kind::Code, "Whose plan."),
        column(
            "measure",
            Kind::Code,
            "HOURS (of the 12 months ending with a month), SUBMIT_ONCE_RATE, COLLECTIONS (in force) or AUTOMATED_SHARE (of needs, met by reuse).",
        ),
        column("date", Kind::Date, "By when."),
        column("value", Kind::Decimal, "Value promised.").in_unit("as `measure` says"),
        column("baseline_month", Kind::Month, "Month of the baseline."),
        column("baseline", Kind::Decimal, "Value at the start.").in_unit("as `measure` says"),
        column("plan", Kind::Text, "Title of the plan."),
    ],
    key: &["owner", "measure", "date"],
    references: &[(&["owner"], "organisations.csv", &["organisation"])],
};

pub(super) const REUSE: TableSchema = TableSchema {
    file: "reuse.csv",
    about: "What a body does not ask because another body gives it what it holds, by agreement. The items of the collection, in any version, that ask the definition about the subject are not asked for a period that begins in from_month or later, ends by the end of to_month, and whose last day is not before first_delivery and before ends_on.",
    columns: &[
        column("agreement", Kind::Code, "The reuse agreement."),
        column("collection", Kind::Code, "The collection of the body that needs it."),
        column("definition", Kind::Code, "What its items ask for."),
        column("subject", Kind::Code, "What they are about."),
        column("holder", Kind::Code, "Who holds it."),
        column("recipient", Kind::Code, "Who needs it."),
        column("from_month", Kind::Month, "First month of data."),
        column("to_month", Kind::Month, "Last month of data; empty is without end."),
        column("first_delivery", Kind::Date, "When data first came."),
        column("ends_on", Kind::Date, "First day on which data no longer comes; empty is without end."),
        column("concept", Kind::Code, "The concept that both ask."),
        column("grain", Kind::Text, "At which grain it is given."),
        column("legal_basis", Kind::Text, "The law it rests on."),
        column("requested_on", Kind::Date, "When it was asked for."),
    ],
    key: &["agreement", "collection", "definition", "subject"],
    references: &[
        (&["collection"], "collections.csv", &["collection"]),
        (&["definition"], "definitions.csv", &["definition"]),
        (&["subject"], "subjects.csv", &["subject"]),
        (&["holder"], "organisations.csv", &["organisation"]),
        (&["recipient"], "organisations.csv", &["organisation"]),
    ],
};
