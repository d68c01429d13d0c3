"""Small registries whose figures are known by hand. Run: python -m unittest discover tests/client"""

import csv
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).with_name("recompute.py")
HEADERS = {
    "organisations": "organisation kind open_date close_date",
    "versions": "collection version live_from live_to frequency first_period due_lag_days last_period expires_on suspensions",
    "respondents": "collection version provider from_date to_date",
    "subjects": "subject contained_in",
    "items": "collection version mandation role subject definition",
    "definitions": "definition kind breakdowns subject over_time",
    "concepts": "definition concept strength",
    "derivations": "from_definition to_definition strength",
    "collections": "collection owner",
    "reuse": "agreement collection definition subject from_month to_month first_delivery ends_on",
}
MONTHLY = "2024-01-01||MONTHLY|2024-01-01|10||"


def recompute(month="2025-03", **tables):
    """Figures for a registry given as lines of values parted by bars."""
    with tempfile.TemporaryDirectory() as folder:
        for name, header in HEADERS.items():
            with open(Path(folder) / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                columns = header.split()
                writer.writerow(columns)
                for line in tables.get(name, []):
                    values = line.split("|")
                    writer.writerow(values + [""] * (len(columns) - len(values)))
        command = [sys.executable, SCRIPT, folder, month, "--providers"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def registry(**changes):
    """One provider, one subject within another, one definition, one monthly collection."""
    tables = {
        "organisations": ["P1|PROVIDER||"],
        "subjects": ["OUTER|", "INNER|OUTER"],
        "versions": [f"a|1|{MONTHLY}"],
        "respondents": ["a|1|P1||"],
        "definitions": ["x|ELEMENT|||ADDS_UP"],
        "concepts": ["x|x|CONFIRMED"],
        "items": ["a|1||CONTENT|OUTER|x"],
        "collections": ["a|A", "b|B"],
    }
    for name, lines in changes.items():
        tables[name] = tables[name] + lines if name in tables else lines
    return recompute(**tables)


def counts(answer):
    return answer["asks"], answer["facts_plain"], answer["facts_strict"]


class Recompute(unittest.TestCase):
    def test_periods_that_end_in_a_suspension_are_not_owed(self):
        # April ends on the day before, May on the last day of the first spell; January and February end in the second.
        suspended = f"a|1|{MONTHLY}|2024-05-01/2024-06-01; 2025-01-15/"
        self.assertEqual(registry(versions=[suspended])["asks"], 9)

    def test_what_is_met_by_reuse_is_not_asked(self):
        def twice(agreement):
            other = {"versions": [f"b|1|{MONTHLY}"], "respondents": ["b|1|P1||"], "items": ["b|1||CONTENT|OUTER|x"]}
            answer = registry(**other, reuse=[agreement])
            self.assertEqual(answer["facts_plain"], 12)
            return answer["asks"], answer["reuse_facts"]

        # The periods of the window end from 31 March 2024 to 28 February 2025.
        self.assertEqual(twice("1|b|x|OUTER|2024-01||2024-05-31|2024-08-31"), (21, {"B": 3}))
        self.assertEqual(twice("1|b|x|OUTER|2024-07|2024-08|2024-05-31|"), (22, {"B": 2}))
        self.assertEqual(twice("1|b|x|INNER|2024-01||2024-05-31|"), (24, {}))
        self.assertEqual(twice("1|c|x|OUTER|2024-01||2024-05-31|"), (24, {}))

    def test_a_year_of_months_is_twelve_asks_for_twelve_facts(self):
        answer = registry()
        self.assertEqual(counts(answer), (12, 12, 12))
        self.assertEqual(answer["rate_plain"], "1")

    def test_the_same_asked_twice_is_one_fact(self):
        answer = registry(
            versions=[f"b|1|{MONTHLY}"], respondents=["b|1|P1||"], items=["b|1|MANDATORY|CONTENT|OUTER|x"]
        )
        self.assertEqual(counts(answer), (24, 12, 12))
        self.assertEqual(answer["rate_plain"], "1/2")

    def test_only_content_that_must_be_answered_counts(self):
        answer = registry(items=["a|1|OPTIONAL|CONTENT|OUTER|x", "a|1||LINKAGE|OUTER|x", "a|1|PILOT|CONTENT|INNER|x"])
        self.assertEqual(counts(answer), (24, 24, 12))

    def test_a_subject_folds_into_the_one_that_contains_it(self):
        answer = registry(versions=[f"b|1|{MONTHLY}"], respondents=["b|1|P1||"], items=["b|1||CONTENT|INNER|x"])
        self.assertEqual(counts(answer), (24, 24, 12))

    def test_months_tile_quarters_where_the_measure_adds_up(self):
        def quarterly(definitions):
            return registry(
                versions=["b|1|2024-01-01||QUARTERLY|2024-01-01|10||"],
                respondents=["b|1|P1||"],
                items=["b|1||CONTENT|OUTER|y"],
                definitions=[definitions],
                concepts=["y|x|CONFIRMED"],
            )

        # Four quarters; the first of them began before the window's first month, whose sisters are not among the asks.
        self.assertEqual(counts(quarterly("y|ELEMENT|||ADDS_UP")), (16, 16, 13))
        self.assertEqual(counts(quarterly("y|METRIC|||NEITHER")), (16, 16, 16))

    def test_weeks_do_not_tile_months(self):
        answer = registry(
            versions=["b|1|2024-01-01||WEEKLY|2024-01-01|10||"], respondents=["b|1|P1||"], items=["b|1||CONTENT|OUTER|x"]
        )
        asks, plain, strict = counts(answer)
        self.assertEqual((asks, plain), (12 + 52, 12 + 52))
        # No month of the window begins on a Monday and ends on a Sunday.
        self.assertEqual(strict, plain)

    def test_what_can_be_derived_is_folded_and_each_from_the_other_counts_once(self):
        extra = {
            "definitions": ["y|METRIC|||NEITHER"],
            "concepts": ["y|y|CONFIRMED"],
            "items": ["a|1||CONTENT|INNER|y"],
        }
        self.assertEqual(counts(registry(**extra)), (24, 24, 24))
        self.assertEqual(counts(registry(**extra, derivations=["x|y|CONFIRMED"])), (24, 24, 12))
        self.assertEqual(counts(registry(**extra, derivations=["x|y|POSSIBLE"])), (24, 24, 24))
        extra["items"] = ["a|1||CONTENT|OUTER|y"]
        both = ["x|y|CONFIRMED", "y|x|CONFIRMED"]
        self.assertEqual(counts(registry(**extra, derivations=both)), (24, 24, 12))

    def test_breakdowns_make_different_facts(self):
        answer = registry(definitions=['y|ELEMENT|["sex"]||ADDS_UP'], concepts=["y|x|CONFIRMED"], items=["a|1||CONTENT|OUTER|y"])
        self.assertEqual(counts(answer), (24, 24, 24))

    def test_breakdowns_are_sets(self):
        definitions = ['y|ELEMENT|["sex", "age"]||ADDS_UP', 'z|ELEMENT|["age", "sex"]||ADDS_UP']
        items = ["a|1||CONTENT|OUTER|y", "a|1||CONTENT|OUTER|z"]
        answer = registry(definitions=definitions, concepts=["y|x|CONFIRMED", "z|x|CONFIRMED"], items=items)
        self.assertEqual(counts(answer), (36, 24, 24))

    def test_a_recipe_leads_from_one_breakdown_of_a_concept_to_another(self):
        definitions = ['y|ELEMENT|["sex"]||ADDS_UP']
        extra = {"definitions": definitions, "concepts": ["y|x|CONFIRMED"], "items": ["a|1||CONTENT|OUTER|y"]}
        self.assertEqual(counts(registry(**extra, derivations=["y|x|CONFIRMED"])), (24, 24, 12))

    def test_a_definition_without_a_confirmed_concept_is_its_own(self):
        answer = registry(definitions=["y|ELEMENT|||ADDS_UP"], concepts=["y|x|POSSIBLE"], items=["a|1||CONTENT|OUTER|y"])
        self.assertEqual(counts(answer), (24, 24, 24))

    def test_a_metric_is_about_what_its_definition_says(self):
        for kind, facts in [("METRIC", (24, 12, 12)), ("ELEMENT", (24, 24, 12))]:
            with self.subTest(kind=kind):
                answer = registry(
                    definitions=[f"y|{kind}||OUTER|NEITHER"],
                    concepts=["y|x|CONFIRMED"],
                    items=["a|1||CONTENT|INNER|y"],
                )
                self.assertEqual(counts(answer), facts)

    def quarters(self, month_definition, quarter_definition="y|METRIC|||ADDS_UP", subject="OUTER", **extra):
        """A quarterly return beside the monthly one: 12 months and 4 quarters, of which 3 have all their months in the window."""
        return recompute(
            organisations=["P1|PROVIDER||"],
            subjects=["OUTER|", "INNER|OUTER"],
            versions=[f"a|1|{MONTHLY}", "b|1|2024-01-01||QUARTERLY|2024-01-01|10||"],
            respondents=["a|1|P1||", "b|1|P1||"],
            definitions=[month_definition, quarter_definition],
            items=["a|1||CONTENT|OUTER|x", f"b|1||CONTENT|{subject}|y"],
            **extra,
        )

    def test_a_value_of_one_day_is_that_of_the_shorter_period_which_ends_on_it(self):
        same = ["x|x|CONFIRMED", "y|x|CONFIRMED"]
        one_day = self.quarters("x|METRIC|||ONE_DAY", "y|METRIC|||ONE_DAY", concepts=same)
        # Also the first quarter of the window: its last month is in it.
        self.assertEqual(counts(one_day), (16, 16, 12))
        mixed = self.quarters("x|METRIC|||ONE_DAY", "y|METRIC|||ADDS_UP", concepts=same)
        self.assertEqual(counts(mixed), (16, 16, 16))

    def test_shorter_periods_of_a_containing_subject_answer_only_by_a_recipe(self):
        same = ["x|x|CONFIRMED", "y|x|CONFIRMED"]
        element, other = "x|ELEMENT|||ADDS_UP", "y|ELEMENT|||ADDS_UP"
        self.assertEqual(counts(self.quarters(element, other, concepts=same)), (16, 16, 13))
        self.assertEqual(counts(self.quarters(element, other, "INNER", concepts=same)), (16, 16, 16))
        recipe = self.quarters(element, other, "INNER", derivations=["x|y|CONFIRMED"])
        self.assertEqual(counts(recipe), (16, 16, 13))

    def test_what_is_made_by_a_recipe_need_not_add_up_itself_but_what_is_held_must(self):
        recipe = {"derivations": ["x|y|CONFIRMED"]}
        self.assertEqual(counts(self.quarters("x|ELEMENT|||ADDS_UP", "y|METRIC|||NEITHER", **recipe)), (16, 16, 13))
        self.assertEqual(counts(self.quarters("x|METRIC|||NEITHER", "y|METRIC|||ADDS_UP", **recipe)), (16, 16, 16))

    def test_every_definition_by_which_a_question_is_asked_anywhere_counts(self):
        # z asks the same question as x, in an item that is not CONTENT, and does not add up.
        extra = {
            "definitions": ["y|ELEMENT|||ADDS_UP", "z|METRIC|||NEITHER"],
            "concepts": ["y|x|CONFIRMED", "z|x|CONFIRMED"],
            "versions": ["b|1|2024-01-01||QUARTERLY|2024-01-01|10||"],
            "respondents": ["b|1|P1||"],
        }
        self.assertEqual(counts(registry(**extra, items=["b|1||CONTENT|OUTER|y"])), (16, 16, 13))
        items = ["b|1||CONTENT|OUTER|y", "b|1||LINKAGE|OUTER|z"]
        self.assertEqual(counts(registry(**extra, items=items)), (16, 16, 16))

    def test_a_ring_that_something_outside_answers_counts_nothing(self):
        definitions = ["y|METRIC|||NEITHER", "z|METRIC|||NEITHER"]
        extra = {"definitions": definitions, "items": ["a|1||CONTENT|OUTER|y", "a|1||CONTENT|OUTER|z"]}
        ring = ["y|z|CONFIRMED", "z|y|CONFIRMED"]
        self.assertEqual(counts(registry(**extra, derivations=ring)), (36, 36, 24))
        self.assertEqual(counts(registry(**extra, derivations=[*ring, "x|y|CONFIRMED"])), (36, 36, 12))

    def test_versions_respondents_and_opening_bound_what_is_owed(self):
        # The second version takes over on 1 January 2025, with two items; P1 is open to 31 January 2025 only.
        answer = recompute(
            organisations=["P1|PROVIDER||2025-01-31", "P2|PROVIDER||", "B|NATIONAL_BODY||"],
            subjects=["S|"],
            versions=[
                "a|1|2024-01-01|2025-01-01|MONTHLY|2024-01-01|10||",
                "a|2|2025-01-01||MONTHLY|2024-01-01|10||",
                "d|1|||||||",
            ],
            respondents=["a|1|P1||", "a|2|P1||", "a|2|P2|2025-02-01|", "a|2|B||"],
            definitions=["x|ELEMENT|||ADDS_UP", "y|ELEMENT|||ADDS_UP"],
            concepts=["x|x|CONFIRMED", "y|y|CONFIRMED"],
            items=["a|1||CONTENT|S|x", "a|2||CONTENT|S|x", "a|2||CONTENT|S|y", "d|1||CONTENT|S|x"],
        )
        # P1: March to December 2024 from version 1 (due April 2024 to January 2025), January from version 2.
        self.assertEqual(answer["providers"]["P1"]["asks"], 10 + 2)
        # P2: February 2025 alone, due on 10 March.
        self.assertEqual(answer["providers"]["P2"]["asks"], 2)
        self.assertNotIn("B", answer["providers"])

    def test_the_first_day_no_longer_is_not_among_the_days(self):
        # Periods end on the last of each month. Due from April 2024: March 2024 is the first period of the window.
        for version, respondent, asks in [
            ("2024-01-01|2024-05-31|MONTHLY|2024-01-01|10||", "a|1|P1||", 2),
            ("2024-01-01|2024-06-01|MONTHLY|2024-01-01|10||", "a|1|P1||", 3),
            ("2024-01-01||MONTHLY|2024-01-01|10||2024-05-31", "a|1|P1||", 2),
            ("2024-01-01||MONTHLY|2024-01-01|10||", "a|1|P1||2024-05-31", 2),
            ("2024-01-01||MONTHLY|2024-01-01|10||", "a|1|P1||2024-06-01", 3),
            ("2024-01-01||MONTHLY|2024-01-01|10||", "a|1|P1|2024-05-31|2024-06-01", 1),
        ]:
            with self.subTest(version=version, respondent=respondent):
                answer = recompute(
                    organisations=["P1|PROVIDER||"],
                    subjects=["S|"],
                    versions=[f"a|1|{version}"],
                    respondents=[respondent],
                    definitions=["x|ELEMENT|||ADDS_UP"],
                    concepts=["x|x|CONFIRMED"],
                    items=["a|1||CONTENT|S|x"],
                )
                self.assertEqual(answer["asks"], asks)

    def test_calendar_steps_fall_back_to_the_last_day(self):
        answer = recompute(
            month="2023-03",
            organisations=["P1|PROVIDER||"],
            subjects=["S|"],
            versions=["a|1|2023-01-01||MONTHLY|2023-01-31|0|2023-02-28|"],
            respondents=["a|1|P1||"],
            definitions=["x|ELEMENT|||ADDS_UP"],
            concepts=["x|x|CONFIRMED"],
            items=["a|1||CONTENT|S|x"],
        )
        # 31 January to 27 February, and 28 February to 30 March; none begins after 28 February.
        self.assertEqual(answer["asks"], 2)

    def test_an_empty_registry_has_no_rate(self):
        answer = recompute()
        self.assertEqual(counts(answer), (0, 0, 0))
        self.assertIsNone(answer["rate_plain"])


if __name__ == "__main__":
    unittest.main()
