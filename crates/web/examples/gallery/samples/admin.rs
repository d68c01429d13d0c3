use super::{HOSTILE, Sample, account::signed_in, pager, sample};
use onus_web::{
    pages::admin::{
        Account, AccountForm, AccountLine, Accounts, Admin, Audit, AuditEntry, AuditLine, HeadLine,
        NewAccount, Proof, StuckLine, TokenForm, TokenLine,
    },
    parts::{Choice, Figure, Link, Problem, Tag},
};

const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let own = Account { form: None, tokens: None, token_form: None, ..account() };
    let made = Account { secret: format!("onus_{HASH}"), ..account() };
    let wrong = Account { problems: problems(&["", "roles", "organisation", "label"]), ..account() };
    Ok(vec![
        sample("admin", &overview())?,
        sample(
            "admin-new",
            &Admin { stuck: vec![], warnings: vec![], editions: vec![], head: None, ..overview() },
        )?,
        sample("accounts", &accounts(vec![account_line("Ann Other"), account_line(HOSTILE)]))?,
        sample("accounts-none", &accounts(vec![]))?,
        sample("admin-account", &account())?,
        sample("admin-account-own", &own)?,
        sample("admin-account-token", &made)?,
        sample("admin-account-refused", &wrong)?,
        sample("new-account", &new_account())?,
        sample("audit", &audit(vec![audit_line("version.approve"), audit_line(HOSTILE)]))?,
        sample("audit-none", &audit(vec![]))?,
        sample("audit-entry", &entry(Some(proof())))?,
        sample("audit-entry-new", &entry(None))?,
    ])
}

fn problems(fields: &[&str]) -> Vec<Problem> {
    fields.iter().map(|field| Problem { field: (*field).into(), text: HOSTILE.into() }).collect()
}

fn overview() -> Admin {
    let stuck = |state: Tag| StuckLine {
        name: "editions.make".into(),
        state,
        failures: "7".into(),
        last_error: HOSTILE.into(),
    };
    Admin {
        shell: signed_in("Administration", "Adam Admin"),
        figures: vec![Figure::new("Queued", "12").note("1 piece of work under way")],
        stuck: vec![stuck(Tag::new("Tried again", "orange")), stuck(Tag::new("Given up", "red"))],
        warnings: vec!["Work is due since 2026-11-03 09:00:00 UTC and not begun.".into()],
        editions: vec![(Link::new("/editions/2026-10", "October 2026"), "2026-11-01 02:00:00 UTC".into())],
        head: Some(HeadLine {
            entries: "12,345".into(),
            root: HASH.into(),
            at: "2026-11-03 09:00:00 UTC".into(),
            origin: "onus.example/audit".into(),
            keys: vec!["onus+1a2b3c4d+AS".into()],
        }),
    }
}

fn one(value: &str, text: &str, chosen: bool) -> Choice {
    Choice { value: value.into(), text: text.into(), chosen }
}

fn accounts(rows: Vec<AccountLine>) -> Accounts {
    Accounts {
        shell: signed_in("Accounts", "Adam Admin"),
        query: HOSTILE.into(),
        kinds: vec![one("", "Any kind", true), one("MACHINE", "Machine", false)],
        roles: vec![one("", "Any role", true)],
        states: vec![one("", "Any", true)],
        filtered: true,
        pager: pager("2 accounts", true, true),
        rows,
    }
}

fn account_line(name: &str) -> AccountLine {
    AccountLine {
        link: Link::new("/admin/accounts/p-3f9ab2c41d07e586", name),
        key: "p-3f9ab2c41d07e586".into(),
        tags: vec![Tag::new("Person", "blue"), Tag::new("Disabled", "red")],
        roles: "Registrar and Steward".into(),
        organisation: "NHS England (X24)".into(),
    }
}

fn form() -> AccountForm {
    let wrong = || Some(HOSTILE.to_owned());
    AccountForm {
        etag: "\"3\"".into(),
        machine: true,
        display_name: HOSTILE.into(),
        display_name_problem: wrong(),
        roles: vec![one("REGISTRAR", "Registrar", true), one("STEWARD", "Steward", false)],
        roles_problem: wrong(),
        organisation: "X24".into(),
        organisation_problem: wrong(),
        certificate: HASH.into(),
        certificate_problem: wrong(),
        disabled: vec![one("false", "Yes", true), one("true", "No", false)],
        disabled_problem: None,
    }
}

fn account() -> Account {
    let token = |good: bool| TokenLine {
        id: "0191d3a0-0000-7000-8000-000000000001".into(),
        label: HOSTILE.into(),
        made: "2026-11-03 09:00:00 UTC by p-3f9ab2c41d07e586".into(),
        ends: "2027-02-01 09:00:00 UTC".into(),
        last_used: "Never".into(),
        state: Tag::new("Good", "green"),
        good,
    };
    Account {
        shell: signed_in("Nightly importer", "Adam Admin"),
        problems: vec![],
        done: "The change is saved. It holds at once".into(),
        secret: String::new(),
        tags: vec![Tag::new("Program", "purple")],
        facts: vec![("Key".into(), "nightly-importer".into()), ("Since".into(), HOSTILE.into())],
        action: "/admin/accounts/nightly-importer".into(),
        form: Some(form()),
        tokens: Some(vec![token(true), token(false)]),
        token_form: Some(TokenForm {
            request: "0191d3a0-0000-7000-8000-000000000002".into(),
            label: HOSTILE.into(),
            label_problem: Some(HOSTILE.into()),
            days: vec![one("30", "30 days", false), one("90", "90 days", true)],
            days_problem: None,
        }),
    }
}

fn new_account() -> NewAccount {
    NewAccount {
        shell: signed_in("Make an account for a program", "Adam Admin"),
        problems: problems(&["account_id", "roles", "certificate"]),
        account_id: HOSTILE.into(),
        account_id_problem: Some(HOSTILE.into()),
        form: form(),
    }
}

fn audit(rows: Vec<AuditLine>) -> Audit {
    Audit {
        shell: signed_in("Audit log", "Adam Admin"),
        resource: HOSTILE.into(),
        actor: "p-3f9ab2c41d07e586".into(),
        action: "version.approve".into(),
        owner: "X24".into(),
        from: "2026-11-01".into(),
        until: "2026-11-30".into(),
        filtered: true,
        pager: pager("Changes, latest first", true, true),
        rows,
    }
}

fn audit_line(action: &str) -> AuditLine {
    AuditLine {
        link: Link::new("/admin/audit/0191d3a0-0000-7000-8000-000000000001", "2026-11-03 09:00:00"),
        action: action.into(),
        resource: "collections/critical-care-minimum-data-set/versions/12".into(),
        actor: "Not shown to you".into(),
        place: "12,345".into(),
    }
}

fn proof() -> Proof {
    Proof {
        place: "This entry has place 7 (counted from 0) in a log of 12 entries.".into(),
        text: format!("{{\"action\":\"{HOSTILE}\"}}"),
        leaf: HASH.into(),
        path: vec![HASH.into(); 4],
        root: HASH.into(),
        keys: vec!["onus+1a2b3c4d+AS".into()],
    }
}

fn entry(proof: Option<Proof>) -> AuditEntry {
    AuditEntry {
        shell: signed_in("version.approve of collections/falls/versions/2", "Adam Admin"),
        facts: vec![("When".into(), "2026-11-03 09:00:00 UTC".into()), ("Reason".into(), HOSTILE.into())],
        digests: vec![("SHA-256 before".into(), HASH.into())],
        others: Link::new(
            "/admin/audit?resource=collections%2Ffalls",
            "All changes of this, and of what lies under it",
        ),
        proof,
        no_proof: "It has no place under a signed head yet. Load this page again in a moment.".into(),
    }
}
