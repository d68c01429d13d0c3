"""Time returns: what submissions took against what statements say of them, pooled by version, and intervals of hours."""

from collections import defaultdict
from datetime import datetime
from fractions import Fraction

from recompute import day, rows

from .duties import last_day, month_of


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def interval(values):
    """The r-th least and r-th greatest of some values, r as great as may be so that they miss the median once in twenty times at most."""
    count, rank, fewer, exactly = len(values), 0, 0, 1
    while (fewer + exactly) * 2 * 20 <= 2**count:
        fewer += exactly
        exactly = exactly * (count - rank) // (rank + 1)
        rank += 1
    values = sorted(values)
    return (values[rank - 1], values[count - rank]) if rank else None


def key_of(row):
    return row["collection"], int(row["version"])


class Evidence:
    """What is known on the last day of a month."""

    def __init__(self, costs, folder, month):
        self.costs, self.month, self.vintage = costs, month, last_day(month)
        self.submissions = list(rows(folder, "submissions"))
        self.readings = self.pooled()

    def is_owed(self, row, first_due, last_due):
        """Whether a receipt is of something owed that is due in some days."""
        duties, period = self.costs.duties, (day(row["period_start"], None), day(row["period_end"], None))
        of_version = [duty for duty in duties.of.get(row["provider"], ()) if duty[:2] == key_of(row)]
        due = (one.period for duty in of_version for one in duties.due(duty, first_due, last_due))
        return period in due and not duties.is_idle(of_version[0], period)

    def met(self):
        """How many obligations due in the month have a receipt, by provider."""
        counts = defaultdict(int)
        for row in self.submissions:
            in_month = month_of(day(row["due_date"], None)) == self.month
            if in_month and self.is_owed(row, self.month, self.vintage):
                counts[row["provider"]] += 1
        return counts

    def pooled(self):
        """By version: (low, high) times what is declared, or hours where nothing is declared; of versions with returns enough."""
        returns = defaultdict(lambda: defaultdict(list))
        for row in self.submissions:
            if not row["minutes"] or datetime.fromisoformat(row["submitted_at"]).date() > self.vintage:
                continue
            due = day(row["due_date"], None)
            if self.is_owed(row, due, due):
                key = key_of(row)
                period = (day(row["period_start"], None), day(row["period_end"], None))
                declared = self.costs.hours_of_submission(row["provider"], *key, period, self.vintage)
                returns[key][row["provider"]].append((Fraction(row["minutes"]) / 60, declared))
        readings = {}
        for key, by_provider in returns.items():
            ratios = [[taken / declared for taken, declared in some if declared] for some in by_provider.values()]
            is_ratio = any(ratios)
            hours = [[taken for taken, _ in some] for some in by_provider.values()]
            found = interval([median(values) for values in (ratios if is_ratio else hours) if values])
            if found:
                readings[key] = is_ratio, found
        return readings

    def of_provider(self, provider, hours):
        """Lower and upper end of a month's hours; nothing if no evidence is of what is owed in the twelve months."""
        low = high = hours
        known = False
        for duty in self.costs.duties.of[provider]:
            reading = self.readings.get(duty[:2])
            if reading is None:
                continue
            is_ratio, ends = reading
            for one in self.costs.duties.owed(duty, self.month):
                known = True
                if month_of(one.due) == self.month:
                    declared = self.costs.hours_of_submission(provider, *duty[:2], one.period, self.vintage)
                    more = [(declared * end if is_ratio else end) - declared for end in ends]
                    low, high = low + more[0], high + more[1]
        return (low, high) if known else (None, None)
