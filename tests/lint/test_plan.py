"""The plan of a pull request, as action.yml posts it: a real git repository, checked out as GitHub does, and the action's own steps.

GitHub is a server of ours that has the part of its API that hooks/comment uses, with its pages and its refusals.
https://docs.github.com/en/rest/issues/comments
"""

import datetime
import json
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from conftest import ACTION, ROOT, steps
from tree import SETTINGS, commit, git

REPOSITORY = "example/alerts"
NUMBER = 7
BOT = {"login": "github-actions[bot]", "type": "Bot"}
MARK = "<!-- watcher plan of . -->"
SOON = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=5)

CONFIG = """[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }

[channels.oncall]
slack = { webhook = "ssm:/account-watcher/slack/oncall" }
"""
OVERRIDE = f"""
[[override]]
watchers = ["bucket-made"]

[[override.ignore]]
reason = "@admins: the migration, see #1"
until = {SOON}
pattern.account = ["111122223333"]
"""


def watcher(call, title, severity, more=""):
    return f"""title = "{title}"
severity = "{severity}"
channels = ["security"]
message = 'Bucket "{{{{bucket}}}}": {call} by {{{{actor}}}}'

[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["{call}"]
detail.errorCode = [{{ exists = false }}]

[fields]
bucket = "$.detail.requestParameters.bucketName"
{more}
[[test]]
name = "a user calls {call}"
event = "{call}.json"

[[test]]
name = "a denied call"
event = "{call}.json"
denied = "AccessDenied"
matches = false
"""


def event(call):
    return {
        "version": "0", "id": "00000001-1111-4222-8333-444444444444", "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.s3", "account": "123456789012", "time": "2026-01-12T08:30:00Z", "region": "eu-west-1", "resources": [],
        "detail": {
            "eventVersion": "1.11", "eventSource": "s3.amazonaws.com", "eventName": call, "awsRegion": "eu-west-1",
            "eventTime": "2026-01-12T08:30:00Z", "eventID": "00000001-1111-4222-8333-555555555555", "readOnly": False,
            "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": "arn:aws:iam::123456789012:user/alice", "accountId": "123456789012"},
            "sourceIPAddress": "203.0.113.10", "userAgent": "aws-cli/2", "requestParameters": {"bucketName": "demo"},
            "eventType": "AwsApiCall", "managementEvent": True, "eventCategory": "Management", "recipientAccountId": "123456789012",
        },
    }  # fmt: skip


class GitHub(ThreadingHTTPServer):
    """The comments of pull requests."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments = []
        self.asked = []
        self.may_write = True
        self.failures = []
        self.next = 1000

    def said_before(self, body, user):
        self.next += 1
        comment = {"id": self.next, "body": body, "user": user, "html_url": f"https://github.com/{REPOSITORY}/pull/{NUMBER}#{self.next}"}
        self.comments.append(comment)
        return comment

    def ours(self):
        return [one for one in self.comments if one["user"] == BOT and one["body"].startswith(MARK)]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answered()

    def do_POST(self):
        self.answered()

    def do_PATCH(self):
        self.answered()

    def answered(self):
        server, url = self.server, urlparse(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        server.asked.append(f"{self.command} {self.path}")
        assert self.headers["Authorization"] == "Bearer secret"
        if server.failures:
            return self.answer(server.failures.pop(0), {"message": "Server Error"})
        if self.command != "GET" and not server.may_write:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        if url.path == f"/repos/{REPOSITORY}/issues/{NUMBER}/comments":
            if self.command == "POST":
                return self.answer(201, server.said_before(body["body"], BOT))
            query = {name: int(value) for name, (value,) in parse_qs(url.query).items()}
            first = (query["page"] - 1) * query["per_page"]
            return self.answer(200, server.comments[first : first + query["per_page"]])
        for comment in server.comments:
            if self.command == "PATCH" and url.path == f"/repos/{REPOSITORY}/issues/comments/{comment['id']}":
                comment["body"] = body["body"]
                return self.answer(200, comment)
        return self.answer(404, {"message": "Not Found"})

    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def github():
    server = GitHub()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def origin(tmp_path):
    """The repository: main, and a branch with which much changes."""
    folder = tmp_path / "origin"
    (folder / "tests/events").mkdir(parents=True)
    (folder / "watchers").mkdir()
    (folder / "account-watcher.toml").write_text(CONFIG)
    for call in ("DeleteBucket", "CreateBucket", "DeleteBucketPolicy", "PutBucketPolicy"):
        (folder / f"tests/events/{call}.json").write_text(json.dumps(event(call)))
    watchers = folder / "watchers"
    (watchers / "bucket-deleted.toml").write_text(watcher("DeleteBucket", "S3 bucket deleted", "high"))
    (watchers / "bucket-made.toml").write_text(watcher("CreateBucket", "S3 bucket created", "low"))
    (watchers / "policy-deleted.toml").write_text(watcher("DeleteBucketPolicy", "S3 bucket policy deleted", "medium"))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "First")
    git(folder, "checkout", "--quiet", "-b", "change")
    (watchers / "bucket-deleted.toml").unlink()
    (watchers / "policy-deleted.toml").write_text(watcher("DeleteBucketPolicy", "S3 bucket policy deleted", "critical"))
    (watchers / "policy-changed.toml").write_text(watcher("PutBucketPolicy", "@everyone [S3](https://example.com) policy", "medium"))
    (folder / "account-watcher.toml").write_text(CONFIG + OVERRIDE)
    commit(folder, "Change")
    git(folder, "checkout", "--quiet", "main")
    (folder / "notes.md").write_text("Something else\n")
    commit(folder, "Something else on main")
    return folder


class PullRequest:
    def __init__(self, origin, folder, github, environment, runner):
        self.origin, self.folder, self.github, self.environment, self.runner = origin, folder, github, environment, runner
        self.source = REPOSITORY
        self.summary = folder.parent / "summary.md"

    def check_out(self, depth=2, merged=True):
        """As actions/checkout does it: the merge that GitHub has tried, or what is in `ref`."""
        git(self.origin, "checkout", "--quiet", "--detach", "main")
        git(self.origin, "merge", "--quiet", "--no-ff", "--message=Merge", "change")
        git(self.origin, "update-ref", "refs/pull/7/merge", "HEAD")
        git(self.origin, "checkout", "--quiet", "main")
        git(self.folder.parent, "init", "--quiet", self.folder.name)
        shallow = [f"--depth={depth}"] if depth else []
        wanted = "refs/pull/7/merge" if merged else "refs/heads/change"
        everything = ["+refs/heads/*:refs/remotes/origin/*"] if not depth else []
        git(self.folder, "fetch", "--quiet", "--no-tags", *shallow, f"file://{self.origin}", *everything, f"+{wanted}:refs/remotes/pull/7/merge")
        git(self.folder, "checkout", "--quiet", "--force", "refs/remotes/pull/7/merge")

    def sha(self, name):
        return git(self.origin, "rev-parse", name).strip()

    def run(self, event="pull_request", every=False, **inputs):
        """The action's steps with GitHub's variables. The exit code, and what they print. Once the command is installed, only the
        last one, unless it is to be `every` one."""
        only = {"Plan"} if (self.runner / "watcher/bin/watcher").exists() and not every else None
        repo = {"full_name": self.source} if self.source else None
        pull = {
            "number": NUMBER,
            "head": {"sha": self.sha("change"), "ref": "change", "repo": repo},
            "base": {"sha": self.sha("main"), "ref": "main", "repo": {"full_name": REPOSITORY}},
        }
        payload = self.folder.parent / "event.json"
        payload.write_text(json.dumps({"pull_request": pull} if event.startswith("pull_request") else {}))
        environment = self.environment | SETTINGS | {
            "GITHUB_API_URL": f"http://127.0.0.1:{self.github.server_port}",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        return steps(self.folder, environment, self.runner, only=only, **({"plan": "true", "deny_warnings": "false"} | inputs))

    def expected(self, actual=None):
        """The comment, with what differs in each run put in. SNAPSHOTS=overwrite writes it anew."""
        values = {"{BASE}": self.sha("main")[:12], "{HEAD}": self.sha("change"), "{SOON}": str(SOON)}
        file = Path(__file__).parent / "plan/comment.md"
        if actual and os.environ.get("SNAPSHOTS") == "overwrite":
            for name, value in values.items():
                actual = actual.replace(value, name)
            file.write_text(actual)
        return re.sub(r"\{(BASE|HEAD|SOON)\}", lambda match: values[match[0]], file.read_text())


@pytest.fixture
def pull(origin, tmp_path, github, environment, runner):
    return PullRequest(origin, tmp_path / "checkout", github, environment, runner)


def test_the_comment_is_exact_and_there_is_one(pull, github):
    pull.check_out()
    others = [
        github.said_before(f"{MARK}\n### nothing changes", {"login": "mallory", "type": "User"}),
        github.said_before("<!-- watcher backtest -->", BOT),
    ]
    for _ in range(120):
        github.said_before("More", {"login": "alice", "type": "User"})
    untouched = [dict(one) for one in github.comments]
    code, said = pull.run()
    assert code == 0, said
    (comment,) = github.ours()
    assert comment["body"] == pull.expected(comment["body"])
    assert f"wrote {comment['html_url']}\n" in said

    # The next push updates the same comment, on whatever page it is.
    git(pull.origin, "checkout", "--quiet", "change")
    commit_of = pull.origin / "watchers/policy-deleted.toml"
    commit_of.write_text(commit_of.read_text().replace('"critical"', '"low"'))
    commit(pull.origin, "Less")
    pull.check_out()
    code, said = pull.run()
    assert code == 0, said
    (again,) = github.ours()
    assert again["id"] == comment["id"] and "medium → **low**" in again["body"]
    assert f"updated {comment['html_url']}\n" in said
    assert github.comments[: len(untouched)] == untouched and len(github.comments) == len(untouched) + 1
    assert others[0]["body"] == f"{MARK}\n### nothing changes"
    assert not pull.summary.exists()


def test_a_fork_gets_the_summary(pull, github):
    pull.check_out()
    pull.source, github.may_write = "mallory/alerts", False
    code, said = pull.run()
    assert code == 0, said
    assert pull.summary.read_text() == pull.expected()
    assert (
        "::notice title=plan::The plan is in the summary of the job, and not in a comment: the pull request is from a fork, whose "
        "token can only read (403 Resource not accessible by integration)\n"
    ) in said
    assert github.comments == []
    # The fork is gone meanwhile.
    pull.source = None
    code, said = pull.run()
    assert code == 0 and "is from a fork" in said, said


def test_a_missing_permission_is_said(pull, github):
    pull.check_out()
    github.may_write = False
    code, said = pull.run()
    assert code == 0, said
    assert "the job needs `permissions: pull-requests: write`" in said
    assert pull.summary.read_text() == pull.expected()


def test_a_fault_of_githubs_is_no_second_comment(pull, github):
    pull.check_out()
    github.failures = [502, 500]
    code, said = pull.run()
    assert code == 0 and len(github.ours()) == 1, said
    github.failures = [502] * 9
    code, said = pull.run()
    assert code == 0, said
    assert "::warning title=plan::The plan is in the summary of the job, and not in a comment: GitHub cannot be asked (502 Server Error)\n" in said


def test_no_comment_says_that_nothing_changes_unless_there_was_one(pull, github):
    git(pull.origin, "checkout", "--quiet", "change")
    git(pull.origin, "rm", "--quiet", "-r", "watchers")
    git(pull.origin, "checkout", "--quiet", "main", "--", "watchers", "account-watcher.toml")
    commit(pull.origin, "As it was")
    pull.check_out()
    code, said = pull.run()
    assert code == 0 and "nothing changes, so there is no comment\n" in said, said
    assert github.comments == []
    github.said_before(f"{MARK}\nbefore", BOT)
    code, said = pull.run()
    assert code == 0, said
    (comment,) = github.ours()
    assert "### nothing changes\n" in comment["body"]


def test_the_head_is_compared_with_where_it_left_the_branch(pull, github):
    pull.check_out(depth=0, merged=False)
    code, said = pull.run()
    assert code == 0, said
    (comment,) = github.ours()
    left = git(pull.origin, "merge-base", "main", "change").strip()
    assert comment["body"] == pull.expected().replace(pull.sha("main")[:12], left[:12])


def test_a_checkout_without_the_commit_before_is_an_error(pull, github):
    pull.check_out(depth=1)
    code, said = pull.run()
    assert code == 1, said
    assert "::error title=plan::the commit before" in said and "give actions/checkout `fetch-depth: 2`" in said
    assert github.comments == []


def test_what_lint_finds_is_planned_too(pull, github):
    git(pull.origin, "checkout", "--quiet", "change")
    (pull.origin / "watchers/policy-changed.toml").write_text('title = "half"\n')
    commit(pull.origin, "Half")
    pull.check_out()
    code, said = pull.run(every=True)
    assert code == 1 and "::error file=watchers/policy-changed.toml" in said, said
    (comment,) = github.ours()
    assert "**Not all could be read**" in comment["body"]


@pytest.mark.parametrize("event", ["pull_request_target", "push"])
def test_only_a_pull_request_has_a_plan(pull, github, event):
    pull.check_out()
    code, said = pull.run(event)
    assert code == 0, said
    assert ("::notice title=plan::A plan is for `on: pull_request`, and not for pull_request_target" in said) == (event != "push")
    assert github.asked == []


def test_without_the_input_nobody_is_asked(pull, github):
    pull.check_out()
    code, said = pull.run(plan="false")
    assert code == 0 and github.asked == [], said
    assert ACTION["inputs"]["plan"]["default"] == "false"


def test_nothing_that_the_project_has_is_imported(pull, github):
    pull.check_out()
    hacked = pull.folder.parent / "hacked"
    for name in ("json", "os", "urllib", "subprocess"):
        (pull.folder / f"{name}.py").write_text(f"open({str(hacked)!r}, 'w')\n")
    environment = os.environ | {"PYTHONPATH": str(pull.folder)}
    found = subprocess.run(["python3", "-c", "import json"], cwd=pull.folder, env=environment, capture_output=True, check=False)
    assert hacked.exists(), found.stderr
    hacked.unlink()
    pull.environment = pull.environment | {"PYTHONPATH": str(pull.folder)}
    code, said = pull.run()
    assert code == 0 and not hacked.exists(), said
    assert (ROOT / "hooks/comment").stat().st_mode & 0o111
