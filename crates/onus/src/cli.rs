//! The command line: what can be asked, with help and examples.

mod client;

pub use client::{Challenge, Check, LoadTariffs, NewCard, Registry, Submissions, Tariffs};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use onus_domain::{AccountId, Month, OdsCode, role::Role};
use std::{net::SocketAddr, path::PathBuf};

/// The registry of every request for information put to NHS-funded providers.
#[derive(Debug, Parser)]
#[command(
    name = "onus",
    version,
    after_help = "Exit codes: 0 ok, 1 failed, 2 wrong input or usage, 3 duplicates found, 4 not allowed, 5 conflict."
)]
pub struct Cli {
    /// Configuration file (TOML); default ./onus.toml if it is there.
    #[arg(long, global = true, env = "ONUS_CONFIG")]
    pub config: Option<PathBuf>,
    /// Data folder, over what the configuration says.
    #[arg(long, global = true)]
    pub data_dir: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// From an empty folder to a served registry of real requests.
    #[command(
        after_help = "Examples:\n  onus demo\n  onus demo --no-serve -o json\n  onus demo --data-dir /tmp/onus --listen 127.0.0.1:9000"
    )]
    Demo(Demo),
    /// Serve the registry: pages, gRPC and gRPC-Web on one port.
    #[command(
        after_help = "Example:\n  ONUS_DATABASE__URL=postgres://onus@db/onus onus serve --listen 0.0.0.0:8080"
    )]
    Serve(Serve),
    /// Do the background work alone, beside servers that share a PostgreSQL database. A server does it too.
    #[command(after_help = "Example:\n  ONUS_DATABASE__URL=postgres://onus@db/onus onus worker")]
    Worker,
    /// Bring the database to this program's schema, or show or undo steps.
    Migrate(Migrate),
    /// Import a folder of registry files; importing twice changes nothing.
    #[command(
        after_help = "Examples:\n  onus import sample\n  onus import sample --folder my-copy --dry-run"
    )]
    Import(Import),
    /// Write out what the registry holds.
    #[command(subcommand)]
    Export(Export),
    /// Make a month's edition and write its files.
    #[command(after_help = "Example:\n  onus report --month 2026-10")]
    Report(Report),
    /// Say of a file's items what a registry holds and asks already. Exit code 3 if any of it is asked already.
    #[command(
        after_help = "The file is CSV or XLSX, a row an item; --template prints the headings. Examples:\n  onus check items.xlsx\n  onus check return.csv --server https://onus.example.nhs.uk -o json\n  onus check letter.csv --provider RXX --crosswalk crosswalk.csv"
    )]
    Check(Check),
    /// Challenge a request ("yellow card"), and see what came of challenges.
    #[command(
        subcommand,
        after_help = "Examples:\n  onus challenge list --filter 'owner = X24 AND state = OPEN'\n  onus challenge show challenges/0193…\n  onus challenge create --provider RJ1 --reference DR-000002Y --reason UNCLEAR --text 'What is a unit?'\n  onus challenge create --provider RJ1 --owner QWE --reason UNREGISTERED --request letter.txt --text 'It has no reference.'"
    )]
    Challenge(Challenge),
    /// Record what a provider sent, and what that took, from a file: all rows or none.
    #[command(
        after_help = "The file is CSV, a row a submission: collection, version, provider, period_start, submitted_at, minutes, people. A provider's page has one to fill in. Examples:\n  onus submissions october.csv --dry-run\n  onus submissions october.csv --server https://onus.example.nhs.uk"
    )]
    Submissions(Submissions),
    /// What an hour costs: list tables, or load them as the publisher.
    #[command(
        subcommand,
        after_help = "The file has the columns of the published tariffs.csv: staff_role, from_date, pence_per_hour, overhead_percent. Examples:\n  onus tariffs list -o json\n  onus tariffs load pay-2027.csv --dry-run\n  onus tariffs load pay-2026.csv --reason 'Agenda for Change 2026/27'"
    )]
    Tariffs(Tariffs),
    /// Match definitions in files, without a registry; measure how well that is done, and learn, also of a registry's rulings.
    #[command(
        after_help = "Files have one JSON object a line, with the fields of crates/matching/data/labelled. Examples:\n  onus match relate --pairs pairs.jsonl --out relations.jsonl\n  onus match evaluate --records records.jsonl --pairs pairs.jsonl -o json\n  onus match decisions --out ruled.jsonl\n  onus match train --records records.jsonl --pairs pairs.jsonl --decisions ruled.jsonl --name ours --out ours.txt\n  onus match shadow --model ours.txt --out changes.jsonl"
    )]
    Match(Matching),
    /// Check the audit log, write it out, or show the key that signs it.
    #[command(subcommand)]
    Audit(Audit),
    /// Accounts: who may act, in which roles. For the operator of the machine; people get an account when they first sign in.
    #[command(
        subcommand,
        after_help = "Examples:\n  onus account list\n  onus account grant --account p-3f9ab2c41d07e586 --roles ADMIN\n  onus account disable --account p-3f9ab2c41d07e586"
    )]
    Account(Account),
    /// Service tokens, which machines show as `authorization: Bearer onus_…`.
    #[command(
        subcommand,
        after_help = "Examples:\n  onus token create --account nightly-import --roles REGISTRAR --organisation X24 --expires 2027-03-31\n  onus token list --account nightly-import\n  onus token revoke --token accounts/nightly-import/tokens/0193…"
    )]
    Token(Token),
    /// Look at the database and the registry, and say what is not well.
    Doctor(Output),
    /// Print the default configuration, each key with its meaning.
    Config,
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// In which form to answer.
#[derive(Debug, Args, Clone, Copy)]
pub struct Output {
    /// Form of the answer on standard output.
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    pub output: Form,
}

/// Forms of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}

/// `onus demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Address to serve on; the default is 127.0.0.1:8080.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Stop after the report.
    #[arg(long)]
    pub no_serve: bool,
    /// Take this day for today, to get the same figures again.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<NaiveDate>,
    /// Add two years of invented changes beside the sample, each called an illustration: a set retired, a frequency halved, a re-estimate,
    /// a merger, a regrowth, a plan. For a new folder.
    #[arg(long)]
    pub illustrate: bool,
    #[command(flatten)]
    pub output: Output,
}

/// `onus serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address to serve on, over what the configuration says.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
}

/// `onus migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Undo this many steps instead. What they hold is lost.
    #[arg(long, value_name = "STEPS")]
    pub down: Option<u32>,
    /// Show the steps and which are applied; change nothing.
    #[arg(long, conflicts_with = "down")]
    pub status: bool,
}

/// `onus import`.
#[derive(Debug, Args)]
pub struct Import {
    /// What kind of files.
    #[arg(value_enum)]
    pub source: Source,
    /// Folder that holds them; the sample shipped with Onus if none is given.
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// Read and check everything, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Keep every source collection apart instead of grouping the families.
    #[arg(long)]
    pub one_by_one: bool,
    #[command(flatten)]
    pub output: Output,
}

/// Kinds of files that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// A registry in the form of the shipped sample.
    Sample,
}

/// `onus export`.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// The inputs of every published figure, as CSV with a data package.
    #[command(after_help = "Example:\n  onus export registry --out open-data")]
    Registry {
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
}

/// `onus account`.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// List all accounts.
    List(Output),
    /// Set what is granted to an account: exactly these roles, and this organisation.
    Grant {
        /// The account's key.
        #[arg(long)]
        account: AccountId,
        #[command(flatten)]
        granted: Granted,
        #[command(flatten)]
        output: Output,
    },
    /// Refuse an account from now on, and end its sessions.
    Disable {
        /// The account's key.
        #[arg(long)]
        account: AccountId,
    },
    /// Let an account act again.
    Enable {
        /// The account's key.
        #[arg(long)]
        account: AccountId,
    },
}

/// What an account may do, and for whom.
#[derive(Debug, Args, Clone)]
pub struct Granted {
    /// Roles, with commas between them, such as REGISTRAR or PANEL_MEMBER,STEWARD.
    #[arg(long, value_delimiter = ',', value_name = "ROLE")]
    pub roles: Vec<Role>,
    /// Code of the organisation that it acts for; a REGISTRAR and a PROVIDER_USER need one.
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<OdsCode>,
}

/// `onus token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once. The machine account is made if it is not there.
    Create {
        /// The machine account's key.
        #[arg(long)]
        account: AccountId,
        #[command(flatten)]
        granted: Granted,
        /// What it is for, in words.
        #[arg(long, default_value = "")]
        label: String,
        /// Last day on which it is taken, at most a year from now.
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: NaiveDate,
        #[command(flatten)]
        output: Output,
    },
    /// List the tokens of an account, without their secrets.
    List {
        /// The account's key.
        #[arg(long)]
        account: AccountId,
        #[command(flatten)]
        output: Output,
    },
    /// Refuse a token from now on.
    Revoke {
        /// Its name, `accounts/ACCOUNT/tokens/TOKEN`, as `onus token list` shows it.
        #[arg(long)]
        token: String,
    },
}

/// `onus report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The month; the last whole month if none is given.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<Month>,
    /// Folder to write the files to; `editions/YYYY-MM` in the data folder if none is given.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Publish a correction as the month's next revision, from the registry as it is known now: why, for readers.
    #[arg(long, value_name = "REASON")]
    pub revise: Option<String>,
    /// Make the published edition's files again from what was known then, and compare them byte for byte; nothing is written.
    #[arg(long, conflicts_with_all = ["revise", "out"])]
    pub check: bool,
    /// Print the report and that of each body to PDF too, by the browser of the configuration (editions.pdf_browser).
    #[arg(long, conflicts_with = "check")]
    pub pdf: bool,
    #[command(flatten)]
    pub output: Output,
}

/// `onus match`.
#[derive(Debug, Args)]
pub struct Matching {
    /// Folder with vocabulary to read with besides the built-in one.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub vocabulary: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Match,
}

/// What `onus match` does.
#[derive(Debug, Subcommand)]
pub enum Match {
    /// How pairs of records stand to each other: a line a pair with left, right, relation, probabilities, p_same.
    Score {
        /// Definitions, each with an `id`.
        #[arg(long)]
        records: PathBuf,
        /// Pairs of them: `left` and `right`.
        #[arg(long)]
        pairs: PathBuf,
        #[command(flatten)]
        model: Model,
        /// File to write; `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// What each record could be the same as: a line a record with id and candidates, likeliest first.
    Candidates {
        /// Definitions, each with an `id`.
        #[arg(long)]
        records: PathBuf,
        /// Candidates of each at most.
        #[arg(short = 'k', value_name = "MOST", default_value_t = 100)]
        most: usize,
        /// File to write; `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// How pairs that bring both definitions stand to each other: a line a pair with relation, probabilities and evidence.
    Relate {
        /// Pairs, each with `left` and `right` written out.
        #[arg(long)]
        pairs: PathBuf,
        #[command(flatten)]
        model: Model,
        /// File to write; `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// How well labelled pairs are told apart by a model that has not seen them: cross-validated, and with each source left out.
    Evaluate {
        /// Definitions, each with an `id`.
        #[arg(long)]
        records: PathBuf,
        /// Labelled pairs of them.
        #[arg(long)]
        pairs: PathBuf,
        /// More pairs to learn from, never measured: with both definitions and a relation. May be given several times.
        #[arg(long)]
        relations: Vec<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Learn a model of labelled pairs.
    Train {
        /// Definitions, each with an `id`.
        #[arg(long)]
        records: PathBuf,
        /// Labelled pairs of them.
        #[arg(long)]
        pairs: PathBuf,
        /// More pairs, with both definitions and a relation. May be given several times.
        #[arg(long)]
        relations: Vec<PathBuf>,
        /// What stewards ruled, as `onus match decisions` writes it. May be given several times.
        #[arg(long)]
        decisions: Vec<PathBuf>,
        /// What the model is called in every match that it makes.
        #[arg(long)]
        name: String,
        /// File to write; `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write what stewards ruled in the registry, to learn from: a line a pair with both definitions as they are now and the relation. Of
    /// each pair the latest ruling; those taken back, and those on earlier versions, are left out.
    Decisions {
        /// File to write; `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// What a model or a vocabulary would change in the registry: matches held and found, by relation, and how either agrees with what
    /// stewards ruled. Changes nothing.
    #[command(
        after_help = "What is not named is taken as configured. Examples:\n  onus match shadow --model ours.txt --out changes.jsonl\n  onus match shadow --vocabulary words -o json"
    )]
    Shadow {
        #[command(flatten)]
        model: Model,
        /// File for the pairs that would change, a line each; `-` for standard output.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

impl Match {
    /// Whether it works on files alone, without a registry.
    pub fn is_of_files(&self) -> bool {
        !matches!(self, Self::Decisions { .. } | Self::Shadow { .. })
    }
}

/// Which model decides.
#[derive(Debug, Args)]
pub struct Model {
    /// A model that `onus match train` wrote, instead of the one in this program.
    #[arg(long)]
    pub model: Option<PathBuf>,
}

/// `onus audit`.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Check that no past entry of the audit log was changed, and that the registry is as the log left it; fails if anything is wrong.
    #[command(
        after_help = "Examples:\n  onus audit verify\n  onus audit verify --head audit_head.json\n  onus audit verify --file log.jsonl --key onus+1a2b3c4d+AS…\n\nA log that was written out is checked without a database. Heads that were kept elsewhere, such as the audit_head.json of\nan edition, show whether the end of the log was cut off or all of it made anew."
    )]
    Verify(Verify),
    /// Write the whole log to a file, one JSON object a line.
    #[command(after_help = "Example:\n  onus audit export --out log.jsonl")]
    Export {
        /// File to write; it must not be there. `-` for standard output.
        #[arg(long)]
        out: PathBuf,
    },
    /// Print the public key of this registry's log, or make another key to go on with.
    #[command(
        after_help = "Examples:\n  onus audit key\n  onus audit key --new next-key.pem\n\nTo change keys, make one, set audit.key_file to it, and add the public key of before to audit.trusted_keys."
    )]
    Key {
        /// File to make a new private key in; it must not be there.
        #[arg(long, value_name = "FILE")]
        new: Option<PathBuf>,
    },
}

/// `onus audit verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Check this file, as `onus audit export` writes it, instead of the database; `-` for standard input.
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// Trust heads that this public key signed, and no others; may be given several times. Without it, the registry's own key and
    /// audit.trusted_keys are trusted.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// A head that was kept elsewhere, which the log must go on from: a signed note, or an edition's audit_head.json.
    #[arg(long, value_name = "FILE")]
    pub head: Vec<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
