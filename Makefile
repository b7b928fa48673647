# The course's commands: `make lab` is the first one to type, `make` alone lists them all.
# Each makes the environment that it needs by itself, in the folder .venv, and again only when pyproject.toml or
# constraints.txt has changed. To take another Python than the first that fits: make lab PYTHON=/path/to/python3.12

PYTHONS = $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11)
BIN = $(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN = .venv/$(BIN)/python

# As the default address, not as a file to open, so that the address that Jupyter prints leads to the lesson too.
LAB = --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb
# With no screen there is no browser to open: Jupyter prints its address instead. As root it refuses unless told.
LAB += $(if $(filter Linux,$(shell uname -s)),$(if $(DISPLAY)$(WAYLAND_DISPLAY),,--no-browser))
LAB += $(if $(filter 0,$(shell id -u)),--allow-root)
# Jupyter drops messages over 10 MiB without a word, uploads too: 100 MiB here.
LARGE = tornado_settings={'websocket_max_message_size': 104857600}
LAB += "--ServerApp.$(LARGE)"

# Two tests at a time. Each of the two begins at another end, so that what a file of tests shares is made once.
TWO = -n 2 --dist worksteal

help: ## Lists these commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1: /p' Makefile

lab: .venv/core.done ## Opens the course in JupyterLab, on lesson 00
	$(RUN) -m jupyterlab $(LAB)

page: .venv/core.done ## Builds the page that needs nothing installed: build/page/image-prediction.html, one file (needs Node)
	$(RUN) tests/make/page.py

app: .venv/core.done ## Builds that page and opens it, for the projector
	$(RUN) tests/make/page.py open

test: .venv/test.done ## Shows that the course works on this machine: every test but the slow ones
	$(RUN) -m pytest $(TWO) -m "not slow"

test-all: .venv/test-all.done ## Runs every test, also those that only a developer needs
	$(RUN) -m pytest $(TWO) --durations=40

test-colab: ## Runs every lesson as in Colab, with Colab's versions, where there is Python 3.13
	@for python in $(PYTHONS) .venv-colab/$(BIN)/python; do \
	  [ "$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = 3.13 ] || continue; \
	  "$$python" -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  $(MAKE) --no-print-directory .venv/test.done .venv-colab/done PYTHON="$$python" || exit; \
	  $(RUN) -m pytest $(TWO) tests/colab/look_alike.py; exit; \
	done; \
	echo "Skipped: test-colab needs Python 3.13, as Colab has, and found none. To name one: make test-colab PYTHON=/path/to/python3.13"

html: .venv/core.done ## Runs all lessons and writes them as web pages into build/html
	$(RUN) tests/make/render.py build/html

assignments: .venv/class.done ## Writes the exercises from their solutions, and nbgrader's course folder into build/course
	$(RUN) tests/make/assignments.py
	$(RUN) -m helpers.grading assignments

grade: $(if $(SUBMISSIONS),.venv/class.done) ## Grades a class: make grade SUBMISSIONS=folder, which holds PUPIL/NN_exercises.ipynb
	@$(if $(SUBMISSIONS),,$(error Say which folder: make grade SUBMISSIONS=folder, which holds PUPIL/NN_exercises.ipynb))
	@$(RUN) -m helpers.grading grade "$(SUBMISSIONS)" $(OPTIONS)

figures: .venv/core.done ## Draws the picture at the top of README again
	$(RUN) tests/make/figures.py

bench: .venv/bench.done ## Measures what each way of predicting takes on this machine: three hours, quiet if it can be
	cd tests && ../$(RUN) -m bench $(NETWORKS)

others: .venv/test-all.done ## Tries the pictures in the source packages of three libraries, and 4000 spoiled files: two minutes
	cd tests && PYTHONPATH=support ../$(RUN) -m bench.others $(FOLDERS)

publish: ## Puts the address of your fork into every badge and setup cell: make publish REPO=owner/name
	@$(find-python); "$$found" tests/make/publish.py "$$REPO"

clean: ## Removes what the other commands made, except the environments (.venv*) and the grades (build/course)
	rm -rf build/html build/page build/rehearsal build/screenshots build/bench.json build/others.csv build/lib build/bdist.* .pytest_cache .ruff_cache
	find . -name '.venv*' -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# What goes into the environment: the course with what a learner needs, and the extras (named in pyproject.toml) that tests need.
.venv/core.done: COURSE = .
.venv/class.done: COURSE = .[class]
.venv/test.done: COURSE = .[test]
.venv/test-all.done: COURSE = .[test,dev,fast,scale,class]
.venv/bench.done: COURSE = .[fast,scale,bench]

# A .done file is written last, so that an install that was stopped half way is begun again.
.venv/core.done .venv/class.done .venv/test.done .venv/test-all.done .venv/bench.done: pyproject.toml constraints.txt
	@$(RUN) -m pip --version >/dev/null 2>&1 || { $(find-python); "$$found" -m venv --clear .venv; }
	@echo "Installing the course into .venv: a few minutes, and 2.7 GB of disk."
	@$(RUN) -m pip install --disable-pip-version-check -c constraints.txt -e "$(COURSE)" || { echo "$(NOT-INSTALLED)"; exit 1; }
	@touch $@

# Colab's versions, and nbval, which Colab has not; the course stays out.
.venv-colab/done: tests/colab/versions.txt
	@.venv-colab/$(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv-colab
	@echo "Installing Colab's versions into .venv-colab: a minute or more, and 2.6 GB of disk."
	@.venv-colab/$(BIN)/python -m pip install --disable-pip-version-check -r tests/colab/versions.txt nbval || { echo "$(NOT-INSTALLED)"; exit 1; }
	@touch $@

NOT-INSTALLED = The install did not finish: check the network and the disk, then give the same command again. \
  README says which machines TensorFlow serves.

# Leaves in $found the first Python that runs, is one that TensorFlow serves, and can make an environment.
define find-python
found=; seen=; \
for python in $(PYTHONS); do \
  command -v "$$python" >/dev/null || continue; \
  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); \
  case "$$version" in \
    3.11|3.12|3.13) "$$python" -c 'import ensurepip, venv' 2>/dev/null && { found=$$python; break; }; \
      seen="$$seen, $$python ($$version) without its venv module (on Debian or Ubuntu: sudo apt install python3-venv)";; \
    "") seen="$$seen, $$python, which does not run";; \
    *) seen="$$seen, $$python ($$version)";; \
  esac; \
done; \
if [ -z "$$found" ]; then \
  seen=$${seen#, }; \
  echo "The course needs Python 3.11, 3.12 or 3.13 with its venv module. Found here: $${seen:-none}."; exit 1; \
fi
endef

.PHONY: help lab page app test test-all test-colab html assignments grade figures bench others publish clean
