"""Registers collections without a pause while the server is killed and started again, and says what became of them.

Usage: keep_registering.py HOST:PORT
Eight threads register, each collection under a title of its own. A call that gets no answer is made again with the same request_id until it
does. Prints "registering" when all have had an answer; ends when its standard input does. Then it gets each, and prints one JSON object:
how many were acknowledged, how many calls were made again, what else went wrong, and which of those acknowledged are not there as they were.
"""

import json
import sys
import threading
import time
import uuid

import grpc
from google.protobuf.json_format import ParseDict
from google.protobuf.message_factory import GetMessageClass

from reflected import Reflected, connect

THREADS = 8
SERVICE = "onus.v1.CollectionService"
IDENTITY = [("authorization", "Demo registrar")]
# What a server that is gone, or going, leaves a caller with: whether the call was done is not known.
UNKNOWN = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.ABORTED}
# A server that is there again is found again at once.
OPTIONS = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.min_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 50)]


def content(title):
    """What a collection asks."""
    items = [
        {
            "position": position,
            "section": "Stay",
            "mandation": "MANDATION_MANDATORY",
            "role": "ITEM_ROLE_CONTENT",
            "subject": "subjects/STAFF_POSTS",
            "definition": "definitions/person-birth-date",
            "purpose_kind": "PURPOSE_KIND_IMPROVEMENT",
            "use": f"Beds, question {position}",
        }
        for position in range(1, 4)
    ]
    return {"title": title, "purpose": "To plan beds where they are needed", "items": items}


class Registrar:
    """Registers, and remembers what was acknowledged."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, OPTIONS)
        with connect(address) as known:
            # What the server says of itself is asked before it is killed.
            service = Reflected(known).pool.FindServiceByName(SERVICE)
            self.request = GetMessageClass(service.FindMethodByName("CreateCollection").input_type)
            self.answer = GetMessageClass(service.FindMethodByName("CreateCollection").output_type)
        self.create = self.channel.unary_unary(
            f"/{SERVICE}/CreateCollection",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=self.answer.FromString,
        )
        self.ended = threading.Event()
        self.begun = [threading.Event() for _ in range(THREADS)]
        self.lock = threading.Lock()
        self.acknowledged = {}
        self.again = 0
        self.errors = []

    def register(self, title):
        """Registers one collection, however often it takes."""
        collection = {"owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL"}
        asked = {"collection": collection, "content": content(title), "request_id": str(uuid.uuid4())}
        message = ParseDict(asked, self.request())
        while True:
            try:
                answer = self.create(message, timeout=20, metadata=IDENTITY)
            except grpc.RpcError as error:
                if error.code() not in UNKNOWN:
                    raise
                with self.lock:
                    self.again += 1
                time.sleep(0.02)
                continue
            with self.lock:
                self.acknowledged[title] = answer.name
            return

    def keep_registering(self, at):
        """Registers until it is told to end."""
        number = 0
        while not self.ended.is_set():
            number += 1
            try:
                self.register(f"Beds in use {at} {number}")
            except grpc.RpcError as error:
                with self.lock:
                    self.errors.append(f"{error.code().name}: {error.details()}")
                self.begun[at].set()
                return
            self.begun[at].set()


def lost(address, acknowledged):
    """Titles of what is not there under the name that was answered."""
    with connect(address) as channel:
        server, missing = Reflected(channel), []
        for title, name in acknowledged.items():
            try:
                found = server.call(f"{SERVICE}/GetCollection", {"name": name}, IDENTITY)
            except grpc.RpcError as error:
                missing.append(f"{title}: {error.code().name}")
                continue
            if found.get("title") != title:
                missing.append(f"{title}: {found}")
        return missing


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    registrar = Registrar(sys.argv[1])
    threads = [threading.Thread(target=registrar.keep_registering, args=(at,)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for begun in registrar.begun:
        begun.wait(60)
    print("registering", flush=True)
    sys.stdin.read()
    registrar.ended.set()
    for thread in threads:
        thread.join()
    told = {
        "acknowledged": len(registrar.acknowledged),
        "again": registrar.again,
        "errors": registrar.errors,
        "lost": lost(sys.argv[1], registrar.acknowledged),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
