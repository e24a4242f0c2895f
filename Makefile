# numberd: plain GNU Make.  `make` builds, `make check` runs every test.
# Variants live in their own folders: make V=asan check, V=clang, V=release, V=cov.
V ?= debug
OUT := out/$(V)

PACKAGES := libevent libevent_pthreads libcurl jansson sqlite3 libsodium libcrypto
CC := gcc
WARN := -Wall -Wextra -Werror -Wshadow -Wswitch-enum -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wimplicit-fallthrough -Wstrict-prototypes -Wundef
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
	-ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks -fno-strict-overflow
OPTIMISE := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
ifeq ($(V),clang)
CC := clang
HARDEN := $(filter-out -ftrivial-auto-var-init=zero,$(HARDEN)) # clang 14 wants a plea beside it
endif
# An overflow that is defined to wrap is none to the sanitizer: let it be one there.
ifneq ($(filter asan fuzz,$(V)),)
HARDEN := $(filter-out -fno-strict-overflow,$(HARDEN))
endif
ifeq ($(V),fuzz)
CC := clang
HARDEN := $(filter-out -ftrivial-auto-var-init=zero,$(HARDEN))
OPTIMISE := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif
ifeq ($(V),asan)
OPTIMISE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
ifeq ($(V),cov)
OPTIMISE := -O0 -g --coverage -fprofile-update=atomic # several threads
endif

CFLAGS := -std=gnu11 -D_GNU_SOURCE -fPIE $(WARN) $(HARDEN) $(OPTIMISE) \
	-Isrc -I. -I$(OUT)/gen $(shell pkg-config --cflags $(PACKAGES))
LDFLAGS := -pie -pthread -Wl,-z,relro,-z,now,-z,noexecstack $(filter -fsanitize% --coverage,$(OPTIMISE))
LIBS := $(shell pkg-config --libs $(PACKAGES)) -lm

# A folder is a layer; it may include only layers to its left (tools/tidy checks).
LAYERS := base numbering order net store carrier voice engine api web cli
# What a test of each layer links, nearest first.
USES_base := base
USES_numbering := numbering base
USES_order := order numbering base
USES_net := net base
USES_store := store net order numbering base
USES_carrier := carrier net order numbering base
USES_voice := voice net order numbering base
USES_engine := engine voice carrier store net order numbering base
USES_api := api $(USES_engine)
USES_web := web $(USES_api)
USES_cli := cli $(USES_web)

sources = $(filter-out %_test.c,$(wildcard src/$(1)/*.c))
objects = $(patsubst %.c,$(OUT)/%.o,$(call sources,$(1))) $(GENERATED_$(1))
GENERATED_store := $(OUT)/gen/schema.o
GENERATED_web := $(OUT)/gen/web_assets.o
GENERATED_api := $(OUT)/gen/openapi.o
archives = $(foreach layer,$(1),$(OUT)/$(layer).a)

SIM_OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(filter-out %_test.c %/main.c,$(wildcard sim/*.c)))
UNIT_TESTS := $(patsubst %.c,$(OUT)/%,$(wildcard src/*/*_test.c) $(wildcard sim/*_test.c))
PROGRAMS := $(OUT)/numberd $(OUT)/numberd-sim

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all bench check clean coverage fuzz fuzz-merge fuzz-targets kills lives mutants oracle power test-phone torture unit

all: $(PROGRAMS)
unit: $(UNIT_TESTS)

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/gen/schema.c: $(wildcard src/store/schema/*.sql) tools/embed
	@mkdir -p $(@D)
	tools/embed schema $(sort $(filter %.sql,$^)) > $@

$(OUT)/gen/openapi.c: src/api/openapi.json tools/embed
	@mkdir -p $(@D)
	tools/embed openapi src/api/openapi.json > $@

$(OUT)/gen/web_assets.c: $(wildcard src/web/assets/*) tools/embed
	@mkdir -p $(@D)
	tools/embed web_assets $(sort $(filter src/web/assets/%,$^)) > $@

$(OUT)/gen/%.o: $(OUT)/gen/%.c
	@$(CC) $(CFLAGS) -c $< -o $@

define LAYER_RULES
$(OUT)/$(1).a: $(call objects,$(1))
	@rm -f $$@
	@ar rcs $$@ $$^
$(patsubst %.c,$(OUT)/%,$(wildcard src/$(1)/*_test.c)): %: %.o $(call archives,$(USES_$(1))) $(OUT)/tests/check.o
	@echo '  LINK $$@'
	@$(CC) $$^ $(LDFLAGS) -o $$@ $(LIBS) -lcmocka
endef
$(foreach layer,$(LAYERS),$(eval $(call LAYER_RULES,$(layer))))

$(patsubst %.c,$(OUT)/%,$(wildcard sim/*_test.c)): %: %.o $(SIM_OBJECTS) $(call archives,$(USES_store)) $(OUT)/tests/check.o
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS) -lcmocka

# Those that break the disk under the store.
$(OUT)/src/store/store_disk_test $(OUT)/src/store/store_break_test: $(OUT)/tests/disk/disk.o

$(OUT)/numberd: $(OUT)/src/main.o $(call archives,$(USES_cli))
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)

$(OUT)/numberd-sim: $(OUT)/sim/main.o $(SIM_OBJECTS) $(call archives,net numbering base)
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)

bench: $(OUT)/bench/load $(OUT)/bench/tables
$(OUT)/bench/tables: $(OUT)/bench/tables.o $(call archives,numbering base)
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)
$(OUT)/bench/load: $(OUT)/bench/load.o $(call archives,net numbering base)
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)

# Lives from seeds: the real core and engine on counted time (tests/lives/README.md).
# The simulator has names that our layers have too: only truth.c's are seen outside.
# `make V=release lives COUNT=1000000 SEED=1` also lives so many, from that seed.
lives: $(OUT)/tests/lives/lives
	$(if $(findstring command,$(origin COUNT)),$< --seeds $(or $(SEED),1)..$(or $(SEED),1) --count $(COUNT))
$(OUT)/tests/lives/upstream.o: $(OUT)/tests/lives/truth.o \
		$(filter-out %/serve.o %/webhook.o %/control.o %/dispatch.o,$(SIM_OBJECTS))
	@$(CC) -r -nostdlib $^ -o $@
	@objcopy --wildcard --keep-global-symbol='truth_*' $@
$(OUT)/tests/lives/lives: $(patsubst %.c,$(OUT)/%.o,$(filter-out %/truth.c,$(wildcard tests/lives/*.c))) \
		$(OUT)/tests/lives/upstream.o $(call archives,$(USES_engine))
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)

# The real daemon killed and paused at random: make kills COUNT=20000 (tests/crash/loop.mjs).
COUNT ?= 1000
kills: all
	NUMBERD=$(OUT)/numberd NUMBERD_SIM=$(OUT)/numberd-sim node tests/crash/loop.mjs --kills $(COUNT)

# Every allocation and system call of a sign-up fails once, and for ever: hours.
# make torture MOST=100 takes so many of each kind, KIND=sync only those.
$(OUT)/tests/torture/break.so: tests/torture/break.c
	@mkdir -p $(@D)
	@$(CC) -shared -fPIC -O2 -Wall -Wextra -Werror -D_GNU_SOURCE $< -o $@
torture: all $(OUT)/tests/torture/break.so
	NUMBERD=$(OUT)/numberd NUMBERD_SIM=$(OUT)/numberd-sim NUMBERD_BREAK_SO=$(OUT)/tests/torture/break.so \
		node tests/torture/torture.mjs --most $(or $(MOST),0) --kind '$(KIND)'

# The power cut at random under the real SQLite: make power COUNT=50000 (tests/disk/disk.h).
power: $(OUT)/src/store/store_disk_test
	POWER_COUNT=$(COUNT) POWER_SEED=$(or $(SEED),1) $<

# The wrong designs: each patch changes a copy of the files it names, which are
# then linked in front of the right ones.  One that no longer applies fails here.
MUTANTS := $(patsubst tests/lives/mutants/%.patch,$(OUT)/mutants/%/lives,$(wildcard tests/lives/mutants/*.patch))
mutants: $(OUT)/tests/lives/lives $(MUTANTS)
$(OUT)/mutants/%/lives: tests/lives/mutants/%.patch $(OUT)/tests/lives/lives tools/patched
	@echo '  MUTANT $*'
	@tools/patched $< $(@D)
	@for file in $$(cd $(@D) && find src -name '*.c'); do \
		$(CC) $(CFLAGS) -w -Wno-error -c $(@D)/$$file -o $(@D)/$$(basename $$file .c).o || exit 1; done
	@$(CC) $(patsubst %.c,$(OUT)/%.o,$(filter-out %/truth.c,$(wildcard tests/lives/*.c))) $(@D)/*.o \
		$(OUT)/tests/lives/upstream.o $(call archives,$(USES_engine)) $(LDFLAGS) -o $@ $(LIBS)

# Fuzz targets (tests/fuzz/README.md): with the fuzzer in V=fuzz, elsewhere with a
# main that replays the corpus.  make fuzz SECONDS=60 TARGET=phone; make fuzz-merge.
FUZZ_TARGETS := $(patsubst %.c,$(OUT)/%,$(filter-out %/replay.c $(wildcard tests/fuzz/kit_*.c),$(wildcard tests/fuzz/*.c)))
FUZZ_KIT := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/fuzz/kit_*.c))
FUZZ_MAIN := $(if $(filter fuzz,$(V)),-fsanitize=fuzzer,$(OUT)/tests/fuzz/replay.o)
fuzz-targets: $(FUZZ_TARGETS)
$(FUZZ_TARGETS): $(OUT)/%: $(OUT)/%.o $(FUZZ_KIT) $(call archives,$(USES_api)) $(filter %.o,$(FUZZ_MAIN))
	@echo '  LINK $@'
	@$(CC) $^ $(filter -f%,$(FUZZ_MAIN)) $(LDFLAGS) -o $@ $(LIBS)
fuzz fuzz-merge:
	@$(MAKE) -s V=fuzz fuzz-targets
	@tools/fuzz $(if $(filter fuzz-merge,$@),merge,$(or $(SECONDS),60)) $(TARGET)

# The parser against libphonenumber's JavaScript port, on generated numbers
# (tests/oracle): make oracle COUNT=1000000 SEED=1.
$(OUT)/tests/oracle/parse: $(OUT)/tests/oracle/parse.o $(call archives,numbering base)
	@echo '  LINK $@'
	@$(CC) $^ $(LDFLAGS) -o $@ $(LIBS)
oracle: $(OUT)/tests/oracle/parse
	cd tests/oracle && { [ -d node_modules/libphonenumber-js ] || npm ci; }
	node tests/oracle/oracle.mjs --parser $< --count $(COUNT) --seed $(or $(SEED),1)

# How much of src/ the tests take, with and without what they break (tools/coverage).
coverage:
	tools/coverage

# The five checks, from credentials to a verified number, on the simulator.
test-phone: all
	@V=$(V) tools/with-sim numberd test-phone

# Every test, as ./test runs them, without installing anything.
check: all unit
	tests/run

clean:
	rm -rf out

-include $(shell find out -name '*.d' 2>/dev/null)
