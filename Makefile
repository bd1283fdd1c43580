# make up     gets everything ready (Python environment, Docker engine, sandbox image), then serves the workbench
# make test   everything that CI runs; make check is its quick half
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
# The files hold the whole closure, so pip has nothing to resolve.
PIP_INSTALL := $(BIN)/pip install --disable-pip-version-check --require-hashes --no-deps

.PHONY: help up setup test check bench mutants bench-slack bench-discord conformance pictures image engine postgres chromium compose lock clean

help:
	@echo "make up      get everything ready, then serve the workbench until Ctrl-C"
	@echo "make setup   get everything ready, and check it"
	@echo "make test    run all tests (make check: format, lint, types, import rules)"
	@echo "make bench   measure (bench-slack, bench-discord: the chat platforms, minutes each)"
	@echo "make mutants break the code in one place at a time: the tests beside it must notice (half an hour)"
	@echo "make conformance DISCORD_OPENAPI=path  check requests to Discord against its OpenAPI file"
	@echo "make pictures  take the README's pictures"
	@echo "make image   build the sandbox image"
	@echo "make lock    recompile requirements*.txt from requirements*.in"
	@echo "make clean   remove what make made here (not .aether/, where your data is)"

up: $(VENV)/.runtime image
	@exec $(BIN)/python -m bot up

setup: $(VENV)/.runtime image
	@$(BIN)/python -m bot doctor

test: $(VENV)/.dev postgres chromium compose image
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n $(WORKERS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/pytest -q tests/test_architecture.py

bench: $(VENV)/.dev postgres image
	PYTHONPATH=. $(BIN)/python tests/bench/main.py

mutants: $(VENV)/.dev postgres image
	$(BIN)/python tests/mutants/main.py $(MUTANTS)

bench-slack: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python tests/bench/main.py slack

bench-discord: $(VENV)/.dev
	PYTHONPATH=. $(BIN)/python tests/bench/main.py discord

conformance: $(VENV)/.dev
	@[ -n "$(DISCORD_OPENAPI)" ] || { echo "Name Discord's OpenAPI file: make conformance DISCORD_OPENAPI=path" >&2; exit 1; }
	PYTHONPATH=. $(BIN)/python tests/conformance/discord_bodies.py "$(DISCORD_OPENAPI)"

pictures: $(VENV)/.dev chromium image
	PYTHONPATH=. $(BIN)/python tests/pictures/main.py docs/pictures

engine:
	@sandbox/image/engine.sh start

image: engine
	@sandbox/image/build.sh

postgres:
	@command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null \
		|| scripts/install.sh "testing the journal on PostgreSQL" postgresql

# The page is tested in the browser that Debian ships; Playwright downloads none, and its driver needs libatomic.
chromium:
	@[ -x /usr/bin/chromium ] && [ -n "$$(ls /usr/lib*/libatomic.so.1 /usr/lib/*/libatomic.so.1 2>/dev/null)" ] \
		|| scripts/install.sh "testing the page in a browser" chromium libatomic1

compose:
	@docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null \
		|| scripts/install.sh "testing compose.yaml" docker-compose

$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| scripts/install.sh "making a Python environment" python3 python3-venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Aether needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(BIN)/pip
	@echo "== installing what Aether runs on"
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

# The second file repeats the first one's versions, so it serves both.
$(VENV)/.dev: requirements-dev.txt requirements.txt | $(BIN)/pip
	@echo "== installing what the tests need"
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(VENV)/.runtime $@

# Universal: one file for every platform and Python from 3.11. Addresses of an index never enter the files.
lock: $(VENV)/.dev
	@[ -x $(BIN)/uv ] || $(BIN)/pip install uv
	@for name in requirements requirements-dev; do \
		echo "== compiling $$name.txt"; \
		$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links --output-file $$name.txt $$name.in; \
	done

clean:
	rm -rf $(VENV) .bench .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
