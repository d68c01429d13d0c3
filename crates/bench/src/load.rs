//! Callers without a pause, each waiting for its answer; or calls at a fixed rate, whether the server keeps up or not. The latter counts
//! from the moment at which a call was due: a server that falls behind is not spared the calls that wait for it.

use crate::{
    Failed,
    calls::{Caller, Kind, token_after},
};
use clap::Args;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, task::JoinSet};
use tonic::transport::{Channel, Endpoint};

/// Calls that may wait for their answers at a fixed rate; more says that the server will never catch up.
const MOST_WAITING: usize = 20_000;

/// What to call, how often, how long.
#[derive(Debug, Args)]
pub struct Load {
    /// The server, such as http://127.0.0.1:8080.
    #[arg(long)]
    server: String,
    /// What to call.
    #[arg(long, value_enum)]
    call: Kind,
    /// Callers at a time.
    #[arg(long, default_value_t = 16)]
    callers: usize,
    /// Connections that they share.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Seconds that count.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Seconds before, which do not.
    #[arg(long, default_value_t = 0.5)]
    warm_up: f64,
    /// Calls a second, at a fixed rate; without it each caller calls again when it was answered.
    #[arg(long)]
    rate: Option<f64>,
    /// What is said in `authorization`.
    #[arg(long)]
    authorization: Option<String>,
    /// What is got; how new collections' keys begin; rows of a list before the page.
    #[arg(long, default_value = "")]
    name: String,
    /// One call only; its answer's size is printed.
    #[arg(long)]
    once: bool,
}

/// Durations of the calls that were answered, and how many were not.
#[derive(Default)]
struct Took {
    each: Vec<Duration>,
    failed: u64,
    failure: Option<String>,
}

impl Took {
    fn add(&mut self, took: Duration, outcome: Result<usize, tonic::Status>) {
        match outcome {
            Ok(_) => self.each.push(took),
            Err(status) => {
                self.failed += 1;
                self.failure.get_or_insert_with(|| format!("{}: {}", status.code(), status.message()));
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.each.extend(other.each);
        self.failed += other.failed;
        self.failure = self.failure.take().or(other.failure);
    }

    /// In milliseconds, the time within which this share of the calls was answered.
    fn within(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place among the calls counted"
        )]
        let at = (self.each.len() as f64 * share).ceil() as usize;
        self.each.get(at.saturating_sub(1)).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }
}

/// Calls, and prints what came of it.
pub async fn run(load: Load) -> Result<(), Failed> {
    let mut channels = vec![];
    for _ in 0..load.connections.max(1) {
        channels.push(Endpoint::from_shared(load.server.clone())?.tcp_nodelay(true).connect().await?);
    }
    let name = match load.call {
        Kind::List => token_after(channels[0].clone(), load.name.parse()?).await?,
        _ => load.name.clone(),
    };
    let caller = |at: usize| {
        let channel: Channel = channels[at % channels.len()].clone();
        Caller::new(load.call, channel, load.authorization.as_deref(), &name, at)
    };
    if load.once {
        let bytes = caller(0)?.whole().call().await?;
        println!("{}", serde_json::json!({ "bytes": bytes }));
        return Ok(());
    }
    let callers = (0..load.callers.max(1)).map(caller).collect::<Result<Vec<_>, _>>()?;
    let began = Instant::now();
    let counts = began + Duration::from_secs_f64(load.warm_up);
    let end = counts + Duration::from_secs_f64(load.seconds);
    let mut took = match load.rate {
        None => without_pause(callers, counts, end).await?,
        Some(rate) => at_a_rate(callers, rate, counts, end).await?,
    };
    let seconds = end.max(Instant::now()).duration_since(counts).as_secs_f64();
    took.each.sort_unstable();
    let calls = u32::try_from(took.each.len())?;
    let told = serde_json::json!({
        "calls": calls,
        "failed": took.failed,
        "failure": took.failure,
        "seconds": seconds,
        "rate": f64::from(calls) / seconds,
        "p50_ms": took.within(0.5),
        "p99_ms": took.within(0.99),
        "max_ms": took.within(1.0),
    });
    println!("{told}");
    Ok(())
}

async fn without_pause(callers: Vec<Caller>, counts: Instant, end: Instant) -> Result<Took, Failed> {
    let mut tasks = JoinSet::new();
    for mut caller in callers {
        tasks.spawn(async move {
            let mut took = Took::default();
            loop {
                let start = Instant::now();
                if start >= end {
                    return took;
                }
                let outcome = caller.call().await;
                let now = Instant::now();
                if start >= counts && now <= end {
                    took.add(now - start, outcome);
                }
            }
        });
    }
    let mut all = Took::default();
    while let Some(one) = tasks.join_next().await {
        all.join(one?);
    }
    Ok(all)
}

async fn at_a_rate(callers: Vec<Caller>, rate: f64, counts: Instant, end: Instant) -> Result<Took, Failed> {
    let (done, mut outcomes) = mpsc::unbounded_channel();
    let callers = Arc::new(callers);
    let each = Duration::from_secs_f64(1.0 / rate);
    let (mut due, mut number, mut waiting) = (Instant::now(), 0_usize, 0_usize);
    let mut took = Took::default();
    while due < end {
        tokio::time::sleep_until(due.into()).await;
        while due <= Instant::now() && due < end {
            let mut caller = callers[number % callers.len()].again(number);
            let (at, done) = (due, done.clone());
            tokio::spawn(async move {
                let outcome = caller.call().await;
                // Nobody hears it when the measurement was given up.
                let _ = done.send((at, at.elapsed(), outcome));
            });
            (due, number, waiting) = (due + each, number + 1, waiting + 1);
        }
        while let Ok((at, after, outcome)) = outcomes.try_recv() {
            waiting -= 1;
            if at >= counts {
                took.add(after, outcome);
            }
        }
        if waiting > MOST_WAITING {
            return Err(format!("the server does not keep up with {rate:.0} calls a second").into());
        }
    }
    drop(done);
    while let Some((at, after, outcome)) = outcomes.recv().await {
        if at >= counts {
            took.add(after, outcome);
        }
    }
    Ok(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_all_calls() {
        let mut took = Took::default();
        for ms in 1..=200 {
            took.add(Duration::from_millis(ms), Ok(1));
        }
        took.add(Duration::ZERO, Err(tonic::Status::internal("no")));
        assert!((took.within(0.5) - 100.0).abs() < 1e-9 && (took.within(0.99) - 198.0).abs() < 1e-9);
        assert!((took.within(1.0) - 200.0).abs() < 1e-9);
        assert_eq!((took.failed, took.each.len()), (1, 200));
    }
}
