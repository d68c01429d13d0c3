"""The figures of an edition as its files have them."""

from collections import defaultdict
from fractions import Fraction

from recompute import Registry, day, rows

from .costs import MEASURES, Amount, Costs
from .duties import Duties, last_day
from .evidence import Evidence
from .index import Index, percentile
from .numbers import ratio, shown
from .twice import Asks, Savings, joined_by_possible

COUNTS = ["asks", "facts_plain", "facts_strict", "possible_duplicates", "shared_definition_asks"]


class Edition:
    """All figures of a month, recomputed from the registry in a folder."""

    def __init__(self, folder, month, base):
        self.folder, self.month, self.vintage = folder, month, last_day(month)
        self.registry = Registry(folder)
        self.duties = Duties(self.registry, folder)
        self.costs = Costs(self.duties, folder)
        self.index = Index(self.costs, folder, base)
        self.evidence = Evidence(self.costs, folder, month)
        self.receipts = self.evidence.met()
        self.joined = joined_by_possible(rows(folder, "concepts"), lambda of: self.registry.concept.get(of, of))
        self.asks_of, self.savings_of = {}, {}
        self.peers = defaultdict(list)
        for provider, kind in self.index.kinds.items():
            if (value := self.index.intensity(provider, month)) is not None:
                self.peers[kind].append(value)
        for peers in self.peers.values():
            peers.sort()
        self.body, self.pair = defaultdict(lambda: defaultdict(Fraction)), defaultdict(lambda: defaultdict(Fraction))
        self.nation = defaultdict(Fraction)
        self.providers = [self.provider(provider) for provider in sorted(self.index.kinds)]

    def asks(self, of_provider):
        """Asks depend on duties alone: what most providers owe, others owe too."""
        if of_provider not in self.asks_of:
            asks = Asks(self.duties, of_provider, self.month)
            counts = {
                "asks": asks.total,
                "facts_plain": len(asks.facts),
                "facts_strict": len(asks.facts) - len(asks.folded),
                "possible_duplicates": asks.possible_duplicates(self.joined),
                "shared_definition_asks": asks.shared_definitions(),
            }
            self.asks_of[of_provider] = asks, counts
        return self.asks_of[of_provider]

    def savings(self, provider, of_provider, asks):
        """Savings depend on duties alone, but where something depends on the provider's size."""
        sized = self.costs.together(of_provider, self.month, self.vintage)[1]
        key = (provider if sized else None, of_provider)
        if key not in self.savings_of:
            self.savings_of[key] = Savings(asks, self.costs, provider, of_provider, self.month, self.vintage)
        return self.savings_of[key]

    def provider(self, provider):
        month, duties = self.month, self.duties.of[provider]
        kind = self.index.kinds[provider]
        amount = self.costs.of_provider(provider, month, self.vintage)
        asks, counts = self.asks(duties)
        saved = self.savings(provider, duties, asks)
        low, high = self.evidence.of_provider(provider, amount.hours_month)
        index = self.index.of_provider(provider, month)
        obligations = sum(one.due >= month for duty in duties for one in self.duties.owed(duty, month))
        sums = {
            **counts,
            "obligations": obligations,
            "obligations_met": self.receipts.get(provider, 0),
            "assumed_asks": asks.assumed,
            "avoidable_hours": saved.hours,
            "providers": self.index.is_open(provider, month),
            **amount._asdict(),
        }
        for name, value in sums.items():
            self.nation[name] += value
        self.add_to_bodies(provider, duties, asks, saved)
        return {
            "provider": provider,
            **of_sums(sums),
            "hours_low": low,
            "hours_high": high,
            "size_measure": MEASURES[kind],
            "size": self.index.known_size(provider, month),
            "index": index.linked,
            "index_as_published": index.published,
            "peer_percentile": percentile(self.index.intensity(provider, month), self.peers[kind]),
        }

    def add_to_bodies(self, provider, duties, asks, saved):
        owner = self.registry.owner
        by_owner = defaultdict(list)
        for duty in duties:
            by_owner[owner[duty.collection]].append(duty)
        for body, of_body in by_owner.items():
            amount = self.costs.of_provider(provider, self.month, self.vintage, tuple(of_body))
            for name, value in amount._asdict().items():
                self.body[body][name] += value
        for collection, count in asks.by_collection.items():
            self.body[owner[collection]]["asks"] += count
        for body, facts in asks.met.items():
            self.body[body]["reuse_facts"] += facts
        for name, parts, of in [
            ("facts_shared", saved.facts_by_body, self.body),
            ("avoidable_hours", saved.by_body, self.body),
            ("shared_facts", saved.facts_by_pair, self.pair),
            ("avoidable_hours", saved.by_pair, self.pair),
        ]:
            for key, value in parts.items():
                of[key][name] += value

    def bodies(self):
        return [
            {
                "body": body,
                **{name: self.body[body][name] for name in ["asks", "facts_shared", "avoidable_hours", "reuse_facts"]},
                **self.in_force(body),
                **of_amount({name: self.body[body][name] for name in Amount._fields}),
            }
            for body in sorted(set(self.registry.owner.values()))
        ]

    def in_force(self, body):
        """A body's collections that are in force on the month's last day, and what they ask for periods that end on it."""
        collections = [one for one, owner in self.registry.owner.items() if owner == body]
        numbers = {one: self.registry.in_force(one, self.vintage) for one in collections}
        numbers = {one: number for one, number in numbers.items() if number is not None}
        asked = [self.duties.items_on(one, number, self.vintage) for one, number in numbers.items()]
        return {"collections": len(numbers), "items": sum(asked)}

    def pairs(self):
        return [{"body_a": a, "body_b": b, **sums} for (a, b), sums in sorted(self.pair.items())]

    def national(self):
        index = self.index.national(self.month)
        row = {**of_sums(self.nation), "providers": self.nation["providers"]}
        return [{**row, "index": index.linked, "index_as_published": index.published}]

    def tables(self):
        """By table: its rows in order, each the text of its cells by column."""
        found = {
            "provider_month": self.providers,
            "body_month": self.bodies(),
            "pair_month": self.pairs(),
            "national_month": self.national(),
        }
        month = f"{self.month:%Y-%m}"
        return {
            table: [{"month": month, **{name: text(value) for name, value in row.items()}} for row in of_table]
            for table, of_table in found.items()
        }


def text(value):
    return value if isinstance(value, str) else shown(value)


def of_amount(sums):
    return {
        "hours": sums["hours_month"],
        "hours_assumed_share": ratio(sums["assumed_month"], sums["hours_month"]),
        "cost_pence": sums["pence_month"],
    }


def of_sums(sums):
    return {
        **{name: sums[name] for name in [*COUNTS, "obligations", "obligations_met", "avoidable_hours"]},
        **of_amount(sums),
        "hours_12m": sums["hours_year"],
        "hours_12m_assumed_share": ratio(sums["assumed_year"], sums["hours_year"]),
        "rate_plain": ratio(sums["facts_plain"], sums["asks"]),
        "rate_strict": ratio(sums["facts_strict"], sums["asks"]),
        "asks_assumed_share": ratio(sums["assumed_asks"], sums["asks"]),
    }
