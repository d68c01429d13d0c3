"""Reads a collection as a foreign client would: by server reflection alone, no generated code.

Usage: read_collection.py HOST:PORT collections/ID
Prints one JSON object: the services the server names, and the collection as protobuf's JSON.
"""

import json
import sys

import grpc

from reflected import Reflected, connect


def read(address, name):
    """The services at ``address``, and the collection called ``name``."""
    with connect(address) as channel:
        server = Reflected(channel)
        collection = server.call("onus.v1.CollectionService/GetCollection", {"name": name})
        return {"services": server.services(), "collection": collection}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        answer = read(sys.argv[1], sys.argv[2])
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")
    json.dump(answer, sys.stdout, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
