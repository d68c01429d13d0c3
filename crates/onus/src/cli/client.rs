//! Commands that ask a registry over gRPC.

use super::Output;
use clap::{Args, Subcommand};
use onus_domain::{CollectionId, DefinitionId, OdsCode, Violation, challenge::ChallengeReason, parse_code};
use std::path::PathBuf;

/// Which registry to ask, and as whom.
#[derive(Debug, Args)]
pub struct Registry {
    /// The registry to ask.
    #[arg(long, env = "ONUS_SERVER", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// Service token, for a registry that gives those whom it knows more.
    #[arg(long, env = "ONUS_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Certificate (PEM) of who vouches for the registry, if it is not one that everybody trusts.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// `onus check`.
#[derive(Debug, Args)]
pub struct Check {
    /// File of items, CSV or XLSX; `-` reads CSV from standard input.
    #[arg(required_unless_present = "template")]
    pub file: Option<PathBuf>,
    /// Print a CSV file to fill in, and do nothing else.
    #[arg(long)]
    pub template: bool,
    #[command(flatten)]
    pub registry: Registry,
    /// Code of the provider that is asked: what it was asked already is looked for.
    #[arg(long, value_name = "CODE")]
    pub provider: Option<OdsCode>,
    /// Write where each item was asked before and how to answer from that: CSV to this file, and JSON beside it.
    #[arg(long, value_name = "FILE", requires = "provider")]
    pub crosswalk: Option<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

/// `onus submissions`.
#[derive(Debug, Args)]
pub struct Submissions {
    /// File of submissions, CSV; `-` reads standard input.
    pub file: PathBuf,
    /// Check everything, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub registry: Registry,
    #[command(flatten)]
    pub output: Output,
}

/// `onus tariffs`.
#[derive(Debug, Subcommand)]
pub enum Tariffs {
    /// List what an hour costs, by day.
    List {
        #[command(flatten)]
        registry: Registry,
        #[command(flatten)]
        output: Output,
    },
    /// Load tables of what an hour costs; each is whole, and holds until the next begins.
    Load(LoadTariffs),
}

/// `onus tariffs load`.
#[derive(Debug, Args)]
pub struct LoadTariffs {
    /// File of tables, CSV; `-` reads standard input.
    pub file: PathBuf,
    /// Where the figures are from, or why the past changes. Published; needed if a table holds already, or takes the place of another.
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Check everything, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub registry: Registry,
    #[command(flatten)]
    pub output: Output,
}

/// `onus challenge`.
#[derive(Debug, Subcommand)]
pub enum Challenge {
    /// List challenges, as far as the caller may see them; those whose answer is due first come first.
    List {
        /// Which, such as `owner = X24 AND state = OPEN`.
        #[arg(long, default_value = "")]
        filter: String,
        #[command(flatten)]
        registry: Registry,
        #[command(flatten)]
        output: Output,
    },
    /// Show one challenge, as far as the caller may see it.
    Show {
        /// Its name, `challenges/KEY`, as `onus challenge list` shows it.
        name: String,
        #[command(flatten)]
        registry: Registry,
        #[command(flatten)]
        output: Output,
    },
    /// Challenge a request: its owner has 10 working days to answer.
    Create(Box<NewCard>),
}

/// `onus challenge create`.
#[derive(Debug, Args)]
pub struct NewCard {
    /// Code of the provider that challenges.
    #[arg(long, value_name = "CODE")]
    pub provider: OdsCode,
    /// Key of the collection that is challenged.
    #[arg(long, value_name = "KEY")]
    pub collection: Option<CollectionId>,
    /// The reference as it came with the request, valid or not.
    #[arg(long, default_value = "")]
    pub reference: String,
    /// Code of the body that sent the request; needed if the request is not registered.
    #[arg(long, value_name = "CODE")]
    pub owner: Option<OdsCode>,
    /// What is wrong: DUPLICATE, UNREGISTERED, EXPIRED, UNCLEAR or DISPROPORTIONATE.
    #[arg(long, value_parser = read_reason)]
    pub reason: ChallengeReason,
    /// The same in your words.
    #[arg(long)]
    pub text: String,
    /// File that holds the request as it was received; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    /// Position of an item that it is about; may be given several times. Without any it is about the whole.
    #[arg(long = "item", value_name = "POSITION")]
    pub items: Vec<u32>,
    /// For DUPLICATE: key of the collection that asks it already.
    #[arg(long, value_name = "KEY")]
    pub duplicate_of: Option<CollectionId>,
    /// For DUPLICATE: key of a definition by which it is asked already; may be given several times.
    #[arg(long = "definition", value_name = "KEY")]
    pub definitions: Vec<DefinitionId>,
    /// Check everything, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub registry: Registry,
    #[command(flatten)]
    pub output: Output,
}

fn read_reason(text: &str) -> Result<ChallengeReason, Violation> {
    parse_code("--reason", text)
}
