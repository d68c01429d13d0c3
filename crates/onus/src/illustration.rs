//! What people of the illustration say: an estimate, a better one, and a plan. The sets it is about are [`onus_exchange`]'s.

use onus_app::{
    App, Context, demo_actor,
    plans::{NewPlan, NewTarget},
};
use onus_domain::{
    CollectionId, Decimal, Error, Month, OdsCode, Result,
    plan::TargetMeasure,
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
};
use onus_exchange::sample::illustration::{RE_ESTIMATED, RE_ESTIMATED_FROM};

/// Says all of it, as the demo's registrar and publisher.
pub async fn tell(app: &App) -> Result<()> {
    let last = app.last_month();
    let registrar = identity(app, "registrar")?;
    let estimates = [
        (last.plus(-36), Method::Declared, 60),
        // Nothing is asked otherwise: it turned out to take longer. The index does not move.
        (last.plus(RE_ESTIMATED_FROM), Method::Measured, 95),
    ];
    for (from, method, minutes) in estimates {
        app.state_burden(&registrar, statement(from, method, minutes)?, &[], false).await?;
    }
    let publisher = identity(app, "publisher")?;
    app.create_plan(&publisher, plan(last)?, false).await.map(drop)
}

fn identity(app: &App, name: &str) -> Result<Context> {
    let actor = demo_actor(name).ok_or_else(|| Error::internal(format!("no demo identity {name}")))?;
    Ok(app.context(actor))
}

fn statement(from: Month, method: Method, minutes: i32) -> Result<BurdenStatement> {
    let line = CostLine {
        activity: Activity::Gathering,
        staff_role: StaffRole::InformationAnalyst,
        basis: LineBasis::PerSubmission,
        minutes: Decimal::from_whole(minutes),
        unit_measure: None,
        unit_size: None,
        life_months: None,
        external_pence: 0,
    };
    Ok(BurdenStatement {
        collection: CollectionId::new(RE_ESTIMATED)?,
        version: 1,
        from_date: from.first_day(),
        method,
        lines: vec![line],
    })
}

/// A year's promises, some of which are kept.
fn plan(last: Month) -> Result<NewPlan> {
    let target = |measure, value: &str| {
        Ok::<_, Error>(NewTarget {
            measure,
            baseline: None,
            baseline_month: last.plus(-12),
            value: value.parse()?,
            date: last.plus(12).last_day(),
        })
    };
    Ok(NewPlan {
        owner: OdsCode::new("X24")?,
        title: "Illustration: ask once, ask less".into(),
        text: "Invented to show how targets stand: no body has promised this.".into(),
        targets: vec![
            target(TargetMeasure::Collections, "24")?,
            target(TargetMeasure::Hours, "80000")?,
            target(TargetMeasure::SubmitOnceRate, "0.98")?,
        ],
    })
}
