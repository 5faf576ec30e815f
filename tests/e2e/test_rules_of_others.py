"""template.yaml by the rules that many others hold theirs to: checkov's. Each exception has its reason here."""

import json
import subprocess

from project import ROOT

# https://www.checkov.io/5.Policy%20Index/cloudformation.html
EXCEPTIONS = {
    ("CKV_AWS_27", "DeadLetterQueue"): "encrypted by SqsManagedSseEnabled, which checkov does not know",
    ("CKV_AWS_27", "RetryQueue"): "encrypted by SqsManagedSseEnabled, which checkov does not know",
    ("CKV_AWS_28", "StateTable"): "a table of yesterday would let yesterday's alerts through again and stop today's",
    ("CKV_AWS_115", "Function"): "accounts with a quota of 10 have no concurrency to reserve",
    ("CKV_AWS_116", "Function"): "its OnFailure destination is the dead-letter queue, and says more than a queue would",
    ("CKV_AWS_117", "Function"): "it talks to Slack and to AWS only; in a VPC it would need a gateway for that",
    ("CKV_AWS_119", "StateTable"): "it holds hashes, times and what a group counts; DynamoDB encrypts it with AWS's key",
    ("CKV_AWS_173", "Function"): "names of queues, table and topic: nothing secret is in the environment",
}


def failed():
    # In an environment of its own: it wants a boto3 of two years ago.
    checkov = ROOT / ".tools/checkov/bin/checkov"
    # Its guidelines and modules would come from the network.
    arguments = ["--framework", "cloudformation", "--skip-download", "--output", "json", "--quiet", "--compact"]
    done = subprocess.run(
        [checkov, "--file", ROOT / "template.yaml", *arguments], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0 and report["summary"]["resource_count"] > 10, report["summary"]
    results = report["results"]
    return {(one["check_id"], one["resource"].rsplit(".")[-1]) for one in results["failed_checks"]}


def test_what_checkov_finds_has_a_reason():
    found = failed()
    assert not found - EXCEPTIONS.keys(), "found, and no reason given"
    assert not EXCEPTIONS.keys() - found, "no longer found: take the reasons away"
