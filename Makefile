# Needs only Python >= 3.11, git and make. `make help` lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SCALE  ?= 1
KILLS  ?= 200
JOBS   ?= 10000
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z/-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: console ## make .venv with everything that is needed, and the console

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Headway needs Python 3.11 or newer")'
	@echo "Setting up $(VENV): 2 GB with Spark, a Java runtime and what the tests need; this takes a minute or two"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python console/build.py # before the package, whose build would get itself another Node for it
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

console: $(VENV)/.ready ## build the console, if its sources are newer than what is there
	@$(BIN)/python console/build.py

demo: setup ## generate TPC-H (SCALE=1), run queries on Spark with live progress
	@$(BIN)/headway demo --scale $(SCALE)

test: setup ## check, then test everything on real Spark
	@well=yes; $(MAKE) --no-print-directory -k -j4 check test-console test-quick prepared chromium || well=no; \
	$(BIN)/python -m pytest -m spark && test $$well = yes

test-console: setup
	@$(BIN)/python console/build.py test

test-quick: setup ## test what needs neither Spark nor processes that run for long
	@$(BIN)/python -m pytest -m "not spark" -n 2 --dist loadfile

prepared: setup # some thirty engines start in the tests
	-@$(BIN)/headway engine prepare --missing

chromium: ## get Debian's Chromium, which the browser tests need (root and apt-get; else they are skipped)
	@command -v chromium >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Getting Chromium" && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	} || echo "Chromium is not there: the browser tests are skipped"

check: setup ## lint, types and floors
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	@$(BIN)/python console/build.py check

format: setup ## format the code
	@$(BIN)/ruff check --fix-only . ; $(BIN)/ruff format .

bench: setup ## measure what the README quotes: overhead, progress load, memory
	@$(BIN)/python -u -m bench.overhead $(SCALE)
	@$(BIN)/python -m bench.progress_load
	@$(BIN)/python -m bench.memory

bench-progress: setup ## score the estimate on recorded runs, write docs/progress.md's table and picture
	@$(BIN)/python -m bench.progress_accuracy

chaos: setup ## kill and freeze service and engine at random under load (KILLS=200)
	@$(BIN)/python -u -m bench.chaos --kills $(KILLS)

soak: setup ## run a day's worth of short jobs (JOBS=10000) and look for what grows
	@$(BIN)/python -u -m bench.soak $(JOBS)

picture: setup ## record the README's picture anew
	@$(BIN)/python -m bench.record_readme $(SCALE)

screenshots: setup chromium ## take the console's pictures for the documentation anew
	@$(BIN)/python -m bench.screenshots

docs: setup ## write the generated parts of the documentation anew
	@$(BIN)/python -m tests.docs.settings_page && $(BIN)/python -m tests.docs.diagram_page

serve: setup ## run the service
	@$(BIN)/headway serve

lock: setup ## write requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet -o requirements.lock

clean: ## remove .venv, the built console and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
	  console/node_modules src/headway/console/static

.PHONY: help setup console demo test test-console test-quick prepared chromium check format bench bench-progress chaos soak picture screenshots docs serve lock clean
