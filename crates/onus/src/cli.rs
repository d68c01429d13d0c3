//! The command line: what can be asked, with help and examples.

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use onus_domain::Month;
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

/// `onus report`.
#[derive(Debug, Args)]
pub struct Report {
    /// The month; the last whole month if none is given.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<Month>,
    /// Folder to write the files to; `editions/YYYY-MM` in the data folder if none is given.
    #[arg(long)]
    pub out: Option<PathBuf>,
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
