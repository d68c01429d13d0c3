"""Says what an SQLite database holds, to tell whether anything was stored: by table, its number of rows and a digest of them.

Usage: stored.py FILE
Prints one JSON object. Changes nothing; another program may be using the database.
"""

import hashlib
import json
import sqlite3
import sys
from pathlib import Path


# What the server keeps for itself and changes without being asked: when its work is due, how far it has come, the audit log's tree.
OWN = {"job", "log_cursor", "audit_head", "audit_node"}
# The place of an entry in that tree.
OWN_COLUMN = "seq"


def contents(file):
    """The rows of each table of ``file``, counted and digested in any order of storing."""
    database = sqlite3.connect(f"{Path(file).resolve().as_uri()}?mode=ro", uri=True)
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for name in sorted(set(names) - OWN):
        columns = [column[1] for column in database.execute(f'PRAGMA table_info("{name}")') if column[1] != OWN_COLUMN]
        chosen = ", ".join(f'"{column}"' for column in columns)
        rows = sorted(repr(row) for row in database.execute(f'SELECT {chosen} FROM "{name}"'))
        found[name] = f"{len(rows)} rows, {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()}"
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump(contents(sys.argv[1]), sys.stdout)
    print()


if __name__ == "__main__":
    main()
