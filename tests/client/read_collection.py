"""Reads a collection as a foreign client would: by server reflection alone, no generated code.

Usage: read_collection.py HOST:PORT collections/ID
Prints one JSON object: the services the server names, and the collection as protobuf's JSON.
"""

import json
import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "onus.v1.CollectionService"
METHOD = "GetCollection"
TIMEOUT_SECONDS = 30


def read(address, name):
    """The services at ``address``, and the collection called ``name``."""
    with grpc.insecure_channel(address) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        services = sorted(database.get_services())
        method = DescriptorPool(database).FindServiceByName(SERVICE).FindMethodByName(METHOD)
        call = channel.unary_unary(
            f"/{SERVICE}/{METHOD}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        request = GetMessageClass(method.input_type)(name=name)
        collection = call(request, timeout=TIMEOUT_SECONDS)
        return {"services": services, "collection": MessageToDict(collection, preserving_proto_field_name=True)}


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
