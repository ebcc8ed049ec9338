# Two commands for a newcomer: `make demo` and `make test`. Each sets up all it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO_ARGS ?=
TEST_ARGS ?=
# Each with a PostgreSQL of its own; the tests of a file stay together, they share a house.
TWO_AT_ONCE := --numprocesses=2 --dist=loadfile --no-loadscope-reorder
# What takes longest begins first, so that neither process works alone at the end.
LONGEST_FIRST := $(patsubst %,tests/%/,proof browser api commands workflows parts)
LONGEST_FIRST += $(filter-out $(LONGEST_FIRST),$(sort $(dir $(wildcard tests/*/test_*.py)))) $(wildcard tests/test_*.py)

.PHONY: help setup demo test check prove lock audit openapi words clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(INSTALLED) ## Install what runs here in .venv, and nothing more

demo: $(INSTALLED) ## Watch a whole yearly round happen (DEMO_ARGS=--exit ends with its checks)
	@exec $(BIN)/ikm demo $(DEMO_ARGS)

test: $(INSTALLED) check browser ## Everything a change must pass, under eight minutes on two cores
	$(BIN)/python -m pytest -m "not proof" $(TWO_AT_ONCE) $(TEST_ARGS) $(LONGEST_FIRST)

check: $(INSTALLED) ## Format, lint, types, rooms
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/mypy

prove: $(INSTALLED) browser ## The long proof: what needs silence first, then rounds, kills, outages, pages, leaks on two processors
	status=0
	$(BIN)/python -m pytest -m quiet --timeout=3000 $(TEST_ARGS) || status=$$?
	$(BIN)/python -m pytest -m "(proof or browser) and not quiet" --timeout=3000 --pictures=var/pictures \
	  $(TWO_AT_ONCE) $(TEST_ARGS) $(LONGEST_FIRST) || status=$$?
	exit $$status

.PHONY: browser
browser:
	@if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	    echo "Installing Chromium for the browser tests."
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium) >/dev/null \
	      || echo "Chromium could not be installed: the browser tests will be skipped."
	  else
	    echo "No Chromium here, and only root can install it: the browser tests will be skipped."
	  fi
	fi

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo "This Python cannot make environments: install python3-venv first."; exit 1; }
	@echo "Setting up $(VENV); this takes a minute or two."
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lock: $(INSTALLED) ## Renew both locks from pyproject.toml: of the tests, and of the image (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --constraint requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.run.lock

audit: ## Ask for known weaknesses of what the image holds (needs uv, and the network)
	uvx pip-audit --requirement requirements.run.lock --require-hashes --disable-pip

openapi: $(INSTALLED) ## Write docs/openapi.json as the application stands
	$(BIN)/python -m api.snapshot update

words: $(INSTALLED) ## Bring the four catalogues up to date with the texts in templates and code
	$(BIN)/python -m api.words update

clean: ## Remove what can be made again; the state in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
