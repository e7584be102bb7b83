# Every command of the project, and the only place that knows flags.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Tools of .tools/ before those of the system (scripts/env.sh says which folders).
ENV := . scripts/env.sh;

SITE_DEV := target/site
SITE_RELEASE := target/site-release
# A newcomer has no mail server: the links of mails are in the log too (and in data/mail).
# The sandbox is the platform that places calls; it listens on this machine.
TRY := AYAR__SERVER__SITE=$(SITE_RELEASE) AYAR__MAIL__LOG_LINKS=true AYAR__UPSTREAM__ALLOW=127.0.0.1:3999
# Exactly the flags, profile and folder the build uses for the browser half (scripts/build.sh): the results are shared.
FRONT := --target wasm32-unknown-unknown --profile wasm-dev --target-dir "$$CARGO_TARGET_DIR/front"
# The tool that makes the pages, as scripts/build.sh compiles it.
TOOL := --profile tool --target-dir "$$CARGO_TARGET_DIR/tool"
FRONT_FLAGS := RUSTFLAGS="--cfg=erase_components -Clink-args=--emit-relocs"

.PHONY: help run demo sandbox watch test lint e2e screenshots bench soak sbom setup setup-test setup-bench setup-watch setup-sbom build build-dev \
	fmt clippy scripts arrows deny unit types browser

help: ## this list
	@sed -nE 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/p' Makefile | column -t -s $$'\t'

run: build ## install what is missing, build, start on http://127.0.0.1:3000
	@echo; echo "Ayar: http://127.0.0.1:3000   (data in ./data, Ctrl+C stops it)"; echo
	@$(ENV) $(TRY) exec "$$CARGO_TARGET_DIR/release/ayar" serve

demo: build ## fill an empty database with a Turkish company and print its sign-in
	@$(ENV) $(TRY) "$$CARGO_TARGET_DIR/release/ayar" demo

sandbox: build ## a stand-in for the telephony platform, for the company of the demo; beside `make run`
	@$(ENV) $(TRY) exec "$$CARGO_TARGET_DIR/release/ayar" sandbox

watch: setup-watch ## start and reload at every change
	@$(ENV) AYAR__MAIL__LOG_LINKS=true AYAR__UPSTREAM__ALLOW=127.0.0.1:3999 cargo leptos watch --split

test: setup-test ## everything that must hold, as the CI does it
	@scripts/test.sh fmt clippy arrows deny unit browser

lint: setup-test ## format, clippy, arrows between the floors, licences; no tests
	@$(MAKE) --no-print-directory fmt clippy types arrows deny

e2e: setup-test ## browser tests; one file: make e2e ONLY=tests/general.spec.ts
	@$(MAKE) --no-print-directory browser

screenshots: setup-test build-dev ## every page into docs/screenshots
	@$(ENV) cd end2end && playwright test --config screenshots.config.ts $(ONLY)

bench: setup-bench build types ## what the pages cost: bytes, time, Lighthouse, start-up, memory, requests per second (docs/performance.md)
	@$(ENV) cargo build --locked --release -p server --example floor --example rows --example saves --example signing_in --example timing --example slots --example jobs --example streaming --example data
	@$(ENV) cd end2end && AYAR_BINARY="$$CARGO_TARGET_DIR/release/ayar" AYAR_SITE=$(SITE_RELEASE) \
		playwright test --config measure.config.ts
	@$(ENV) scripts/measure.sh

soak: setup-test build types ## what holds when things fail: kill -9, no database, full disk, slow clients (docs/reliability.md), some 15 minutes
	@$(ENV) AYAR_BINARY="$$CARGO_TARGET_DIR/release/ayar" AYAR_SITE=$(SITE_RELEASE) scripts/with-postgres.sh \
		sh -c 'cd end2end && exec playwright test --config soak.config.ts "$$@"' sh $(ONLY)

sbom: setup-sbom ## a list of everything that is shipped (CycloneDX), into target/sbom
	@$(ENV) "$$AYAR_TOOLS/sbom/bin/python" scripts/sbom.py "$$CARGO_TARGET_DIR/sbom"

# --- the steps of the above ------------------------------------------------------------------------------------

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

setup-bench:
	@scripts/setup.sh bench

setup-watch:
	@scripts/setup.sh watch

setup-sbom:
	@scripts/setup.sh sbom

build: setup
	@$(ENV) scripts/build.sh release $(SITE_RELEASE)

build-dev:
	@$(ENV) scripts/build.sh debug $(SITE_DEV)

fmt:
	@$(ENV) cargo fmt --all --check

clippy:
	@$(ENV) cargo clippy --locked --all-targets -- -D warnings
	@$(ENV) cargo clippy --locked --lib --features server/otel -- -D warnings
	@$(ENV) cargo clippy --locked -p site --all-targets $(TOOL) -- -D warnings
	@$(ENV) $(FRONT_FLAGS) cargo clippy --locked -p frontend -p app --lib $(FRONT) -- -D warnings

arrows:
	@scripts/arrows.sh

deny:
	@$(ENV) cargo deny --locked --log-level error check bans licenses sources
	@scripts/advisories.sh

unit:
	@$(ENV) cargo test --quiet --locked -p site $(TOOL)
	@$(ENV) scripts/with-postgres.sh cargo nextest run --locked

types:
	@$(ENV) cd end2end && tsc --noEmit

browser: build-dev types
	@$(ENV) scripts/with-postgres.sh sh -c 'cd end2end && exec playwright test "$$@"' sh $(ONLY)
