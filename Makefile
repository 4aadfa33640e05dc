# make run     install what is missing and open the window on the demo study
# make test    all tests            make check   tests and linters: what .ci/run does
# make fmt     format the code      make bench   speed, measured beside peers
# make soak    the full counts of fuzzing, kills and mutants (long; by hand)

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
UV     ?= uv

.PHONY: run test check lint unit rest soak bench fmt lock freeze system clean

run: $(VENV)/.run
	@packaging/linux/run-demo $(BIN)

test: $(VENV)/.dev unit rest

unit: $(VENV)/.dev
	$(PYTEST) tests/unit --headless -p no:pytest-qt

rest: $(VENV)/.dev
	$(PYTEST) tests --ignore=tests/unit --ignore=tests/benchmarks

lint: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy

check: lint test

soak: $(VENV)/.dev
	.ci/soak

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The environments follow the locks; a changed lock renews them.
$(VENV)/.run: requirements.lock pyproject.toml
	@packaging/linux/prepare $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@packaging/linux/prepare $(PYTHON) $(VENV) requirements-dev.lock
	@touch $(VENV)/.run $@

# Needs uv. The index is named, so that no mirror of this machine gets into the locks.
EXPORT = $(UV) export --locked --no-emit-project --no-header --no-annotate --format requirements.txt \
         --default-index https://pypi.org/simple --extra build
lock:
	$(UV) lock --default-index https://pypi.org/simple
	$(EXPORT) -o requirements.lock
	$(EXPORT) --extra dev -o requirements-dev.lock
	$(EXPORT) --extra freeze -o requirements-freeze.lock

freeze: requirements-freeze.lock
	$(MAKE) VENV=build/freeze-venv freeze-here

.PHONY: freeze-here
freeze-here:
	packaging/linux/prepare $(PYTHON) $(VENV) requirements-freeze.lock
	$(BIN)/pyinstaller --noconfirm --distpath dist --workpath build/pyinstaller packaging/lightbox.spec

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
