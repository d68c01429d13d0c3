"""Recomputes asks, facts and rates of "submit once" from the published inputs, independently of Onus's own code.

Usage: recompute.py FOLDER YYYY-MM [--providers]

FOLDER is that of an edition, or what `onus export registry --out FOLDER` wrote. The figures are for the 12 months by due date
that end with the month. Prints one JSON object: asks, facts_plain, facts_strict, rate_plain, rate_strict (as exact fractions in
lowest terms), for the nation; reuse_facts, by body; with --providers also the same for each provider that is asked anything.

Written from the project's published definitions alone (`method.md`, `datapackage.json`):
- A period starts at `first_period` and steps by frequency, counted from the first (31 January + 1 month = 28 or 29 February,
  + 2 months = 31 March); it ends the day before the next. A ONE_OFF period is its first day. None begins after `last_period`.
- A provider owes a period if, on its last day, the version is in force (live_from <= day < live_to and < expires_on, in none
  of the spells of its suspensions; of several the highest), the provider is among its respondents (from_date <= day < to_date) and is open
  (open_date <= day <= close_date). Whether an end is among its days is said by the fields of datapackage.json.
- Asks are the CONTENT items with mandation MANDATORY, REQUIRED, PILOT or none, once for each period owed.
- What is met by reuse is not asked (`reuse.csv`): the items of a collection, in any of its versions, with an agreement's definition and
  subject, for a period that begins in from_month or later, ends by the end of to_month, and whose last day is from first_delivery on and
  before ends_on. The facts of these are counted apart, by the body whose collection it is.
- A question is (concept, subject, breakdown): the CONFIRMED concept of the item's definition, or its own; the subject of the
  item, or for a METRIC the one its definition names; the set of the definition's breakdowns. A fact is a question for a period.
- Strict: a fact is folded if others of the same provider and window answer it:
  (a) the same concept and breakdown for the same period, of a subject that contains its own;
  (b) the same question over shorter periods: such as tile its own exactly, if the question ADDS_UP; one that ends on the same
      day, if it is of ONE_DAY. A question is so if every definition by which it is asked anywhere is (`over_time`);
  (c) a question that it is derivable from by CONFIRMED recipes, one or several in turn, of its own or a containing subject: for
      the same period; or over shorter ones as in (b), if what is held adds up, or both are of one day.
  Facts that answer each other in a ring count once, unless something outside the ring answers one of them.
"""

import csv
import json
import sys
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

ASKED = {"", "MANDATORY", "REQUIRED", "PILOT"}
STEP_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "ANNUAL": 12}
STEP_DAYS = {"DAILY": 1, "WEEKLY": 7, "FORTNIGHTLY": 14}


def rows(folder, name):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def day(text, default):
    return date.fromisoformat(text) if text else default


def spells(text):
    """The spells of a version's suspensions: first day, first day no longer."""
    for spell in filter(None, text.split("; ")):
        start, end = spell.split("/")
        yield date.fromisoformat(start), day(end, date.max)


def add_months(start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def periods(version, first_due, last_due):
    """Periods (start, end) of a version's schedule that are due from `first_due` to `last_due`."""
    frequency, first = version["frequency"], day(version["first_period"], None)
    if first is None:
        return
    lag = timedelta(days=int(version["due_lag_days"]))
    last = day(version["last_period"], date.max)
    if frequency == "ONE_OFF":
        starts = iter([(first, first)])
    elif frequency in STEP_DAYS:
        starts = step_days(first, STEP_DAYS[frequency], first_due - lag)
    else:
        starts = step_months(first, STEP_MONTHS[frequency])
    for start, end in starts:
        if start > last or end + lag > last_due:
            return
        if end + lag >= first_due:
            yield start, end


def step_days(first, step, from_day):
    skipped = max(0, (from_day - first).days // step - 1)
    start = first + timedelta(days=skipped * step)
    while True:
        following = start + timedelta(days=step)
        yield start, following - timedelta(days=1)
        start = following


def step_months(first, step):
    number = 0
    while True:
        yield add_months(first, number * step), add_months(first, (number + 1) * step) - timedelta(days=1)
        number += 1


class Registry:
    """The published inputs that these figures need."""

    def __init__(self, folder):
        self.open = {
            row["organisation"]: (day(row["open_date"], date.min), day(row["close_date"], date.max))
            for row in rows(folder, "organisations")
            if row["kind"] == "PROVIDER"
        }
        self.versions = defaultdict(dict)
        for row in rows(folder, "versions"):
            self.versions[row["collection"]][int(row["version"])] = row
        self.respondents = defaultdict(list)
        for row in rows(folder, "respondents"):
            span = (day(row["from_date"], date.min), day(row["to_date"], date.max))
            self.respondents[row["collection"], int(row["version"])].append((row["provider"], *span))
        self.container = {row["subject"]: row["contained_in"] for row in rows(folder, "subjects") if row["contained_in"]}
        self.definitions = {row["definition"]: row for row in rows(folder, "definitions")}
        self.concept = {
            row["definition"]: row["concept"] for row in rows(folder, "concepts") if row["strength"] == "CONFIRMED"
        }
        # What a (concept, breakdown) can be derived from.
        self.sources = defaultdict(set)
        for row in rows(folder, "derivations"):
            if row["strength"] == "CONFIRMED":
                self.sources[self.place(row["to_definition"])].add(self.place(row["from_definition"]))
        self.items = defaultdict(list)
        self.over_time = {}
        for row in rows(folder, "items"):
            if row["mandation"] not in ASKED:
                continue
            question = self.question(row)
            own = self.definitions[row["definition"]]["over_time"]
            if self.over_time.setdefault(question, own) != own:
                self.over_time[question] = "NEITHER"
            if row["role"] == "CONTENT":
                item = (question, (row["collection"], row["definition"], row["subject"]))
                self.items[row["collection"], int(row["version"])].append(item)
        self.owner = {row["collection"]: row["owner"] for row in rows(folder, "collections")}
        # By (collection, definition, subject): first and last day of data, first day of delivery, first day no longer.
        self.reuse = defaultdict(list)
        for row in rows(folder, "reuse"):
            first, last = day(f"{row['from_month']}-01", None), date.max
            if row["to_month"]:
                last = add_months(day(f"{row['to_month']}-01", None), 1) - timedelta(days=1)
            days = (first, last, day(row["first_delivery"], None), day(row["ends_on"], date.max))
            self.reuse[row["collection"], row["definition"], row["subject"]].append(days)

    def place(self, definition):
        """The concept and the breakdown of a definition: what recipes lead from and to, whatever the subject."""
        breakdown = self.definitions[definition]["breakdowns"]
        return self.concept.get(definition, definition), frozenset(json.loads(breakdown) if breakdown else ())

    def question(self, item):
        """(concept, subject, breakdown) of an item."""
        definition = self.definitions[item["definition"]]
        own = definition["subject"] if definition["kind"] == "METRIC" else ""
        concept, breakdown = self.place(item["definition"])
        return concept, own or item["subject"], breakdown

    def in_force(self, collection, at):
        """The number of the collection's version that is in force on a day, if any."""
        numbers = [
            number
            for number, row in self.versions[collection].items()
            if row["live_from"]
            and day(row["live_from"], None) <= at < min(day(row["live_to"], date.max), day(row["expires_on"], date.max))
            and not any(start <= at < end for start, end in spells(row["suspensions"]))
        ]
        return max(numbers, default=None)

    def is_met(self, key, period):
        """Whether what an item asks for a period is met by reuse."""
        start, end = period
        return any(
            first <= start and end <= last and delivered <= end < ended
            for first, last, delivered, ended in self.reuse.get(key, ())
        )

    def asked(self, collection, version, period):
        """The questions that a version asks for a period."""
        return [question for question, key in self.items[collection, version] if not self.is_met(key, period)]

    def met(self, collection, version, period):
        """The questions that it would ask if they were not met by reuse."""
        return [question for question, key in self.items[collection, version] if self.is_met(key, period)]

    def containers(self, subject):
        """The subject and all that contain it."""
        found = [subject]
        while (subject := self.container.get(subject)) is not None and subject not in found:
            found.append(subject)
        return found

    def origins(self, place):
        """All (concept, breakdown) that one can be derived from, by any number of steps; itself is not among them."""
        found, todo = set(), [place]
        while todo:
            for source in self.sources.get(todo.pop(), ()):
                if source != place and source not in found:
                    found.add(source)
                    todo.append(source)
        return found


def obligations(registry, month):
    """For each provider, the (collection, version, period) owed in the 12 months by due date that end with `month`."""
    last_due = add_months(month, 1) - timedelta(days=1)
    first_due = add_months(month, -11)
    owed = defaultdict(list)
    for collection, versions in registry.versions.items():
        for number, version in versions.items():
            if not registry.items[collection, number]:
                continue
            for period in periods(version, first_due, last_due):
                end = period[1]
                if registry.in_force(collection, end) != number:
                    continue
                for provider, first, last in registry.respondents[collection, number]:
                    opened, closed = registry.open.get(provider, (date.max, date.min))
                    if first <= end < last and opened <= end <= closed:
                        owed[provider].append((collection, number, period))
    return owed


def tiled(period, shorter):
    """Whether some of the `shorter` periods follow on each other from the period's first day to its last; which, if so."""
    start, end = period
    by_start = defaultdict(list)
    for piece in shorter:
        by_start[piece[0]].append(piece)
    reached = {start: []}
    for at in sorted({start, *by_start}):
        if at not in reached:
            continue
        for piece in by_start[at]:
            following = piece[1] + timedelta(days=1)
            reached.setdefault(following, [*reached[at], piece])
    return reached.get(end + timedelta(days=1))


def answers(registry, facts):
    """For each fact that others answer, those others."""
    asked = defaultdict(set)
    for question, period in facts:
        asked[question].add(period)
    found = {}
    for question, period in facts:
        concept, subject, breakdown = question
        containers = registry.containers(subject)
        others = set()
        # (a)
        for container in containers[1:]:
            others.update(same_period(asked, (concept, container, breakdown), period))
        # (b)
        others.update(over_shorter(registry, asked, question, question, period))
        # (c)
        for origin, parts in registry.origins((concept, breakdown)):
            for container in containers:
                held = (origin, container, parts)
                others.update(same_period(asked, held, period))
                others.update(over_shorter(registry, asked, question, held, period))
        if others:
            found[question, period] = others
    return found


def same_period(asked, held, period):
    return {(held, period)} if period in asked.get(held, ()) else set()


def over_shorter(registry, asked, question, held, period):
    """The facts of the question `held` over shorter periods that together answer `question` for `period`."""
    start, end = period
    shorter = {piece for piece in asked.get(held, ()) if start <= piece[0] and piece[1] <= end and piece != period}
    pieces = set()
    if shorter and registry.over_time[held] == "ADDS_UP":
        pieces.update(tiled(period, shorter) or ())
    if shorter and registry.over_time[held] == registry.over_time[question] == "ONE_DAY":
        pieces.update(piece for piece in shorter if piece[1] == end)
    return {(held, piece) for piece in pieces}


def left_after_folding(facts, found):
    """How many facts are left: those that nothing answers, and one of each ring that nothing outside it answers."""

    def reached(fact):
        seen, todo = set(), [fact]
        while todo:
            for other in found.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    count, rings = 0, set()
    for fact in facts:
        if fact not in found:
            count += 1
            continue
        beyond = reached(fact)
        if fact in beyond and all(fact in reached(other) for other in beyond):
            rings.add(frozenset(beyond))
    return count + len(rings)


def figures(registry, owed):
    """Asks and facts of one provider, from what it owes."""
    asks, facts = 0, set()
    for collection, version, period in owed:
        questions = registry.asked(collection, version, period)
        asks += len(questions)
        facts.update((question, period) for question in questions)
    return asks, len(facts), left_after_folding(facts, answers(registry, facts))


def met_by_reuse(registry, owed):
    """How many facts each body would ask of one provider if they were not met by reuse."""
    facts = defaultdict(set)
    for collection, version, period in owed:
        for question in registry.met(collection, version, period):
            facts[registry.owner[collection]].add((question, period))
    return {body: len(found) for body, found in facts.items()}


def shown(asks, plain, strict):
    rate = lambda part: str(Fraction(part, asks)) if asks else None
    return {
        "asks": asks,
        "facts_plain": plain,
        "facts_strict": strict,
        "rate_plain": rate(plain),
        "rate_strict": rate(strict),
    }


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--providers"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    registry = Registry(Path(arguments[0]))
    owed = obligations(registry, date.fromisoformat(f"{arguments[1]}-01"))
    # Providers that owe the same have the same figures: worked out once.
    known = {}
    providers = {}
    reuse_facts = defaultdict(int)
    for provider, list_owed in owed.items():
        key = frozenset(list_owed)
        if key not in known:
            known[key] = figures(registry, key), met_by_reuse(registry, key)
        found, met = known[key]
        if found[0]:
            providers[provider] = found
        for body, facts in met.items():
            reuse_facts[body] += facts
    totals = [sum(column) for column in zip(*providers.values())] or [0, 0, 0]
    answer = shown(*totals)
    answer["reuse_facts"] = dict(sorted(reuse_facts.items()))
    if "--providers" in sys.argv:
        answer["providers"] = {provider: shown(*providers[provider]) for provider in sorted(providers)}
    json.dump(answer, sys.stdout)
    print()


if __name__ == "__main__":
    main()
