# Everything sets itself up: a machine with Python 3.11+ and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
.DEFAULT_GOAL := help
# Whoever forbids compiled files has Python compile all of them again in each process that a test starts.
unexport PYTHONDONTWRITEBYTECODE
# The theme advertises another generator at each build; its output here is for mistakes alone.
export NO_MKDOCS_2_WARNING := 1

.PHONY: help demo install test test-fast trust nightly mutants check docs audit format bench bench-webhooks bench-discord bench-queue bench-footprint bench-growth bench-shop bench-compare peer lock screenshot pictures clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

demo: $(VENV)/.demo ## the whole bot on this machine, without any account
	$(BIN)/guildbank demo $(ARGS)

install: $(VENV)/.runtime ## the program alone, for a server that sells: .venv/bin/guildbank
	@echo "Installed. Next: $(BIN)/guildbank init"

# Three workers for two cores: some wait for processes, browsers and PostgreSQL.
test: $(VENV)/.dev ## all tests
	$(BIN)/pytest -n 3 --dist loadgroup $(ARGS)

test-fast: $(VENV)/.dev ## the parts by themselves, on SQLite: for while you write (under a minute)
	$(BIN)/pytest tests/unit -m "not slow" -k "not postgresql" -n 2 --dist loadgroup $(ARGS)

trust: $(VENV)/.dev ## every fault and property many times, with a table of what was lost (half an hour)
	$(BIN)/pytest tests/faults tests/process tests/unit --trust --timeout=1500 -n 2 --dist loadgroup $(ARGS)

nightly: $(VENV)/.dev ## the state machine for a million steps (hours); a seed is printed on failure
	TRUST_STEPS=1000000 $(BIN)/pytest tests/faults/test_community.py --trust --timeout=0 $(ARGS)

mutants: $(VENV)/.dev ## small mistakes, one at a time: do the tests notice? (an hour; goes on where it was)
	$(BIN)/python -m tests.mutation.named
	nice -n 10 $(BIN)/python -m tests.mutation $(ARGS)

check: $(VENV)/.dev ## style, types, architecture, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.sentences check
	@$(MAKE) --no-print-directory docs

docs: $(VENV)/.dev ## the documentation, into site/ (open site/index.html)
	$(BIN)/mkdocs build --strict --quiet

format: $(VENV)/.dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# make itself ends with 2 on any failure; locks/audit.py ends with 1 for a finding, 3 where nobody can be asked.
audit: ## look the locked packages up in an advisory database
	@test -x $(VENV)-audit/bin/pip-audit || ($(PYTHON) -m venv $(VENV)-audit && $(VENV)-audit/bin/pip install --quiet --require-hashes -r locks/audit.lock) || exit 3
	@$(VENV)-audit/bin/python locks/audit.py

bench: $(VENV)/.dev ## measure everything, with one report (half an hour; ARGS=--quick for 3 minutes)
	$(BIN)/python -m benchmarks $(ARGS)

bench-webhooks: $(VENV)/.dev ## measure: webhook events a second, beside references in turn
	$(BIN)/python -m benchmarks.webhooks $(ARGS)

bench-discord: $(VENV)/.dev ## measure: how long members wait for the bot
	$(BIN)/python -m benchmarks.discord $(ARGS)

bench-queue: $(VENV)/.dev ## measure: how soon what is urgent arrives behind 100,000 others
	$(BIN)/python -m benchmarks.queue $(ARGS)

bench-footprint: $(VENV)/.dev ## measure: from start to ready, and memory
	$(BIN)/python -m benchmarks.footprint $(ARGS)

bench-growth: $(VENV)/.dev ## measure: what a purchase costs as the tables grow
	$(BIN)/python -m benchmarks.growth $(ARGS)

bench-shop: $(VENV)/.dev ## measure: what an order costs, and how many one item sells
	$(BIN)/python -m benchmarks.shop $(ARGS)

bench-compare: $(VENV)/.dev ## measure: is a webhook dearer than in another checkout? (ARGS="--other ../before")
	$(BIN)/python -m benchmarks.compare $(ARGS)

peer: $(VENV)-peer/.peer ## install dj-stripe beside it; make bench measures it then too

screenshot: $(VENV)/.dev ## make the pictures again (needs Chromium)
	$(BIN)/python docs/make_screenshot.py
	$(BIN)/python docs/all_pictures/make_pictures.py pictures --only ways --into docs/pictures

pictures: docs ## every card and page in light and dark, on a phone and a desktop, into pictures/ (needs Chromium; half an hour)
	$(BIN)/python docs/all_pictures/make_pictures.py pictures $(ARGS)

lock: $(VENV)/.dev ## resolve the dependencies again
	$(COMPILE) --upgrade locks/uv.in -o locks/uv.lock
	$(COMPILE) pyproject.toml -o locks/runtime.lock
	$(COMPILE) --group build --extra demo pyproject.toml -o locks/demo.lock
	$(COMPILE) --group dev --extra demo pyproject.toml -o locks/dev.lock
	$(COMPILE) --group build -c locks/dev.lock -o locks/build.lock
	$(COMPILE) --group peer -o locks/peer.lock
	$(COMPILE) --upgrade locks/audit.in -o locks/audit.lock
	$(BIN)/python locks/images.py

clean: ## remove what was made
	rm -rf $(VENV) $(VENV)-peer $(VENV)-audit site pictures .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The demo and the development tools share one environment: the larger lock holds the smaller one's versions.
$(VENV)/.demo: locks/demo.lock locks/uv.lock locks/install.py pyproject.toml
	@test -e $(VENV)/.dev || $(PYTHON) locks/install.py $(VENV) demo
	@touch $@

$(VENV)/.dev: locks/dev.lock locks/uv.lock locks/install.py pyproject.toml
	@$(PYTHON) locks/install.py $(VENV) dev
	@touch $@

$(VENV)/.runtime: locks/runtime.lock locks/build.lock locks/uv.lock locks/install.py pyproject.toml
	@$(PYTHON) locks/install.py $(VENV) runtime
	@rm -f $(VENV)/.demo $(VENV)/.dev
	@touch $@

# The peer wants another version of the provider's library than we do.
$(VENV)-peer/.peer: locks/peer.lock locks/uv.lock locks/install.py
	@$(PYTHON) locks/install.py $(VENV)-peer peer
	@touch $@
