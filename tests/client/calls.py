"""Makes calls one after another as a foreign client would, and prints what each got.

Usage: calls.py HOST:PORT [ROOT.pem [CERTIFICATE.pem KEY.pem]] < CALLS
CALLS is a JSON list of {"call": "package.Service/Method", "request": {...}, "as": "registrar"}; without "as" the public calls, with
"authorization" whoever it is that shows this. With a root certificate the channel is by TLS, with a certificate by mutual TLS.
Prints a JSON list, one object a call: {"status": "OK", "response": {...}}, or the error with its details (google.rpc.Status), each
detail as protobuf's JSON under the name of its type: {"status": "NOT_FOUND", "message": "...", "details": {"ErrorInfo": {...}}}.
"""

import json
import sys

import grpc
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from reflected import Reflected, connect


def detail(packed):
    """A detail's type, without its package, and the detail."""
    name = packed.type_url.rsplit(".", 1)[-1]
    message = getattr(error_details_pb2, name)()
    packed.Unpack(message)
    return name, MessageToDict(message, preserving_proto_field_name=True)


def refusal(error):
    """An error as a client sees it."""
    status = rpc_status.from_call(error)
    details = dict(map(detail, status.details)) if status else {}
    return {"status": error.code().name, "message": error.details(), "details": details}


def outcome(server, asked):
    """What one call gets."""
    shown = asked.get("authorization", f"Demo {asked['as']}" if "as" in asked else None)
    metadata = [("authorization", shown)] if shown is not None else []
    try:
        return {"status": "OK", "response": server.call(asked["call"], asked.get("request", {}), metadata)}
    except grpc.RpcError as error:
        return refusal(error)


def main():
    if len(sys.argv) not in (2, 3, 5):
        sys.exit(__doc__)
    with connect(*sys.argv[1:]) as channel:
        server = Reflected(channel)
        json.dump([outcome(server, asked) for asked in json.load(sys.stdin)], sys.stdout, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
