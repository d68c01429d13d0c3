"""Holds an SQLite database as a program in the middle of a long write does.

Usage: hold.py FILE
Prints "held" when it has the lock and keeps it until its standard input ends; stores nothing.
"""

import sqlite3
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    database = sqlite3.connect(sys.argv[1], isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.read()
    database.execute("ROLLBACK")


if __name__ == "__main__":
    main()
