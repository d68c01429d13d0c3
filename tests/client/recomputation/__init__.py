"""Recomputes every figure of an edition from the registry that stands beside it, independently of Onus's own code.

Written from the project's published definitions alone (`method.md`, `datapackage.json`), with exact fractions: `duties` (who owes what),
`costs` (hours and pence), `index`, `twice` (what is asked more than once, and what that costs), `evidence` (time returns), `rows` (the
figures as the files have them). What is asked, and what of it is a fact, is `recompute.py`'s. `compare_edition.py` compares.
"""
