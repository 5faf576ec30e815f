"""The committed catalog is what generate.py and parameters.py write from the pinned packages, and gather.py reads AWS's pages."""

import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

CATALOG = Path(__file__).parents[2] / "crates/aws-facts/catalog"


@pytest.mark.parametrize("script", ["generate.py", "parameters.py"])
def test_the_catalog_is_not_stale(script):
    found = subprocess.run([sys.executable, CATALOG / script, "--check"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_the_pinned_packages_are_installed():
    pinned = [line for line in (CATALOG / "requirements.txt").read_text().splitlines() if line[:1] != "#"]
    assert [f"{line.split('==')[0]}=={version(line.split('==')[0])}" for line in pinned] == pinned


def test_every_folder_of_botocore_is_a_source_or_names_one():
    sys.path.insert(0, str(CATALOG))
    import generate

    lines = generate.unpacked((CATALOG / "catalog.bin").read_bytes())[1][0].decode().splitlines()
    sources = {line.split()[1].removesuffix(".amazonaws.com") for line in lines if line.startswith("@ ")}
    names = {line.split()[1]: line.split()[2:] for line in lines if line.startswith("% ")}
    folders = {file.parent.parent.name for file in generate.MODELS.glob("*/*/service-2.json.gz")}
    assert len(folders) > 400
    assert sorted(folders - sources - set(names)) == []
    assert names["docdb"] == names["neptune"] == ["rds.amazonaws.com"]
    assert names["opensearchserverless"] == ["aoss.amazonaws.com"]


def gather(tmp_path, *args):
    """Runs gather.py on copies of its files."""
    for name in ("gather.py", "event-sources.txt", "native-names.txt"):
        if not (tmp_path / name).exists():
            shutil.copy(CATALOG / name, tmp_path)
    done = subprocess.run(
        [sys.executable, tmp_path / "gather.py", *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pages(tmp_path):
    """Two pages of the reference's form."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "events.md").write_text(
        "# Events\n\n| Service | Event source | CloudTrail event source |\n| --- | --- | --- |\n"
        "| [AWS Ponder](events-ref-ponder.md) | aws.ponder | ponder.amazonaws.com |\n"
        "| [Amazon ECS](events-ref-ecs.md) | aws.ecs | ecs.amazonaws.com |\n"
        "| [AWS Muse](events-ref-muse.md) | aws.muse | n/a |\n"
    )
    (folder / "events-ref-ponder.md").write_text(
        "## Ponder service events\n\nPonder sends the following events directly to EventBridge:\n"
        "+ Pond State Change\n+ Pond Filled\n\n*Delivery type*: best effort\n"
    )
    (folder / "events-ref-ecs.md").write_text(
        "ECS sends the following events directly to EventBridge:\n+ ECS Task State Change\n"
    )
    return folder


def test_what_the_reference_lists_is_added(tmp_path):
    said = gather(tmp_path, pages(tmp_path))
    assert "3 services; new event sources: ponder\n" in said
    assert "2 pages read, 1 not there; new detail-types: 2\n" in said
    header = "@ aws.ponder https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ponder.html"
    names = (tmp_path / "native-names.txt").read_text()
    assert f"{header}\nPond Filled\nPond State Change\n" in names
    assert "ponder" in (tmp_path / "event-sources.txt").read_text().split()
    for name in ("event-sources.txt", "native-names.txt"):
        before = set((CATALOG / name).read_text().split("\n\n", 1)[1].split())
        assert before <= set((tmp_path / name).read_text().split()), f"{name} lost something"
    assert "new event sources: none" in gather(tmp_path, tmp_path / "pages")


def test_a_page_says_itself_of_which_source_it_is(tmp_path):
    folder = pages(tmp_path)
    page = folder / "events-ref-ponder.md"
    for own, said in (("ponder", []), ("ponder-quality", ["events-ref-ponder.md is of aws.ponder-quality, the table has aws.ponder"])):
        pattern = f'\n- `source`: aws.{own}\n\n- `source`: aws.other\n- `eventSource`: ponder.amazonaws.com\n'
        page.write_text(page.read_text().split("\n- `source`")[0] + pattern)
        lines = gather(tmp_path, folder).splitlines()
        assert [line for line in lines if "the table has" in line] == said
        names = (tmp_path / "native-names.txt").read_text()
        header = f"@ aws.{own} https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ponder.html"
        assert f"{header}\nPond Filled\nPond State Change\n" in names


def test_the_events_of_pages_are_found(tmp_path):
    (tmp_path / "page.md").write_text(
        '# A page\n\n```json\n{"Records": [{"eventSource": "s3.amazonaws.com", "eventName": "DeleteBucket"}]}\n```\n'
        '\n```\n{ … } {"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {}}\n```\n'
    )
    lines = [json.loads(line) for line in gather(tmp_path, "--events", tmp_path).splitlines()]
    assert [line.get("record", line.get("event", {})).get("source") for line in lines] == [None, "aws.ecs"]
    assert lines[0]["record"]["eventName"] == "DeleteBucket"
    assert {line["from"] for line in lines} == {"page.md"}
