# SPDX-License-Identifier: Apache-2.0
# Needs make, git and one Python 3.11-3.14; the rest is installed into .venv and ~/.cache/pulumi-opentok.

PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
FITS    := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
USABLE  := import venv, ensurepip; $(FITS)
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
# Tests wait as often as they work: two more than there are cores.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2) + 2)))
T       ?= tests
N       ?= 1000
SEED    ?= 1
# newest: `pulumi` of PATH, else the one that is pinned; oldest: the oldest that is supported.
ENGINE  ?= newest
export TEST_ENGINE := $(ENGINE)
# Where it is set, as in many containers, every process of a test compiles all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE
UV      := uv==0.13.9
# The plugin's archive is for these Pythons; all that are supported unless said.
PLUGIN_PYTHONS ?=

# What T needs is made first, by the folders that it names; a T that names none (tests, -k name) is everything.
ENGINE_FOLDERS := docs engine faults gates gitops layers secrets
FOLDERS := $(or $(strip $(foreach path,$(filter tests/%,$(T)),$(word 2,$(subst /, ,$(path))))),$(ENGINE_FOLDERS) browser ledgers)
NEEDED  := $(if $(filter $(ENGINE_FOLDERS),$(FOLDERS)),engine) $(if $(filter docs engine,$(FOLDERS)),languages)
NEEDED  += $(filter browser,$(FOLDERS)) $(if $(filter gitops,$(FOLDERS)),programs) $(if $(filter cli ledgers,$(FOLDERS)),postgresql)

# Programs that are started by name (ansible-playbook, opentok-emulator) are those of the environment.
RUN     := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python

.PHONY: help demo test check docs pictures matrix fresh conformance faults bench lint gates engine languages browser postgresql programs schema sdks dist lock clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ': .*## ' '/^[a-z]+:.* ## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## the whole story on this machine, no account: emulator, Pulumi, Ansible
	@engine="$$($(BIN)/python tools/engine/pulumi_cli.py)" && PATH="$$engine:$(CURDIR)/$(BIN):$$PATH" $(BIN)/python examples/demo.py

test: $(READY) $(NEEDED) ## everything: style, types, unit, protocol, engine, playbooks, packaging, gates (T=tests/unit for a part)
	@$(RUN) -m pytest -n $(WORKERS) --dist worksteal $(T)

check: $(READY) ## what to run before each commit: style, types, unit, protocol (90 s; no engine needed)
	@$(RUN) -m pytest -q -n $(WORKERS) --dist worksteal tests/gates/test_style.py tests/unit tests/protocol

docs: $(READY) ## one site of all pages, kinds, modules and the Python API, in build/site/html, with its links checked
	@$(RUN) -m tools.site

pictures: $(READY) engine browser ## the README's pictures anew, from a real plan and a real dashboard
	@$(RUN) -m tests.pictures

matrix: $(READY) ## the unit tests on every Python 3.11-3.14 of this machine (make test: the oldest and the newest)
	@EVERY_PYTHON=1 $(RUN) -m pytest -q tests/packaging/test_python_matrix.py

fresh: $(READY) ## demo and test in minimal chroots of the stable and the next Debian, by root; hours (F="--releases sid --commands demo" for a part)
	@$(RUN) -m tools.fresh $(F)

conformance: $(READY) ## unmodified SDKs of others (Python, Go) against the emulator, and the table of their methods
	@CI=true $(RUN) -m pytest -q tests/conformance
	@$(RUN) -m tests.conformance

faults: $(READY) engine ## N=1000 random schedules of operations and faults from SEED=1; goes on where it was stopped (tests/faults)
	@$(RUN) -m tests.faults --schedules $(N) --seed $(SEED)

bench: $(READY) engine ## the figures, as a table: target and measured (B=core_get for a part)
	@$(RUN) -m bench $(B)

lint: $(READY) ## ruff, mypy --strict and who may import whom
	@$(RUN) -m pytest -q tests/gates/test_style.py

gates: $(READY) ## the gates of the collection: ansible-test, ansible-lint, antsibull, galaxy-importer
	@$(RUN) -m pytest -q tests/gates

engine: $(READY) ## the real Pulumi engine: found, downloaded or built once (ENGINE=oldest for the oldest supported, also with test)
	@$(RUN) tools/engine/pulumi_cli.py > /dev/null || [ "$$CI" != true ]

languages: $(READY) ## what programs in YAML, TypeScript and Go run on: a language host (built once, with Go), the SDKs, Pulumi's packages (from npm)
	@$(RUN) -m tools.languages > /dev/null || [ "$$CI" != true ]

browser: $(READY) ## headless Chromium for the dashboard's tests: found, or installed once (root and apt-get)
	@$(RUN) tools/chromium.py > /dev/null || [ "$$CI" != true ]

postgresql: $(READY) ## PostgreSQL for the ledger's tests: found, or installed once (root and apt-get)
	@$(RUN) tools/postgresql.py > /dev/null || [ "$$CI" != true ]

programs: $(READY) ## what runs and checks the pipelines of the examples: act, actionlint, kubeconform (built once, with Go), gitlab-ci-local, CodeNarc (from npm)
	@$(RUN) -m tools.programs > /dev/null || [ "$$CI" != true ]
	@$(RUN) -m tools.node > /dev/null || [ "$$CI" != true ]

schema: $(READY) ## the Pulumi package schema anew, from the kinds: what the native provider answers and the SDKs are made of
	@$(RUN) -m tools.schema

sdks: $(READY) ## the SDKs of the native provider in sdk/ anew, from the schema (builds their generator once, with Go)
	@$(RUN) -m tools.sdks

dist: $(READY) ## what is shipped, in dist/: wheel, sdist, the collection's tarball, the plugin's archive, and a bill of materials (CycloneDX)
	@$(RUN) -m build --no-isolation --outdir dist . > /dev/null && "$(BIN)/ansible-galaxy" collection build --force --output-path dist ansible_collections/opentok/cloud
	@$(RUN) -m tools.sbom dist/pulumi_opentok-*.whl
	@$(RUN) -m tools.plugin dist/pulumi_opentok-*.whl $(PLUGIN_PYTHONS)

lock: $(READY) ## requirements-dev.txt anew: the newest of all that tests need, for every Python 3.11-3.14, with hashes
	@rm -rf build/uv && $(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/uv $(UV)
	@build/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" --extra dev --output-file requirements-dev.txt pyproject.toml

clean: ## removes .venv and what tools left in the tree (the engine stays in ~/.cache/pulumi-opentok)
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last: an environment whose making was interrupted is made anew.
$(READY): pyproject.toml requirements-dev.txt
	@set -e; \
	for candidate in $(or $(PYTHON),$(PYTHONS)); do \
	    if "$$candidate" -c '$(USABLE)' > /dev/null 2>&1; then python="$$candidate"; break; fi; \
	    if "$$candidate" -c '$(FITS)' > /dev/null 2>&1; then bare="$${bare:-$$candidate}"; fi; \
	done; \
	if [ -z "$${python:-}$${bare:-}" ]; then \
	    echo "error: none of ($(or $(PYTHON),$(PYTHONS))) is a Python 3.11-3.14: set PYTHON=/path/to/one" >&2; exit 1; \
	fi; \
	if [ -z "$${python:-}" ]; then \
	    echo "error: $$bare ($$("$$bare" --version)) lacks ensurepip: apt-get install $${bare##*/}-venv, or set PYTHON=/path/to/another" >&2; exit 1; \
	fi; \
	echo "setting up $(VENV) with $$("$$python" --version) (once; a minute or two)" >&2; \
	[ -f $(READY) ] || "$$python" -m venv --clear $(VENV); \
	$(BIN)/python -m tools.pip_install --require-hashes --no-deps --requirement requirements-dev.txt; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	touch $(READY)
