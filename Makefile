# Every target sets up what it needs: a virtual environment from the lock file, and the package itself, editable.
PYTHON ?= python3
BIN := .venv/bin
PARTS := simulator fixtures conformance loadtests reports

.PHONY: matrix java-matrix torture demo year test lint types bench fuzz docs setup clean

demo: setup            ## the main job, end to end, on the embedded default
	@$(BIN)/swsim demo

test: setup            ## the short tier
	@$(BIN)/pytest -q

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy -p swsim && $(BIN)/mypy tests

bench: setup           ## long tier: throughput beside lxml and WireMock, one run
	@$(BIN)/python -m swsim.loadtests.bench

# GRID=own runs only what CI wants to be there; both go on where a run was broken off, and run only what is missing.
matrix: setup          ## long tier, the suite judged: every seeded fault over every case; commit what it writes
	@$(BIN)/python -m swsim.conformance.matrix $(if $(filter own,$(GRID)),--own)

java-matrix: setup     ## long tier: the Java client and its ten faults over the whole plan 9610-declaration; commit what it writes
	@$(BIN)/python tests/conformance/conformance_java.py

torture: setup         ## long tier: each rule and arc taken out in turn, a test has to fail; commit what it writes
	@$(BIN)/python tests/torture.py

year: setup            ## an example: a year of one enterprise, its month ends as a page
	@$(BIN)/swsim year

fuzz: setup            ## long tier: 200,000 spoiled messages through the reader, result kept by its date
	@$(BIN)/python -m swsim.loadtests.fuzz --out loadtests/fuzz/results

docs: setup            ## the generated reference pages
	@$(BIN)/python docs/generate.py

setup: .venv/ready

# .venv/src/swsim links the five folders under the name they are imported by: for type checkers and editors only
# (docs/adr/0001-packaging.md).
.venv/ready: requirements.lock pyproject.toml
	@echo "setting up .venv (once) ..."
	@$(PYTHON) -m venv .venv
# --no-deps: the lock is whole, so there is nothing to resolve; older pips take the newest release for an extra such
# as coverage[toml] and then refuse it for want of a hash.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p .venv/src/swsim && cd .venv/src/swsim && for part in $(PARTS); do ln -sfn ../../../$$part $$part; done
	@touch .venv/ready

clean:
	rm -rf .venv build dist reports/out .mypy_cache .ruff_cache .pytest_cache *.egg-info
