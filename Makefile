# make run · make test · make check need only python3 (3.11 or newer, with venv) and make; uv is used when it is there.
# Everything is addressed relative to this folder, whose path may hold spaces.
.DEFAULT_GOAL := help
.PHONY: help run test check prove bench browser lock messages clean

PYTHON ?= python3
PY := .venv/bin/python
install = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --compile-bytecode --python $(PY) --require-hashes -r $(1); \
	else $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
# The test settings bring folders and a key of their own; checks that only read the code use them too.
TESTING := DJANGO_SETTINGS_MODULE=loyalty_site.settings_test
# What a server would have, for `check --deploy`.
DEPLOYED := DEBUG=0 HTTPS=1 ALLOWED_HOSTS=desk.example.com DATA_DIR=.venv/.deployed \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')

help:
	@echo "make run       the desk on http://127.0.0.1:8000 (PORT=…, DEMO=0 for an empty shop)"
	@echo "make test      the whole suite        make check   lint, format, types, architecture"
	@echo "make prove     the long proofs        make bench   the benchmarks"
	@echo "make lock      pin the dependencies   make messages   collect what is to be translated"

run: .venv/.run
	@exec $(PY) -P loyalty_site/run.py

test: .venv/.dev browser
	$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/.dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(TESTING) $(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as lint; lint()"
	$(PY) -m djlint templates --lint --quiet
	$(TESTING) $(PY) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) .ci/catalogues.py

prove: .venv/.dev browser
	PROVE=1 $(PY) -m pytest -m prove $(ARGS)

bench: .venv/.dev
	$(PY) -m benchmarks $(ARGS)

browser: .venv/.dev
	@sh .ci/browser

lock: .venv/.dev
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

messages: .venv/.dev
	$(PY) manage.py makemessages --locale zh_Hans --no-wrap --no-location --ignore .venv
	$(PY) .ci/catalogues.py --write

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=python3.12 make …"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 cannot make a virtual environment; on Debian: apt install python3-venv"; exit 1; }

.venv/.run: requirements.txt | $(PY)
	@echo "正在安装依赖（只有第一次需要）· installing what the desk needs, this once"
	@$(call install,requirements.txt)
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run | $(PY)
	@echo "installing what tests and checks need, this once"
	@$(call install,requirements-dev.txt)
	@touch $@
