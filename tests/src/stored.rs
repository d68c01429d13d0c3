//! What a test's registry holds, to tell whether anything was stored.

use crate::{Demo, psql, python, run};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Rows of each table and a digest of them, by table.
pub type Stored = BTreeMap<String, String>;

impl Demo {
    /// Everything the database holds. Nothing if there is none yet.
    pub fn stored(&self) -> Stored {
        match self.url() {
            Some(url) => on_server(url),
            None => in_file(&self.data().join("registry.sqlite")),
        }
    }
}

/// What the server keeps for itself and changes without being asked: when its work is due, how far it has come, the audit log's tree.
const OWN: [&str; 4] = ["job", "log_cursor", "audit_head", "audit_node"];

fn in_file(file: &Path) -> Stored {
    if !file.is_file() {
        return Stored::new();
    }
    let output = run(python("stored.py").arg(file));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn on_server(url: &str) -> Stored {
    let names = psql(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");
    let count = |name: &str| {
        // Without the place of an entry in that tree.
        let rows = format!("SELECT md5((to_jsonb(t) - 'seq')::text) AS row FROM \"{name}\" AS t");
        psql(
            url,
            &format!(
                "SELECT count(*) || ' rows, ' || md5(string_agg(row, '' ORDER BY row)) FROM ({rows}) AS t"
            ),
        )
    };
    names.lines().filter(|name| !OWN.contains(name)).map(|name| (name.to_owned(), count(name))).collect()
}

/// Every file and folder below a folder, with its bytes; a folder has none.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(tree(&path));
            found.insert(path, None);
        } else {
            let bytes = fs::read(&path).expect("a file that can be read");
            found.insert(path, Some(bytes));
        }
    }
    found
}
