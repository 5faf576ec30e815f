"""What Slack checks in a message, as far as its documentation says so.

https://docs.slack.dev/reference/block-kit/blocks and
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors, and of texts:
https://docs.slack.dev/messaging/formatting-message-text
"""

import json
import re

BLOCKS_PER_MESSAGE = 50
HEADER_CHARACTERS = 150
SECTION_CHARACTERS = 3_000
ELEMENTS_PER_CONTEXT = 10
ELEMENTS_PER_ACTIONS = 25
BUTTON_TEXT_CHARACTERS = 75
BUTTON_URL_CHARACTERS = 3_000
ID_CHARACTERS = 255

# What stands between `<` and `>`. Anything else Slack shows as it is, which is a mistake of ours.
MENTION = re.compile(r"!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]+|@[UW][A-Z0-9]+")
SEQUENCE = re.compile(rf"(?:{MENTION.pattern})(?:\|[^<>|]*)?|!date\^-?[0-9]+\^[^<>|^]+(?:\^https://[^<>|]+)?\|[^<>]+")


class Refused(Exception):
    """Slack's error word, and for whoever reads a failed test, why."""

    def __init__(self, word, why):
        super().__init__(f"{word}: {why}")
        self.word = word


def check(path, content_type, body):
    """Raises `Refused` if Slack would not take this body at a URL with this path; else gives the parsed body."""
    if content_type.split(";")[0].strip() != "application/json":
        raise Refused("invalid_payload", f"content type {content_type!r}")
    try:
        message = json.loads(body)
    except ValueError as error:
        raise Refused("invalid_payload", str(error)) from error
    if not isinstance(message, dict):
        raise Refused("invalid_payload", "not an object")
    if path.startswith("/triggers/"):
        check_workflow(message)
    elif path.startswith("/services/"):
        check_message(message)
    else:
        raise Refused("no_service", path)
    return message


def check_workflow(message):
    """A trigger takes the variables that its workflow declares: strings, nothing nested."""
    for name, value in message.items():
        if not isinstance(value, str):
            raise Refused("invalid_workflow_input", f"{name} is not a string")


def check_message(message):
    """An incoming webhook's message: text, blocks, or both. More than that is a mistake of ours."""
    unknown = message.keys() - {"text", "blocks"}
    if unknown:
        raise Refused("invalid_payload", f"unexpected {sorted(unknown)}")
    if not message.get("text") and not message.get("blocks"):
        raise Refused("no_text", "neither text nor blocks")
    if not isinstance(message.get("text", ""), str):
        raise Refused("invalid_payload", "text is not a string")
    try:
        sequences(message.get("text", ""))
    except AssertionError as error:
        raise Refused("invalid_payload", f"text: {error}") from error
    blocks = message.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > BLOCKS_PER_MESSAGE:
        raise Refused("invalid_blocks", "no list of at most 50")
    for number, block in enumerate(blocks):
        try:
            BLOCKS[block["type"]](block)
        except (KeyError, TypeError, AssertionError) as error:
            raise Refused("invalid_blocks", f"/blocks/{number}: {type(error).__name__} {error}") from error
    try:
        unique([block["block_id"] for block in blocks if "block_id" in block])
    except AssertionError as error:
        raise Refused("invalid_blocks", str(error)) from error


def mentions(message):
    """Whom the text for notifications mentions, and whom the blocks do."""
    texts = [block["text"] for block in message.get("blocks", []) if "text" in block]
    texts += [element for block in message.get("blocks", []) for element in block.get("elements", [])]
    texts = [value["text"] for value in texts if value.get("type") == "mrkdwn"]
    found = [sequence for text in texts for sequence in sequences(text) if MENTION.match(sequence)]
    return [sequence for sequence in sequences(message["text"]) if MENTION.match(sequence)], found


def sequences(text):
    """The control sequences of a text that is mrkdwn, each of a form that Slack knows."""
    found = re.findall(r"<([^<>]*)>", text)
    rest = re.sub(r"<[^<>]*>", "", text)
    assert "<" not in rest and ">" not in rest, f"an escape is missing in {text!r}"
    for sequence in found:
        assert SEQUENCE.fullmatch(sequence), f"<{sequence}> is shown as it is"
    return found


def unique(ids):
    assert len(ids) == len(set(ids)), f"repeated {sorted(ids)}"
    assert all(1 <= len(name) <= ID_CHARACTERS for name in ids), f"length of {ids}"


def header(block):
    only(block, {"type", "text", "block_id"})
    text(block["text"], {"plain_text"}, HEADER_CHARACTERS)


def section(block):
    only(block, {"type", "text", "fields", "accessory", "block_id", "expand"})
    text(block["text"], {"plain_text", "mrkdwn"}, SECTION_CHARACTERS)


def context(block):
    only(block, {"type", "elements", "block_id"})
    assert 1 <= len(block["elements"]) <= ELEMENTS_PER_CONTEXT, "number of elements"
    for element in block["elements"]:
        text(element, {"plain_text", "mrkdwn"}, SECTION_CHARACTERS)


def actions(block):
    only(block, {"type", "elements", "block_id"})
    assert 1 <= len(block["elements"]) <= ELEMENTS_PER_ACTIONS, "number of elements"
    unique([element["action_id"] for element in block["elements"] if "action_id" in element])
    for element in block["elements"]:
        assert element["type"] == "button", "only buttons are used here"
        only(element, {"type", "text", "action_id", "url", "value", "style", "accessibility_label"})
        text(element["text"], {"plain_text"}, BUTTON_TEXT_CHARACTERS)
        url = element["url"]
        assert url.startswith("https://") and len(url) <= BUTTON_URL_CHARACTERS, "button url"


def divider(block):
    only(block, {"type", "block_id"})


BLOCKS = {"header": header, "section": section, "context": context, "actions": actions, "divider": divider}


def text(value, kinds, limit):
    assert value["type"] in kinds, f"text of type {value['type']}"
    if value["type"] == "plain_text":
        only(value, {"type", "text", "emoji"})
    else:
        only(value, {"type", "text", "verbatim"})
        sequences(value["text"])
    assert isinstance(value["text"], str) and 1 <= len(value["text"]) <= limit, f"{len(value['text'])} characters"


def only(value, known):
    unknown = value.keys() - known
    assert not unknown, f"unknown {sorted(unknown)}"
