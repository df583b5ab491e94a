# covcheck. `make run` and `make test` do all the set-up; they need Python 3.11, git and make.
SHELL := /bin/sh
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test lint bench matrix console docs lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "covcheck: installing pinned packages into $(VENV) (once; a minute or two)"
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "covcheck: $(PYTHON) is not on PATH; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP) ## the local console, a small Slack in the browser; with Slack tokens: serve Slack
	@echo "covcheck: starting"
	@$(BIN)/covcheck serve

test: $(STAMP) ## all tests; cluster tests run where Docker and kind work
	@echo "covcheck: running the tests"
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -ra

lint: $(STAMP) ## ruff, mypy --strict, import-linter
	@echo "covcheck: linting"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP) ## checks beside a clone, coverage data beside go tool covdata, the console's page
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench_covdata
	@$(BIN)/python -m tests.browser.times

matrix: $(STAMP) ## faults put into a real Kind cluster, and docs/accuracy.md of how they were judged
	@$(BIN)/python -m tests.matrix --write

console: ## build the console's page anew into bot/console/static (needs Node.js 20)
	@cd bot/console/web && npm ci --silent && npm run --silent build

docs: $(STAMP) ## the documents made from the code
	@$(BIN)/python -m tests.make_docs

lock: ## pin the packages anew (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
