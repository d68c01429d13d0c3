"""The burden index: levels, links over re-estimation, baselines over mergers, types, the nation, peers."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import cache
from graphlib import TopologicalSorter
from typing import NamedTuple

from recompute import add_months, day, rows

from .costs import MEASURES
from .duties import last_day, month_of


class Level(NamedTuple):
    """R and N."""

    hours: Fraction = Fraction()
    size: Fraction = Fraction()

    def plus(self, other, share=1):
        return Level(self.hours + share * other.hours, self.size + share * other.size)


class Pair(NamedTuple):
    """An index with links over re-estimation, and without."""

    linked: Fraction | None = None
    published: Fraction | None = None


class Index:
    def __init__(self, costs, folder, base):
        self.costs, self.base = costs, base
        self.kinds, self.open = {}, {}
        for row in rows(folder, "organisations"):
            if row["kind"] == "PROVIDER":
                self.kinds[row["organisation"]] = row["provider_type"] or "OTHER"
                self.open[row["organisation"]] = (day(row["open_date"], date.min), day(row["close_date"], date.max))
        self.successions = [
            (day(row["date"], None), row["predecessor"], row["successor"], Fraction(row["share"]))
            for row in rows(folder, "successions")
        ]
        self.re_estimates = costs.re_estimates()
        self.hours = cache(self.hours)
        self.types = cache(self.types)
        self.baselines = cache(self.baselines)
        self.type_index = cache(self.type_index)

    def hours(self, provider, month, vintage):
        return self.costs.of_provider(provider, month, vintage).hours_year

    def known_size(self, provider, month):
        return self.costs.size(provider, MEASURES[self.kinds[provider]], last_day(month))

    def size(self, provider, month):
        return self.known_size(provider, month) or Fraction(1)

    def level(self, provider, month):
        return Level(self.hours(provider, month, last_day(month)), self.size(provider, month))

    def is_open(self, provider, month):
        """Whether it is open on any day of the month."""
        opened, closed = self.open[provider]
        return opened <= closed and opened <= last_day(month) and month <= closed

    def types(self, month, vintage):
        """Sums of R and N over the providers of each type that are open in the month."""
        levels = defaultdict(Level)
        for provider, kind in self.kinds.items():
            if self.is_open(provider, month):
                levels[kind] = levels[kind].plus(Level(self.hours(provider, month, vintage), self.size(provider, month)))
        return dict(levels)

    def links(self, start, month, hours):
        """The product of the links of the months after one until another; the other way round if that is before it."""
        first, last = min(start, month), max(start, month)
        product = Fraction(1)
        for at in self.re_estimates:
            if first < at <= last:
                before, after = hours(at, last_day(add_months(at, -1))), hours(at, last_day(at))
                if before and after:
                    product *= before / after
        return 1 / product if month < start else product

    def type_index(self, kind, month):
        """I(T, m)."""
        now = self.types(month, last_day(month)).get(kind)
        base = self.types(self.base, last_day(self.base)).get(kind)
        if now is None or base is None:
            return Pair()
        hours = lambda at, vintage: self.types(at, vintage).get(kind, Level()).hours
        return against(now, base, self.links(self.base, month, hours))

    def national(self, month):
        """I(m): types by their share of R in the base month, shared out among the rest if a type has no index."""
        levels = self.types(self.base, last_day(self.base))
        pairs = [(level.hours, self.type_index(kind, month)) for kind, level in levels.items()]
        mean = lambda of: weighted([(weight, of(pair)) for weight, pair in pairs if of(pair) is not None])
        return Pair(mean(lambda pair: pair.linked), mean(lambda pair: pair.published))

    def of_provider(self, provider, month):
        """I(p, m)."""
        opened, closed = self.open[provider]
        if closed < month or last_day(month) < opened:
            return Pair()
        first = first_full_year(opened) if opened > last_day(self.base) else None
        if first is not None and month < first:
            return Pair()
        now, baseline = self.level(provider, month), self.baselines(month)[provider]
        hours = lambda at, vintage: self.hours(provider, at, vintage)
        if first is None or baseline.hours:
            return against(now, baseline, self.links(self.base, month, hours))
        own = against(now, self.level(provider, first), self.links(first, month, hours))
        of_type = self.type_index(self.kinds[provider], first)
        both = lambda one, other: None if one is None or other is None else one * other / 100
        return Pair(both(own.linked, of_type.linked), both(own.published, of_type.published))

    def baselines(self, month):
        """Each provider's R and N of the base month, as successions after it until the end of a month make them."""
        levels = {
            provider: self.level(provider, self.base) if opened <= last_day(self.base) else Level()
            for provider, (opened, _) in self.open.items()
        }
        by_day = defaultdict(list)
        for at, *succession in self.successions:
            if last_day(self.base) < at <= last_day(month):
                by_day[at].append(succession)
        for at in sorted(by_day):
            for predecessor, parts in in_order(by_day[at]):
                if predecessor not in levels:
                    continue
                whole = levels[predecessor]
                for successor, share in self.shares(at, parts):
                    levels[successor] = levels[successor].plus(whole, share)
                    levels[predecessor] = levels[predecessor].plus(whole, -share)
        return levels

    def shares(self, at, parts):
        """As declared; by N if they make more than the whole."""
        parts = [(successor, share) for successor, share in parts if successor in self.kinds]
        if sum(share for _, share in parts) <= 1:
            return parts
        sizes = [(successor, self.size(successor, month_of(at))) for successor, _ in parts]
        return [(successor, size / sum(size for _, size in sizes)) for successor, size in sizes]

    def intensity(self, provider, month):
        """Hours for its size, of an open provider of known size."""
        size = self.known_size(provider, month)
        if size is None or not self.is_open(provider, month):
            return None
        return self.hours(provider, month, last_day(month)) / size


def against(now, base, links):
    if not base.hours or not base.size or not now.size:
        return Pair()
    published = 100 * (now.hours / now.size) / (base.hours / base.size)
    return Pair(published * links, published)


def weighted(pairs):
    weights = sum(weight for weight, _ in pairs)
    return sum(weight * value for weight, value in pairs) / weights if weights else None


def first_full_year(opened):
    """The first month that ends a whole year since a provider opened."""
    return add_months(month_of(opened), 11 if opened.day == 1 else 12)


def in_order(successions):
    """Predecessors of one day with what they give, who gives to somebody who gives on before them; without those who stand in a ring."""
    given = defaultdict(list)
    for predecessor, successor, share in successions:
        given[predecessor].append((successor, share))
    reached = {predecessor: beyond(given, predecessor) for predecessor in given}
    kept = {predecessor: parts for predecessor, parts in given.items() if predecessor not in reached[predecessor]}
    before = {predecessor: [other for other in kept if predecessor in reached[other]] for predecessor in kept}
    return [(predecessor, kept[predecessor]) for predecessor in TopologicalSorter(before).static_order()]


def beyond(given, predecessor):
    """All to whom something goes from a predecessor, in any number of steps."""
    found, todo = set(), [predecessor]
    while todo:
        for successor, _ in given.get(todo.pop(), ()):
            if successor not in found:
                found.add(successor)
                todo.append(successor)
    return found


def percentile(value, peers):
    """Per cent of the peers, in order and itself among them, that have no more."""
    return None if value is None else Fraction(100 * bisect_right(peers, value), len(peers))
