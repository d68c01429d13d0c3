//! The commands that are not the demo: each opens the registry, calls one use case, prints.

use crate::{
    audit,
    cli::{Export, Form, Import, Migrate, Report, Serve, Source},
    config::Settings,
    data_dir::{self, DataDir, Kind},
    demo::match_what_is_not,
    matching, open_store,
    progress::Progress,
    serve, work,
};
use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use onus_app::{App, AppSettings, Context, editions::MadeEdition, printing::Printer};
use onus_domain::{
    Error, Result, Violation,
    clock::{Clock, SystemClock},
};
use onus_exchange::sample::{self, Files, Grouping};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The machine's clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// Holds the data folder while the registry in it is changed as a whole. The embedded database is one program's at a time; a shared
/// one has locks of its own.
fn hold(settings: &Settings) -> Result<Option<DataDir>> {
    settings.is_embedded().then(|| DataDir::open_any(&settings.data_dir)).transpose()
}

/// Refuses a data folder that holds no registry, for commands that begin none.
pub fn check_held(settings: &Settings) -> Result<()> {
    if settings.is_embedded() { data_dir::check(&settings.data_dir) } else { Ok(()) }
}

/// The registry, brought to this program's schema. What is the demo's says so wherever it is shown.
pub async fn open_app(settings: &Settings) -> Result<App> {
    matching::take_up(&settings.matching)?;
    let store = open_store(settings).await?;
    store.migrate().await?;
    let sample = onus_app::is_demo(&store).await?;
    let base_month = settings.burden.base_month;
    let app = App::new(store, clock(), AppSettings { base_month, demo_identities: false, sample });
    let editions = &settings.editions;
    let app = app.with_closing_day(editions.closing_day).with_printer(Printer::find(&editions.pdf_browser)?);
    Ok(app.with_light_path_share(settings.review.share()))
}

/// The registry as it is, to be looked at: nothing is brought to this program's schema.
pub async fn look(settings: &Settings) -> Result<App> {
    let base_month = settings.burden.base_month;
    let app_settings = AppSettings { base_month, demo_identities: false, sample: false };
    Ok(App::new(open_store(settings).await?, clock(), app_settings))
}

/// `onus serve`.
pub async fn serve(settings: &Settings, options: &Serve) -> Result<()> {
    // Before any work: what could not be served is no reason to begin.
    settings.server.tls.server()?;
    let listener = serve::bind(options.listen.unwrap_or(settings.server.listen)).await?;
    let _held =
        if settings.is_embedded() { Some(DataDir::open(&settings.data_dir, Kind::Registry)?) } else { None };
    let app = audit::signing(settings, open_app(settings).await?)?.with_outward(settings.outward()?);
    let app = Arc::new(app.with_identity(settings.identity.settings()?));
    let matched = app.match_if_changed(&Context::system(clock().now()), Arc::new(|_, _| {})).await?;
    if let Some(matches) = matched {
        tracing::info!(matches, "matched anew: the model or the vocabulary is another than before");
    }
    app.view().await?;
    if let Some(issuer) = &app.identity().issuer {
        // A server outlives an issuer that is away for a while: whoever signs in meanwhile is told so.
        let _ = issuer.reach().await;
    }
    let address = listener.local_addr().map_err(Error::internal)?;
    tracing::info!(%address, "serving pages, gRPC-Web and gRPC");
    let serving = serve::serve(Arc::clone(&app), listener, &settings.server, serve::stop_signal());
    work::beside(&app, settings.is_embedded(), serving).await
}

/// `onus worker`: the background work alone, beside servers that share the database.
pub async fn worker(settings: &Settings) -> Result<()> {
    let _held =
        if settings.is_embedded() { Some(DataDir::open(&settings.data_dir, Kind::Registry)?) } else { None };
    let app = open_app(settings).await?;
    // Beside servers it signs with the key that was configured: one of its own would be trusted by none of them.
    let app =
        if settings.is_embedded() { audit::signing(settings, app) } else { audit::checking(settings, app) };
    let app = Arc::new(app?.with_outward(settings.outward()?));
    tracing::info!("doing the background work");
    work::only(app, settings.is_embedded(), serve::stop_signal()).await
}

/// `onus migrate`.
pub async fn migrate(settings: &Settings, options: &Migrate) -> Result<()> {
    if options.status {
        check_held(settings)?;
        let store = open_store(settings).await?;
        let mut table = table(&["step", "applied"]);
        for (name, applied) in store.migration_status().await? {
            table.add_row([name.as_str(), if applied { "yes" } else { "no" }]);
        }
        println!("{table}");
        return Ok(());
    }
    let _held = hold(settings)?;
    let store = open_store(settings).await?;
    let (done, steps) = match options.down {
        Some(steps) => ("undone", store.migrate_down(steps).await?),
        None => ("applied", store.migrate().await?),
    };
    println!("{} {done}{}{}", steps.len(), if steps.is_empty() { "" } else { ": " }, steps.join(", "));
    Ok(())
}

/// `onus import`.
pub async fn import(settings: &Settings, options: &Import) -> Result<()> {
    let Source::Sample = options.source;
    let files = options.folder.clone().map_or(Files::Embedded, Files::Folder);
    let grouping = if options.one_by_one { Grouping::OneByOne } else { Grouping::Families };
    let progress = Progress::new();
    let step = progress.step("Reading and checking the files");
    let import = sample::read(&files, grouping)?;
    step.done(&format!("{} collections, {} definitions", import.collections.len(), import.definitions.len()));
    if options.dry_run {
        println!("Dry run: the files are sound, nothing was stored.");
        return Ok(());
    }
    let _held = hold(settings)?;
    let app = audit::signing(settings, open_app(settings).await?)?;
    let context = Context::system(clock().now());
    let step = progress.step("Importing");
    let imported = app.import(&context, &import).await?;
    step.done("done");
    match_what_is_not(&app, &context, &progress).await?;
    app.sequence_audit().await?;
    match options.output.output {
        Form::Json => print_json(&imported),
        Form::Table => {
            println!(
                "{} added, {} changed, {} as they were",
                imported.added, imported.changed, imported.unchanged
            );
            Ok(())
        }
    }
}

/// `onus export`.
pub async fn export(settings: &Settings, Export::Registry { out }: &Export) -> Result<()> {
    check_held(settings)?;
    refuse_full(out)?;
    for name in open_app(settings).await?.export_registry(out).await? {
        println!("{}", out.join(name).display());
    }
    Ok(())
}

fn refuse_full(folder: &Path) -> Result<()> {
    let refuse = |rule, expected: String| Violation::new("out", rule, folder.display(), expected).into();
    fs::create_dir_all(folder)
        .map_err(|error| refuse("WRITABLE", format!("a folder that can be made and written ({error})")))?;
    let mut entries = fs::read_dir(folder)
        .map_err(|error| refuse("READABLE", format!("a folder that can be read ({error})")))?;
    if entries.next().is_some() { Err(refuse("EMPTY", "an empty or new folder".to_owned())) } else { Ok(()) }
}

/// Where editions go. A folder named by the caller must be empty, new, or hold an edition already: nobody else's file is written over.
fn editions_folder(settings: &Settings, out: Option<&Path>) -> Result<PathBuf> {
    match out {
        Some(out) if out.join("SHA256SUMS").is_file() => {}
        Some(out) => refuse_full(out)?,
        None => drop(data_dir::claim(&settings.data_dir, Kind::Registry)?),
    }
    Ok(settings.data_dir.join("editions"))
}

/// `onus report`.
pub async fn report(settings: &Settings, options: &Report) -> Result<()> {
    check_held(settings)?;
    if options.check {
        return check_report(settings, options).await;
    }
    let editions = editions_folder(settings, options.out.as_deref())?;
    let app = audit::signing(settings, open_app(settings).await?)?;
    let month = options.month.unwrap_or_else(|| app.last_month());
    let context = Context::system(clock().now());
    // Before anything is published.
    if options.pdf {
        app.printer()?;
    }
    let made = match &options.revise {
        None => app.make_edition(&context, month).await?,
        Some(reason) => {
            MadeEdition { edition: app.revise_edition(&context, month, reason, false).await?, new: true }
        }
    };
    let folder = options.out.clone().unwrap_or_else(|| editions.join(month.to_string()));
    app.write_edition(&made.edition, &folder).await?;
    if options.pdf {
        app.write_printed(&made.edition, &folder).await?;
    }
    app.sequence_audit().await?;
    match options.output.output {
        Form::Json => print_json(&made.edition),
        Form::Table => {
            let (made_of, made) = (&made.edition, if made.new { "made" } else { "made before" });
            println!("Edition {month}, revision {}, {made}: {}", made_of.revision, folder.display());
            Ok(())
        }
    }
}

/// `onus report --check`: fails if a file is not what the log says that it was made of.
async fn check_report(settings: &Settings, options: &Report) -> Result<()> {
    let app = open_app(settings).await?;
    let edition = app.edition(options.month.unwrap_or_else(|| app.last_month()), None).await?;
    let different = app.check_edition(&edition).await?;
    match options.output.output {
        Form::Json => print_json(&serde_json::json!({"edition": edition.name(), "different": different}))?,
        Form::Table if different.is_empty() => println!(
            "{}: {} files made again from the registry as it was known at {}, the same byte for byte",
            edition.name(),
            edition.files.len(),
            edition.known_at
        ),
        Form::Table => {}
    }
    if different.is_empty() {
        return Ok(());
    }
    Err(Error::Precondition {
        rule: "REPRODUCED",
        subject: edition.name(),
        message: format!("made again, these files differ from what was published: {}", different.join(", ")),
    })
}

/// `onus doctor`: fails if anything is not well.
pub async fn doctor(settings: &Settings, form: Form) -> Result<()> {
    check_held(settings)?;
    matching::take_up(&settings.matching)?;
    // Not brought to this program's schema: whether it is there is one of the checks.
    let app = audit::checking(settings, look(settings).await?)?;
    let app = app.with_identity(settings.identity.settings()?);
    let findings = app.examine().await;
    match form {
        Form::Json => print_json(&findings)?,
        Form::Table => {
            let mut table = table(&["check", "", "found"]);
            for finding in &findings {
                table.add_row([finding.check, if finding.well { "ok" } else { "NOT OK" }, &finding.detail]);
            }
            println!("{table}");
        }
    }
    let unwell: Vec<_> =
        findings.iter().filter(|finding| !finding.well).map(|finding| finding.check).collect();
    if unwell.is_empty() {
        return Ok(());
    }
    Err(Error::Unavailable { public: format!("not well: {}", unwell.join(", ")), private: String::new() })
}

/// Width of a table that is not written to a terminal, which has its own.
const PIPED_WIDTH: u16 = 160;

/// A table for people.
pub fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    if !table.is_tty() {
        table.set_width(PIPED_WIDTH);
    }
    table
}

/// One JSON value on standard output.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string(value).map_err(Error::internal)?);
    Ok(())
}
