"""A sound package passes; each fault is found. Run: python -m unittest discover tests/client"""

import hashlib
import json
import tempfile
import unittest
from pathlib import Path

from check_package import check

FIELDS = {
    "bodies": [("body", "string"), ("since", "date"), ("within", "string")],
    "figures": [("body", "string"), ("month", "yearmonth"), ("asks", "integer"), ("hours", "number"), ("made", "datetime")],
}
KEYS = {"bodies": ["body"], "figures": ["body", "month"]}
FOREIGN = {
    "bodies": [{"fields": ["within"], "reference": {"resource": "", "fields": ["body"]}}],
    "figures": [{"fields": ["body"], "reference": {"resource": "bodies", "fields": ["body"]}}],
}
SOUND = {
    "bodies": ["body,since,within", "A,2024-02-29,", '"B, ""the second""\nof two",,A'],
    "figures": [
        "body,month,asks,hours,made",
        "A,2024-02,12,0.5,2024-03-01T09:30:00Z",
        "A,2024-03,0,1e-7,",
    ],
}


def problems(change=lambda package: None, loose=(), **tables):
    """What is wrong with a package of these tables, after a change of its description."""
    with tempfile.TemporaryDirectory() as name:
        folder, resources = Path(name), []
        for table, lines in {**SOUND, **tables}.items():
            content = "".join(f"{line}\r\n" for line in lines).encode()
            (folder / f"{table}.csv").write_bytes(content)
            fields = [
                {"name": field, "type": kind, "description": "It.", "constraints": {"required": field in KEYS[table]}}
                for field, kind in FIELDS[table]
            ]
            schema = {"fields": fields, "primaryKey": KEYS[table], "foreignKeys": FOREIGN[table], "missingValues": [""]}
            resources.append(
                {
                    "name": table,
                    "path": f"{table}.csv",
                    "encoding": "utf-8",
                    "bytes": len(content),
                    "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                    "schema": schema,
                }
            )
        package = {"resources": resources}
        change(package)
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        for file in loose:
            (folder / file).write_text("x\n", encoding="utf-8")
        return check(folder)[1]


def first_of(resource, **changes):
    """A change of the description of a resource's first field, or of the resource."""

    def change(package):
        described = package["resources"][resource]
        for key, value in changes.items():
            (described if key in described else described["schema"]["fields"][0])[key] = value

    return change


class CheckPackage(unittest.TestCase):
    def test_a_sound_package_passes(self):
        self.assertEqual(problems(), [])

    def test_each_fault_is_found(self):
        head = SOUND["figures"][0]
        for fault, found in {
            "no integer: '1.0'": {"figures": [head, "A,2024-02,1.0,,"]},
            "no integer: '1,000'": {"figures": [head, 'A,2024-02,"1,000",,']},
            "no number: 'much'": {"figures": [head, "A,2024-02,,much,"]},
            "no number: 'NaN'": {"figures": [head, "A,2024-02,,NaN,"]},
            "no yearmonth: '2024-13'": {"figures": [head, "A,2024-13,,,"]},
            "no datetime: '2024-03-01T25:00:00Z'": {"figures": [head, "A,2024-02,,,2024-03-01T25:00:00Z"]},
            "no date: '2023-02-29'": {"bodies": [SOUND["bodies"][0], "A,2023-02-29,"]},
            "no string: '=A1'": {"bodies": [SOUND["bodies"][0], "A,,", "=A1,,"]},
            "is missing": {"figures": [head, "A,,,,"]},
            "twice": {"figures": [head, "A,2024-02,,,", "A,2024-02,1,,"]},
            "which is not in bodies": {"figures": [head, "C,2024-02,,,"]},
            "('Z',), which is not in bodies": {"bodies": [SOUND["bodies"][0], "A,,Z"]},
            "has the columns": {"figures": ["body,month,hours,asks,made", "A,2024-02,,,"]},
            "4 cells": {"figures": [head, "A,2024-02,,"]},
            "is not there": {"change": first_of(1, path="other.csv")},
            "bytes, not 1": {"change": first_of(0, bytes=1)},
            "has the digest": {"change": first_of(0, hash="sha256:0")},
            "not described": {"change": first_of(0, description="")},
            "unknown type": {"change": first_of(0, type="colour")},
            "loose.csv is not in the package": {"loose": ["loose.csv"]},
            "which is not in the package": {"change": lambda package: package["resources"].pop(0)},
        }.items():
            with self.subTest(fault=fault):
                self.assertTrue(any(fault in problem for problem in problems(**found)), problems(**found))


if __name__ == "__main__":
    unittest.main()
