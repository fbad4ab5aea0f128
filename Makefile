# The targets a person types. Everything lands in .venv; what Acquit keeps lands in ACQUIT_HOME.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base-is-installed
PROJECT := $(VENV)/.project-is-installed
DEV := $(VENV)/.dev-is-installed
FUZZ := $(VENV)/.fuzz-is-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard src/acquit/locale/*/LC_MESSAGES/*.po))
# Checks read the settings; they must not make anything in the home of whoever runs them.
CHECK_HOME := $(CURDIR)/build/home

CHECKS := check-lint check-format check-types check-walls check-migrations check-documentation
.PHONY: setup demo test check $(CHECKS) soak bench fuzz format requirements programs clean

setup: $(PROJECT) $(CATALOGUES)

demo: setup
	$(BIN)/acquit demo $(if $(filter 0,$(SERVE)),--no-serve)

test: setup $(DEV) programs
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak" $(ARGS)

# What takes too long for every change: every night. Each says its seed; ACQUIT_STRESS_SEED=... has it again.
soak: setup $(DEV) programs
	$(BIN)/python -m pytest -m soak -s $(ARGS)

# All of them run, so that one look shows everything that is wrong.
check: setup $(DEV)
	@$(MAKE) --no-print-directory --keep-going $(CHECKS)

check-lint:
	$(BIN)/ruff check .
check-format:
	$(BIN)/ruff format --check .
check-types:
	ACQUIT_HOME="$(CHECK_HOME)" $(BIN)/mypy
check-walls:
	$(BIN)/lint-imports
check-migrations:
	ACQUIT_HOME="$(CHECK_HOME)" $(BIN)/python -W "ignore:Got an error checking:RuntimeWarning" manage.py makemigrations --check --dry-run
check-documentation:
	$(BIN)/mkdocs build --strict --quiet --site-dir build/site

bench: setup
	ACQUIT_BENCH_SCALE=$(SCALE) $(BIN)/python -m benchmarks $(ONLY)

# Readers of strangers' files under atheris, each for SECONDS; READER=camt,mt940 names some.
fuzz: $(DEV) $(FUZZ)
	FUZZ_SECONDS=$(SECONDS) FUZZ_READER=$(READER) $(BIN)/python -m tests.fuzz

format: $(DEV)
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

# The browser and hledger: found, else installed, else a line that says what is missing.
programs: $(DEV)
	@$(BIN)/python -m tests.programs

# Pins and hashes from *.in. No line of the result names an index: it installs wherever the reader's own index is.
requirements: $(DEV)
	for name in base dev fuzz; do \
	  CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	    --output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done

clean:
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	rm -f $(CATALOGUES)
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. Install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Acquit needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without venv or ensurepip. Install them (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

$(BASE): requirements/base.txt | $(BIN)/python
	@echo "Installing what Acquit needs. The first time this takes a few minutes."
	$(PIP) install --quiet --require-hashes --requirement requirements/base.txt
	@touch $@

$(PROJECT): pyproject.toml requirements/base.in $(BASE)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	@echo "Installing what the tests and the checks need."
	$(PIP) install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

$(FUZZ): requirements/fuzz.txt $(BASE)
	$(PIP) install --quiet --require-hashes --requirement requirements/fuzz.txt
	@touch $@

# Python compiles the catalogues, so that nobody needs GNU gettext.
%.mo: %.po | $(PROJECT)
	$(BIN)/python -m acquit.web.catalogues compile
