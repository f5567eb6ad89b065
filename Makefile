# Two commands: `make book` builds the site, `make test` checks everything. `make help` lists the rest.
SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help book test serve repository frontend mutants clean lint check site

# The first Python that is new enough for the pinned versions; `make PYTHON=…` chooses another.
PYTHON ?= $(shell for python in python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PORT ?= 8000
# Threads that wait must not spin: on a busy machine that made chapters eight times slower.
export OMP_WAIT_POLICY ?= PASSIVE
BIN := .venv/bin
ENVIRONMENT := .venv/.installed
FRONTEND := frontend/node_modules/.installed
LOG := _build/book.log

help:
	@echo "make book                  make the environment, run every chapter, build the site in _build/html"
	@echo "make test                  lint, unit tests, doctests, chapters in a wheel environment, site in a browser"
	@echo "make serve                 serve the built site on this machine (PORT=$(PORT))"
	@echo "make repository URL=…      set the repository in _config.yml and in every chapter's setup cell"
	@echo "make frontend              rebuild the bundle of the live figures after a change in frontend/src"
	@echo "make mutants               replace every line of every derivation by wrong ones; all must be rejected (minutes)"
	@echo "make clean                 remove what was built, but not the environment"

$(ENVIRONMENT): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "FAILED: Python 3.11 or newer is needed; install it, or run make PYTHON=…"; exit 1; }
	@echo "== Environment: .venv (the first time takes some minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@{ $(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt && \
	   $(BIN)/python -m pip install --disable-pip-version-check --no-build-isolation --no-deps -e .; } \
	   > >(grep --line-buffered -v '^Requirement already satisfied') || \
	   { echo "FAILED: pip could not install requirements.txt (above)"; exit 1; }
	@touch $@

$(FRONTEND): frontend/package.json frontend/package-lock.json frontend/.npmrc | $(ENVIRONMENT)
	@echo "== Front-end files: frontend/node_modules"
	@cd frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci || { echo "FAILED: npm ci (above)"; exit 1; }
	@touch $@

# What torch gives for each live figure goes to _build/records; without them every chapter runs again.
site: export GENEDU_EXPLORE_RECORDS := $(CURDIR)/_build/records
site: $(ENVIRONMENT) $(FRONTEND)
	@echo "== Book: running the chapters that changed, building _build/html"
	@test -d _build/records || rm -rf _build/.jupyter_cache _build/.doctrees
	@mkdir -p _build/records && rm -f _build/.complete
	@set -o pipefail; OMP_NUM_THREADS=1 $(BIN)/jupyter-book build . --warningiserror --keep-going 2>&1 | \
		grep --line-buffered -v IPKernelApp | tee $(LOG) || { \
		why=$$(grep -m1 -E 'WARNING:|ERROR:|^[A-Za-z_.]+(Error|Exception)\b' $(LOG)); \
		echo "FAILED: the book was not built: $$why (all of it: $(LOG))"; exit 1; }
	@touch _build/.complete

book: site
	@echo "The book is built: open _build/html/index.html, or run make serve"

lint: $(ENVIRONMENT)
	@echo "== Lint"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

# One pytest run for everything, so that its closing line is the whole truth.
check: $(ENVIRONMENT)
	@echo "== Tests: units, doctests, chapters from the wheel, pages in a browser"
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile \
		--doctest-modules --ignore-glob '*/conftest.py' genedu tests
	@test ! -f _build/wheel/notebooks.log || echo "chapters in the wheel environment: $$(tail -n 1 _build/wheel/notebooks.log)"

test: $(ENVIRONMENT) $(FRONTEND)
	@failed=; for step in lint site check; do $(MAKE) $$step || failed="$$failed $$step"; done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed (details above)"; exit 1; fi; \
	echo "Everything passed: lint, book, tests"

serve: $(ENVIRONMENT)
	@test -f _build/html/index.html || { echo "FAILED: there is no site yet; run make book first"; exit 1; }
	@echo "The book is at http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

repository: $(ENVIRONMENT)
	@test "$(origin URL)" != undefined || { echo "FAILED: say which, as in make repository URL=https://github.com/OWNER/NAME"; exit 1; }
	@$(BIN)/python tools/repository.py "$(URL)"

frontend: $(FRONTEND)
	@echo "== Bundle of the live figures: genedu/explore/static"
	@cd frontend && export PATH="$(CURDIR)/$(BIN):$$PATH" && npm run --silent build && npm run --silent test -- --test-reporter=dot

mutants: $(ENVIRONMENT)
	@OMP_NUM_THREADS=1 $(BIN)/python tests/derivations/run_mutants.py

clean:
	@rm -rf _build build
	@echo "Removed _build (site, execution cache, records of figures, wheel environment); .venv and frontend/node_modules stay"
