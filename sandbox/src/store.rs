//! For the operations: the customers in SQLite. The table `customers` is an interface, which tests
//! and demos read with any SQLite client while the sandbox runs.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::customer::{EMAIL, ID, Record, SURNAME};
use crate::guesses::LISTED_AFTER_DELETION;
use crate::problem::Problem;

/// Marks a SQLite file as a sandbox's, so that the sandbox writes to no other database by mistake.
const APPLICATION_ID: i32 = 0x646b_7362;
/// The offset of that mark in a SQLite file, and the file's first bytes.
const APPLICATION_ID_AT: std::ops::Range<usize> = 68..72;
const HEADER_LENGTH: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";

/// The first Id and the signing key of a seeded sandbox.
const SEEDED_FIRST_ID: i64 = 1001;
const SEEDED_SIGNING_KEY: &[u8] = b"a fixed key, so that two seeded runs issue equal tokens";

const TABLES: &str = "
    CREATE TABLE customers(
        id INTEGER PRIMARY KEY,
        group_id INTEGER NOT NULL,
        email TEXT,
        surname TEXT,
        record TEXT NOT NULL /* JSON */,
        created_at TEXT NOT NULL,
        deletion_scheduled_at TEXT NULL,
        merged_into INTEGER NULL,
        booked_until TEXT NULL
    );
    CREATE TABLE tokens(account TEXT PRIMARY KEY, token TEXT NOT NULL);
    CREATE TABLE settings(signing_key BLOB NOT NULL, first_id INTEGER NOT NULL);
";

/// Adds the column that databases of earlier versions lack.
const ADD_BOOKED_UNTIL: &str = "ALTER TABLE customers ADD COLUMN booked_until TEXT NULL";

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("it is not a sandbox database")]
    Foreign,
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// The one connection; requests take turns.
pub(crate) struct Store(Mutex<Connection>);

impl Store {
    /// Opens the file at `path` and creates it when there is none.
    pub(crate) fn open(path: &Path, seeded: bool) -> Result<Self, OpenError> {
        let new = is_new(path)?;
        Self::prepare(Connection::open(path)?, new, seeded)
    }

    pub(crate) fn in_memory(seeded: bool) -> Result<Self, OpenError> {
        Self::prepare(Connection::open_in_memory()?, true, seeded)
    }

    fn prepare(mut connection: Connection, new: bool, seeded: bool) -> Result<Self, OpenError> {
        connection.busy_timeout(Duration::from_secs(5))?;
        if new {
            let transaction = connection.transaction()?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.execute_batch(TABLES)?;
            transaction.execute(
                "INSERT INTO settings VALUES (
                    iif(?1, ?2, randomblob(32)),
                    iif(?1, ?3, 100000 + abs(random() % 900000)))",
                params![seeded, SEEDED_SIGNING_KEY, SEEDED_FIRST_ID],
            )?;
            transaction.commit()?;
        }
        // With WAL others can read meanwhile. With FULL, answered writes survive a kill.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.query_row("SELECT count(*) FROM customers", [], |_| Ok(()))?;
        let columns = "SELECT 1 FROM pragma_table_info('customers') WHERE name = 'booked_until'";
        if !connection.prepare(columns)?.exists([])? {
            connection.execute_batch(ADD_BOOKED_UNTIL)?;
        }
        Ok(Self(Mutex::new(connection)))
    }

    pub(crate) fn signing_key(&self) -> Result<Vec<u8>, OpenError> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.query_row("SELECT signing_key FROM settings", [], |row| row.get(0))?)
    }

    /// Runs `work`, and keeps what it writes only if it succeeds.
    pub(crate) fn transaction<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

/// Whether `path` has no database yet. Reads the bytes only, so that another program's file is not
/// touched.
fn is_new(path: &Path) -> Result<bool, OpenError> {
    let mut header = Vec::with_capacity(HEADER_LENGTH);
    match File::open(path) {
        Ok(file) => file.take(HEADER_LENGTH as u64).read_to_end(&mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    if header.is_empty() {
        return Ok(true);
    }
    let ours = header.starts_with(MAGIC)
        && header.get(APPLICATION_ID_AT) == Some(APPLICATION_ID.to_be_bytes().as_slice());
    if ours { Ok(false) } else { Err(OpenError::Foreign) }
}

/// A customer of `group`. Returns `None` if it belongs to another group, was merged into another,
/// or was scheduled for deletion so long ago that it is gone.
pub(crate) fn find(
    transaction: &Transaction<'_>,
    group: i64,
    id: i64,
    now: DateTime<Utc>,
) -> Result<Option<Record>, Problem> {
    let text: Option<String> = transaction
        .query_row(
            "SELECT record FROM customers WHERE id = ?1 AND group_id = ?2 AND merged_into IS NULL
             AND (deletion_scheduled_at IS NULL OR deletion_scheduled_at > ?3)",
            params![id, group, timestamp(now - LISTED_AFTER_DELETION)],
            |row| row.get(0),
        )
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Stores a new customer and puts its Id into `record`.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    group: i64,
    record: &mut Record,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let id: i64 = transaction.query_row(
        "SELECT max(first_id, (SELECT ifnull(max(id), 0) + 1 FROM customers)) FROM settings",
        [],
        |row| row.get(0),
    )?;
    record.insert(ID.to_owned(), id.into());
    transaction.execute(
        "INSERT INTO customers(id, group_id, email, surname, record, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            group,
            text(record, EMAIL),
            text(record, SURNAME),
            serde_json::to_string(record)?,
            timestamp(now)
        ],
    )?;
    Ok(())
}

/// Stores `record` in place of the one that `id` had.
pub(crate) fn save(transaction: &Transaction<'_>, id: i64, record: &Record) -> Result<(), Problem> {
    transaction.execute(
        "UPDATE customers SET email = ?2, surname = ?3, record = ?4 WHERE id = ?1",
        params![id, text(record, EMAIL), text(record, SURNAME), serde_json::to_string(record)?],
    )?;
    Ok(())
}

/// Notes that `id` went into `master`.
pub(crate) fn merge_away(
    transaction: &Transaction<'_>,
    id: i64,
    master: i64,
) -> Result<(), Problem> {
    transaction
        .execute("UPDATE customers SET merged_into = ?2 WHERE id = ?1", params![id, master])?;
    Ok(())
}

/// Gives a customer a booking at this time. Returns false if there is no customer of this Id.
pub(crate) fn book(
    transaction: &Transaction<'_>,
    id: i64,
    at: DateTime<Utc>,
) -> Result<bool, Problem> {
    let changed = transaction.execute(
        "UPDATE customers SET booked_until = ?2 WHERE id = ?1",
        params![id, timestamp(at)],
    )?;
    Ok(changed == 1)
}

/// Schedules a customer for deletion. Returns false if `group` has no customer of this Id, or if
/// the customer is already scheduled or has a booking that is still to come.
pub(crate) fn schedule_deletion(
    transaction: &Transaction<'_>,
    group: i64,
    id: i64,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let changed = transaction.execute(
        "UPDATE customers SET deletion_scheduled_at = ?3
         WHERE id = ?1 AND group_id = ?2 AND merged_into IS NULL AND deletion_scheduled_at IS NULL
         AND (booked_until IS NULL OR booked_until <= ?3)",
        params![id, group, timestamp(now)],
    )?;
    Ok(changed == 1)
}

/// The token last issued to `account`.
pub(crate) fn token(
    transaction: &Transaction<'_>,
    account: &str,
) -> Result<Option<String>, Problem> {
    let token = "SELECT token FROM tokens WHERE account = ?1";
    Ok(transaction.query_row(token, [account], |row| row.get(0)).optional()?)
}

pub(crate) fn save_token(
    transaction: &Transaction<'_>,
    account: &str,
    token: &str,
) -> Result<(), Problem> {
    transaction.execute("INSERT OR REPLACE INTO tokens VALUES (?1, ?2)", [account, token])?;
    Ok(())
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name).and_then(|value| value.as_str())
}

fn timestamp(now: DateTime<Utc>) -> String {
    now.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_of_an_earlier_version_gets_the_column_of_bookings() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("customers.db");
        drop(Store::open(&path, true).unwrap());
        let earlier = Connection::open(&path).unwrap();
        earlier.execute_batch("ALTER TABLE customers DROP COLUMN booked_until").unwrap();
        drop(earlier);
        for _ in 0..2 {
            let store = Store::open(&path, true).unwrap();
            let booked = store.transaction(|transaction| book(transaction, 1, Utc::now()));
            assert_eq!(booked, Ok(false), "the column is there, and the customer is not");
        }
    }
}
