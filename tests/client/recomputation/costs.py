"""Hours and pence: burden statements, tariffs, sizes, and what providers' duties come to in twelve months."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import groupby
from typing import NamedTuple

from recompute import add_months, day, rows

from .duties import last_day, month_of, year_ending

MEASURES = {
    "GP_PRACTICE": "LIST_SIZE",
    **dict.fromkeys(["ACUTE", "MENTAL_HEALTH", "COMMUNITY", "AMBULANCE", "SPECIALIST"], "FLOOR_AREA"),
    **dict.fromkeys(["CARE_HOME", "INDEPENDENT", "OTHER"], "STAFF_WTE"),
}


class Line(NamedTuple):
    role: str
    basis: str
    hours: Fraction
    external: int
    measure: str
    unit: Fraction | None
    life: int


class Statement(NamedTuple):
    known_from: date
    assumed: bool
    lines: list


class Amount(NamedTuple):
    """Of a month and of the twelve months that end with it: hours, pence, and what of the hours is assumed."""

    hours_month: Fraction = Fraction()
    hours_year: Fraction = Fraction()
    pence_month: Fraction = Fraction()
    pence_year: Fraction = Fraction()
    assumed_month: Fraction = Fraction()
    assumed_year: Fraction = Fraction()

    def plus(self, other):
        return Amount(*map(sum, zip(self, other)))

    def at(self, size):
        """At a size, given what it is for size 1; what rests on an unknown size, which counts as 1, is assumed."""
        if size is None:
            return self._replace(assumed_month=self.hours_month, assumed_year=self.hours_year)
        return Amount(*(size * part for part in self))

    @classmethod
    def charged(cls, hours, pence, assumed, in_month):
        known = hours if assumed else Fraction()
        now = (hours, pence, known) if in_month else (Fraction(),) * 3
        return cls(now[0], hours, now[1], pence, now[2], known)


class Costs:
    def __init__(self, duties, folder):
        self.duties = duties
        kept = defaultdict(list)
        for row in rows(folder, "statements"):
            kept[row["collection"], int(row["version"]), row["from_date"], row["method"]].append(line(row))
        self.statements = defaultdict(list)
        for (collection, version, known_from, method), lines in sorted(kept.items()):
            statement = Statement(day(known_from, None), method == "ASSUMED", lines)
            self.statements[collection, version].append(statement)
        self.tariffs = defaultdict(list)
        for row in rows(folder, "tariffs"):
            rate = Fraction(row["pence_per_hour"]) * (1 + Fraction(row["overhead_percent"]) / 100)
            self.tariffs[row["staff_role"]].append((day(row["from_date"], None), rate))
        self.sizes = defaultdict(list)
        for row in rows(folder, "sizes"):
            self.sizes[row["organisation"], row["measure"]].append((day(row["from_date"], None), Fraction(row["value"])))
        for kept in [*self.tariffs.values(), *self.sizes.values()]:
            kept.sort()
        self.of_version = cache(self.of_version)
        self.together = cache(self.together)

    def size(self, provider, measure, at):
        """The latest size known on a day; nothing if that is not above 0."""
        known = [value for known_from, value in self.sizes[provider, measure] if known_from <= at]
        return known[-1] if known and known[-1] > 0 else None

    def rate(self, role, at):
        """Pence an hour with overheads: of the latest tariff until a day, else of the first."""
        tariffs = self.tariffs[role]
        known = [rate for known_from, rate in tariffs if known_from <= at] or [rate for _, rate in tariffs[:1]]
        return known[-1] if known else Fraction()

    def known_from_start(self, collection, version):
        """The end of the month in which a version came into force: what is known by then is no re-estimation."""
        return last_day(month_of(day(self.duties.registry.versions[collection][version]["live_from"], date.max)))

    def statement(self, collection, version, vintage):
        """The statement on a version at the vintage of a day."""
        known = self.statements[collection, version]
        until = max(vintage, self.known_from_start(collection, version))
        return ([one for one in known if one.known_from <= until] or known[:1])[-1]

    def re_estimates(self):
        """The months in which the statement on a version changed though its request did not."""
        return sorted(
            {
                month_of(statement.known_from)
                for (collection, version), statements in self.statements.items()
                if self.duties.registry.versions[collection][version]["live_from"]
                for statement in statements[1:]
                if statement.known_from > self.known_from_start(collection, version)
            }
        )

    def item_hours(self, collection, version, vintage):
        """Hours of one item of a submission."""
        lines = self.statement(collection, version, vintage).lines
        return sum((line.hours for line in lines if line.basis == "PER_ITEM"), Fraction())

    def submission(self, collection, version, period, vintage):
        """The lines that a submission takes, each with how often, and with the measure of which it is so often for size 1."""
        for line in self.statement(collection, version, vintage).lines:
            if line.basis == "PER_SUBMISSION":
                yield line, Fraction(1), None
            elif line.basis == "PER_ITEM":
                yield line, Fraction(self.duties.items_asked(collection, version, period)), None
            elif line.basis == "PER_UNIT" and line.measure and line.unit:
                yield line, 1 / line.unit, line.measure

    def hours_of_submission(self, provider, collection, version, period, vintage):
        """What the statement says of one submission of a provider."""
        total = Fraction()
        for line, times, measure in self.submission(collection, version, period, vintage):
            size = (self.size(provider, measure, period[1]) or 1) if measure else 1
            total += line.hours * times * size
        return total

    def of_version(self, duties, month, vintage):
        """What one provider's duties of one version come to: of any size, and for size 1 by measure and day of the size."""
        any_size, sized = Amount(), defaultdict(Amount)
        collection, version = duties[0][:2]
        statement = self.statement(collection, version, vintage)
        pence = lambda line, times, at: times * (line.hours * self.rate(line.role, at) + line.external)
        for duty in duties:
            assumed = statement.assumed or self.duties.is_assumed(duty)
            for one in self.duties.owed(duty, month):
                in_month = month_of(one.due) == month
                for line, times, measure in self.submission(collection, version, one.period, vintage):
                    charge = Amount.charged(times * line.hours, pence(line, times, one.due), assumed, in_month)
                    if measure:
                        sized[measure, one.end] = sized[measure, one.end].plus(charge)
                    else:
                        any_size = any_size.plus(charge)
            for accrued, line, share in self.shares(duties, duty, month, statement):
                at = last_day(accrued)
                charge = Amount.charged(share * line.hours, pence(line, share, at), assumed, accrued == month)
                any_size = any_size.plus(charge)
        return any_size, tuple(sized.items())

    def shares(self, duties, duty, month, statement):
        """The shares of ANNUAL and ONE_OFF lines, in each month on whose last day the provider is a respondent."""
        lines = [line for line in statement.lines if line.basis in ("ANNUAL", "ONE_OFF")]
        if not lines:
            return
        first = self.duties.first_owed(duties, month)
        for accrued in year_ending(month):
            if not self.duties.holds(duty, last_day(accrued)):
                continue
            for line in lines:
                if line.basis == "ANNUAL":
                    yield accrued, line, Fraction(1, 12)
                elif first is not None and first <= accrued < add_months(first, line.life):
                    yield accrued, line, Fraction(1, line.life)

    def together(self, duties, month, vintage):
        """What all of a provider's duties come to: of any size, and for size 1."""
        any_size, sized = Amount(), []
        for _, run in groupby(duties, lambda duty: duty[:2]):
            one, for_size = self.of_version(tuple(run), month, vintage)
            any_size = any_size.plus(one)
            sized.extend(for_size)
        return any_size, tuple(sized)

    def of_provider(self, provider, month, vintage, duties=None):
        """What a provider owes, or what some of its duties come to."""
        of_duties = self.duties.of[provider] if duties is None else duties
        total, sized = self.together(of_duties, month, vintage)
        for (measure, at), amount in sized:
            total = total.plus(amount.at(self.size(provider, measure, at)))
        return total


def line(row):
    return Line(
        role=row["staff_role"],
        basis=row["basis"],
        hours=Fraction(row["minutes"]) / 60,
        external=int(row["external_pence"]),
        measure=row["unit_measure"],
        unit=Fraction(row["unit_size"]) if row["unit_size"] else None,
        life=int(row["life_months"] or 36),
    )
