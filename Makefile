# One door to everything. `make run` and `make test` need only git, make and Python 3.11 or newer.
PYTHON   ?= python3
PORT     ?= 8000
VENV     ?= .venv
JOBS     ?= 2
ARGS     ?=
# Tests run in an order drawn from the commit: another one with each change, the same for who tries it again.
SEED     ?= $(shell git log -1 --format=%ct 2>/dev/null)
PY       := $(VENV)/bin/python
export PORT
.DEFAULT_GOAL := help
.PHONY: help run test e2e lint demo shots axe bench bench-full messages lock env dev-env

help:  ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*##\(.*\)/  make \1\t\2/p' Makefile | expand -t 16
	@echo; echo "  Variables: PORT=8000  DATA_DIR=var  HOST=127.0.0.1  PYTHON=python3  ARGS='-k word' JOBS=2 (tests)"

run: env  ## set up once, then serve the filled demo shop until Ctrl-C
	@$(PY) manage.py serve --prepare

test: dev-env  ## set up, then run every test: on SQLite, then on PostgreSQL
	@DATA_DIR=$(CURDIR)/var/test $(PY) -m pytest -n $(JOBS) $(SEED:%=--randomly-seed=%) $(ARGS)
	@DATA_DIR=$(CURDIR)/var/test $(PY) -m tests.harness.postgres -- \
	  $(PY) -m pytest -n $(JOBS) $(SEED:%=--randomly-seed=%) -m "not browser" --ignore=tests/architecture $(ARGS)

e2e: dev-env  ## only the tests that play in a browser
	@DATA_DIR=$(CURDIR)/var/test $(PY) -m pytest -m browser $(ARGS)

lint: dev-env  ## style, types, floors, missing migrations, insecure code
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@PYTHONPATH=. $(VENV)/bin/lint-imports
	@$(VENV)/bin/mypy
	@$(PY) manage.py makemigrations --check --dry-run
	@$(VENV)/bin/bandit -q -ll -c pyproject.toml -r config community traceability marketplace cms

demo: env  ## load the demo data (again: changes nothing)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo

shots: dev-env  ## pictures of every screen, from the demo data, into shots/
	@$(PY) -m tests.shots $(ARGS)

axe: dev-env  ## asks axe-core about every screen of the demo (ARGS='phone order')
	@$(PY) -m tests.axe $(ARGS)

bench: dev-env  ## how fast it is, as ratios (a minute on a quiet machine, SQLite); writes docs/benchmarks.md
	@$(PY) -m tests.bench $(ARGS)

bench-full: dev-env  ## the same up to a million lots, on SQLite and PostgreSQL
	@$(PY) -m tests.bench --full $(ARGS)

messages: dev-env  ## compile locale/*/LC_MESSAGES/django.po (no gettext needed)
	@$(VENV)/bin/pybabel -q compile -d locale -D django --statistics

lock: dev-env  ## pin requirements*.in into requirements*.txt, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements-prod.in -o requirements-prod.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

# --- The environment: made once, then again only when a requirements file changed ---------------------------------
env: $(VENV)/.stamp-run
dev-env: $(VENV)/.stamp-dev

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "venv is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.stamp-run: requirements.txt | $(PY)
	@$(call install,-r requirements.txt)
	@touch $@

$(VENV)/.stamp-dev: requirements.txt requirements-dev.txt | $(PY)
	@$(call install,-r requirements.txt -r requirements-dev.txt)
	@touch $@ $(VENV)/.stamp-run

# uv when it is there (seconds), pip otherwise; both check every hash.
install = echo "Installing packages ..."; \
  { uv --version >/dev/null 2>&1 && uv pip install -q --python $(PY) --require-hashes $(1); } || \
  $(PY) -m pip install -q --disable-pip-version-check --require-hashes $(1)
