"""Counts asks and facts of a registry in SQL, with DuckDB on all processors.

Usage: count.py FOLDER

FOLDER is what `onus-burden`'s example `large` wrote. Prints one JSON object: asks, facts and seconds of the question as it is put (each
item asked for each period), and of the same with periods told apart by their beat alone, which is possible because no two beats of this
registry share a period. Loading is not counted.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import duckdb

TABLES = {
    "answered": "provider INTEGER, collection INTEGER",
    "asked": "collection INTEGER, question INTEGER",
    "collections": "collection INTEGER, beat INTEGER",
    "due": "beat INTEGER, period VARCHAR",
}
PUT = """
    SELECT sum(asks), count(*) FROM (
        SELECT provider, question, number, count(*) AS asks
        FROM answered JOIN asked USING (collection) JOIN collections USING (collection) JOIN numbered USING (beat)
        GROUP BY provider, question, number
    )
"""
BY_BEAT = """
    SELECT sum(asks * periods), sum(periods) FROM (
        SELECT provider, question, beat, count(*) AS asks
        FROM answered JOIN asked USING (collection) JOIN collections USING (collection)
        GROUP BY provider, question, beat
    ) JOIN (SELECT beat, count(*) AS periods FROM due GROUP BY beat) USING (beat)
"""


def counted(connection, query):
    begun = time.monotonic()
    asks, facts = connection.execute(query).fetchone()
    return {"asks": int(asks), "facts": int(facts), "seconds": time.monotonic() - begun}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as spilled, duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{spilled}'")
        connection.execute("SET preserve_insertion_order = false")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            path = Path(sys.argv[1]) / f"{name}.csv"
            connection.execute(f"COPY {name} FROM '{path}' (HEADER false)")
        # Periods as numbers are the quicker to compare.
        connection.execute(
            "CREATE TABLE numbered AS SELECT beat, dense_rank() OVER (ORDER BY period)::INTEGER AS number FROM due"
        )
        print(json.dumps({"put": counted(connection, PUT), "by_beat": counted(connection, BY_BEAT)}))


if __name__ == "__main__":
    main()
