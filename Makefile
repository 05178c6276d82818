# make book | test | test-kit | lab | kit | bench | clean. Everything is installed into .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SITE := _build/html/index.html
WORKERS ?= auto
# Small matrices: threads of the linear algebra library only get into each other's way.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: book test test-kit lab kit bench clean

book: $(READY)
	$(BIN)/jupyter-book build . --all -n -W --keep-going
	@echo "The book is built. Open $(CURDIR)/$(SITE)"

test: $(READY)
	@command -v chromium || command -v chromium-browser || command -v google-chrome || $(BIN)/playwright install chromium
	$(BIN)/ruff check .
	$(BIN)/pytest -n $(WORKERS) --dist load --maxschedchunk 1 --cov --cov-report term

# Install a class's kit in an empty environment, the network closed, and run every notebook in it.
test-kit: $(READY)
	$(BIN)/pytest tests/test_kit.py -m kit -n 0

lab: $(READY)
	$(BIN)/python chapters/_extensions/notebooks.py _build/notebooks
	JUPYTER_CONFIG_PATH=$(CURDIR)/chapters/_extensions/jupyter $(BIN)/jupyter lab --notebook-dir=_build/notebooks

# One zip for a class; with OFFLINE=1 also for a room without internet.
kit: $(READY)
	$(BIN)/python chapters/_extensions/kit.py _build/kit $(if $(filter-out 0,$(OFFLINE)),--offline)

# Compare speed, quality and memory with gensim's, in a quarter of an hour; options by ARGS="--corpus text.txt --rounds 9".
bench: $(READY)
	$(BIN)/python -m w2v_core.bench $(ARGS)

clean:
	rm -rf _build .pytest_cache .hypothesis .ruff_cache .coverage .coverage.*

# Made again when the pinned requirements or the package's own metadata change.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "This book needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make book PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Could not create $(VENV). On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
