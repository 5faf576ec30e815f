"""How CloudTrail spells the parameters of a call, from the shapes of botocore's models.

The models say how a call looks on the wire; CloudTrail writes the same members in its own way, which is nowhere
documented in full. These rules were found by comparing with recorded events; where a member is recorded in more than
one way, all of them are known.
"""

import re

# Their request and response keys keep the capital letter of the model.
PASCAL_CASE = {"account", "airflow", "ce", "connect", "devops-guru", "resource-explorer-2", "securityhub"}

# Query services that record the members of a response's only structure without the structure.
# IAM and STS keep it: `responseElements.accessKey.accessKeyId`.
UNWRAPPED = {"rds", "redshift", "elasticache", "sns", "elasticloadbalancing", "autoscaling"}

# A response of so few members wraps what people look for in a structure: `accessKey.accessKeyId`. Its keys are kept
# too; those of all structures would double the file.
WRAPPER = 2

# Every EC2 call may record these.
EC2_REQUEST = ["filterSet", "maxResults", "nextToken", "dryRun"]
EC2_RESPONSE = ["requestId", "_return"]

# The model of API Gateway's REST APIs. HTTP APIs have another, whose calls are recorded without a wrapper under the same names.
# Seen are `createStageInput` and `tagResourceInput` in records, `createDeploymentInput` in a program that reads them, and
# `createRestApiInput` in what the service says of an invalid parameter.
REST_APIS = "apigateway-2015-07-09"

# A failed call of a JSON service may record its error as the response.
ERROR = ["message", "__type"]


def lower_first(name):
    return name[:1].lower() + name[1:]


def spellings(name, prefix):
    """A member's name as CloudTrail may write it."""
    found = [lower_first(name)]
    if prefix in PASCAL_CASE:
        found.append(name)
    if name.isupper() and len(name) > 1:
        found.append(name.lower())  # secretsmanager's ARN is `arn`
    return found


def members(model, shape_name):
    shape = model["shapes"][shape_name] if shape_name else {}
    return shape.get("members", {}) if shape.get("type") == "structure" else {}


def request_keys(model, operation, event_name, prefix):
    shape = operation.get("input", {}).get("shape")
    protocol = model["metadata"]["protocol"]
    keys = []
    for name, member in members(model, shape).items():
        if protocol == "ec2":
            keys += ec2_spellings(name, member, model["shapes"][member["shape"]])
        elif prefix == "s3":
            keys += s3_spellings(name, member)
        else:
            keys += names(name, member, prefix)
    if protocol == "ec2":
        keys += [event_name + "Request", *EC2_REQUEST]
    if prefix == "s3":
        keys += s3_extra(operation)
    if model["metadata"].get("uid") == REST_APIS:
        keys += in_wrapper(model, operation, event_name, prefix)
    return sorted(set(keys))


def in_wrapper(model, operation, event_name, prefix):
    """What a call for a REST API sends in its body, in an object named after the call: `createStageInput.stageName`."""
    shape = operation.get("input", {}).get("shape")
    body = {name: member for name, member in members(model, shape).items() if "location" not in member}
    if not body:
        return []
    wrapper = lower_first(event_name) + "Input"
    if model["shapes"][shape].get("payload"):
        return [wrapper]
    return [wrapper, *(f"{wrapper}.{key}" for name, member in body.items() for key in names(name, member, prefix))]


def response_keys(model, operation, event_name, prefix):
    shape = operation.get("output", {}).get("shape")
    protocol = model["metadata"]["protocol"]
    found = members(model, shape)
    keys = []
    for name, member in found.items():
        if protocol == "ec2":
            keys += ec2_spellings(name, member, model["shapes"][member["shape"]])
        elif prefix == "s3":
            keys += s3_spellings(name, member)
        elif len(found) <= WRAPPER:
            keys += nested(model, name, member, prefix)
        else:
            keys += names(name, member, prefix)
    if protocol == "query" and len(found) == 1 and prefix in UNWRAPPED:
        (only,) = found.values()
        for name, member in members(model, only["shape"]).items():
            keys += names(name, member, prefix)
    if protocol == "ec2":
        keys += [event_name + "Response", *EC2_RESPONSE]
    if protocol in ("json", "rest-json"):
        keys += ERROR
    if prefix == "s3":
        keys += ["x-amz-id-2", "x-amz-request-id"]
    return sorted(set(keys))


def names(name, member, prefix):
    """The key, also by its name on the wire."""
    keys = spellings(name, prefix)
    if member.get("locationName") and member.get("location") in (None, "uri", "querystring"):
        # EKS records `name`, which is the member `clusterName` on the wire.
        keys += spellings(member["locationName"], prefix)
    return keys


def nested(model, name, member, prefix):
    """The key, and with a dot the keys of the structure below it."""
    keys = names(name, member, prefix)
    below = [inner for part in members(model, member["shape"]) for inner in spellings(part, prefix)]
    return [*keys, *(f"{key}.{inner}" for key in keys for inner in below)]


def ec2_spellings(name, member, shape):
    """EC2 writes `instancesSet` for `InstanceIds`, `groupSet` for `Groups`: lists in several ways."""
    names = {lower_first(text) for text in (name, member.get("locationName"), member.get("queryName")) if text}
    if shape["type"] != "list":
        return sorted(names)
    found = set(names)
    for text in names:
        stem = re.sub(r"(Ids|Id|Names|Name|s)$", "", text)
        found |= {f"{part}Set" for part in (text, stem, stem + "s", stem + "Id", stem + "Name")}
    return sorted(found)


def s3_spellings(name, member):
    """S3 records what stands in the URL and the headers by its name there; the bucket is `bucketName`."""
    names = [lower_first(name), name]
    if member.get("locationName"):
        names.append(member["locationName"])
    return [text for text in names if text not in ("bucket", "Bucket")]


def s3_extra(operation):
    """The bucket, the host, and the sub-resource of `PUT /{Bucket}?policy`."""
    uri = operation["http"]["requestUri"]
    keys = ["Host"]
    if "{Bucket}" in uri:
        keys.append("bucketName")
    if "?" in uri:
        keys += [part.split("=")[0] for part in uri.split("?")[1].split("&")]
    return keys
