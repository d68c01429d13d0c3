//! The one map from what a database says to [`onus_domain::Error`]. What callers read names what to do and never a password or a
//! statement; the database's own words go to the log.

use onus_domain::{Error, Violation};
use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr,
    sqlx::{self, sqlite::SqliteError},
};

/// What kind of trouble it is, by what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Others write: trying the whole transaction again may succeed.
    Busy,
    /// A key is there already. Another run finds out which.
    Unique,
    /// A row names another that is not there, or is named by another.
    Foreign,
    /// The file, folder or server takes no writes.
    ReadOnly,
    /// The file cannot be opened or made.
    CannotOpen,
    /// The file is not an SQLite database, or is damaged.
    NotADatabase,
    /// The disk is full.
    Full,
    /// The database took longer for a statement than it may.
    Slow,
    /// Nobody answers.
    Lost,
    /// The connection broke; another may hold.
    Cut,
    /// The server refuses this name or password.
    Login,
    /// The server has no such database.
    NoDatabase,
    /// The tables are not there yet.
    NotMigrated,
    /// Anything else.
    Other,
}

impl Fault {
    /// What a database error is.
    pub(crate) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_driver(error),
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => {
                Self::Lost
            }
            _ => Self::Other,
        }
    }

    /// What a driver's error is.
    pub(crate) fn of_driver(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                if error.try_downcast_ref::<SqliteError>().is_some() {
                    Self::of_sqlite(&code, error.message())
                } else {
                    Self::of_sqlstate(&code)
                }
            }
            sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::Lost,
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => Self::Cut,
            _ => Self::Other,
        }
    }

    /// SQLite's result codes (sqlite.org/rescode.html); the low byte of an extended code is its family.
    fn of_sqlite(code: &str, message: &str) -> Self {
        match code.parse::<u32>() {
            Ok(1555 | 2067) => Self::Unique,
            Ok(787) => Self::Foreign,
            Ok(code) => match code & 0xff {
                5 | 6 => Self::Busy,
                3 | 8 => Self::ReadOnly,
                11 | 26 => Self::NotADatabase,
                13 => Self::Full,
                14 => Self::CannotOpen,
                1 if message.starts_with("no such table") => Self::NotMigrated,
                _ => Self::Other,
            },
            Err(_) => Self::Other,
        }
    }

    /// SQLSTATE codes (PostgreSQL documentation, appendix A).
    fn of_sqlstate(code: &str) -> Self {
        match code {
            // Serialisation, deadlock, lock not had; two migrations at once meet in a table that just came.
            "40001" | "40P01" | "55P03" | "42P07" => Self::Busy,
            "57014" => Self::Slow,
            "23505" => Self::Unique,
            "23503" => Self::Foreign,
            "25006" | "42501" => Self::ReadOnly,
            "53100" => Self::Full,
            "28P01" | "28000" => Self::Login,
            "3D000" => Self::NoDatabase,
            "42P01" | "3F000" => Self::NotMigrated,
            "57P01" | "57P02" | "57P05" => Self::Cut,
            _ if code.starts_with("08") || code.starts_with("57P") || code == "53300" => Self::Lost,
            _ => Self::Other,
        }
    }

    /// The error that callers get. `place` names the database for whoever configures it; requests from outside go without.
    pub(crate) fn into_error(self, place: &str, private: String) -> Error {
        let denied =
            |rule, message: String| Error::Precondition { rule, subject: "database.url".into(), message };
        let away = |public: &str| Error::Unavailable { public: public.into(), private: private.clone() };
        match self {
            Self::Unique => Error::AlreadyExists { kind: "resource", name: "of this key".into() },
            Self::Busy => away(
                "the database is locked by other writers: try again in a moment, or end the program that holds it",
            ),
            Self::Lost | Self::Cut => away(
                "the database cannot be reached: see that its server runs and that database.url names its host and port",
            ),
            Self::Slow => away("the database took too long: try again in a moment"),
            Self::Foreign => Error::Precondition {
                rule: "REFERENCED",
                subject: "registry".into(),
                message: "it names something that is not registered, or is still named by something: \
                          register what it names first"
                    .into(),
            },
            Self::ReadOnly => denied(
                "DATABASE_WRITABLE",
                format!(
                    "{place} cannot be written: allow this account to write the file and its folder, or set database.url to another"
                ),
            ),
            Self::CannotOpen => denied(
                "DATABASE_OPENS",
                format!(
                    "{place} cannot be opened or made: see that its folder is there and that this account may write in it"
                ),
            ),
            Self::NotADatabase => denied(
                "DATABASE_FORMAT",
                format!(
                    "{place} is not an SQLite database or is damaged: restore it from a backup, or set database.url to another file"
                ),
            ),
            Self::Full => {
                Error::Exhausted("the database's disk is full: free some space and try again".into())
            }
            Self::Login => denied(
                "DATABASE_LOGIN",
                format!(
                    "{place} refuses the user or the password in database.url: correct them, or allow the user in pg_hba.conf"
                ),
            ),
            Self::NoDatabase => denied(
                "DATABASE_EXISTS",
                format!("there is no {place}: make it with `createdb`, or correct the name in database.url"),
            ),
            Self::NotMigrated => denied(
                "DATABASE_MIGRATED",
                "the database lacks tables of this version of Onus: run `onus migrate`".into(),
            ),
            Self::Other => Error::internal(private),
        }
    }
}

/// The error of a statement that failed.
pub(crate) fn of_statement(error: &DbErr) -> Error {
    Fault::of(error).into_error("the database", error.to_string())
}

/// The error of opening `place`.
pub(crate) fn of_opening(error: &sqlx::Error, place: &str) -> Error {
    Fault::of_driver(error).into_error(place, format!("{place}: {error}"))
}

/// A number that the database cannot hold.
pub(crate) fn too_large(field: &str, value: u64) -> Error {
    Violation::new(field, "RANGE", value, format!("a number up to {}", i64::MAX)).into()
}

/// Somebody changed the resource since it was read.
pub(crate) fn stale(name: String, given: u32, current: u32) -> Error {
    Error::StaleEtag { name, given: format!("\"{given}\""), current: format!("\"{current}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_mean_the_same() {
        for (sqlite, postgres, fault) in [
            ("5", "40001", Fault::Busy),
            ("517", "40P01", Fault::Busy),
            ("1555", "23505", Fault::Unique),
            ("787", "23503", Fault::Foreign),
            ("8", "25006", Fault::ReadOnly),
            ("13", "53100", Fault::Full),
            ("9999", "22012", Fault::Other),
        ] {
            assert_eq!((Fault::of_sqlite(sqlite, ""), Fault::of_sqlstate(postgres)), (fault, fault));
        }
        assert_eq!(Fault::of_sqlite("1", "no such table: item"), Fault::NotMigrated);
        assert_eq!(Fault::of_sqlite("1", "near \"SELEC\": syntax error"), Fault::Other);
    }

    #[test]
    fn what_the_database_says_stays_in_the_log() {
        for fault in [Fault::Busy, Fault::Lost, Fault::Foreign, Fault::ReadOnly, Fault::Login, Fault::Other] {
            let error = fault.into_error("the database", "SELECT secret".into());
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
