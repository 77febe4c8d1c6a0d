# make setup: the environment.  make run: the site with made-up people.  make test: everything that has to pass.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes
JOBS ?= 2

.PHONY: help setup run test core lint format bench css lock mutants

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.run: requirements/base.lock
	@scripts/venv.sh $(PYTHON)
	$(PIP) -r requirements/base.lock
	@touch $@

.venv/.dev: requirements/dev.lock
	@scripts/venv.sh $(PYTHON)
	$(PIP) -r requirements/dev.lock
	@touch $@ .venv/.run

.env:
	@$(BIN)/python scripts/development_env.py

setup: .venv/.dev .env ## make .venv with everything that building and testing need

run: .venv/.run .env ## the site on this machine, with made-up people
	@scripts/run.sh

test: setup ## everything that has to pass: lint, tests on both databases, browser
	@scripts/test.sh

core: .venv/.dev ## the clinical core, charts, texts and files: no database, seconds
	@scripts/core.sh

lint: setup ## style, types, import rules, templates, security, migrations, deployment files
	@scripts/lint.sh

format: .venv/.dev ## put the code into its one style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .

bench: setup ## measure, on both databases
	@scripts/bench.sh

css: .venv/.dev ## compile the style sheet, and put the icons into one sprite
	@$(BIN)/python scripts/build_css.py
	@$(BIN)/python scripts/build_icons.py

lock: .venv/.dev ## pin the packages that requirements/*.in name
	@scripts/lock.sh

mutants: .venv/.dev ## change the clinical core on purpose, and see whether a test notices
	@scripts/mutants.sh
