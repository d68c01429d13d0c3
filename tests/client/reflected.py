"""Calls by server reflection alone: no generated code of the contract's."""

from pathlib import Path

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

TIMEOUT_SECONDS = 60


class Reflected:
    """A server, known by what it says of itself."""

    def __init__(self, channel):
        self.channel = channel
        self.database = ProtoReflectionDescriptorDatabase(channel)
        self.pool = DescriptorPool(self.database)

    def services(self):
        """The names of its services."""
        return sorted(self.database.get_services())

    def call(self, path, request, metadata=()):
        """Calls ``package.Service/Method`` with a request and answers, both as protobuf's JSON; raises grpc.RpcError."""
        service, method = path.split("/")
        found = self.pool.FindServiceByName(service).FindMethodByName(method)
        message = ParseDict(request, GetMessageClass(found.input_type)())
        make = self.channel.unary_unary(
            f"/{path}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(found.output_type).FromString,
        )
        answer = make(message, timeout=TIMEOUT_SECONDS, metadata=metadata)
        return MessageToDict(answer, preserving_proto_field_name=True)


def connect(address, root=None, certificate=None, key=None):
    """A channel to a server: by TLS if the file of its root certificate is given, with a certificate of the client's own if one is."""
    if root is None:
        return grpc.insecure_channel(address)
    files = [Path(file).read_bytes() if file else None for file in (root, key, certificate)]
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(*files))
