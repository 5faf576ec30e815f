#!/usr/bin/env node
// Runs the program, which npm installed as the optional dependency for this system. Nothing is downloaded.
"use strict";
const { spawn } = require("node:child_process");
const { constants } = require("node:os");

function fail(why) {
  process.stderr.write(`error: ${why}\n`);
  process.exit(2); // as the program does when it cannot be used
}

const isMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
const system = `${process.platform}-${process.arch}${isMusl ? "-musl" : ""}`;
const name = `@account-watcher/cli-${system}`;

let program;
try {
  program = require.resolve(`${name}/${process.platform === "win32" ? "watcher.exe" : "watcher"}`);
} catch {
  const { optionalDependencies } = require("../package.json");
  fail(
    name in optionalDependencies
      ? `${name} is not installed: install account-watcher on this system, with its optional dependencies`
      : `there is no package for ${system}: install with cargo instead`,
  );
}

const running = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// A terminal sends Ctrl-C to both: the program ends as it likes, and this after it. Others signal this process alone.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => running.kill("SIGTERM"));
running.on("error", (error) => fail(`${program} cannot be run: ${error.message}`));
// Stopped by a signal it has no exit code; a shell says 128 and the signal's number.
running.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
