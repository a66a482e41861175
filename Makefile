# 政协提案办理门户. Plain `make` says what there is.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PYTEST := $(RUN) -m pytest -p no:cacheprovider
JOBS ?= 2

.PHONY: help demo test fuzz year pictures lint format types ci lock bench python run-env dev-env clean-demo

help:
	@echo "make demo        安装依赖、建库、装入演示数据并启动（Ctrl-C 停止）"
	@echo "make test        运行测试（SQLite，不需要任何服务）"
	@echo "make lint        代码与模板检查；make types 类型检查；make format 整理格式"
	@echo "make fuzz        随机走流程：N=200 次人生，每步之后核对平台的承诺（时间较长）"
	@echo "make year        模拟整年的提醒：N=5 年，每年500件，随机故障，与另算的结果逐条核对（时间较长）"
	@echo "make pictures    由浏览器测试重拍使用说明和 README 里的图片（需要 Chromium）"
	@echo "make ci          与持续集成完全相同的全部检查（需要 Debian 与 root）"
	@echo "make bench       测量速度：N=10000 件（或 N=100000），DB=postgres://… 换数据库，FRESH=1 重新填入"
	@echo "make lock        依 pyproject.toml 重写 requirements/*.txt"
	@echo "make clean-demo  删除本机演示库和文件（var/），下次 make demo 重新生成"

# --- Python and the virtual environment ---

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "需要 Python 3.11 或更新版本（现为：$$($(PYTHON) --version 2>&1)）。"; \
	  echo "Debian/Ubuntu 请输入：sudo apt-get install python3 python3-venv"; \
	  echo "另有新版本时请输入：make PYTHON=/路径/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(RUN) || $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "这个 Python 缺少 venv 模块。请输入：sudo apt-get install python3-venv"; exit 1; }
	@test -x $(RUN) || { echo "· 建立虚拟环境 $(VENV)/"; $(PYTHON) -m venv $(VENV); }

# What was installed is kept beside it: a second start compares two files and goes on.
run-env: python
	@cmp -s requirements/lock.txt $(VENV)/installed.txt || \
	 cmp -s requirements/dev-lock.txt $(VENV)/installed-dev.txt || { \
	  echo "· 安装依赖（requirements/lock.txt，首次约一分钟）"; \
	  $(RUN) -m pip install --quiet --disable-pip-version-check -r requirements/lock.txt && \
	  cp requirements/lock.txt $(VENV)/installed.txt; }

dev-env: python
	@cmp -s requirements/dev-lock.txt $(VENV)/installed-dev.txt || { \
	  echo "· 安装依赖和测试工具（requirements/dev-lock.txt，首次约一两分钟）"; \
	  $(RUN) -m pip install --quiet --disable-pip-version-check -r requirements/dev-lock.txt && \
	  cp requirements/dev-lock.txt $(VENV)/installed-dev.txt; }

# --- what people type ---

demo: run-env
	@exec $(RUN) -m panjin_portal.serve --demo

test: dev-env
	@echo "· 测试（$(JOBS) 个进程，数据库 $(if $(DATABASE_URL),由 DATABASE_URL 指定,SQLite)）"
	@$(PYTEST) -n $(JOBS) --dist loadgroup $(ARGS)

# Each life has up to eighty steps; chance is new each time, and a life that breaks a promise is told step by step.
fuzz: dev-env
	@PORTAL_FUZZ=$(or $(N),200) $(PYTEST) tests/lives -n 0 -s $(ARGS)
	@OTHER_LETTERS=$(or $(N),200) $(PYTEST) tests/documents/test_three_files_one_text.py

# Each year has its own chance and is told with its seed; what a year must be is in tests/year.
year: dev-env
	@PORTAL_YEARS=$(or $(N),5) $(PYTEST) tests/year -n 0 -s $(ARGS)

pictures: dev-env
	@SAVE_README_SHOTS=1 SAVE_MANUAL_SHOTS=1 $(PYTEST) -m browser -n 0 $(ARGS)

lint: dev-env
	@echo "· ruff";   $(RUN) -m ruff check . && $(RUN) -m ruff format --check .
	@echo "· djlint"; $(VENV)/bin/djlint --quiet --lint templates

types: dev-env
	@echo "· mypy";   $(RUN) -m mypy

format: dev-env
	@$(RUN) -m ruff check --fix . ; $(RUN) -m ruff format .

ci:
	@exec .ci/run

# A database of its own under build/ or on the server; never the one people work in.
bench: dev-env
	@exec $(RUN) -m tests.load.bench --cases $(or $(N),10000) $(if $(DB),--db $(DB)) $(if $(FRESH),--fresh)

lock: dev-env
	@echo "· 解析依赖"; $(RUN) requirements/lock.py && git --no-pager diff --stat requirements || true

clean-demo:
	@echo "· 删除 var/"; rm -rf var
