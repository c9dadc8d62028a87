# Two commands matter: `make run` and `make test`. `make help` lists the others.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HISTORIES ?= 10000
TRACE ?=
export PYTHONPATH := $(CURDIR)
.DEFAULT_GOAL := help
.PHONY: help run test check bench fuzz vendor lock migration clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# --- What the machine must have; each step says what it does and what is missing ---

.make/python:
	@mkdir -p .make
	@$(PYTHON) tools/machine.py python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

.make/run: .make/python requirements/run.txt
	@echo "Installing what the application needs (pinned, with hashes)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

.make/test: .make/python requirements/test.txt
	@echo "Installing what the tests need (pinned, with hashes)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ .make/run

.make/pango:
	@mkdir -p .make
	@$(PYTHON) tools/machine.py pango
	@touch $@

.make/browser: .make/test
	@$(PYTHON) tools/machine.py pdfsig
	@$(PYTHON) tools/machine.py browser || $(BIN)/python -m playwright install --with-deps chromium
	@touch $@

node_modules/.package-lock.json: .make/test package.json package-lock.json
	@echo "Installing the browser packages used by checks..."
	@$(BIN)/python tools/node.py npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# --- Run ---

run: .make/run .make/pango ## Install, migrate, seed the demonstration and serve it (PORT=8000)
	@$(BIN)/flask --app wsgi db upgrade
	@$(BIN)/flask --app wsgi demo
	@PORT=$(PORT) $(BIN)/gunicorn wsgi:app

# --- Test ---

test: .make/test .make/pango .make/browser node_modules/.package-lock.json ## Install what tests need and run them all; a skipped test fails
	@$(BIN)/python tools/run_tests.py

check: .make/test .make/pango node_modules/.package-lock.json ## ruff, mypy, import-linter, tsc
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/node.py tsc --project .

fuzz: .make/test .make/pango .make/browser node_modules/.package-lock.json ## Long soak and fuzz runs (HISTORIES=10000)
	@FUZZ=long HISTORIES=$(HISTORIES) $(BIN)/python -m pytest tests/fuzz -q --timeout=0

bench: .make/test .make/pango .make/browser node_modules/.package-lock.json ## Benchmarks against named peers (TRACE=file replays a recorded trace)
	@$(BIN)/python -m tests.bench $(if $(TRACE),--trace $(TRACE))

# --- Carry on ---

vendor: .make/test node_modules/.package-lock.json ## Rebuild static/vendor from package-lock.json
	@$(BIN)/python tools/node.py node tools/vendor.mjs

lock: .make/test ## Write the lock files anew (requirements/*.txt)
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q --python-version 3.11 pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q --python-version 3.11 pyproject.toml --group test -c requirements/run.txt -o requirements/test.txt

migration: .make/run ## Write a migration from the models (M="what changes")
	@$(BIN)/flask --app wsgi db migrate -m "$(M)"

clean: ## Remove what make installed, but not the instance's data
	rm -rf .make $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache
