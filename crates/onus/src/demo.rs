//! The demo: from an empty folder to a served registry of real requests.

use crate::{
    audit,
    cli::{Demo, Form},
    config::Settings,
    data_dir::{DataDir, Kind},
    illustration, matching, open_store,
    progress::Progress,
    serve, work,
};
use onus_app::{App, AppSettings, Context, printing::Printer, summary::Summary};
use onus_domain::{
    Error, Month, Result, Violation,
    clock::{Clock, FixedClock, SystemClock},
    edition::Edition,
};
use onus_exchange::sample::{self, Files, Grouping};
use serde::Serialize;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};

/// What the demo found, as `-o json` prints it.
#[derive(Serialize)]
struct Outcome {
    /// Whether this run stored anything.
    changed: bool,
    data_dir: PathBuf,
    report: PathBuf,
    #[serde(flatten)]
    summary: Summary,
}

/// Runs it.
pub async fn run(settings: &Settings, demo: &Demo) -> Result<()> {
    refuse_issuer(settings)?;
    matching::take_up(&settings.matching)?;
    let clock: Arc<dyn Clock> = match demo.today {
        Some(day) => Arc::new(FixedClock::at_noon(day)),
        None => Arc::new(SystemClock),
    };
    let listen = demo.listen.unwrap_or(settings.server.listen);
    // Before any work: a taken port is no reason to wait.
    let listener = if demo.no_serve { None } else { Some(serve::bind(listen).await?) };
    let folder = DataDir::open(&settings.data_dir, Kind::Demo)?;
    let progress = Progress::new();
    let step = progress.step("Preparing the data folder");
    let store = open_store(settings).await?;
    let applied = store.migrate().await?;
    step.done(&format!("{}, {} migrations applied", folder.path().display(), applied.len()));

    let context = Context::system(clock.now());
    onus_app::claim_for_demo(&store, &context).await?;
    let app_settings = AppSettings {
        base_month: settings.burden.base_month,
        demo_identities: listen.ip().is_loopback(),
        sample: true,
    };
    let app = App::new(store, Arc::clone(&clock), app_settings).with_outward(settings.outward()?);
    let app = app.with_printer(Printer::find(&settings.editions.pdf_browser)?);
    let app = app.with_identity(settings.identity.settings()?).with_light_path_share(settings.review.share());
    let app = Arc::new(audit::signing(settings, app)?);
    let changed = fill(&app, &context, &progress, demo.illustrate).await?;
    let month = Month::of(clock.today()).plus(-1);
    let (edition, published) = publish(&app, &context, month, &progress).await?;
    let report = folder.path().join("editions").join(month.to_string());
    app.write_edition(&edition, &report).await?;
    app.sequence_audit().await?;

    let summary = serde_json::from_str(&edition.summary).map_err(Error::internal)?;
    let outcome =
        Outcome { changed: changed || published, data_dir: folder.path().to_owned(), report, summary };
    let address = listener.as_ref().map(|listener| listener.local_addr().unwrap_or(listen));
    print(&outcome, demo.output.output, address)?;
    if let Some(listener) = listener {
        let serving = serve::serve(Arc::clone(&app), listener, &settings.server, serve::stop_signal());
        work::beside(&app, settings.is_embedded(), serving).await?;
    }
    Ok(())
}

/// Demo identities belong to nobody: they are never known beside those of a real issuer.
fn refuse_issuer(settings: &Settings) -> Result<()> {
    if !settings.identity.has_issuer() {
        return Ok(());
    }
    let expected =
        "nothing: the demo has identities of its own; `onus serve` is for a registry that people sign in to";
    Err(Violation::new("identity.issuer", "DEMO", &settings.identity.issuer, expected).into())
}

/// Imports and matches the sample, as far as that was not done before.
async fn fill(app: &App, context: &Context, progress: &Progress, illustrate: bool) -> Result<bool> {
    let empty = app.view().await?.snapshot.collections.is_empty();
    if empty {
        let step = progress.step("Importing the sample registry");
        let mut import = sample::read(&Files::Embedded, Grouping::Families)?;
        if illustrate {
            sample::illustration::illustrate(&mut import, app.last_month())?;
        }
        let imported = app.import(context, &import).await?;
        step.done(&format!(
            "{} resources registered, {} as they were",
            imported.added + imported.changed,
            imported.unchanged
        ));
    }
    let matched = match_what_is_not(app, context, progress).await?;
    if empty && illustrate {
        illustration::tell(app).await?;
    }
    Ok(matched || empty)
}

/// Matches the registry if any definition was not matched (those just imported, or left so by a run that was cut off), or any was by
/// another model or with another vocabulary.
pub async fn match_what_is_not(app: &App, context: &Context, progress: &Progress) -> Result<bool> {
    let view = app.view().await?;
    if view.unmatched() == 0 && view.found_otherwise() == 0 {
        return Ok(false);
    }
    let step = progress.step("Matching definitions");
    let matches = app.match_registry(context, step.counter()).await?;
    step.done(&format!("{matches} matches"));
    Ok(true)
}

async fn publish(app: &App, context: &Context, month: Month, progress: &Progress) -> Result<(Edition, bool)> {
    match app.edition(month, None).await {
        Ok(edition) => return Ok((edition, false)),
        Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let step = progress.step("Computing the burden and writing the report");
    let made = app.make_edition(context, month).await?;
    step.done(&format!("{}, {} files", month.in_words(), made.edition.files.len()));
    Ok((made.edition, made.new))
}

fn print(outcome: &Outcome, form: Form, address: Option<SocketAddr>) -> Result<()> {
    match form {
        Form::Json => println!("{}", serde_json::to_string(outcome).map_err(Error::internal)?),
        Form::Table => {
            for line in outcome.summary.lines() {
                println!("{line}");
            }
            println!("The month's report: {}", outcome.report.join("index.html").display());
        }
    }
    let Some(address) = address else { return Ok(()) };
    let say = |line: String| if form == Form::Json { eprintln!("{line}") } else { println!("{line}") };
    say(format!("Pages:  http://{address}/"));
    say(format!("gRPC:   {address} (reflection is on: grpcurl -plaintext {address} list)"));
    say("Stop with Ctrl-C.".to_owned());
    Ok(())
}
