"""The Terraform of docs/forwarding.md reads what `watcher rules --format json` writes. Terraform itself is in no package
registry, so the block is parsed by an HCL parser, and the attributes are compared with those of the AWS provider."""

import json
import re
import subprocess

import hcl2
import pytest
from conftest import ROOT

# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_event_rule
RULE = {"name", "name_prefix", "schedule_expression", "event_bus_name", "event_pattern", "force_destroy", "description", "role_arn", "state", "tags"}
STATES = {"DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_event_target
TARGET = {"rule", "arn", "event_bus_name", "target_id", "input", "role_arn", "retry_policy", "dead_letter_config"}
META = {"for_each", "__is_block__", "__comments__"}


@pytest.fixture(scope="module")
def document():
    (block,) = re.findall(r"```hcl\n(.*?)```", (ROOT / "docs/forwarding.md").read_text(), re.DOTALL)
    return hcl2.loads(block)


@pytest.fixture(scope="module")
def rules(environment):
    command = ["cargo", "watcher", "rules", "--format", "json"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))


def bodies(document, kind):
    for resource in document["resource"]:
        for name, instances in resource.items():
            if name.strip('"') == kind:  # quoted or not, by the parser's version
                yield from instances.values()


def test_the_attributes_exist(document):
    (rule,) = bodies(document, "aws_cloudwatch_event_rule")
    (target,) = bodies(document, "aws_cloudwatch_event_target")
    assert rule.keys() - META <= RULE and {"name", "event_pattern", "state"} <= rule.keys()
    assert target.keys() - META <= TARGET and {"rule", "arn"} <= target.keys()


def test_what_it_reads_is_what_the_command_writes(document, rules):
    (rule,) = bodies(document, "aws_cloudwatch_event_rule")
    assert "each.value.Properties.Pattern" in rule["event_pattern"]
    assert "each.value.Properties.State" in rule["state"]
    prefix = re.search(r'"?(account-watcher-)\$\{each\.key\}', rule["name"]).group(1)
    assert len(rules) > 2
    for key, one in rules.items():
        assert re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", prefix + key)
        assert one["Properties"]["State"] in STATES
        # As jsonencode writes it: compact, with three characters escaped.
        pattern = json.dumps(one["Properties"]["Pattern"], separators=(",", ":"))
        assert len(re.sub("[<>&]", "------", pattern)) <= 2_048, key
