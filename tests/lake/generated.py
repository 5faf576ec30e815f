"""Records and patterns by chance, over all operators: texts that SQL, regular expressions, LIKE and JSON take for
something else, lists in lists, keys with a dot, numbers in all spellings."""

import json

TEXTS = [
    "alice", "Alice", "ALICE", "bob", "", "a", "ab", "abc", "Straße", "STRASSE", "K", "\u212a", "😀", "??", "it's",
    'say "hi"', "50%", "a_b", "axb", "back\\slash", "line\nbreak", "x\n", "*", "a*b", "(.*)", "[x]", "a.b", "10.0.0.1",
    "010.0.0.1", "10.1.2.3", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "a00::1", "203.0.113.10", "5", "5.0", "-3", "true",
    "null", "<b>&amp;", "AccessDenied", "AccessDeniedException", "é", "\u0130", "i\u0307", "' OR '1'='1", "--", "/path/x",
]  # fmt: skip
NUMBERS = [0, 1, -1, 5, 5.0, 300, 3.5, 1e10, 0.1, 9007199254740993, 10000001, 100]
KEYS = ["bucketName", "name", "a", "b", "a.b", "x-amz-acl", "items", "ß", "Key_1"]
SCALARS = [
    "eventName", "errorCode", "errorMessage", "userAgent", "sourceIPAddress", "apiVersion", "vpcEndpointId",
    "sharedEventID",
]  # fmt: skip
IDENTITY = ["type", "principalId", "arn", "accountId", "invokedBy", "accessKeyId", "userName"]
SOURCES = ["s3.amazonaws.com", "ec2.amazonaws.com", "iam.amazonaws.com", "signin.amazonaws.com", "odd"]
TYPES = ["AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn", "AwsConsoleAction"]
JSON_COLUMNS = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]


def value(random, depth):
    """A value of JSON."""
    kind = random.randrange(12 if depth > 0 else 6)
    if kind < 3:
        return random.choice(TEXTS)
    if kind == 3:
        return random.choice(NUMBERS)
    if kind == 4:
        return random.choice([True, False])
    if kind == 5:
        return None
    if kind < 9:
        return {key: value(random, depth - 1) for key in random.sample(KEYS, random.randrange(4))}
    return [value(random, depth - 1) for _ in range(random.randrange(4))]


def record(random, number):
    """A record of the form in which CloudTrail writes it: texts where the table has texts."""
    found = {
        "eventVersion": "1.11",
        "eventTime": f"2026-01-{1 + number % 28:02}T08:30:00Z",
        "eventSource": random.choice(SOURCES),
        "awsRegion": random.choice(["eu-west-1", "us-east-1"]),
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventType": random.choice(TYPES),
        "recipientAccountId": random.choice(["123456789012", "210987654321"]),
    }
    for key in SCALARS:
        if random.random() < 0.7:
            found[key] = random.choice([*TEXTS, None])
    if random.random() < 0.8:
        found["readOnly"] = random.choice([True, False])
    found["userIdentity"] = {key: random.choice(TEXTS) for key in IDENTITY if random.random() < 0.6}
    if random.random() < 0.4:
        attributes = {"mfaAuthenticated": random.choice(["true", "false"]), "creationDate": "2026-01-01T00:00:00Z"}
        issuer = {"type": "Role", "userName": random.choice(TEXTS)}
        found["userIdentity"]["sessionContext"] = {"attributes": attributes, "sessionIssuer": issuer}
    for key in JSON_COLUMNS:
        if random.random() < 0.7:
            object_ = {key: value(random, 3) for key in random.sample(KEYS, random.randrange(1, 5))}
            found[key] = random.choice([object_, object_, object_, None])
    return found


def leaves(object_, path):
    """The paths and scalars of an object, as patterns see them: lists add no step."""
    if isinstance(object_, dict):
        for key, inner in object_.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(object_, list):
        for inner in object_:
            yield from leaves(inner, path)
    else:
        yield path, object_


def part(random, text):
    """Some of a text, or another one."""
    at = random.randrange(len(text) + 1)
    return random.choice([text, text[:at], text[at:], text.swapcase(), random.choice(TEXTS)])


def candidate(random, found):
    """A candidate, as JSON has it, that has a chance to take this value."""
    text = found if isinstance(found, str) else random.choice(TEXTS)
    number = found if isinstance(found, (int, float)) and not isinstance(found, bool) else random.choice(NUMBERS)
    number = 7 if number == 9007199254740993 else number
    few = [part(random, text) or "x" for _ in range(random.randrange(1, 4))]
    star = part(random, text).replace("\\", "\\\\").replace("*", "\\*")
    cut = random.randrange(len(star) + 1)
    star = star[:cut].rstrip("\\") + "*" + star[cut:]
    kinds = [
        lambda: found if found is not None else None,
        lambda: text,
        lambda: part(random, text),
        lambda: number,
        lambda: {"prefix": part(random, text)},
        lambda: {"prefix": text + '"'},
        lambda: {"suffix": '"' + text},
        lambda: {"prefix": {"equals-ignore-case": part(random, text)}},
        lambda: {"suffix": part(random, text)},
        lambda: {"suffix": {"equals-ignore-case": part(random, text)}},
        lambda: {"equals-ignore-case": text.swapcase()},
        lambda: {"wildcard": star},
        lambda: {"exists": random.choice([True, False])},
        lambda: {"numeric": [random.choice(["=", "<", "<=", ">", ">="]), number]},
        lambda: {"numeric": [">=", number - 1, "<", number + 1]},
        lambda: {"cidr": random.choice(["10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0", "10.0.0.1/31"])},
        lambda: {"anything-but": random.choice([few, few[0], number, [number, 5]])},
        lambda: {"anything-but": {"prefix": few}},
        lambda: {"anything-but": {"suffix": few}},
        lambda: {"anything-but": {"equals-ignore-case": few}},
        lambda: {"anything-but": {"wildcard": star}},
        lambda: {"exactly": text},
    ]
    return random.choice(kinds)()


def put(pattern, path, candidates):
    """Sets a path of a pattern."""
    *steps, last = path.split(".") if random_split(path) else [path]
    for step in steps:
        pattern = pattern.setdefault(step, {})
        if not isinstance(pattern, dict):
            return
    if not isinstance(pattern.get(last), dict):
        pattern[last] = candidates


def random_split(path):
    """All paths are split: a pattern with dotted keys is the same."""
    return bool(path)


ENVELOPE = ["source", "detail-type", "account", "region"]
OTHERS = [
    "detail.errorCode", "detail.managementEvent", "detail.userIdentity.sessionContext", "detail.requestParameters.a.b",
    "detail.requestParameters.items.name", "detail.requestParameters", "detail.resources.arn", "detail.readOnly",
    "detail.userIdentity.invokedBy", "detail.requestParameters.a.items.b", "version", "id", "time",
]  # fmt: skip


def envelope(found):
    """What the record's event has beside it."""
    kinds = dict(zip(TYPES, ["API Call", "Service Event", "Console Sign In", "Console Action"], strict=True))
    return {
        "source": "aws." + found["eventSource"].removesuffix(".amazonaws.com"),
        "detail-type": f"AWS {kinds[found['eventType']]} via CloudTrail",
        "account": found["recipientAccountId"],
        "region": found["awsRegion"],
    }


def conditions(random, records, most):
    """Paths with candidates, most of which one record satisfies."""
    found = random.choice(records)
    known = list(leaves(found, "detail")) + list(envelope(found).items())
    pattern = {}
    for _ in range(random.randrange(1, most)):
        path, seen = random.choice(known)
        if random.random() < 0.25:
            path = random.choice(OTHERS + ENVELOPE)
        if all(path.split(".")):
            put(pattern, path, [candidate(random, seen) for _ in range(random.randrange(1, 4))])
    return pattern


def pattern(random, records):
    """A pattern."""
    found = conditions(random, records, 4)
    if random.random() < 0.3:
        branches = [conditions(random, records, 3) for _ in range(2)]
        if all(branches):
            found["$or"] = branches
    return found


def watcher(text):
    """The file of a watcher with this pattern."""
    # TOML's basic strings are written as JSON's; all but ASCII is escaped, and a pair of surrogates is none in TOML.
    quoted = json.dumps(json.dumps(text, ensure_ascii=False), ensure_ascii=False)
    return f'title = "x"\nseverity = "low"\nchannels = ["mail"]\nmessage = "x"\npattern = {quoted}\n'
