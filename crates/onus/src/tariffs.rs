//! `onus tariffs`: what an hour costs, over gRPC.

use crate::{
    cli::{Form, LoadTariffs, Registry, Tariffs},
    client::{read_file, refused},
    commands::{print_json, table},
};
use onus_domain::{Error, Result, statement::StaffRole, tariff::TariffTable};
use onus_exchange::tariffs::TariffFile;
use onus_proto::v1::{self as pb, burden_service_client::BurdenServiceClient};
use serde::Serialize;
use tonic::transport::Channel;

/// A rate as it is printed: a row of the published `tariffs.csv`.
#[derive(Debug, Serialize)]
struct Rate {
    staff_role: &'static str,
    from_date: String,
    pence_per_hour: u64,
    overhead_percent: String,
    is_default: bool,
}

/// Does what is asked, and prints the tables.
pub fn run(command: &Tariffs) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    let (tables, form) = match command {
        Tariffs::List { registry, output } => (runtime.block_on(list(registry))?, output.output),
        Tariffs::Load(options) => {
            let (name, bytes) = read_file(&options.file)?;
            let file = TariffFile::read(&name, &bytes)?;
            let loaded = runtime.block_on(load(options, &file)).map_err(|error| file.located(error))?;
            if options.dry_run {
                eprintln!("Dry run: nothing is in the way, nothing was stored.");
            }
            (loaded, options.output.output)
        }
    };
    print(&rates(&tables), form)
}

async fn client(registry: &Registry) -> Result<BurdenServiceClient<Channel>> {
    Ok(BurdenServiceClient::new(registry.connect().await?))
}

async fn list(registry: &Registry) -> Result<Vec<pb::TariffTable>> {
    let ask = pb::ListTariffTablesRequest { page_size: 1_000, ..Default::default() };
    let found = client(registry).await?.list_tariff_tables(registry.request(ask)?).await;
    Ok(found.map_err(|status| refused(&status))?.into_inner().tariff_tables)
}

async fn load(options: &LoadTariffs, file: &TariffFile) -> Result<Vec<pb::TariffTable>> {
    let ask = pb::LoadTariffTablesRequest {
        tariff_tables: file.tables.iter().map(message).collect(),
        reason: options.reason.clone(),
        validate_only: options.dry_run,
        request_id: String::new(),
    };
    let registry = &options.registry;
    let loaded = client(registry).await?.load_tariff_tables(registry.request(ask)?).await;
    Ok(loaded.map_err(|status| refused(&status))?.into_inner().tariff_tables)
}

fn message(of: &TariffTable) -> pb::TariffTable {
    let rate = |(role, pence): &(StaffRole, u64)| {
        let role = pb::StaffRole::from_str_name(&format!("STAFF_ROLE_{role}")).unwrap_or_default();
        pb::TariffRate { staff_role: role.into(), pence_per_hour: *pence }
    };
    pb::TariffTable {
        from_date: of.from_date.to_string(),
        overhead_percent: of.overhead_percent.to_string(),
        rates: of.rates.iter().map(rate).collect(),
        ..Default::default()
    }
}

fn rates(tables: &[pb::TariffTable]) -> Vec<Rate> {
    let rates = tables.iter().flat_map(|table| {
        table.rates.iter().map(|rate| Rate {
            staff_role: rate.staff_role().as_str_name().trim_start_matches("STAFF_ROLE_"),
            from_date: table.from_date.clone(),
            pence_per_hour: rate.pence_per_hour,
            overhead_percent: table.overhead_percent.clone(),
            is_default: table.is_default,
        })
    });
    rates.collect()
}

fn print(rates: &[Rate], form: Form) -> Result<()> {
    if form == Form::Json {
        return print_json(&rates);
    }
    let mut table = table(&["role", "from", "pence an hour", "overhead %", ""]);
    for rate in rates {
        let default = if rate.is_default { "published default" } else { "" };
        let pence = rate.pence_per_hour.to_string();
        let row: [&str; 5] = [rate.staff_role, &rate.from_date, &pence, &rate.overhead_percent, default];
        table.add_row(row);
    }
    println!("{table}");
    Ok(())
}
