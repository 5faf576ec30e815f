"""What no log, error, dead letter or queued delivery may hold: webhook URLs, secrets, the event."""

import json

from function import SECRETS

# Parts of an event that the log names on purpose: whose event it is, and what kind of event.
NAMED = {"id", "eventID", "account", "region", "time", "source", "detail-type", "eventName", "eventSource"}
# Shorter texts stand everywhere by chance.
SHORTEST = 8
# Parts that no watcher of the tests shows, so that they are not even in a rendered message.
NEVER_SHOWN = {"userAgent", "accessKeyId", "principalId", "requestID", "password"}


def find(function):
    """Everything that leaked from a function, and where. Asked after its end, of all that it ever wrote."""
    texts = [text for event in function.events for text in leaves(event)]
    private = {text for _, text in texts}
    never_shown = {text for name, text in texts if name in NEVER_SHOWN}
    urls = ("http://", "https://")
    errors = json.dumps([answer.error for answer in function.answers if answer.error])
    found = search("log", "\n".join(function.lines), {*private, *SECRETS, *urls})
    found += search("error", errors, {*private, *SECRETS, *urls})
    for call, text in function.written():
        found += search(call, text, SECRETS)
        # What is not a delivery, the function puts into the dead-letter queue as it came.
        if call != "SendMessage" or is_delivery(json.loads(text)["MessageBody"]):
            found += search(call, text, never_shown)
    return found


def is_delivery(body):
    try:
        return "delivery" in json.loads(body)
    except (ValueError, TypeError):
        return False


def search(place, text, needles):
    return sorted((place, needle) for needle in needles if needle in text)


def leaves(value, name=""):
    """The texts in a value that are long enough to be found, with their keys."""
    if isinstance(value, dict):
        return [one for key, child in value.items() if key not in NAMED for one in leaves(child, key)]
    if isinstance(value, list):
        return [one for child in value for one in leaves(child, name)]
    return [(name, value)] if isinstance(value, str) and len(value) >= SHORTEST else []
