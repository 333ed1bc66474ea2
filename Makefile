# Everything a developer or a newcomer types. `make help` lists it; each target does its own set-up in $(VENV).

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help briefing test lint format soak bench pages blocks clean

help: ## List these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

briefing: $(READY) ## Publish the weekly edition of 10 March 2025 and print its path
	@$(BIN)/brief generate korea-europe-weekly --date 2025-03-10

test: $(READY_DEV) ## Pass the tests
	@$(BIN)/python -m pytest

lint: $(READY_DEV) ## Check style, types and the walls between the modules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(READY_DEV) ## Lay out the code as `make lint` expects it
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

soak: $(READY_DEV) ## Kill the scheduler twenty times, and see that every edition is there once (a minute or two)
	@$(BIN)/python tools/soak.py

bench: $(READY) ## Measure speed and memory beside other programs (ten minutes; a part: make bench ONLY=render)
	@$(BIN)/python -m bench $(ONLY) $(if $(SAVE),--save)

pages: $(READY) ## Make page images of shipped and made-up editions in build/pages/ (needs LibreOffice and pdftoppm)
	@$(BIN)/python tools/pages.py build/pages

blocks: $(READY_DEV) ## Make the pictures of docs/templates.md anew (needs LibreOffice, pdftoppm and ImageMagick)
	@$(BIN)/python tools/make_block_pictures.py

clean: ## Remove the virtual environment and caches, but nothing published
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "brief needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python can't make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV), once…" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . >&2
	@touch $@

$(READY_DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up $(VENV), once…" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' >&2
	@touch $(READY) $@
