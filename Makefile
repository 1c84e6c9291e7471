# Sightline needs Python 3.11 or later and make, and nothing else.

VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check -qq
UV     ?= uv
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench lock

help:  ## this list
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/runtime.stamp  ## make .venv and install the locked versions

setup-dev: $(VENV)/dev.stamp

run: setup  ## set up and start Sightline; stop it with Ctrl-C
	@exec $(PY) -m flows.cli up

test: setup-dev  ## set up and run every test, in three parts at once (one part alone: make test ARGS=tests/rules)
	@if [ -n "$(ARGS)" ]; then exec $(PY) -m pytest $(ARGS); fi; \
	$(PY) -m pytest -p no:cacheprovider $(SHARING) >$(VENV)/sharing.log 2>&1 & sharing=$$!; \
	$(PY) -m pytest -p no:cacheprovider $(STARTING) >$(VENV)/starting.log 2>&1 & starting=$$!; \
	$(PY) -m pytest $(patsubst %,--ignore=%,$(SHARING) $(STARTING)); rest=$$?; \
	wait $$sharing; sharing=$$?; wait $$starting; starting=$$?; \
	cat $(VENV)/sharing.log $(VENV)/starting.log; \
	[ $$rest = 0 ] && [ $$sharing = 0 ] && [ $$starting = 0 ]

# Two parts that wait for Prefect much of the time: stories that share one running Sightline, and those that start their own.
SHARING := tests/flows/test_browser.py tests/flows/test_story_engine.py tests/flows/test_story_mail.py
STARTING := tests/contracts/test_canary.py tests/flows/test_up.py tests/flows/test_engine_urgent.py

check: setup-dev  ## ruff, mypy --strict and the import contracts
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=. $(VENV)/bin/lint-imports

bench: setup-dev  ## measure speed and size, printed as ratios on this machine
	@$(PY) -m bench

lock:  ## for maintainers: work out the locked versions again (needs uv)
	$(UV) pip compile --quiet $(LOCKING) --group install pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet $(LOCKING) --group install --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
           --no-annotate --no-strip-extras --no-header

$(VENV)/runtime.stamp: requirements.lock pyproject.toml | $(VENV)/made.stamp
	@echo "Installing the locked versions (once, about a minute) ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	@echo "Installing what the tests need ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# The first Python that is new enough and can make an environment; otherwise one sentence.
$(VENV)/made.stamp:
	@newest=; for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    newest=$$python; \
	    $$python -c 'import venv, ensurepip' 2>/dev/null || continue; \
	    rm -rf $(VENV) && $$python -m venv $(VENV) && touch $@ && exit 0; \
	done; \
	if [ -n "$$newest" ]; then \
	    echo "$$newest cannot make virtual environments: install its venv module (Debian and Ubuntu: apt install python3-venv), then run make again."; \
	else \
	    echo "Sightline needs Python 3.11 or later, and none was found: install it, or name it with make PYTHON=/where/it/is."; \
	fi; exit 1
