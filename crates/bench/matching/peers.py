"""What others make of the labelled pairs: the peers of `cargo xtask bench matching`.

Reads the folder of labelled data and what the example `held_out` of the matcher printed: pairs with labels, the matcher's own scores and the
sides they were held out by. Prints one JSON object: figures and times of each engine, all computed here in one way.

Who can learn is given the labels, on the same sides: a pair is scored by a model that saw no pair of either record's side.
"""

import json
import logging
import re
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from splink import DuckDBAPI, Linker, SettingsCreator
from splink import comparison_library as cl

# The fields of a record that any engine may read; the rest are answer keys.
FIELDS = ["name", "definition", "numerator", "denominator", "unit", "population", "frequency", "grain", "breakdowns", "format", "code_list"]
RUNS = 5


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def text_of(record, field):
    value = record.get(field) or ""
    value = "; ".join(value) if isinstance(value, list) else str(value)
    return "" if value == "N/A" else value.lower()


def timed(work, runs=RUNS):
    """What it gives, and the middle of the times of several runs."""
    seconds, out = [], None
    for _ in range(runs):
        start = time.perf_counter()
        out = work()
        seconds.append(time.perf_counter() - start)
    return out, statistics.median(seconds)


def figures(scores, same):
    """As the matcher computes its own: of equal scores those that are not the same come first."""
    order = np.lexsort((same, -scores))
    scores, same = scores[order], same[order]
    hits = np.cumsum(same)
    precision, recall = hits / np.arange(1, len(same) + 1), hits / same.sum()
    # A threshold stands only where the score changes.
    ends = np.append(scores[1:] < scores[:-1], True)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    sure = recall[ends & (precision >= 0.95)]
    return {
        "average_precision": float(precision[same].sum() / same.sum()),
        "best_f1": float(f1[ends].max()),
        "recall_at_95": float(sure.max()) if len(sure) else 0.0,
    }


def held_out(sides, learn_and_score):
    """Scores by models that saw nothing of what they score. `learn_and_score` takes who is learned from and who is scored."""
    scores = np.zeros(len(sides))
    apart = lambda held: np.array([not set(held) & set(of) for of in sides])
    for held in sorted(set(sides)):
        scored = np.array([of == held for of in sides])
        scores[scored] = learn_and_score(apart(held), scored)
    return scores


def rapidfuzz(left, right):
    """Likeness of names and of all words, in equal parts."""

    def score(a, b):
        whole = fuzz.token_set_ratio(" ".join(a.values()), " ".join(b.values()))
        return (fuzz.token_sort_ratio(a["name"], b["name"]) + whole) / 200

    return np.array([score(a, b) for a, b in zip(left, right)])


def cosines(texts, left, right, **settings):
    vectors = TfidfVectorizer(sublinear_tf=True, **settings).fit_transform(texts)
    return np.asarray(vectors[left].multiply(vectors[right]).sum(axis=1)).ravel()


def tfidf(records, left, right):
    """Character 3- to 5-grams of all fields."""
    texts = [" ".join(record.values()) for record in records]
    return cosines(texts, left, right, analyzer="char_wb", ngram_range=(3, 5))


def tfidf_fields(records, left, right):
    """Cosines field by field, not a number where either says nothing; and of all fields together."""
    columns = [tfidf(records, left, right)]
    for field in FIELDS:
        texts = [record[field] for record in records]
        if not any(texts):
            continue
        said = np.array([bool(text) for text in texts])
        both = said[left] & said[right]
        for settings in ({"analyzer": "char_wb", "ngram_range": (3, 5)}, {"token_pattern": r"\w+"}):
            columns.append(np.where(both, cosines(texts, left, right, **settings), np.nan))
    return np.column_stack(columns)


def words(text):
    return sorted(set(re.findall(r"[a-z]+|\d+(?:\.\d+)?", text)))


def share(column, *levels):
    """Levels of the words that two fields share, of all their words."""
    a, b = f"{column}_l", f"{column}_r"
    shared = f"len(list_intersect({a}, {b})) / len(list_distinct(list_concat({a}, {b})))"
    level = lambda at: {"sql_condition": f"{shared} >= {at}", "label_for_charts": f"{at} shared"}
    nothing = {"sql_condition": f"{a} IS NULL OR {b} IS NULL", "label_for_charts": "not said", "is_null_level": True}
    rest = {"sql_condition": "ELSE", "label_for_charts": "less shared"}
    return cl.CustomComparison([nothing, *map(level, levels), rest], output_column_name=column)


def splink_settings():
    return SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=["l.pair = r.pair"],
        comparisons=[
            cl.JaroWinklerAtThresholds("spelt", [0.95, 0.88, 0.8, 0.7]),
            share("name", 1.0, 0.7, 0.5, 0.3, 0.1),
            share("definition", 1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1),
            share("everything", 0.9, 0.75, 0.6, 0.45, 0.3, 0.15),
            share("numbers", 1.0, 0.5, 0.01),
            share("numerator", 1.0, 0.7, 0.4, 0.2),
            share("denominator", 1.0, 0.7, 0.4, 0.2),
            share("code_list", 1.0, 0.7, 0.4, 0.1),
            cl.ExactMatch("format"),
            cl.ExactMatch("unit"),
        ],
    ).create_settings_dict("duckdb")


class Splink:
    """Every pair is a row of either table; the blocking rule makes those pairs and no others."""

    def __init__(self, left, right):
        self.sides = [self.table(side) for side in (left, right)]

    @staticmethod
    def table(records):
        column = lambda make: [make(record) or None for record in records]
        of = lambda field: column(lambda record: words(record[field]))
        everything = lambda record: " ".join(record.values())
        return pa.table({
            "unique_id": list(range(len(records))),
            "pair": list(range(len(records))),
            "spelt": column(lambda record: record["name"]),
            **{field: of(field) for field in ("name", "definition", "numerator", "denominator", "code_list")},
            "everything": column(lambda record: words(everything(record))),
            "numbers": column(lambda record: [word for word in words(everything(record)) if word[0].isdigit()]),
            **{field: column(lambda record: record[field]) for field in ("format", "unit")},
        })

    def linker(self, settings):
        api = DuckDBAPI()
        tables = [api.register(table, table_name=name) for table, name in zip(self.sides, ("a", "b"))]
        return api, Linker(tables, settings, log_level=logging.ERROR, validate_settings=False)

    def shares(self, pairs):
        """How often each level of each comparison stands among pairs."""
        api, linker = self.linker(splink_settings())
        ids = np.flatnonzero(pairs).tolist()
        labels = pa.table({
            "source_dataset_l": ["a"] * len(ids), "unique_id_l": ids, "source_dataset_r": ["b"] * len(ids), "unique_id_r": ids,
        })
        linker.training.estimate_m_from_pairwise_labels(api.register(labels, table_name="labels"))
        return linker.misc.save_model_to_json()

    def learn(self, same, others):
        """Splink learns m of labels and u of chance pairs; here u too is learned of labels, which is to its advantage."""
        model, against = self.shares(same), self.shares(others)
        model["probability_two_random_records_match"] = float(same.sum() / (same.sum() + others.sum()))
        for comparison, other in zip(model["comparisons"], against["comparisons"]):
            for level, counter in zip(comparison["comparison_levels"], other["comparison_levels"]):
                if not level.get("is_null_level"):
                    # What never occurred among the labels is rare, not impossible.
                    level["m_probability"] = max(level.get("m_probability") or 0.0, 1e-3)
                    level["u_probability"] = max(counter.get("m_probability") or 0.0, 1e-3)
        return model

    def score(self, model):
        _, linker = self.linker(model)
        told = linker.inference.predict().as_pyarrow_table()
        scores = np.full(len(self.sides[0]), -np.inf)
        scores[told["unique_id_l"].to_numpy()] = told["match_weight"].to_numpy()
        return scores


def main(folder, own):
    folder, own = Path(folder), json.loads(Path(own).read_text())
    records = [
        {"id": record["id"], **{field: text_of(record, field) for field in FIELDS}}
        for record in read_lines(folder / "records.jsonl")
    ]
    place = {record.pop("id"): at for at, record in enumerate(records)}
    left = np.array([place[pair["left"]] for pair in own["pairs"]])
    right = np.array([place[pair["right"]] for pair in own["pairs"]])
    same = np.array([pair["same"] for pair in own["pairs"]])
    sides = [tuple(pair["sides"]) for pair in own["pairs"]]
    of = lambda places: [records[at] for at in places]
    out = []

    def tell(engine, scores, seconds, learned):
        out.append({"name": engine, "learned": learned, "seconds": seconds, **figures(np.asarray(scores), same)})

    tell("onus", [pair["p"] for pair in own["pairs"]], own["score_s"], True)
    tell("rapidfuzz", *timed(lambda: rapidfuzz(of(left), of(right))), False)
    tell("tfidf", *timed(lambda: tfidf(records, left, right), 3), False)

    measures, seconds = timed(lambda: tfidf_fields(records, left, right), 3)

    def trees(learned, scored):
        model = HistGradientBoostingClassifier(max_iter=300, learning_rate=0.05, max_leaf_nodes=15, random_state=0)
        return model.fit(measures[learned], same[learned]).predict_proba(measures[scored])[:, 1]

    tell("tfidf_trees", held_out(sides, trees), seconds, True)

    logging.getLogger("splink").setLevel(logging.ERROR)
    splink = Splink(of(left), of(right))
    told = held_out(sides, lambda learned, scored: splink.score(splink.learn(same & learned, ~same & learned))[scored])
    model = splink.learn(same, ~same)
    _, seconds = timed(lambda: Splink(of(left), of(right)).score(model), 3)
    tell("splink", told, seconds, True)
    print(json.dumps(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
