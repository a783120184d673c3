# SPDX-License-Identifier: GPL-3.0-or-later
#
# make demo      a private Tor network and two windows that find each other
# make run       one window on the public Tor network
# make test      everything that proves the program, in under half an hour
# make test-all  that, the linters and the slow proofs
# make bench     the table of measurements
# make testnet   a private Tor network until Ctrl-C
# make package   the packages that people install, into dist
# make reproduce the packages twice, in two places, and whether they are equal
#
# Each installs what it needs on Debian and Ubuntu and says what to install
# elsewhere.

export GOFLAGS := -trimpath -tags=migrated_fynedo -buildvcs=false
export CGO_ENABLED := 1

# Go erases what code that handles keys leaves in memory, but only on Linux and
# only when built so (net/secret). A plain "go build" works, without it.
ifneq ($(filter Linux-x86_64 Linux-aarch64,$(shell uname -s)-$(shell uname -m)),)
export GOEXPERIMENT ?= runtimesecret
endif

# Installing packages into fresh systems takes root's rights.
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),-exec 'sudo -E env PATH=$(PATH)')

# Where tests keep their pictures.
export ARTEFACTS ?= $(CURDIR)/artefacts

LDFLAGS := -s -w -buildid=
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.5.0
VULN := golang.org/x/vuln/cmd/govulncheck@v1.1.4

# Packages whose tests start tor or windows, one after the other: they share
# the machine's two cores with a whole Tor network. What they build is not in
# Go's test cache, hence -count=1. Those of the console mostly wait; its outages
# do so for minutes, and thirty copies want the machine for themselves: they are
# left to test-all.
E2E := ./tor/...
UI := ./ui/...
CONSOLE := ./app/console/...
LONG := TestE2EOutage|TestE2EThirty
UNIT := . ./net/... ./app ./app/guard/... ./app/hardening ./app/keepers ./app/settings ./app/update ./assets ./packaging ./packaging/bench/... ./packaging/flatpak ./packaging/macos/... ./packaging/sign ./packaging/tor

# What the program that makes the packages is told besides; see "make package
# PACKAGE=-help".
PACKAGE ?=

.PHONY: force all demo run testnet test test-all bench package reproduce lint vulnerabilities fuzz clean deps-build deps-run deps-test deps-package deps-proof

all: passerby
force:

deps-build:
	@packaging/install-deps.sh build
deps-run:
	@packaging/install-deps.sh build run
deps-test:
	@packaging/install-deps.sh build run test
deps-package:
	@packaging/install-deps.sh build package
deps-proof:
	@packaging/install-deps.sh build run test package proof

passerby: deps-build force
	go build -ldflags '$(LDFLAGS)' -o $@ .

demo: deps-run passerby
	go run ./tor/testnet/cmd/demo ./passerby

run: deps-run passerby
	./passerby

testnet: deps-run
	@go run ./tor/testnet/cmd/testnet

test: deps-test
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	go vet ./...
	go vet -C packaging/release ./...
	go test -C packaging/release -timeout 5m ./...
	go test -race -timeout 15m $(UNIT)
	go test -timeout 5m -run Many ./net/mesh ./net/lobby ./net/rendezvous # more members than the race detector bears
	go test -race -count=1 -p 1 -timeout 20m $(E2E)
	go test -count=1 -p 1 -timeout 20m $(UI)
	go test -race -count=1 -p 1 -parallel 4 -timeout 20m -skip '$(LONG)' $(CONSOLE)
	$(MAKE) fuzz

test-all: deps-proof test lint vulnerabilities
	go test -race -timeout 30m -skip E2E $(UI) # the pictures take five times as long
	go test -race -count=1 -parallel 5 -timeout 20m -run TestE2EOutage ./app/console
	go test -count=1 -timeout 20m -run TestE2EThirty ./app/console
	NETSIM_SIZES=100,300,1000 go test -timeout 60m ./net/netsim # a thousand real members take some twenty minutes
	CGO_ENABLED=0 GOOS=windows go vet ./tor/... ./net/... ./app/...
	CGO_ENABLED=0 GOOS=darwin go vet ./tor/... ./net/... ./app/...
	packaging/macos/check.sh
	packaging/flatpak/check.sh
	$(MAKE) reproduce
	go test -count=1 -v -timeout 60m $(AS_ROOT) ./packaging/proof # what dist holds is installed and used

# Every fuzz target for a few seconds; the seeds alone run with the tests. Go's
# fuzzer now and then reports the end of its time as a failure: that, without a
# failing input, is none.
FUZZTIME ?= 5s
fuzz: deps-build
	@set -e; for pkg in $$(go list ./...); do \
		for target in $$(grep -hos '^func Fuzz[A-Za-z0-9_]*' $$(go list -f '{{$$d := .Dir}}{{range .TestGoFiles}}{{$$d}}/{{.}} {{end}}{{range .XTestGoFiles}}{{$$d}}/{{.}} {{end}}' $$pkg) /dev/null | sed 's/^func //'); do \
			echo "fuzz $$pkg $$target"; \
			out=$$(go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg 2>&1) || { \
				case $$out in \
				*"Failing input"*) echo "$$out"; exit 1;; \
				*"context deadline exceeded"*) out="ok  	$$pkg (its time was up)";; \
				*) echo "$$out"; exit 1;; \
				esac; \
			}; \
			echo "$$out" | tail -n 1; \
		done; \
	done

bench: deps-test
	go run ./packaging/bench

lint: deps-build
	go run $(LINT) run ./...
	cd packaging/release && go run $(LINT) run -c ../../.golangci.yml ./...

# Nothing is asked over the network unless GOVULNDB names where, as a file://
# copy of the list of known faults.
vulnerabilities: deps-build
	@if [ -z "$$GOVULNDB" ]; then \
		echo "Known faults are not looked up: set GOVULNDB to a database, as file:///path"; \
	else \
		GOBIN=$(CURDIR)/artefacts/bin go install $(VULN) && artefacts/bin/govulncheck -db "$$GOVULNDB" ./...; \
	fi

package: deps-package
	go run -C packaging/release . -out $(CURDIR)/dist $(PACKAGE)

reproduce: deps-package
	packaging/reproduce.sh $(PACKAGE)

clean:
	rm -rf passerby dist artefacts
