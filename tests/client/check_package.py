"""Checks the files of a folder against its datapackage.json, independently of Onus's own code.

Usage: check_package.py FOLDER

Every resource is there with the length and digest that the package names; its header is its fields; every cell can be read as
its field's type; primary keys are unique; foreign keys hold; what is required is there. No CSV file is left out of the package.
Prints one JSON object with the lines of each resource and the problems found; ends with 1 if there are any.
"""

import csv
import hashlib
import io
import json
import re
import sys
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

MOST_PROBLEMS = 100
# What a spreadsheet would take for a formula must not stand at the beginning of a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def matches(pattern, read):
    """A reader of a type: text of one form, that can be read as well."""

    def reader(text):
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return read(text)

    return reader


def string(text):
    if text.startswith(FORMULA):
        raise ValueError(text)
    return text


TYPES = {
    "string": string,
    "integer": matches(r"-?(0|[1-9]\d*)", int),
    "number": matches(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", Decimal),
    "date": matches(r"\d{4}-\d{2}-\d{2}", date.fromisoformat),
    "datetime": matches(r"\d{4}-\d{2}-\d{2}T.*Z", datetime.fromisoformat),
    "yearmonth": matches(r"\d{4}-\d{2}", lambda text: date.fromisoformat(f"{text}-01")),
}


def columns(names):
    """Keys may be one name or a list."""
    return [names] if isinstance(names, str) else names


class Resource:
    """A table with what the package says of it."""

    def __init__(self, folder, described, problem):
        self.name, self.schema = described["name"], described["schema"]
        self.rows = []
        path = folder / described["path"]
        if not path.is_file():
            problem(f"{described['path']} is not there")
            return
        content = path.read_bytes()
        if len(content) != described["bytes"]:
            problem(f"{path.name} has {len(content)} bytes, not {described['bytes']}")
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        if digest != described["hash"]:
            problem(f"{path.name} has the digest {digest}, not {described['hash']}")
        lines = csv.reader(io.StringIO(content.decode(described["encoding"]), newline=""), strict=True)
        header, fields = next(lines, []), [field["name"] for field in self.schema["fields"]]
        if header != fields:
            problem(f"{path.name} has the columns {header}, not {fields}")
            return
        for cells in lines:
            if len(cells) == len(fields):
                self.rows.append(dict(zip(fields, cells)))
            else:
                problem(f"{path.name} line {lines.line_num} has {len(cells)} cells, not {len(fields)}")

    def key(self, row, names):
        return tuple(row[name] for name in columns(names))

    def check_cells(self, problem):
        for field in self.schema["fields"]:
            name, read = field["name"], TYPES.get(field["type"])
            if read is None:
                problem(f"{self.name}.{name} has the unknown type {field['type']}")
                continue
            if not field.get("description"):
                problem(f"{self.name}.{name} is not described")
            required = field.get("constraints", {}).get("required", False)
            for row in self.rows:
                if row[name] in self.schema["missingValues"]:
                    if required:
                        problem(f"{self.name}.{name} is missing in {row}")
                    continue
                try:
                    read(row[name])
                except (ValueError, InvalidOperation):
                    problem(f"{self.name}.{name} is no {field['type']}: {row[name]!r}")

    def check_primary_key(self, problem):
        seen = set()
        for row in self.rows:
            key = self.key(row, self.schema["primaryKey"])
            if key in seen:
                problem(f"{self.name} has the key {key} twice")
            seen.add(key)

    def check_foreign_keys(self, resources, problem):
        for foreign in self.schema.get("foreignKeys", []):
            to = foreign["reference"]["resource"] or self.name
            if to not in resources:
                problem(f"{self.name} refers to {to}, which is not in the package")
                continue
            target = resources[to]
            known = {target.key(row, foreign["reference"]["fields"]) for row in target.rows}
            for row in self.rows:
                named = self.key(row, foreign["fields"])
                if any(named) and named not in known:
                    problem(f"{self.name} refers to {named}, which is not in {to}")


def check(folder):
    """Lines of each resource, and what is wrong."""
    problems = []
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {described["name"]: Resource(folder, described, problems.append) for described in package["resources"]}
    left_out = {path.name for path in folder.glob("*.csv")} - {described["path"] for described in package["resources"]}
    problems.extend(f"{name} is not in the package" for name in sorted(left_out))
    for resource in resources.values():
        resource.check_cells(problems.append)
        resource.check_primary_key(problems.append)
        resource.check_foreign_keys(resources, problems.append)
    return {name: len(resource.rows) for name, resource in resources.items()}, problems


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines, problems = check(Path(sys.argv[1]))
    json.dump({"lines": lines, "problems": problems[:MOST_PROBLEMS]}, sys.stdout)
    print()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
