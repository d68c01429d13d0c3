"""Calls without a pause while the server ends, as clients do that know nothing of it.

Usage: keep_calling.py HOST:PORT
Eight threads call over one channel, and one stream listens to the server's health. Prints "calling" when all have had an answer; ends
when the server is gone. Prints a JSON object: how many calls were answered, the failures of calls that a server had accepted, what
the stream said, and how the stream ended.

A call that reaches nobody was not accepted: it is told by the absence of a connection.
"""

import json
import sys
import threading

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

THREADS = 8
NOBODY = ("failed to connect", "connection refused", "connections to all backends failing")


class Client:
    """What all threads share."""

    def __init__(self, channel):
        pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
        service = pool.FindServiceByName("onus.v1.CollectionService")
        self.list = self.caller(channel.unary_unary, service, "ListCollections")
        self.request = self.request_of(service, "ListCollections")
        health = pool.FindServiceByName("grpc.health.v1.Health")
        self.watch = self.caller(channel.unary_stream, health, "Watch")
        self.watched = self.request_of(health, "Watch")
        self.lock = threading.Lock()
        self.answered = 0
        self.failures = []
        self.begun = [threading.Event() for _ in range(THREADS + 1)]

    @staticmethod
    def request_of(service, name):
        """An empty request."""
        return GetMessageClass(service.FindMethodByName(name).input_type)()

    @staticmethod
    def caller(make, service, name):
        """Calls a method."""
        output = GetMessageClass(service.FindMethodByName(name).output_type)
        return make(
            f"/{service.full_name}/{name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=output.FromString,
        )

    def keep_calling(self, at):
        """Calls until nobody is there."""
        while True:
            try:
                self.list(self.request, timeout=30)
            except grpc.RpcError as error:
                said = (error.details() or "").lower()
                if not any(word in said for word in NOBODY):
                    with self.lock:
                        self.failures.append(f"{error.code().name}: {error.details()}")
                return
            with self.lock:
                self.answered += 1
            self.begun[at].set()

    def listen(self):
        """What health says until the stream ends, and how it ends."""
        said = []
        try:
            for status in self.watch(self.watched):
                said.append(status.status)
                self.begun[THREADS].set()
        except grpc.RpcError as error:
            return said, error.code().name, error.details()
        return said, "OK", ""


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    # As channels are unless told otherwise: what the server never took may go to another connection, whatever it took is made once.
    with grpc.insecure_channel(sys.argv[1]) as channel:
        client = Client(channel)
        threads = [threading.Thread(target=client.keep_calling, args=(at,)) for at in range(THREADS)]
        heard = []
        threads.append(threading.Thread(target=lambda: heard.append(client.listen())))
        for thread in threads:
            thread.start()
        for begun in client.begun:
            begun.wait(60)
        print("calling", flush=True)
        for thread in threads:
            thread.join()
    said, ended, details = heard[0]
    json.dump(
        {
            "answered": client.answered,
            "failures": client.failures,
            "health": said,
            "stream": {"status": ended, "message": details},
        },
        sys.stdout,
    )
    print()


if __name__ == "__main__":
    main()
