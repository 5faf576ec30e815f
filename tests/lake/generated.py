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
            depth = random.choice([0, 0, 3])
            object_ = {key: value(random, depth) for key in random.sample(KEYS, random.randrange(1, 5))}
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
    *steps, last = path.split(".")
    for step in steps:
        pattern = pattern.setdefault(step, {})
        if not isinstance(pattern, dict):
            return
    if not isinstance(pattern.get(last), dict):
        pattern[last] = candidates


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


def corner(keys, candidates, **more):
    """A pattern of one path of `requestParameters`, and what a record has there."""
    inner = candidates
    for key in reversed(keys):
        inner = {key: inner}
    return {"detail": {"requestParameters": inner}}, more


# Each pattern wants a record with these keys, and a narrower SQL loses it: a mutant of the translation each.
CORNERS = [
    corner(["a", "b"], ["x"], requestParameters={"a.b": "x"}),
    corner(["a", "b", "c"], ["x"], requestParameters={"a.b": {"c": "x"}}),
    corner(["a", "b"], [{"anything-but": "x"}], requestParameters={"a": {"b": "x"}, "a.b": "y"}),
    corner(["a"], [{"anything-but": "5"}], requestParameters={"a": 5}),
    corner(["a"], [{"anything-but": "true"}], requestParameters={"a": True}),
    corner(["a"], [{"anything-but": ["x"]}], requestParameters={"a": None}),
    corner(["a"], [{"anything-but": ["x"]}], requestParameters={"a": ["x", "y"]}),
    corner(["a"], ["x"], requestParameters={"a": [["x"]]}),
    corner(["a", "b"], ["x"], requestParameters={"a": [[{"b": "x"}]]}),
    corner(["a"], [{"exists": True}], requestParameters={"a": None}),
    corner(["a"], [{"exists": False}], requestParameters={"a": {"b": 1}}),
    corner(["a"], [{"exists": False}], requestParameters={"a": []}),
    corner(["a"], [None], requestParameters={"a": None}),
    corner(["a"], [{"numeric": ["<", 10]}], requestParameters={"a": 5.0}),
    corner(["a"], [300], requestParameters={"a": 3.0e2}),
    corner(["a"], [9007199254740993], requestParameters={"a": 9007199254740993}),
    corner(["a"], ["16.0.0.1"], requestParameters={"a": 10000001}),
    corner(["a"], [{"cidr": "10.0.0.1/0"}], requestParameters={"a": 1}),
    corner(["x-amz-acl"], ["public"], requestParameters={"x-amz-acl": "public"}),
    corner(["a"], ["é\n\""], requestParameters={"a": "é\n\""}),
    ({"detail": {"errorCode": [{"anything-but": "x"}]}}, {"errorCode": None}),
    ({"detail": {"errorCode": [{"anything-but": {"prefix": "a_"}}]}}, {"errorCode": "axb"}),
    ({"detail": {"errorCode": [{"anything-but": {"suffix": "%b"}}]}}, {"errorCode": "axb"}),
    ({"detail": {"errorCode": [{"anything-but": {"wildcard": "a\\*b*"}}]}}, {"errorCode": "axb"}),
    ({"detail": {"errorCode": [{"anything-but": {"equals-ignore-case": "k"}}]}}, {"errorCode": "\u212a"}),
    ({"detail": {"errorCode": [{"anything-but": {"equals-ignore-case": "x"}}]}}, {"errorCode": "X\n"}),
    ({"detail": {"errorCode": [{"anything-but": {"equals-ignore-case": "a.b"}}]}}, {"errorCode": "axb"}),
    ({"detail": {"errorCode": [{"anything-but": {"equals-ignore-case": "é"}}]}}, {"errorCode": "x"}),
    ({"detail": {"errorCode": [{"prefix": 'abc"'}]}}, {"errorCode": "abc"}),
    ({"detail": {"errorCode": [{"suffix": {"equals-ignore-case": '"abc'}}]}}, {"errorCode": "ABC"}),
    ({"detail": {"errorCode": [{"equals-ignore-case": "Straße"}]}}, {"errorCode": "STRASSE"}),
    ({"detail": {"errorCode": [{"equals-ignore-case": "😀"}]}}, {"errorCode": "??"}),
    ({"detail": {"errorCode": [{"prefix": {"equals-ignore-case": "a\n"}}]}}, {"errorCode": "A\nb"}),
    ({"detail": {"sourceIPAddress": ["2001:db8::1"]}}, {"sourceIPAddress": "2001:DB8:0:0:0:0:0:1"}),
    ({"detail": {"sourceIPAddress": [{"cidr": "10.0.0.0/8"}]}}, {"sourceIPAddress": "a00::1"}),
    ({"detail": {"readOnly": [{"anything-but": "true"}]}}, {"readOnly": True}),
    ({"detail": {"managementEvent": [True]}}, {"managementEvent": True}),
    ({"source": [{"suffix": ".s3"}], "detail-type": [{"prefix": "AWS API"}]}, {}),
    ({"account": [{"anything-but": "x"}], "version": ["0"], "time": [{"prefix": "2026"}]}, {}),
    ({"detail": {"errorCode": ["it's ''; --"]}}, {"errorCode": "it's ''; --"}),
]


def of_corner(number, more):
    """The record of a corner."""
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser"},
        "eventTime": "2026-01-12T08:30:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutObject",
        "awsRegion": "eu-west-1",
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
        **more,
    }
