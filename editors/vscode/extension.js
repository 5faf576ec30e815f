// Starts `watcher lsp` for TOML files; everything else is the server's.

const { window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const [command, ...args] = workspace.getConfiguration("accountWatcher").get("command");
  const cwd = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const server = { command, args, options: { cwd } };
  // Also without an extension that knows TOML.
  const documents = ["**/account-watcher.toml", "**/watchers/*.toml"].map((pattern) => ({ scheme: "file", pattern }));
  client = new LanguageClient("accountWatcher", "Account Watcher", server, { documentSelector: documents });
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(`Account Watcher: ${[command, ...args].join(" ")} does not start: ${error.message}`);
  }
};

exports.deactivate = () => client?.stop();
