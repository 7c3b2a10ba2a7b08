# GNU make. `make` alone lists what there is; docs/decisions/0001 says why it is built this way.
#
# Three steps lead from a clone to a program: packages, stubs, JavaScript. Each ends with one file
# that stands for the whole step. A rule that finds it out of date takes the lock and looks again
# before it works, so rules may be started together; a step that was killed is simply done again.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DEFAULT_GOAL := help

PACKAGES := node_modules/.package-lock.json
STUBS := src/services/gen/.stamp
DIST := dist/.stamp

# Folders are in the lists too: a folder's time changes when a file in it is deleted or renamed.
PROTOS := $(shell find src/services examples -name gen -prune -o -name '*.proto' -print) bench/load.proto src/conformance/conformance.proto
COMPILER := bin/fio.ts tools/examples.mjs $(shell find bin/fio src/idl)
SOURCES := $(shell find src bin -name '*.ts' -o -type d)

# The examples: JavaScript beside their TypeScript, and this clone as the package that they import.
EXAMPLES := examples/node_modules/.stamp
EXAMPLE_SOURCES := $(shell find examples -name node_modules -prune -o -name gen -prune -o -name '*.ts' -print)

# The benchmark: its JavaScript, the packages of its peers, and its peers in other languages. All of
# it lies in .make/bench, and nobody who does not measure has any of it.
BENCH := .make/bench/.stamp
BENCH_PACKAGES := .make/bench/node_modules/.package-lock.json
BENCH_NATIVE := .make/bench/native/.stamp
PROFILE_PACKAGES := .make/profile/node_modules/.package-lock.json
BENCH_SOURCES := $(shell find bench -mindepth 1 -name gen -prune -o \( -name '*.ts' -o -type d \) -print)

# Arguments reach the programs through the environment and unexpanded, so no character is special.
unexport arg1 arg2 arg3 arg4 flags only look update load
export FIO_ARG1 := $(value arg1)
export FIO_ARG2 := $(value arg2)
export FIO_ARG3 := $(value arg3)
export FIO_ARG4 := $(value arg4)
# The flags are words: the shell splits them (IFS is blanks) and does nothing else with them (-f).
export FIO_FLAGS := $(value flags)
export FIO_ONLY := $(value only)
export FIO_SEEDS := $(value seeds)
export FIO_FIRST := $(value first)
export FIO_PAYMENTS := $(value payments)
export FIO_ENGINE := $(value engine)
export FIO_PLANT := $(value plant)
export FIO_TRACE := $(value trace)
export FIO_LOOK := $(value look)
export FIO_UPDATE := $(value update)
export FIO_LOAD := $(value load)
ARGS = $(foreach n,$(1),$${FIO_ARG$(n):+"$$FIO_ARG$(n)"}) $$FIO_FLAGS
PROGRAMS := $(shell sed -n 's/^\(run_[a-z_]*\):.*/\1/p' '$(firstword $(MAKEFILE_LIST))')
$(PROGRAMS): private .SHELLFLAGS := -fc

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9_-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do \
	  printf 'make %-22s %s\n' "$$name" "$$text"; done

# --- the programs; nothing but the program writes to standard output or reads standard input

.PHONY: $(PROGRAMS) mininet demo
run_serv_banco: $(DIST) ## wallet server: arg1=PORT; wallets on standard input
	@exec node dist/bin/svc_banco.js $(call ARGS,1)

run_cli_banco: $(DIST) ## wallet client: arg1=WALLET arg2=WALLETS_HOST:PORT
	@exec node dist/bin/cln_banco.js $(call ARGS,1 2)

run_serv_loja: $(DIST) ## store server: arg1=PRICE arg2=PORT arg3=SELLER arg4=WALLETS_HOST:PORT
	@exec node dist/bin/svc_loja.js $(call ARGS,1 2 3 4)

run_cli_loja: $(DIST) ## store client: arg1=BUYER arg2=WALLETS_HOST:PORT arg3=STORE_HOST:PORT
	@exec node dist/bin/cln_loja.js $(call ARGS,1 2 3)

run_watch_wallet: $(DIST) ## print a wallet's balances: arg1=WALLET arg2=WALLETS_HOST:PORT
	@exec node dist/bin/watch_wallet.js $(call ARGS,1 2)

run_binder: $(DIST) ## binder, where services are found by name: arg1=PORT
	@exec node dist/bin/binder.js $(call ARGS,1)

run_math_client: $(DIST) ## its client: arg1=HOST:PORT or binder:HOST:PORT/Math, arg2=A arg3=B
	@exec node dist/bin/math_client.js $(call ARGS,1 2 3)

run_audit_wallets: $(DIST) ## recompute a ledger from its journal: arg1=FILE or postgres://...
	@exec node dist/bin/audit_wallets.js $(call ARGS,1)

run_math_server: $(DIST) ## math server of Helium RPC: arg1=PORT (none: any)
	@exec node dist/bin/math_server.js $(call ARGS,1)

run_hello_server: $(DIST) ## server of the gRPC example: arg1=PORT (none: 8888)
	@exec node dist/bin/hello_server.js $(call ARGS,1)

run_hello_client: $(DIST) ## client of the gRPC example: arg1=HOST:PORT (none: localhost:8888)
	@exec node dist/bin/hello_client.js $(call ARGS,1)

run_dictionary_server: $(DIST) ## dictionary of the TCP guide: arg1=PORT
	@exec node dist/bin/dictionary_server.js $(call ARGS,1)

run_dictionary_client: $(DIST) ## its line client: arg1=HOST arg2=PORT, or arg1=HOST:PORT
	@exec node dist/bin/dictionary_client.js $(call ARGS,1 2)

run_servidor: $(DIST) ## message server of 2016: arg1=PORT (none: any)
	@exec node dist/bin/servidor.js $(call ARGS,1)

run_emissor: $(DIST) ## sends lines: arg1=HOST:PORT arg2=NUMBER, 1 to 999 (none: any)
	@exec node dist/bin/emissor.js $(call ARGS,1 2)

run_exibidor: $(DIST) ## shows messages: arg1=HOST:PORT arg2=NUMBER, 1000 to 1999 arg3=WHO_MAY_END_IT
	@exec node dist/bin/exibidor.js $(call ARGS,1 2 3)

run_chat: $(DIST) ## both in one window: arg1=HOST:PORT arg2=NUMBER, 1 to 999
	@exec node dist/bin/chat.js $(call ARGS,1 2)

mininet: $(DIST) ## the message system's tests on mininet, as root (packages mininet, bridge-utils)
	@exec spec/programs/mininet/run spec/programs/mininet/figura1.py 'node dist/bin/servidor.js' \
	  'node dist/bin/emissor.js' 'node dist/bin/exibidor.js'

demo: $(DIST) ## the whole story on sample wallets: both servers, both clients
	@exec node dist/bin/demo.js

# --- development

WIRESHARK_PLUGINS = $(HOME)/.local/lib/wireshark/plugins
export FIO_FILE := $(value file)

.PHONY: stubs build ledger examples package test lint typecheck coverage bench bench-quick bench-peers
.PHONY: test-node22 soak failover simulate lines clean wireshark-install capture
stubs: $(STUBS) ## generate gen folders of TypeScript from the .proto files
	@:

build: $(DIST) ## compile to dist
	@:

ledger: $(PACKAGES) ## compile better-sqlite3, for ledgers in files: a minute, once
	@tools/with-lock node tools/ledger.mjs </dev/null

examples: $(EXAMPLES) ## what the folders of examples/ need to be run; then see examples/README.md
	@:

package: $(DIST) ## fio-rpc-VERSION.tgz, to install elsewhere with npm
	@npm pack --silent

test: $(DIST) $(EXAMPLES) ## types, lint, format, import rules, specs and their coverage
	@exec node tools/test.mjs

lint: $(STUBS) ## eslint, prettier and the import rules
	@npm run --silent lint && npm run --silent format && npm run --silent imports

typecheck: $(STUBS) ## the TypeScript compiler, without output
	@npm run --silent typecheck

test-node22: ## the specs on Node.js 22, which npm has (or only="spec/wire/*.spec.ts")
	@exec tools/test-node22

coverage: $(DIST) $(EXAMPLES) ## the specs alone, and coverage/index.html
	@exec node tools/test.mjs specs

bench: $(BENCH) $(BENCH_NATIVE) ## measure against peers: README.md, docs/FIGURES.md (17 minutes; or only=WORDS)
	@exec node .make/bench/bench/main.js $${FIO_ONLY:+--only "$$FIO_ONLY"}

bench-quick: $(BENCH) $(BENCH_NATIVE) ## a look at the same in 4 minutes, on standard output (or only=WORDS)
	@exec node .make/bench/bench/main.js --quick $${FIO_ONLY:+--only "$$FIO_ONLY"}

bench-peers: ## install what the peers in C++, Go and thrift need (Debian, as root); build them
	@bench/peers/native/build .make/bench/native --install
	@touch $(BENCH_NATIVE)

.PHONY: profile guard
profile: $(BENCH) $(PROFILE_PACKAGES) ## flame graphs of both ends under load, in .make/profile (or load=KIND)
	@exec node .make/bench/bench/profile/main.js

guard: $(STUBS) ## instructions of a call, by valgrind, within bounds? (or update=1, look=WORKLOAD)
	@exec node -r ts-node/register spec/guard/command.ts

soak: $(DIST) ## long campaigns of spec/soak, minutes each; not part of test
	@set -e; for campaign in spec/soak/*.ts; do node -r ts-node/register "$$campaign"; done

simulate: $(STUBS) ## payments in simulated worlds, docs/SIMULATION.md: seeds=N first=N payments=N plant=FAULT trace=1
	@exec node -r ts-node/register spec/simulation/main.ts $${FIO_SEEDS:+--seeds "$$FIO_SEEDS"} \
	  $${FIO_FIRST:+--first "$$FIO_FIRST"} $${FIO_PAYMENTS:+--payments "$$FIO_PAYMENTS"} \
	  $${FIO_ENGINE:+--engine "$$FIO_ENGINE"} $${FIO_PLANT:+--plant "$$FIO_PLANT"} $${FIO_TRACE:+--trace}

failover: $(DIST) ## payments while a replicated PostgreSQL loses its primary (Debian's patroni, etcd-server)
	@exec node -r ts-node/register spec/soak/failover.ts

wireshark-install: $(STUBS) ## teach your Wireshark the protocol and our services
	@node -r ts-node/register bin/fio.ts stubs --wireshark "$(WIRESHARK_PLUGINS)/fio.lua" src/services
	@cp wireshark/messages-2016.lua "$(WIRESHARK_PLUGINS)/fio-messages-2016.lua"
	@echo 'fio: the dissectors are in $(WIRESHARK_PLUGINS)'

capture: $(DIST) ## record a payment for Wireshark: file=payment.pcapng
	@exec node tools/capture.mjs "$${FIO_FILE:-payment.pcapng}"

lines: ## rewrite the table of lines in README.md
	@exec node tools/lines.mjs --write

clean: ## remove everything that make made, and nothing else
	@tools/with-lock rm -rf node_modules dist dist.tmp src/services/gen src/conformance/gen bench/gen python/gen coverage .make/bench .make/profile .make/node22 fio-rpc-*.tgz \
	  examples/node_modules examples/*/gen examples/*/*.js
	@! test -d .make || rmdir .make

# --- the three steps

$(PACKAGES): package-lock.json
$(STUBS): $(PACKAGES) $(PROTOS) $(COMPILER)
$(DIST): $(STUBS) $(SOURCES) tsconfig.json tsconfig.build.json tools/bundle.mjs
$(EXAMPLES): $(DIST) $(EXAMPLE_SOURCES)
$(BENCH): $(DIST) $(BENCH_PACKAGES) $(BENCH_SOURCES) bench/tsconfig.json
$(BENCH_PACKAGES): bench/package.json bench/package-lock.json
$(BENCH_NATIVE): $(wildcard bench/peers/native/*)
$(PROFILE_PACKAGES): bench/profile/package.json bench/profile/package-lock.json

ifndef FIO_LOCKED
$(PACKAGES) $(STUBS) $(DIST) $(EXAMPLES) $(BENCH) $(BENCH_PACKAGES) $(BENCH_NATIVE) $(PROFILE_PACKAGES):
	@tools/with-lock $(MAKE) -s FIO_LOCKED=1 $@ </dev/null >&2
else
$(PACKAGES):
	@command -v node >/dev/null || { echo 'fio: Node.js 20.19 or later is needed; there is no node in PATH' >&2; exit 1; }
	@node tools/install.mjs
	@touch $@

$(STUBS):
	@echo 'fio: generating stubs...'
	@npm run --silent stubs
	@touch $@

# The stamp is older than the output, so a file edited while the compiler runs is compiled again.
# A whole new folder takes the place of the old one: no output of a deleted source stays behind.
$(DIST):
	@echo 'fio: compiling...'
	@rm -rf dist.tmp && mkdir dist.tmp && touch dist.tmp/.stamp
	@npm run --silent build -- --outDir dist.tmp && node tools/bundle.mjs dist.tmp/bin || \
	  { rm -rf dist.tmp; exit 1; }
	@rm -rf dist && mv dist.tmp dist

$(EXAMPLES):
	@node tools/examples.mjs build
	@touch $@

# Without the registry the peers that need packages are left out, as are those without a compiler.
$(BENCH_PACKAGES):
	@mkdir -p .make/bench && cp bench/package.json bench/package-lock.json .make/bench
	@cd .make/bench && npm ci --prefer-offline --no-progress --loglevel=error >/dev/null && touch ../../$@ || \
	  echo 'fio: npm ci failed; the peers that need packages are left out' >&2

$(PROFILE_PACKAGES):
	@mkdir -p .make/profile && cp bench/profile/package.json bench/profile/package-lock.json .make/profile
	@cd .make/profile && npm ci --prefer-offline --ignore-scripts --no-progress --loglevel=error >/dev/null && \
	  touch ../../$@ || echo 'fio: npm ci failed; there are profiles without flame graphs' >&2

$(BENCH_NATIVE):
	@bench/peers/native/build .make/bench/native
	@touch $@

$(BENCH):
	@echo 'fio: compiling the benchmark...'
	@node_modules/.bin/tsc -p bench
	@touch $@
endif
