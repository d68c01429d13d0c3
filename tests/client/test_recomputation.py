"""Small registries whose hours, pence and indexes are known by hand. Run: python -m unittest discover tests/client"""

import csv
import tempfile
import unittest
from datetime import date
from fractions import Fraction
from pathlib import Path

from recomputation.duties import last_day
from recomputation.evidence import interval
from recomputation.index import in_order
from recomputation.numbers import shown
from recomputation.rows import Edition

HEADERS = {
    "organisations": "organisation kind provider_type open_date close_date",
    "successions": "predecessor successor date share",
    "sizes": "organisation measure from_date value",
    "versions": "collection version live_from live_to frequency first_period due_lag_days last_period basis_frequency expires_on suspensions",
    "respondents": "collection version provider from_date to_date basis",
    "subjects": "subject contained_in",
    "items": "collection version mandation role subject definition",
    "definitions": "definition kind breakdowns subject over_time",
    "concepts": "definition concept strength",
    "derivations": "from_definition to_definition strength",
    "collections": "collection owner",
    "reuse": "agreement collection definition subject from_month to_month first_delivery ends_on",
    "statements": "collection version from_date method staff_role basis minutes unit_measure unit_size life_months external_pence",
    "tariffs": "staff_role from_date pence_per_hour overhead_percent",
    "submissions": "collection version provider period_start period_end due_date submitted_at minutes",
}
MONTHLY = "2024-01-01||MONTHLY|2024-01-01|10||STATED"
# A monthly return of one hour, which one acute provider and one practice owe.
ONE = {
    "organisations": ["P1|PROVIDER|ACUTE", "P2|PROVIDER|GP_PRACTICE"],
    "versions": [f"a|1|{MONTHLY}"],
    "respondents": ["a|1|P1|||STATED", "a|1|P2|||STATED"],
    "subjects": ["S|"],
    "definitions": ["x|ELEMENT|||ADDS_UP", "y|ELEMENT|||ADDS_UP"],
    "items": ["a|1||CONTENT|S|x"],
    "collections": ["a|A", "b|B"],
    "statements": ["a|1|2024-01-01|DECLARED|CLERK|PER_SUBMISSION|60||||0"],
    "tariffs": ["CLERK|2020-01-01|1000|25"],
}


def edition(month="2025-12", base="2025-03", without=(), **more):
    """The figures of ONE with more lines, given as values parted by bars."""
    tables = {**ONE, **dict.fromkeys(without, [])}
    tables = {name: tables.get(name, []) + more.get(name, []) for name in HEADERS}
    with tempfile.TemporaryDirectory() as folder:
        for name, header in HEADERS.items():
            columns = header.split()
            with open(Path(folder) / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                for line in tables[name]:
                    values = line.split("|")
                    writer.writerow(values + [""] * (len(columns) - len(values)))
        start = lambda text: date.fromisoformat(f"{text}-01")
        return Edition(Path(folder), start(month), start(base))


def figures(provider="P1", **registry):
    return next(row for row in edition(**registry).tables()["provider_month"] if row["provider"] == provider)


def statement(*lines, **registry):
    return figures(without=["statements"], statements=[f"a|1|2024-01-01|DECLARED|CLERK|{line}" for line in lines], **registry)


class Costs(unittest.TestCase):
    def test_a_return_of_an_hour(self):
        row = figures()
        self.assertEqual((row["obligations"], row["hours"], row["hours_12m"], row["cost_pence"]), ("1", "1", "12", "1250"))
        self.assertEqual((row["hours_assumed_share"], row["size_measure"], row["size"]), ("0", "FLOOR_AREA", ""))

    def test_lines_of_every_basis(self):
        items = ["a|1|OPTIONAL|CONTENT|S|y", "a|1||LINKAGE|S|y"]
        self.assertEqual(statement("PER_ITEM|30||||0", items=items)["hours"], "1")
        row = statement("PER_UNIT|6|FLOOR_AREA|100||50", sizes=["P1|FLOOR_AREA|2025-11-30|1000", "P1|FLOOR_AREA|2025-12-01|5"])
        # The return due in December is for November.
        self.assertEqual((row["hours"], row["cost_pence"]), ("1", "1750"))
        self.assertEqual(statement("PER_UNIT|6|FLOOR_AREA|1||0")["hours_assumed_share"], "1")
        self.assertEqual(statement("ANNUAL|720||||12")["cost_pence"], "1251")

    def test_one_off_work_is_spread_from_the_month_in_which_the_first_obligation_is_due(self):
        # The first return is for January 2024, due in February.
        self.assertEqual(statement("ONE_OFF|720|||24|0", month="2026-01")["hours"], "0.5")
        self.assertEqual(statement("ONE_OFF|720|||24|0", month="2026-02")["hours"], "0")
        self.assertEqual(statement("ONE_OFF|720|||24|0", month="2024-01")["hours"], "0")
        self.assertEqual(statement("ONE_OFF|2160||||0", month="2024-02")["hours"], "1")

    def test_the_tariff_is_that_of_the_due_date_and_before_the_first_the_first(self):
        dearer = ["CLERK|2025-12-10|2000|0"]
        self.assertEqual(figures(tariffs=dearer)["cost_pence"], "2000")
        self.assertEqual(figures(tariffs=["CLERK|2025-12-11|2000|0"])["cost_pence"], "1250")
        self.assertEqual(figures(without=["tariffs"], tariffs=["CLERK|2026-06-01|800|0"])["cost_pence"], "800")

    def test_what_is_met_by_reuse_takes_no_time_and_what_is_wholly_met_is_not_owed(self):
        agreement = ["1|a|x|S|2024-01||2024-01-01|"]
        row = figures(reuse=agreement)
        self.assertEqual((row["obligations"], row["hours_12m"], row["asks"]), ("0", "0", "0"))
        row = statement("PER_ITEM|60||||0", "PER_SUBMISSION|3||||0", reuse=agreement, items=["a|1||CONTENT|S|y"])
        self.assertEqual((row["obligations"], row["hours"]), ("1", "1.05"))

    def test_what_rests_on_assumptions_says_so(self):
        self.assertEqual(figures(without=["respondents"], respondents=["a|1|P1|||ASSUMED"])["asks_assumed_share"], "1")
        row = figures(statements=["a|1|2025-12-31|ASSUMED|CLERK|PER_SUBMISSION|60||||0"])
        self.assertEqual((row["hours_assumed_share"], row["asks_assumed_share"]), ("1", "0"))


class Indexes(unittest.TestCase):
    def test_re_estimation_does_not_move_the_index_and_what_is_asked_does(self):
        twice = {"statements": ["a|1|2025-06-15|MEASURED|CLERK|PER_SUBMISSION|120||||0"]}
        row = figures(**twice)
        self.assertEqual((row["hours_12m"], row["index"], row["index_as_published"]), ("24", "100", "200"))
        row = figures(
            versions=["b|1|2025-11-01||MONTHLY|2025-11-01|0||STATED"],
            respondents=["b|1|P1|||STATED"],
            statements=["b|1|2025-11-01|DECLARED|CLERK|PER_SUBMISSION|180||||0"],
        )
        # Two returns of three hours beside twelve of one.
        self.assertEqual((row["hours_12m"], row["index"]), ("18", "150"))

    def test_what_is_known_in_the_month_in_which_a_version_began_is_no_re_estimate(self):
        row = figures(statements=["a|1|2024-01-31|DECLARED|CLERK|PER_SUBMISSION|120||||0"])
        self.assertEqual((row["hours_12m"], row["index_as_published"]), ("24", "100"))

    def test_a_merger_joins_baselines_and_a_split_beyond_the_whole_is_by_size(self):
        merged = {"successions": ["P2|P1|2025-07-01|1"]}
        self.assertEqual(figures(**merged)["index"], "100")
        sizes = ["P1|FLOOR_AREA|2020-01-01|30", "P2|LIST_SIZE|2020-01-01|10"]
        # Baseline: 24 hours at 40; now 12 at 30.
        self.assertEqual(figures(sizes=sizes, **merged)["index"], shown(100 * Fraction(12, 30) / Fraction(24, 40)))
        self.assertEqual(figures(month="2025-06", sizes=sizes, **merged)["index"], "100")
        three = {"organisations": ["P3|PROVIDER|ACUTE"], "sizes": [*sizes, "P3|FLOOR_AREA|2020-01-01|90"]}
        split = figures(successions=["P2|P1|2025-07-01|0.9", "P2|P3|2025-07-01|0.9"], **three)
        # By size, a quarter of the practice goes to P1: 15 hours at 32.5.
        self.assertEqual(split["index"], shown(100 * Fraction(12, 30) / Fraction(15, Fraction("32.5"))))

    def test_who_gives_to_somebody_who_gives_on_comes_first_and_rings_are_left_out(self):
        order = in_order([("B", "C", 1), ("A", "B", 1), ("X", "Y", 1), ("Y", "X", 1)])
        self.assertEqual([predecessor for predecessor, _ in order], ["A", "B"])

    def test_a_provider_that_opened_later_is_linked_to_its_type(self):
        late = {"organisations": ["P3|PROVIDER|ACUTE|2025-05-01|"], "respondents": ["a|1|P3|||STATED"]}
        self.assertEqual(figures("P3", month="2026-03", **late)["index"], "")
        # In the first full year it has eleven returns; a year on it has twelve.
        self.assertEqual(figures("P3", month="2026-04", **late)["index"], shown(Fraction(100 * (12 + 11), 2 * 12)))

    def test_peers_are_open_providers_of_the_type_and_of_known_size(self):
        others = {"organisations": ["P3|PROVIDER|ACUTE", "P4|PROVIDER|ACUTE", "P5|PROVIDER|ACUTE||2025-11-30"]}
        sizes = [f"{code}|FLOOR_AREA|2020-01-01|{value}" for code, value in [("P1", 10), ("P3", 10), ("P4", 0), ("P5", 1)]]
        self.assertEqual(figures(sizes=sizes, **others)["peer_percentile"], "100")
        self.assertEqual(figures("P3", sizes=sizes, **others)["peer_percentile"], "50")
        self.assertEqual(figures("P4", sizes=sizes, **others)["peer_percentile"], "")


class Twice(unittest.TestCase):
    def other(self, **more):
        """The same asked by another body, which needs an hour for each item and one for each submission."""
        lines = ["PER_ITEM|60||||0", "PER_SUBMISSION|60||||0"]
        registry = {
            "versions": [f"b|1|{MONTHLY}"],
            "respondents": ["b|1|P1|||STATED"],
            "items": ["b|1||CONTENT|S|x"],
            "statements": [f"b|1|2024-01-01|DECLARED|CLERK|{line}" for line in lines],
        }
        return edition(**{name: registry.get(name, []) + more.get(name, []) for name in {*registry, *more}}).tables()

    def test_the_dearer_ask_falls_away_and_with_it_all_of_a_collection_that_asks_nothing_else(self):
        tables = self.other()
        self.assertEqual(tables["provider_month"][0]["avoidable_hours"], "24")
        self.assertEqual([row["avoidable_hours"] for row in tables["body_month"]], ["12", "12"])
        self.assertEqual(
            [(row["body_a"], row["body_b"], row["shared_facts"], row["avoidable_hours"]) for row in tables["pair_month"]],
            [("A", "B", "12", "24")],
        )
        self.assertEqual(self.other(items=["b|1||CONTENT|S|y"])["provider_month"][0]["avoidable_hours"], "12")

    def test_possible_and_shared_are_told_apart_from_duplicates(self):
        possible = self.other(items=["b|1||CONTENT|S|y"], concepts=["y|x|POSSIBLE"])["provider_month"][0]
        self.assertEqual((possible["facts_plain"], possible["possible_duplicates"]), ("24", "12"))
        shared = self.other(subjects=["T|"], items=["b|1||CONTENT|T|x"])["provider_month"][0]
        self.assertEqual((shared["facts_plain"], shared["shared_definition_asks"]), ("24", "36"))


class Evidence(unittest.TestCase):
    def test_the_interval_is_that_of_the_published_tables(self):
        self.assertIsNone(interval(range(5)))
        self.assertEqual(interval(range(1, 7)), (1, 6))
        self.assertEqual(interval(range(1, 10)), (2, 8))

    def test_hours_are_read_by_returns_and_receipts_are_counted_if_they_are_owed(self):
        codes = [f"Q{number}" for number in range(1, 7)]
        receipt = "a|1|{}|2025-11-01|2025-11-30|2025-12-10|2025-12-09T00:00:00Z|{}"
        row = figures(
            "Q1",
            organisations=[f"{code}|PROVIDER|ACUTE" for code in codes],
            respondents=[f"a|1|{code}|||STATED" for code in codes],
            submissions=[receipt.format(code, 30 * (at + 1)) for at, code in enumerate(codes)],
        )
        self.assertEqual((row["hours"], row["hours_low"], row["hours_high"], row["obligations_met"]), ("1", "0.5", "3", "1"))
        unowed = figures(submissions=["a|1|P1|2025-11-02|2025-11-30|2025-12-10|2025-12-09T00:00:00Z|"])
        self.assertEqual((unowed["obligations_met"], unowed["hours_low"]), ("0", ""))


class Numbers(unittest.TestCase):
    def test_decimals_that_end_are_printed_whole_and_others_as_the_nearest_double(self):
        for value, text in [
            (Fraction(-3, 8), "-0.375"),
            (Fraction(2, 3), "0.6666666666666666"),
            (Fraction(1, 3 * 10**7), "0.000000033333333333333334"),
            (12, "12"),
            (True, "1"),
            (None, ""),
        ]:
            self.assertEqual(shown(value), text)
        self.assertEqual(last_day(date(2024, 2, 1)), date(2024, 2, 29))


if __name__ == "__main__":
    unittest.main()
