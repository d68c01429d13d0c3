"""Checks an audit log that `onus audit export` wrote, independently of Onus's own code.

Usage: verify_log.py FILE KEY [HEAD]...
FILE is the export, KEY the public key (`onus audit key`), each HEAD a file with a head that was kept before: a signed note, or the
audit_head.json of an edition.

Written from the project's decision record on the audit log alone:
- A leaf is SHA-256(0x00, text), the text being the entry in the canonical JSON of RFC 8785 with the members action, actor_digest,
  after_digest, at, audience, before_digest, has_state, id, owner, reason, resource; actor_digest is SHA-256("salt:actor").
- A node is SHA-256(0x01, left, right); a list of n leaves is split at the largest power of two below n (RFC 9162, section 2.1).
- A head is a signed note (c2sp.org/signed-note) over the lines origin, size, root in base64, and "time " with its time.
- Each entry's state hashes to its after_digest, and its before_digest is the after_digest of the resource's entry before.

Prints one JSON object and ends with 1 if anything is wrong, with every problem on standard error.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LEAF = ("action", "after_digest", "at", "audience", "before_digest", "id", "owner", "reason", "resource")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def leaf(entry):
    """The hash of an entry's leaf."""
    members = {name: entry[name] for name in LEAF}
    members["actor_digest"] = digest(f"{entry['salt']}:{entry['actor']}")
    members["has_state"] = entry["state"] is not None
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\0" + text.encode()).digest()


def root(leaves):
    """The root over some leaves, as RFC 9162 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


class Key:
    """A public key of signed notes: NAME+HASH+KEY."""

    def __init__(self, text):
        self.name, named, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if raw[0] != 1 or self.id.hex() != named:
            raise ValueError("the key's parts do not belong together")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def open(self, note):
        """Size, root and time of a head, whose signature must fit."""
        text, _, signatures = note.partition("\n\n")
        for line in signatures.splitlines():
            dash, name, signature = line.split(" ")
            signature = base64.b64decode(signature, validate=True)
            if dash != "—" or name != self.name or signature[:4] != self.id:
                continue
            self.public.verify(signature[4:], (text + "\n").encode())
            origin, size, value, time = text.split("\n")
            if origin != self.name or not time.startswith("time "):
                raise ValueError("the head is of another log or form")
            return int(size), base64.b64decode(value, validate=True), time
        raise ValueError("no signature is by the key to trust")


def check_entries(entries, problems):
    """What each entry says of itself and of the one before it; answers the hashes of their leaves."""
    left, ids, leaves = {}, set(), []
    for place, entry in enumerate(entries):
        wrong = lambda what, place=place: problems.append(f"entry {place}: {what}")
        if entry["seq"] != place:
            wrong(f"it says that it is entry {entry['seq']}")
        if entry["id"] in ids:
            wrong("its key is that of an entry before")
        ids.add(entry["id"])
        before, after, state = entry["before_digest"], entry["after_digest"], entry["state"]
        if state is not None and digest(state) != after:
            wrong("its state does not hash to its after_digest")
        if before is not None or after is not None:
            derived = state is None and after is not None
            if left.get(entry["resource"]) != before and not derived:
                wrong("its resource was otherwise before it")
            left[entry["resource"]] = after
        leaves.append(leaf(entry))
    return leaves


def check_head(name, note, key, leaves, problems):
    """Whether a head is signed and over the entries; answers its size."""
    try:
        size, value, time = key.open(note)
    except (InvalidSignature, ValueError) as error:
        problems.append(f"{name}: {error or 'its signature does not fit'}")
        return None
    if size > len(leaves):
        problems.append(f"{name}: it is over {size} entries, and there are {len(leaves)}")
    elif root(leaves[:size]) != value:
        problems.append(f"{name}: its root is not that of the first {size} entries")
    return size, time


def verify(lines, key, kept):
    """Everything that is wrong with an export, and what it holds."""
    first, *rest = (json.loads(line) for line in lines)
    entries = [line for line in rest if line["kind"] == "entry"]
    heads = [line["note"] for line in rest if line["kind"] == "head"]
    problems = []
    if first != {"kind": "log", "format": "onus audit log 1", "entries": len(entries), "heads": len(heads)}:
        problems.append(f"the first line says otherwise than what came: {first}")
    leaves = check_entries(entries, problems)
    before = (0, "")
    for number, note in enumerate(heads):
        found = check_head(f"head {number}", note, key, leaves, problems)
        if found and (found[0] <= before[0] or found[1] < before[1]):
            problems.append(f"head {number}: it is not behind the one before")
        before = found or before
    if before[0] != len(leaves):
        problems.append(f"entries from {before[0]} on are under no head")
    for name, note in kept:
        check_head(name, note, key, leaves, problems)
    return problems, {"entries": len(entries), "heads": len(heads), "root": root(leaves).hex()}


def read_head(path):
    text = Path(path).read_text(encoding="utf-8")
    return path, json.loads(text)["note"] if text.startswith("{") else text


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    # Not splitlines: other ends of lines may stand within a line.
    lines = Path(sys.argv[1]).read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    try:
        problems, found = verify(lines, Key(sys.argv[2]), [read_head(path) for path in sys.argv[3:]])
    except (KeyError, TypeError, ValueError) as error:
        problems, found = [f"the export cannot be read: {error!r}"], {}
    for problem in problems:
        print(problem, file=sys.stderr)
    json.dump({"sound": not problems, **found}, sys.stdout)
    print()
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
