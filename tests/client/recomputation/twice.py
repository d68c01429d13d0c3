"""What one provider is asked more than once: by whom, which asks are redundant, and what falls away with them."""

from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from recompute import answers, over_shorter, same_period


class Ask(NamedTuple):
    """How often a version asks a fact."""

    collection: str
    version: int
    count: int


class Asks:
    """The CONTENT asks of a provider: of each fact (question and period) who asks it."""

    def __init__(self, duties, of_provider, month):
        self.registry = registry = duties.registry
        self.facts, self.total, self.assumed = defaultdict(list), 0, 0
        self.by_collection = defaultdict(int)
        # How many CONTENT asks a version makes for a period: of equal ones, the ask of the larger is kept.
        self.size = {}
        met = defaultdict(set)
        for duty in of_provider:
            for one in duties.due_in_year(duty, month):
                asked = registry.asked(duty.collection, duty.version, one.period)
                met[registry.owner[duty.collection]].update(
                    (question, one.period) for question in registry.met(duty.collection, duty.version, one.period)
                )
                self.size[duty.collection, duty.version, one.period] = len(asked)
                self.total += len(asked)
                self.by_collection[duty.collection] += len(asked)
                self.assumed += len(asked) if duties.is_assumed(duty) else 0
                counts = defaultdict(int)
                for question in asked:
                    counts[question] += 1
                for question, count in counts.items():
                    self.facts[question, one.period].append(Ask(duty.collection, duty.version, count))
        self.met = {owner: len(facts) for owner, facts in met.items()}
        self.folded = self.find_folded()

    def find_folded(self):
        """The facts that others answer; of a ring that nothing outside answers, all but the least by key."""
        found = answers(self.registry, self.facts)
        folded = set()
        for fact in found:
            beyond = reached(found, fact)
            is_ring = fact in beyond and all(fact in reached(found, other) for other in beyond)
            if not is_ring or fact != min(beyond, key=lambda fact: key(fact[0])):
                folded.add(fact)
        return folded

    def shared_definitions(self):
        """Asks whose concept is also asked about records that neither contain theirs nor lie within them."""
        by_concept = defaultdict(set)
        for (concept, subject, _), _ in self.facts:
            by_concept[concept].add(subject)
        apart = lambda one, other: (
            one not in self.registry.containers(other) and other not in self.registry.containers(one)
        )
        return sum(
            ask.count
            for ((concept, subject, _), _), asks in self.facts.items()
            if any(apart(subject, other) for other in by_concept[concept])
            for ask in asks
        )

    def possible_duplicates(self, joined):
        """Plain facts fewer if all POSSIBLE places in concepts were confirmed."""
        one = {((joined(concept), *rest), period) for ((concept, *rest), period) in self.facts}
        return len(self.facts) - len(one)

    def answer(self, fact):
        """Who asks what answers a fact, by the first rule that applies; the nearest container, the least source by key."""
        registry, (question, period) = self.registry, fact
        asked = defaultdict(set)
        for other, at in self.facts:
            asked[other].add(at)
        concept, subject, breakdown = question
        containers = registry.containers(subject)
        for container in containers[1:]:
            if found := same_period(asked, (concept, container, breakdown), period):
                return self.asking(found)
        if over_shorter(registry, asked, question, question, period):
            return self.asking_within(question, period)
        sources = [
            (origin, container, parts)
            for origin, parts in registry.origins((concept, breakdown))
            for container in containers
        ]
        sources.sort(key=key)
        for source in sources:
            if found := same_period(asked, source, period):
                return self.asking(found)
        for source in sources:
            if over_shorter(registry, asked, question, source, period):
                return self.asking_within(source, period)
        raise AssertionError(f"nothing answers {fact}")

    def asking(self, facts):
        return [ask for fact in facts for ask in self.facts[fact]]

    def asking_within(self, question, period):
        """The versions that ask a question over shorter periods within one, each once."""
        start, end = period
        versions = {
            ask[:2]
            for (other, (first, last)), asks in self.facts.items()
            if other == question and start <= first and last <= end and (first, last) != period
            for ask in asks
        }
        return [Ask(*version, 1) for version in versions]

    def shared(self):
        """Each shared fact: the bodies among its askers with whether they ask more than once, and its redundant asks."""
        for fact, asks in self.facts.items():
            is_folded = fact in self.folded
            if not is_folded and sum(ask.count for ask in asks) < 2:
                continue
            times = defaultdict(int)
            for ask in asks + (self.answer(fact) if is_folded else []):
                times[self.registry.owner[ask.collection]] += ask.count
            askers = tuple(sorted((owner, count > 1) for owner, count in times.items()))
            yield fact, askers, asks, is_folded


class Savings:
    """What would fall away if nothing were asked twice of one provider: its hours, and shares of them by body and by pair of bodies."""

    def __init__(self, asks, costs, provider, of_provider, month, vintage):
        item_hours = lambda ask: costs.item_hours(ask.collection, ask.version, vintage)
        self.hours = Fraction()
        self.by_body, self.by_pair = defaultdict(Fraction), defaultdict(Fraction)
        self.facts_by_body, self.facts_by_pair = defaultdict(int), defaultdict(int)
        redundant = defaultdict(lambda: defaultdict(int))
        for fact, askers, asking, is_folded in asks.shared():
            for body, _ in askers:
                self.facts_by_body[body] += 1
            for pair in pairs(askers):
                self.facts_by_pair[pair] += 1
            rank = lambda ask: (item_hours(ask), -asks.size[ask.collection, ask.version, fact[1]], ask[:2])
            kept = None if is_folded else min(asking, key=rank)
            for ask in asking:
                count = ask.count - (ask is kept)
                self.save(item_hours(ask) * count, askers)
                redundant[ask.collection][askers] += count
        for collection, by_askers in redundant.items():
            if sum(by_askers.values()) == asks.by_collection[collection]:
                self.save_rest(asks, costs, provider, of_provider, collection, by_askers, month, vintage)

    def save_rest(self, asks, costs, provider, of_provider, collection, by_askers, month, vintage):
        """All else that a collection takes whose CONTENT asks are all redundant."""
        duties = tuple(duty for duty in of_provider if duty.collection == collection)
        rest = costs.of_provider(provider, month, vintage, duties).hours_year
        for duty in duties:
            for one in costs.duties.due_in_year(duty, month):
                count = asks.size[duty.collection, duty.version, one.period]
                rest -= count * costs.item_hours(duty.collection, duty.version, vintage)
        for askers, count in by_askers.items():
            self.save(rest * Fraction(count, asks.by_collection[collection]), askers)

    def save(self, hours, askers):
        self.hours += hours
        for body, _ in askers:
            self.by_body[body] += hours / len(askers)
        for pair in pairs(askers):
            self.by_pair[pair] += hours / len(pairs(askers))


def pairs(askers):
    """The pairs of different bodies among askers, and each that asks more than once with itself."""
    return [*combinations([body for body, _ in askers], 2), *((body, body) for body, twice in askers if twice)]


def reached(found, fact):
    seen, todo = set(), [fact]
    while todo:
        for other in found.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def key(question):
    concept, subject, breakdown = question
    return concept, subject, sorted(breakdown)


def joined_by_possible(folder_rows, concept_of):
    """For each concept, the one that stands for all that POSSIBLE places join it with."""
    least = {}

    def root(concept):
        while concept in least:
            concept = least[concept]
        return concept

    for row in folder_rows:
        if row["strength"] == "POSSIBLE":
            one, other = sorted((root(concept_of(row["definition"])), root(row["concept"])))
            if one != other:
                least[other] = one
    return root
