#!/usr/bin/env python3
"""Writes parameters.bin: what kind of value stands in the parameters of calls, from the shapes of botocore's models.

    pip install --requirement requirements.txt
    python3 parameters.py            # writes parameters.bin
    python3 parameters.py --check    # says whether parameters.bin is what this would write

A zlib stream of lines. Each is a service's prefix, a tab, its request parameters, a tab, its response elements: groups of
keys, `o=policy,tags`, with what the keys hold:

    o  an object                  l  a list of texts or numbers     L  a list of objects
    n  a number                   b  true or false                  j  a text that is JSON, of a policy for example
    t  a text; only in requests that change something
    a  a text in which no ARN can stand: the model's own pattern of it has no colon
    ?  not always the same, or the models do not tell
    B  an object that S3 records as the XML that was sent, with the capitals of its names

A key is here only if it is the same in all calls of the service; keys of a list of objects
within an object stand with a dot. Compared with 591 recorded events, what these say of 1,300 keys is right but for
those that `NOT_SO` leaves out, and edited events.
"""

import gzip
import json
import re
import sys
import tomllib
import zlib
from pathlib import Path

import botocore

import generate
import spelling

HERE = Path(__file__).parent
OUTPUT = HERE / "parameters.bin"
MODELS = Path(botocore.__file__).parent / "data"
KINDS = {
    "string": "t", "character": "t", "integer": "n", "long": "n", "double": "n", "float": "n", "boolean": "b",
    "structure": "o", "map": "o", "timestamp": "?", "blob": "?",
}
JSON_TEXTS = re.compile(r"(assumeRole)?(policy|policyDocument|policyText|resourcePolicy|accessPolic(y|ies)|keyPolicy|eventPattern)$", re.I)
# Named as a policy's text, and recorded as what the caller sent, in a form of its own, or the name of one.
NO_JSON = {"s3", "elasticloadbalancing", "autoscaling", "application-autoscaling", "cloudfront"}
# Recorded otherwise than the models say: redacted as a text, an answer in a shorter form, or a name within an object.
NOT_SO = {
    "apigateway": {"stageVariables"}, "ec2": {"volumeSize", "size", "unsuccessful"}, "ssm": {"parameters"},
    "s3": {"ownershipControls"}, "rds": {"endpoint"}, "route53domains": {"domainName"},
}


def main():
    text = ("\n".join(lines()) + "\n").encode()
    if "--check" in sys.argv[1:]:
        sys.exit(None if zlib.decompress(OUTPUT.read_bytes()) == text else f"{OUTPUT} is stale: run parameters.py")
    OUTPUT.write_bytes(zlib.compress(text, 9))
    print(f"{OUTPUT}: {len(text)} bytes, packed {OUTPUT.stat().st_size}")


def lines():
    exceptions = tomllib.loads((HERE / "exceptions.toml").read_text())
    verbs = tuple(exceptions["read-only"]["verbs"])
    services, asked = {}, {}
    for file in sorted(MODELS.glob("*/*/service-2.json.gz")):
        model = json.loads(gzip.decompress(file.read_bytes()))
        metadata = model["metadata"]
        for prefix in generate.event_prefixes(file, metadata, exceptions):
            parts = services.setdefault(prefix, ({}, {}))
            for call, operation in model["operations"].items():
                reads = call.startswith(verbs)
                # CloudTrail records no response of a call that reads.
                for part, key in zip(parts, ("input",) if reads else ("input", "output")):
                    for name, kind in kinds(model, operation, key, prefix):
                        part.setdefault(name, set()).add(kind)
                        if key == "input" and not reads:
                            asked.setdefault(prefix, set()).add(name)
    for prefix, parts in sorted(services.items()):
        request, response = parts
        texts = asked.get(prefix, set())
        yield "\t".join([prefix, groups(request, prefix, texts), groups(response, prefix, set())])


def groups(part, prefix, texts):
    found = {}
    for name, kinds_of in sorted(part.items()):
        if "a" in kinds_of:
            # Most shapes have no pattern; those that take ARNs say so.
            kinds_of = kinds_of - {"t"} if "T" not in kinds_of else kinds_of - {"a"}
        kinds_of = {"B"} if "B" in kinds_of else {"t" if kind == "T" else kind for kind in kinds_of}
        (kind,) = kinds_of if len(kinds_of) == 1 and name not in NOT_SO.get(prefix, ()) else ("?",)
        found.setdefault(kind, []).append(name)
    # Of other texts nothing is asked.
    found["t"] = [name for name in found.get("t", []) if name in texts]
    return " ".join(f"{kind}={','.join(names)}" for kind, names in sorted(found.items()) if names)


def kinds(model, operation, key, prefix):
    """The keys of a part of a call, with what they hold."""
    shape = operation.get(key, {}).get("shape")
    protocol = model["metadata"]["protocol"]
    members = spelling.members(model, shape)
    if key == "output" and protocol == "query" and len(members) == 1 and prefix in spelling.UNWRAPPED:
        (only,) = members.values()
        members = {**members, **spelling.members(model, only["shape"])}
    body = model["shapes"][shape].get("payload") if shape and prefix == "s3" else None
    for name, member in members.items():
        kind = kind_of(model, member["shape"], name, protocol, prefix)
        if name == body and kind == "o":
            yield member.get("locationName", name), "B"
            continue
        for spelt in spellings(model, name, member, protocol, prefix):
            yield spelt, kind
            if kind == "o" and protocol != "ec2":
                yield from (
                    (f"{spelt}.{inner}", "L")
                    for inner_name, inner_member in spelling.members(model, member["shape"]).items()
                    if kind_of(model, inner_member["shape"], inner_name, protocol, prefix) == "L"
                    for inner in spelling.spellings(inner_name, prefix)
                )


def spellings(model, name, member, protocol, prefix):
    if protocol == "ec2":
        return set(spelling.ec2_spellings(name, member, model["shapes"][member["shape"]]))
    if prefix == "s3":
        return set(spelling.s3_spellings(name, member))
    return set(spelling.names(name, member, prefix))


def kind_of(model, shape_name, name, protocol, prefix):
    shape = model["shapes"][shape_name]
    if shape["type"] == "list":
        if protocol == "ec2":
            return "o"  # `{"items": […]}`
        return "L" if model["shapes"][shape["member"]["shape"]]["type"] in ("structure", "map") else "l"
    kind = "?" if shape.get("document") else KINDS[shape["type"]]
    if kind == "n" and protocol == "ec2":
        return "?"  # a number in one call, a text in another
    if kind == "t" and JSON_TEXTS.match(name) and prefix not in NO_JSON:
        return "j"
    if kind == "t" and re.search(r".(Name|Id|Identifier)$", name):
        takes = takes_arn(shape.get("pattern"))
        return "T" if takes or takes is None and "arn" in shape_name.lower() else "a" if takes is False else "t"
    return kind


def takes_arn(pattern):
    """Whether the model's pattern of a text takes an ARN; none if that is not known."""
    if not pattern:
        return None
    try:
        pattern = re.compile(pattern.removeprefix("^").removesuffix("$"))
    except re.error:
        return None  # written for another language
    arns = ("arn:aws:iam::123456789012:user/name", "arn:aws:s3:us-east-1:123456789012:thing:name")
    return any(pattern.fullmatch(arn) for arn in arns) or "arn" in pattern.pattern


if __name__ == "__main__":
    main()
