#!/usr/bin/env python3
"""Prints random patterns and events with the reference's verdict, one JSON object per line.

usage: generate.py SEED COUNT
"""
import json
import random
import sys

import refmatch

KEYS = {"a": 20, "b": 15, "c": 10, "v": 10, "a.b": 4, "": 2, "a.": 2, ".a": 2, "b.c": 3, ".": 1, "$or": 0.5,
        "prefix": 1, "A": 2, "é": 1, "😀": 1, "a-b": 2, "a!": 1}
STRINGS = ["a", "b", "ab", "abc", "ABC", "aab", "", "x\ny", '"', 'a"', "\\", "*", "ß", "SS", "İ", "i̇", "😀", "??",
           "10.0.0.1", "010.0.0.1", "::1", "2001:db8::1", "a00::1", "10.0.0.255", "::ffff:a00:1", "1", "true",
           "null", "K", "é", "É", "ǆ", "ﬁ", "FI", "a long text that does not fit into a single block of bytes " * 2]
NUMBERS = ["0", "-0", "1", "1.0", "1e0", "10", "2", "3.5", "-1", "300", "3.0e2", "9007199254740993",
           "9007199254740992", "1e23", "1e400", "1e-400", "0.1", "0.10", "1.0000000000000001", "10000001", "16.0",
           "1E5", "123456789012345678", "5e-324", "4.9e-324", "1e7", "-5", "100000000000000000000"]
CIDRS = ["10.0.0.0/8", "0.0.0.0/0", "::/0", "10.0.0.77/24", "2001:db8::/32", "16.0.0.0/4", "10.0.0.1/32", "::1/127",
         "::ffff:a00:0/8", "1:2/3", "/", "10.0.0.0/+8"]
INVALID = ["{}", "[]", '{"prefix":1}', '{"exists":1}', '{"x":1}', '{"cidr":"10.0.0.1"}', '{"anything-but":[]}',
           '{"anything-but":null}', '{"numeric":[]}', '{"prefix":"a","suffix":"b"}',
           '{"anything-but":{"prefix":[]}}', '{"anything-but":[1,"a"]}', '{"numeric":["=",1],"x":1}',
           '{"anything-but":{"x":1}}', '{"anything-but":{}}', '{"suffix":{"x":1}}', '{"suffix":{}}']
NUMERIC_PARTS = ['"<"', '">"', "1", "2", '"="', "null", "[]", '"a"']
OPERATORS = ["prefix", "suffix", "ignore-case prefix", "ignore-case suffix", "equals-ignore-case", "wildcard",
             "exists", "exists", "numeric", "cidr", "anything-but", "anything-but list", "anything-but operator",
             "anything-but operators", "exactly"]
BROKEN = '{}[],:"\\019-+.eEtfn \n$a/'


class Generator:
    """Random JSON texts; each method returns one."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, items):
        return self.random.choice(items)

    def text(self, value):
        return json.dumps(value, ensure_ascii=self.chance(0.3))

    def object(self, members):
        return "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"

    def array(self, item, least, most):
        return "[" + ",".join(item() for _ in range(self.random.randint(least, most))) + "]"

    def key(self):
        return self.text(self.random.choices(list(KEYS), list(KEYS.values()))[0])

    def string(self):
        if self.chance(0.8):
            return self.text(self.pick(STRINGS))
        return self.text("".join(self.pick('ab*\\"A') for _ in range(self.random.randint(0, 5))))

    def number(self):
        return self.pick(NUMBERS)

    def scalar(self):
        share = self.random.random()
        if share < 0.55:
            return self.string()
        return self.number() if share < 0.85 else self.pick(["true", "false", "null"])

    def value(self, depth):
        share = self.random.random()
        if depth <= 0 or share < 0.45:
            return self.scalar()
        if share < 0.75:
            return self.event(depth - 1)
        return self.array(lambda: self.value(depth - 1), 0, 4)

    def event(self, depth):
        return self.object((self.key(), self.value(depth)) for _ in range(self.random.randint(0, 4)))

    def wildcard(self):
        parts = ["a", "b", "*", "*a", "ab", "\\*"]
        return self.text("".join(self.pick(parts) for _ in range(self.random.randint(0, 5))))

    def ignore_case(self):
        return f'{{"equals-ignore-case":{self.string()}}}'

    def numeric(self):
        share = self.random.random()
        if share < 0.3:
            return f'["=",{self.number()}]'
        if share < 0.6:
            return f'["{self.pick(["<", "<=", ">", ">="])}",{self.number()}]'
        if share < 0.9:
            low, high = self.pick([">", ">="]), self.pick(["<", "<="])
            return f'["{low}",{self.number()},"{high}",{self.number()}]'
        return self.array(lambda: self.pick(NUMERIC_PARTS), 0, 5)

    def candidate(self):
        share = self.random.random()
        if share < 0.3:
            return self.scalar()
        if share < 0.34:
            return self.pick(INVALID)
        operator = self.pick(OPERATORS)
        kind = self.string if self.chance(0.6) else self.number
        nested = self.pick(["prefix", "suffix", "equals-ignore-case", "wildcard"])
        texts = self.wildcard if nested == "wildcard" else self.string
        name, operand = {
            "ignore-case prefix": ("prefix", self.ignore_case),
            "ignore-case suffix": ("suffix", self.ignore_case),
            "wildcard": ("wildcard", self.wildcard),
            "exists": ("exists", lambda: self.pick(["true", "false", "false"])),
            "numeric": ("numeric", self.numeric),
            "cidr": ("cidr", lambda: self.text(self.pick(CIDRS))),
            "anything-but": ("anything-but", kind),
            "anything-but list": ("anything-but", lambda: self.array(kind, 1, 3)),
            "anything-but operator": ("anything-but", lambda: f'{{"{nested}":{texts()}}}'),
            "anything-but operators": (
                "anything-but",
                lambda: f'{{"{nested}":{self.array(texts, 0 if self.chance(0.1) else 1, 3)}}}',
            ),
        }.get(operator, (operator, self.string))
        return f'{{"{name}":{operand()}}}'

    def pattern(self, depth):
        members = []
        for _ in range(self.random.randint(1, 3)):
            share = self.random.random()
            if share < 0.12 and depth > 0:
                least = 2 if self.chance(0.95) else 1
                members.append(('"$or"', self.array(lambda: self.pattern(depth - 1), least, 3)))
            elif share < 0.4 and depth > 0:
                members.append((self.key(), self.pattern(depth - 1)))
            else:
                members.append((self.key(), self.array(self.candidate, 1 if self.chance(0.99) else 0, 3)))
        return self.object(members)

    def array_event(self, depth):
        """Few keys, few values and many arrays, so that patterns often match."""
        share = self.random.random()
        if depth <= 0 or share < 0.35:
            return self.pick("01")
        if share < 0.7:
            names = ["a", "b", "c", "a.b", "b.c"] if self.chance(0.3) else ["a", "b", "c"]
            members = range(self.random.randint(1, 3))
            return self.object((f'"{self.pick(names)}"', self.array_event(depth - 1)) for _ in members)
        return self.array(lambda: self.array_event(depth - 1), 1, 3)

    def array_pattern(self, depth):
        candidates = ["0", "1", '{"exists":false}', '{"exists":true}', '{"exists":false},1', '{"anything-but":0}']
        members = []
        for _ in range(self.random.randint(1, 3)):
            deeper = depth > 0 and self.chance(0.5)
            value = self.array_pattern(depth - 1) if deeper else f"[{self.pick(candidates)}]"
            members.append((f'"{self.pick("abc")}"', value))
        return self.object(members)

    def broken(self, text):
        letters = list(text)
        for _ in range(self.random.randint(1, 2)):
            at, share = self.random.randrange(len(letters) + 1), self.random.random()
            if share >= 0.4 and share < 0.7:
                letters.insert(at, self.pick(BROKEN))
            elif at < len(letters):
                letters[at : at + 1] = [] if share < 0.4 else [self.pick(BROKEN)]
        return "".join(letters)

    def spaced(self, text):
        """The same JSON, printed with white space; texts that are not JSON stay."""
        try:
            refmatch.parse(text)
        except (ValueError, RecursionError):
            return text
        in_string, spaced = False, []
        for at, letter in enumerate(text):
            if letter == '"' and not (in_string and escaped(text, at)):
                in_string = not in_string
            spaced.append(letter)
            if not in_string and letter in "{}[],:":
                spaced.append(self.pick([" ", "\n", "", "\t", "\r\n  "]))
        return "".join(spaced)

    def case(self):
        if self.chance(0.5):
            members = range(self.random.randint(1, 3))
            pattern = self.array_pattern(3)
            event = self.object((f'"{self.pick("abc")}"', self.array_event(4)) for _ in members)
        else:
            pattern, event = self.pattern(3), self.event(4)
        if self.chance(0.08):
            pattern = self.broken(pattern)
        if self.chance(0.05):
            event = self.broken(event)
        if self.chance(0.1):
            event = self.spaced(event)
        return pattern, event


def escaped(text, at):
    """Whether an odd number of backslashes stands before a place."""
    return (at - len(text[:at].rstrip("\\"))) % 2 == 1


def verdict(pattern, event):
    try:
        rules = refmatch.compile(pattern)
    except refmatch.Bad as fault:
        return "invalid", str(fault)
    try:
        parsed = refmatch.parse(event)
    except ValueError:
        return "unreadable event", None
    if not isinstance(parsed, refmatch.Obj):
        return "unreadable event", None
    return ("match" if refmatch.match(rules, parsed) else "no-match"), None


def main():
    generator = Generator(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        pattern, event = generator.case()
        expect, reason = verdict(pattern, event)
        print(json.dumps({"pattern": pattern, "event": event, "expect": expect, "reason": reason}))


if __name__ == "__main__":
    main()
