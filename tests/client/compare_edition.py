"""Compares every figure of editions with what is recomputed from the registry that stands beside it, to the last digit printed;
and that the parts of each change add up to it.

Usage: compare_edition.py FOLDER...

Prints one JSON object a folder: how many cells of each column are equal, and the first differences. Fails if there is one, or if a column
is not recomputed that is not named in NOT_RECOMPUTED.
"""

import json
import sys
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path

from recompute import add_months, rows
from recomputation.rows import Edition

SHOWN = 20
ROUNDING = Fraction(1, 10**6)
# Plans and targets: not computed from the registry, and empty while none is registered.
NOT_RECOMPUTED = {"target_measure", "target_value", "target_date", "current_value", "status"}


def compare(folder):
    published = {name: list(rows(folder, name)) for name in ["provider_month", "body_month", "pair_month", "national_month"]}
    (nation,) = published["national_month"]
    month, base = (date.fromisoformat(f"{nation[name]}-01") for name in ["month", "base_month"])
    edition = Edition(folder, month, base)
    tables = edition.tables()
    tables["national_month"][0]["base_month"] = nation["base_month"]
    equal, differences = Counter(), parts_of_changes(folder, edition)
    for table, of_table in published.items():
        if len(of_table) != len(tables[table]):
            differences.append([table, "lines", len(of_table), len(tables[table])])
        for row, again in zip(of_table, tables[table]):
            for column, cell in row.items():
                found = again.get(column, "" if column in NOT_RECOMPUTED else None)
                if found == cell:
                    equal[f"{table}.{column}"] += 1
                else:
                    at = next(iter(row.values()))
                    differences.append([table, at, column, cell, found])
    return {"folder": str(folder), "equal": dict(equal), "different": len(differences), "first": differences[:SHOWN]}


def parts_of_changes(folder, edition):
    """The parts of each provider's change of hours add up to it, but for the rounding of each to a double."""
    sums = defaultdict(Fraction)
    for row in rows(folder, "decomposition"):
        sums[row["provider"], row["from_month"], row["to_month"]] += Fraction(row["hours"])
    differences = []
    start, to = add_months(edition.month, -12), edition.month
    for provider in edition.index.kinds:
        change = edition.index.level(provider, to).hours - edition.index.level(provider, start).hours
        parts = sums.pop((provider, f"{start:%Y-%m}", f"{to:%Y-%m}"), Fraction())
        if abs(parts - change) > ROUNDING:
            differences.append(["decomposition", provider, "hours", str(float(parts)), str(float(change))])
    return differences + [["decomposition", *key, "", ""] for key in sums]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    failed = False
    for folder in sys.argv[1:]:
        found = compare(Path(folder))
        failed |= found["different"] > 0
        print(json.dumps(found))
    sys.exit(failed)


if __name__ == "__main__":
    main()
