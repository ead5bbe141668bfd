# Every command of the project; `make` alone prints them.
# Settings: RAW, CURATED, LA_CODE, HOST, PORT, IDENTITY, FEEDBACK, ACCEPT_LOSS, SMALLEST_SHARED,
# ALL_OR_NONE_BELOW (see README.md).
# The first Python that runs and is recent enough (a name on the path may be a shim without a Python behind it).
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$name && break; \
	done)
BIN := .venv/bin
export RAW CURATED LA_CODE HOST PORT IDENTITY FEEDBACK ACCEPT_LOSS SMALLEST_SHARED ALL_OR_NONE_BELOW

.DEFAULT_GOAL := help
.PHONY: help run build score serve sample check docs test bench lint browser

help: ## print this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

$(BIN)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install it, or name it with PYTHON=" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.txt
	@touch $@

# What is built is served even if it cannot be scored: then the pages say so.
run: $(BIN)/.installed ## install, build (the fictional sample when data/raw is empty), score and serve on 127.0.0.1:8050
	$(BIN)/python -m pipelines build
	-$(BIN)/python -m pipelines score
	$(BIN)/python -m dashboard

build: $(BIN)/.installed ## read the published files of RAW for LA_CODE and put a new build in service
	$(BIN)/python -m pipelines build

score: $(BIN)/.installed ## add the list of schools to talk to first to the build in service
	$(BIN)/python -m pipelines score

serve: $(BIN)/.installed ## serve the build in service
	$(BIN)/python -m dashboard

sample: $(BIN)/.installed ## write the fictional sample authority anew
	$(BIN)/python -m pipelines sample

check: $(BIN)/.installed ## check the build in service against what the publishers print
	$(BIN)/python -m pipelines check

docs: $(BIN)/.installed ## write the generated pages of docs/
	$(BIN)/python -m pipelines docs

browser: ## install Chromium for the browser tests where it is missing (Debian; as root or with sudo)
	@command -v chromium >/dev/null || { \
		as_root=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; }

test: $(BIN)/.installed browser ## run all tests, browser tests included
	$(BIN)/ruff check .
	$(BIN)/python -m pytest

lint: $(BIN)/.installed ## style only
	$(BIN)/ruff check .

bench: $(BIN)/.installed ## speed and memory for England: builds, tables and pages, beside plain pandas, DuckDB and Dash
	$(BIN)/python -m benchmarks.england
	$(BIN)/python -m benchmarks.marts
	$(BIN)/python -m benchmarks.pages
	CURATED=$(or $(CURATED),data/curated) $(BIN)/python -m benchmarks.coverage
	CURATED=$(or $(CURATED),data/curated) $(BIN)/python -m benchmarks.risk
