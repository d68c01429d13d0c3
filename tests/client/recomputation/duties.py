"""Who owes what: providers' duties, the periods due in twelve months, and the items asked for them."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from recompute import ASKED, add_months, day, periods, rows

DAY = timedelta(days=1)


def last_day(month):
    """The last day of the month that begins on a day."""
    return add_months(month, 1) - DAY


def month_of(at):
    return at.replace(day=1)


def year_ending(month):
    """The twelve months that end with one."""
    return [add_months(month, back) for back in range(-11, 1)]


class Duty(NamedTuple):
    """Days on which a provider is open and among the respondents of a version."""

    collection: str
    version: int
    first: date
    end: date  # the first day no longer
    assumed: bool

    def holds(self, at):
        return self.first <= at < self.end


class Obligation(NamedTuple):
    start: date
    end: date
    due: date

    @property
    def period(self):
        return self.start, self.end


class Duties:
    def __init__(self, registry, folder):
        self.registry = registry
        self.items = defaultdict(list)
        for row in rows(folder, "items"):
            key = (row["collection"], row["definition"], row["subject"])
            self.items[row["collection"], int(row["version"])].append((key, row["mandation"] in ASKED))
        found = defaultdict(list)
        for row in rows(folder, "respondents"):
            opened, closed = registry.open[row["provider"]]
            first = max(day(row["from_date"], date.min), opened)
            end = min(day(row["to_date"], date.max), closed + DAY if closed < date.max else date.max)
            if first < end:
                duty = Duty(row["collection"], int(row["version"]), first, end, row["basis"] == "ASSUMED")
                found[row["provider"]].append(duty)
        # Of each provider, in order; most providers share theirs with others.
        self.of = {provider: tuple(sorted(found[provider])) for provider in registry.open}
        self.due = cache(self.due)
        self.items_asked = cache(self.items_asked)

    def version(self, duty):
        return self.registry.versions[duty.collection][duty.version]

    def is_assumed(self, duty):
        """Whether the frequency, or that the provider must answer, is assumed."""
        return duty.assumed or self.version(duty)["basis_frequency"] == "ASSUMED"

    def holds(self, duty, at):
        """Whether the provider is a respondent of the version on a day, and the version in force."""
        return duty.holds(at) and self.registry.in_force(duty.collection, at) == duty.version

    def due(self, duty, first_due, last_due):
        """The periods that are due in some days, owed or wholly met by reuse."""
        version = self.version(duty)
        lag = timedelta(days=int(version["due_lag_days"] or 0))
        found = (Obligation(start, end, end + lag) for start, end in periods(version, first_due, last_due))
        return [one for one in found if self.holds(duty, one.end)]

    def due_in_year(self, duty, month):
        return self.due(duty, year_ending(month)[0], last_day(month))

    def is_idle(self, duty, period):
        """Whether all that the version would ask for a period is met by reuse: then it is not owed."""
        items = self.items[duty.collection, duty.version]
        return bool(items) and all(self.registry.is_met(key, period) for key, _ in items)

    def owed(self, duty, month):
        """The periods owed that are due in the twelve months ending with one."""
        return [one for one in self.due_in_year(duty, month) if not self.is_idle(duty, one.period)]

    def first_owed(self, duties, month):
        """The month in which the first obligation of a provider of a version is due, if it is by the end of `month`; `duties` are all its
        duties of the version."""
        found = []
        for duty in duties:
            begun = max(duty.first, day(self.version(duty)["live_from"], date.max))
            owed = (one for one in self.due(duty, begun, last_day(month)) if not self.is_idle(duty, one.period))
            found.extend(month_of(one.due) for one in owed)
        return min(found, default=None)

    def items_asked(self, collection, version, period):
        """How many items, of any role, are asked for a period."""
        items = self.items[collection, version]
        return sum(asked and not self.registry.is_met(key, period) for key, asked in items)

    def items_on(self, collection, version, at):
        """How many items, of any role, are asked on a day: what is met by reuse for the latest period that has begun is not."""
        row = self.registry.versions[collection][version]
        until = at + timedelta(days=int(row["due_lag_days"] or 0) + 366)
        begun = [start for start, _ in periods(row, day(row["first_period"], at), until) if start <= at]
        return self.items_asked(collection, version, (max(begun, default=date.min), at))
