//! What `cargo xtask bench rpc` runs beside Onus, each in a process of its own: callers, an echo to compare with, and a collector that
//! throws away what it gets.

mod calls;
mod echo;
mod load;
mod sink;

use clap::{Parser, Subcommand};
use std::{net::SocketAddr, process::ExitCode};

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(name = "onus-bench", about = "Load for measurements of Onus")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Calls a server, and prints how often it answered and how long it took, as one JSON object.
    Load(load::Load),
    /// Serves an echo with nothing around it.
    Echo {
        /// Where.
        #[arg(long)]
        listen: SocketAddr,
        /// Bytes of each answer.
        #[arg(long)]
        bytes: usize,
    },
    /// Takes OpenTelemetry's traces and metrics, and throws them away.
    Sink {
        /// Where.
        #[arg(long)]
        listen: SocketAddr,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Load(load) => load::run(load).await,
        Command::Echo { listen, bytes } => echo::serve(listen, bytes).await,
        Command::Sink { listen } => sink::serve(listen).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
