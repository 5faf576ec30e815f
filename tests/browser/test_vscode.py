"""The extension for VS Code, in node, with what VS Code and its client library give it in their place."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors/vscode"
NODE = ROOT / ".tools/browser/bin/node"

RUN = """
const Module = require("module");
const [command, fails] = JSON.parse(process.argv[1]);
const said = { stopped: false, errors: [] };
const stubs = {
  vscode: {
    workspace: { getConfiguration: () => ({ get: () => command }), workspaceFolders: [{ uri: { fsPath: "/project" } }] },
    window: { showErrorMessage: (message) => said.errors.push(message) },
  },
  "vscode-languageclient/node": {
    LanguageClient: class {
      constructor(id, name, server, client) { Object.assign(said, { id, server, client }); }
      async start() { if (fails) throw new Error("not found"); }
      async stop() { said.stopped = true; }
    },
  },
};
const load = Module._load;
Module._load = (name, ...rest) => stubs[name] ?? load(name, ...rest);
const extension = require(process.argv[2]);
(async () => {
  await extension.activate();
  await extension.deactivate();
  console.log(JSON.stringify(said));
})();
"""


def manifest():
    return json.loads((EXTENSION / "package.json").read_text())


def run(command, fails=False):
    arguments = [NODE, "-e", RUN, json.dumps([command, fails]), EXTENSION / manifest()["main"]]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


@pytest.fixture
def default():
    return manifest()["contributes"]["configuration"]["properties"]["accountWatcher.command"]["default"]


def test_it_starts_the_server_for_the_files_of_projects(default):
    said = run(default)
    assert said["server"] == {"command": "watcher", "args": ["lsp"], "options": {"cwd": "/project"}}
    patterns = [document["pattern"] for document in said["client"]["documentSelector"]]
    assert patterns == ["**/account-watcher.toml", "**/watchers/*.toml"]
    assert said["stopped"] and not said["errors"]


def test_a_server_that_does_not_start_is_said():
    said = run(["cargo", "watcher", "lsp"], fails=True)
    assert said["errors"] == ["Account Watcher: cargo watcher lsp does not start: not found"]


def test_what_it_depends_on_is_locked():
    locked = json.loads((EXTENSION / "package-lock.json").read_text())["packages"]
    for name, version in manifest()["dependencies"].items():
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"]
