# Two commands for everyone: make demo, make test. The rest is for those who change the code.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test stores oracle browser soak check workflows release audit lock format docs stills bench mutation clean

demo: $(READY)
	@$(BIN)/catalogsync demo

# What one worker compiled, the others and the next run find.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY)
	$(BIN)/python -m pytest -n 3 --dist loadgroup

# A store that another maker emulates, with node; it is fetched into a folder that is gone afterwards.
stores: $(READY)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$$folder" azurite@3.35.0 && \
	AZURITE_BLOB="$$folder/node_modules/.bin/azurite-blob" $(BIN)/python -m pytest tests/stores/azure.py

# Our reader of SOPS files against the real sops.
oracle: $(VENV)/.oracle
	$(BIN)/python -m tests.sops

soak: $(READY)
	$(BIN)/python -m tests.simulation --worlds 50000 --jobs 2
	$(BIN)/python -m tests.kill_sweep
	$(BIN)/python -m tests.fuzz --inputs 1000000 --jobs 2

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m supply.budget
	$(BIN)/hadolint Dockerfile
	$(BIN)/zizmor --offline --quiet --persona auditor .github .pre-commit-hooks.yaml action.yml examples/ci/github/*.yml

# Reports in a real Chromium (`apt-get install chromium`); PICTURES=DIR keeps a picture of every kind of page.
browser: $(VENV)/.browser
	$(BIN)/python -m pytest -o python_files='check_*.py' tests/browser $(if $(PICTURES),--pictures $(PICTURES))

workflows: $(READY)
	bash .ci/workflows

# What a release consists of, in dist/.
release: $(VENV)/.release
	bash .ci/release

# Is anything known to be wrong with what a release is made of, and with? Needs PyPI's service that knows.
audit: $(VENV)/.release
	$(VENV)/release/bin/pip-audit --strict --disable-pip --require-hashes -r supply/runtime.txt -r supply/release.txt

lock: $(VENV)/.release
	bash .ci/lock

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)
	$(BIN)/python -m docs.making

stills: $(READY)
	$(BIN)/python -m docs.making.stills

bench: $(READY)
	$(BIN)/python -m benchmarks

mutation: $(READY)
	$(BIN)/python -m mutation

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.browser: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	@touch $@

$(VENV)/.release: supply/release.txt
	$(PYTHON) -m venv $(VENV)/release
	$(VENV)/release/bin/python -m pip install --quiet --disable-pip-version-check \
	  --only-binary :all: --require-hashes --requirement supply/release.txt
	@touch $@

$(VENV)/.oracle: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[oracle]'
	@touch $@

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)
