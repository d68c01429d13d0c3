//! `onus`: the registry as one program. Reads the command line and the configuration, and hands over to a command.

mod accounts;
mod audit;
mod challenge;
mod check;
mod cli;
mod client;
mod commands;
mod config;
mod data_dir;
mod demo;
mod illustration;
mod matching;
mod progress;
mod serve;
mod shadow;
mod submissions;
mod tariffs;
mod work;

use clap::{CommandFactory, Parser};
use cli::{Cli, Command};
use config::Settings;
use onus_domain::{Error, Result};
use onus_store::{Options, Store};
use std::{process::ExitCode, time::Duration};

/// Requests allocate and free across threads, which glibc's allocator is slow at.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            report(&error);
            ExitCode::from(exit_code(&error))
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    match &cli.command {
        Command::Config => {
            print!("{}", config::DEFAULT);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "onus", &mut std::io::stdout());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Match(options) if options.command.is_of_files() => {
            return matching::run(options).map(|()| ExitCode::SUCCESS);
        }
        Command::Check(options) => return check::run(options),
        Command::Submissions(options) => return submissions::run(options).map(|()| ExitCode::SUCCESS),
        Command::Tariffs(command) => return tariffs::run(command).map(|()| ExitCode::SUCCESS),
        Command::Challenge(command) => return challenge::run(command).map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let mut settings = Settings::read(cli.config.as_deref(), environment())?;
    if let Some(folder) = cli.data_dir {
        settings.data_dir = folder;
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    let done = runtime.block_on(async {
        let _telemetry = onus_telemetry::init(&settings.telemetry)?;
        match cli.command {
            Command::Demo(demo) => demo::run(&settings, &demo).await,
            Command::Serve(options) => commands::serve(&settings, &options).await,
            Command::Worker => commands::worker(&settings).await,
            Command::Migrate(options) => commands::migrate(&settings, &options).await,
            Command::Import(options) => commands::import(&settings, &options).await,
            Command::Export(options) => commands::export(&settings, &options).await,
            Command::Report(options) => commands::report(&settings, &options).await,
            Command::Account(command) => accounts::account(&settings, &command).await,
            Command::Token(command) => accounts::token(&settings, &command).await,
            Command::Audit(command) => audit::run(&settings, &command).await,
            Command::Doctor(output) => commands::doctor(&settings, output.output).await,
            Command::Match(options) => shadow::run(&settings, &options).await,
            Command::Config
            | Command::Completions { .. }
            | Command::Check(_)
            | Command::Submissions(_)
            | Command::Tariffs(_)
            | Command::Challenge(_) => Ok(()),
        }
    });
    // Figures that are still being worked out are nobody's any more; what was acknowledged is stored.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

/// The environment, without what is not text: none of that can be a setting.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Connects to the database that the configuration names.
async fn open_store(settings: &Settings) -> Result<Store> {
    let options = Options {
        max_connections: settings.database.max_connections,
        group_commit: settings.database.group_commit,
        longest_statement: Some(Duration::from_secs(settings.server.request_timeout_seconds)),
        ..Options::new(settings.database_url())
    };
    Store::connect(&options).await
}

/// Says what went wrong on standard error: every problem on its own line.
fn report(error: &Error) {
    match error {
        Error::Invalid(violations) => {
            eprintln!(
                "onus: {} to put right:",
                if violations.len() == 1 { "one thing" } else { "several things" }
            );
            for violation in violations {
                eprintln!("  {violation}");
            }
        }
        Error::Internal { private, .. } => eprintln!("onus: {error}: {private}"),
        _ => eprintln!("onus: {error}"),
    }
}

/// The exit codes that the help names.
fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Invalid(_) => 2,
        Error::Unauthenticated(_) | Error::PermissionDenied(_) => 4,
        Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::StaleEtag { .. } => 5,
        Error::NotFound { .. } | Error::Exhausted(_) | Error::Unavailable { .. } | Error::Internal { .. } => {
            1
        }
    }
}
