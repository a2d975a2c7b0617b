# Every target makes its own environment first: .venv, from the hashed lock, with the interpreter below.
# Needed beforehand: make and Python 3.11 or newer. Another interpreter: make PYTHON=python3.12 demo

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements-dev.lock

# Stamps are named by what was installed, so that a changed lock or project file installs again.
LOCKED := $(VENV)/.locked-$(shell cksum < $(LOCK) | tr ' ' '-')
INSTALLED := $(VENV)/.installed-$(shell cat $(LOCK) pyproject.toml | cksum | tr ' ' '-')

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet

SLOW := slow or statistics
# One worker a processor; the tests of a file share what they set up.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: help install demo view test check verify bench bench-mix bench-seeding bench-siting bench-what-if large patterns lock clean

help:
	@echo "make demo    run the example programme for Lishui and write results/"
	@echo "make view    open the results in a browser; runs the example first where there are none"
	@echo "make test    run the tests"
	@echo "make check   style, types, import order and the tests"
	@echo "make verify  make check, and the slow and statistical tests"
	@echo "make bench   measure speed and memory on one thread, and both engines side by side"
	@echo "make bench-mix  hold the optimiser of programme mixes against a problem whose answer is known"
	@echo "make bench-seeding  choose 100 people to visit among a million, in every way there is"
	@echo "make bench-siting  hold the siting solvers against published optima (EPAY_SITING_DIR) and large towns"
	@echo "make bench-what-if  time the answers to 30 moves of sliders for two scenarios"
	@echo "make large   run ten million citizens for three years on two threads"
	@echo "make patterns show single levers and the patterns the model must reproduce"
	@echo "make lock    renew the lock files from pyproject.toml"
	@echo "make clean   remove the environment and caches; results stay"

$(LOCKED): $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there)." >&2; \
	  echo "Install one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; some minutes on a slow line)"
	@$(PYTHON) -m venv --clear $(VENV) || { \
	  echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu install python3-venv." >&2; exit 1; }
	@$(PIP) --require-hashes -r $(LOCK)
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

install: $(INSTALLED)

demo: $(INSTALLED)
	@$(BIN)/epay demo

view: $(INSTALLED)
	@ls results/*/manifest.json > /dev/null 2>&1 || $(BIN)/epay demo
	@$(BIN)/epay view

test: $(INSTALLED)
	@$(PYTEST) -m "not ($(SLOW))"

check: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -m "not ($(SLOW))"

verify: check
	@$(PYTEST) -m "$(SLOW)"

bench: $(INSTALLED)
	@$(BIN)/python tests/benchmarks/bench.py

bench-mix: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.mix

bench-seeding: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.seeding

bench-siting: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.siting

bench-what-if: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.what_if

large: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.large 1e7 156 2

patterns: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.patterns

# uv resolves for every platform and every Python from 3.11 on; it is not part of the environment.
lock:
	@rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv && .lock-venv/bin/python -m pip install --quiet uv
	@set -e; for lock in requirements-dev requirements; do \
	  extras="--extra notebook --extra viewer"; \
	  if [ $$lock = requirements-dev ]; then extras="$$extras --extra dev"; \
	  else extras="$$extras --constraint requirements-dev.lock"; fi; \
	  .lock-venv/bin/uv pip compile pyproject.toml $$extras --quiet --upgrade --universal --python-version 3.11 \
	    --fork-strategy fewest --generate-hashes --no-header --no-annotate --no-config \
	    --no-emit-index-url --no-emit-find-links --output-file $$lock.new > /dev/null; \
	  { echo "# Made by 'make lock' from pyproject.toml ($$extras): do not edit."; cat $$lock.new; } > $$lock.lock; \
	  rm $$lock.new; done
	@rm -rf .lock-venv

clean:
	@rm -rf $(VENV) .lock-venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find simulation tests -name __pycache__ -type d -prune -exec rm -rf {} +
