# Needs python3 (3.11 or newer) and make, nothing else: `make run` and `make test` build their own environment.

PYTHON ?= python3
UV_VERSION := 0.13.9

BIN := .venv/bin
UV := .tools/bin/uv
READY := .venv/.ready
ARGS ?=

# An environment made with --frozen holds exactly what uv.lock says, with the interpreter that was asked for.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Certificates of the system: behind a company proxy the built-in ones are not enough.
export UV_SYSTEM_CERTS := 1

.DEFAULT_GOAL := help
.PHONY: help install run test lint check format sdl migrate migration bench bench-graphql chaos demo docs clean

help: ## print this list
	@echo "Leuchtturm. Targets of this Makefile; pass options as ARGS=\"...\":"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

install: $(READY) ## create or refresh the environment from the lock file

run: $(READY) ## start everything in one process: site, API, worker, demo community
	@exec $(BIN)/leuchtturm dev $(ARGS)

test: $(READY) ## the suite: SQLite always, PostgreSQL and Redis when reachable; shows what was skipped
	@exec $(BIN)/python scripts/test.py $(ARGS)

lint: $(READY) ## style, types, import contracts, SDL and generated pages; no tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/leuchtturm sdl --check
	$(BIN)/python scripts/states.py --check
	$(BIN)/leuchtturm events --check

check: lint test ## what has to pass before a change is merged: lint, then test

format: $(READY) ## sort imports, fix what can be fixed, format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

sdl: $(READY) ## write schema/schema.graphql from the code
	$(BIN)/leuchtturm sdl

docs: $(READY) ## write the generated pages: states, events for partners, who may do what
	$(BIN)/python scripts/states.py
	$(BIN)/leuchtturm events
	$(BIN)/python -m tests.graph.matrix

migrate: $(READY) ## bring the database of LEUCHTTURM_DATABASE_URL up to date
	$(BIN)/leuchtturm migrate $(ARGS)

bench: $(READY) ## what this machine can do: work per second, latency, deliveries (ARGS="--scale 0.1")
	@exec $(BIN)/python -m tests.bench $(ARGS)

bench-graphql: $(READY) ## GraphQL beside Mercurius, PostGraphile and hand-written SQL (needs PostgreSQL, Redis, Node 20)
	@exec $(BIN)/python -m tests.bench.graphql $(ARGS)

chaos: $(READY) ## kill workers, lose answers, empty Redis; nothing may be lost (needs PostgreSQL and Redis)
	$(BIN)/python -m tests.bench.chaos $(ARGS)
	$(BIN)/python -m tests.kills --rounds 40
	$(BIN)/python -m tests.bench.upheaval

migration: $(READY) ## write a migration for what changed in models/: make migration ARGS=what_it_does
	$(BIN)/python -m scripts.migration $(ARGS)

demo: $(READY) ## the main job against a started system, step by step (URL: ARGS="--url ...")
	$(BIN)/leuchtturm demo $(ARGS)

clean: ## remove the environment, caches and test results; the demo database stays
	rm -rf .venv .tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .test-results dist build

$(READY): pyproject.toml uv.lock $(UV)
	@echo "Installing what uv.lock says ..."
	@$(UV) sync --quiet --frozen --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@touch $@

$(UV): Makefile
	@sh scripts/preflight.sh "$(PYTHON)"
	@echo "Preparing the installer (uv $(UV_VERSION)) ..."
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $@
