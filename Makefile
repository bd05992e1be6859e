# Two commands: `make run` serves the app with demonstration data on the first run, `make test` runs every check.
# `make everyday` is `make test` without the tests that are marked patient, and says how many it left out.
# Seven for patient people: `make test-postgresql` is the suite on PostgreSQL, `make attack` tries for an hour to work out
# single answers from what is handed out, `make faults` does the machine under it every harm that it can survive, `make country`
# runs several servers for a day in which some are lost, `make bench` measures speed and memory, `make growth` how they grow,
# `make coverage` how often each range holds the truth.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
TRUTHS ?= 300
ROUNDS ?= 25
SEED ?= 1
export SURVEYAPP_BASE_URL ?= http://127.0.0.1:$(PORT)
export PORT
BIN := $(VENV)/bin
FEATURES := core staff survey plans events feedback registration deadlines results releases opendata national report demo

.PHONY: run install upgrade test everyday test-postgresql check attack faults country bench growth coverage pins bill translations compile clean

run: $(VENV)/.run compile
	$(BIN)/surveyapp init
	$(BIN)/surveyapp demo --on-first-run
	$(BIN)/surveyapp serve

# What a server needs: the environment and the translations, nothing of the tests.
install: $(VENV)/.run compile

# The newest version beside the running one; 'systemctl restart surveyapp' then brings the database up to date, after a backup.
upgrade:
	git pull --ff-only
	$(MAKE) install

test: $(VENV)/.test compile
	$(BIN)/python -m tests.machine
	$(BIN)/python -m tests.pyxform_venv
	$(MAKE) check
	$(BIN)/pytest -n 2 --dist loadscope

# Between one change and the next. What is marked patient takes long and hardly ever fails alone.
everyday: $(VENV)/.test compile
	$(MAKE) check
	$(BIN)/pytest -n 2 --dist loadscope -m "not patient"

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lint-imports --config tests/attacker/contract.toml

# The same tests with the databases of a country: whatever takes either kind runs on PostgreSQL (the suite runs on both what they
# could answer differently).
test-postgresql: $(VENV)/.test compile
	$(BIN)/pytest -n 2 --dist loadscope --database postgresql

# Attack what is handed out about hundreds of invented towns; the suite does a few.
attack: $(VENV)/.test compile
	TRUTHS=$(TRUTHS) $(BIN)/pytest tests/analysis/test_attacker.py tests/surveyapp/releases/test_attacks.py tests/surveyapp/releases/test_traps.py tests/surveyapp/releases/test_subtraction.py tests/surveyapp/releases/test_days.py tests/surveyapp/releases/test_pool_attacks.py

# Kill, cut the power, fill the disk, set the clock: ROUNDS rounds of each (docs/faults.md); the suite does a few. As root: what
# happens on a disk of one's own is no everyday test.
faults: $(VENV)/.test compile
	ROUNDS=$(ROUNDS) SEED=$(SEED) $(BIN)/pytest --log-cli-level=INFO --log-cli-format='%(message)s' \
		-o python_files='test_*.py on_own_disk.py' tests/faults

# Three app servers, two databases and a balancer, each on a host of its own, for a day with a server killed and the first database
# lost: PEOPLE invited in each of 42 municipalities (docs/country.md). As root, with nginx and PostgreSQL 15 (Debian's packages).
PEOPLE ?= 100
country: $(VENV)/.test compile
	$(BIN)/python -m tests.country --people $(PEOPLE) --out docs/country.md

# Measure speed and memory beside baselines and write docs/speed.md; best while nothing else runs on the machine.
bench: $(VENV)/.test compile
	$(BIN)/python -m benchmarks --out docs/speed.md

# The same by size: how times grow from a thousand people, events or towns to a million, with pictures (about half an hour).
growth: $(VENV)/.test compile
	$(BIN)/python -m benchmarks.growth --out docs/growth.md

# How often each range that the app prints holds the truth, over TOWNS invented towns of each kind (minutes; see docs/methods.md).
TOWNS ?= 100
coverage: $(VENV)/.test
	$(BIN)/python -m tests.analysis.coverage $(TOWNS)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml requirements/run.txt requirements/build.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/build.txt -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/test.txt
	touch $@

# Write the hashes in requirements/ anew after a version or a package there was changed; then the bill of materials.
pins: $(BIN)/python
	$(BIN)/python -m tests.pins

# Write the bill of materials (CycloneDX) and the list of licences from the pins and what is installed.
bill: $(VENV)/.test
	$(BIN)/python -m surveyapp.materials bill > docs/sbom.cdx.json
	$(BIN)/python -m surveyapp.materials licences > docs/licences.md

# Collect new texts into every feature's catalogues; `make compile` turns them into what the app reads.
translations:
	@for feature in $(FEATURES); do \
	  folder=surveyapp/$$feature; sources=$$folder; [ $$feature = core ] && sources="$$folder surveyapp/templates"; \
	  [ -d $$folder ] || continue; mkdir -p $$folder/translations; \
	  $(BIN)/pybabel -q extract -F babel.cfg -k _l --no-location --sort-output -o $$folder/translations/messages.pot $$sources; \
	  for lang in lv ru; do \
	    if [ -f $$folder/translations/$$lang/LC_MESSAGES/messages.po ]; then \
	      $(BIN)/pybabel -q update -N -i $$folder/translations/messages.pot -d $$folder/translations -l $$lang --ignore-obsolete; \
	    else $(BIN)/pybabel -q init -i $$folder/translations/messages.pot -d $$folder/translations -l $$lang; fi; \
	  done; rm $$folder/translations/messages.pot; \
	  sed -i '/^"POT-Creation-Date/d' $$folder/translations/*/LC_MESSAGES/messages.po; \
	done

compile:
	@for folder in surveyapp/*/translations; do $(BIN)/pybabel -q compile -d $$folder; done

clean:
	rm -rf build test-artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis
