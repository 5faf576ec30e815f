"""Names of accounts: the built function asks moto's Organizations, keeps the answer in its table, and sends without it."""

import json

import pytest

from events import happening

UNKNOWN = "210987654399"


@pytest.fixture(scope="module")
def member(aws):
    """An account of the organization, whose management account is the function's."""
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    status = organizations.create_account(AccountName="Payments (live)", Email="payments@example.com")
    yield status["CreateAccountStatus"]["AccountId"]
    aws.client("organizations").close_account(AccountId=status["CreateAccountStatus"]["AccountId"])


def alert(function, account):
    """What the next event of this account shows in Slack's context line."""
    assert not function.invoke(happening("e2e.slack") | {"account": account}).error
    (body,) = function.sent()["slack"]
    return next(block for block in body["blocks"] if block["type"] == "context")["elements"][0]["text"]


def names(function):
    """Which accounts the table knows."""
    return [item for item in function.table.items() if item["pk"]["S"].startswith("account#")]


def warnings(function):
    lines = map(json.loads, function.lines)
    return [line["error"] for line in lines if line.get("message") == "an account's name is not known"]


def test_an_alert_shows_the_name_that_the_organization_gives(start, member):
    function = start(ACCOUNT_NAMES="true")
    for _ in range(2):
        assert alert(function, member) == f"Payments (live) ({member})"
    (item,) = names(function)
    assert item["name"] == {"S": "Payments (live)"}
    assert alert(function, UNKNOWN) == UNKNOWN
    assert warnings(function) == []


def test_the_file_wins(start, member):
    function = start(ACCOUNT_NAMES="true")
    assert alert(function, "210987654321") == "staging (210987654321)"
    assert names(function) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://192.0.2.1"], ids=["refused", "silent"])
def test_an_alert_goes_out_without_the_name(start, member, url):
    function = start(ACCOUNT_NAMES="true", AWS_ENDPOINT_URL_ORGANIZATIONS=url)
    for _ in range(3):
        assert alert(function, member) == member
    (warning,) = warnings(function)
    assert warning.startswith("organizations: ")


def test_nobody_is_asked_unless_it_is_wanted(function, member):
    assert alert(function, member) == member
    assert names(function) == []
