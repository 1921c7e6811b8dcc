# Spoor. `make` builds ./spoor and installs nothing; see README.md.
#
#   make            build ./spoor           make test    deps, then check
#   make deps       install what is missing make check   every test
#   make demo       a demo case, opened     make asan    tests, sanitized
#   make lint       layers, format, tidy    make fuzz    fuzz every reader
#   make bench      speed, as ratios        make bless   rewrite goldens
#   make fmt        clang-format            make install DESTDIR= PREFIX=
#   make corpus     how much is understood of the real logs beside the checkout

SHELL     := /bin/sh
CC        ?= gcc
CFLAGS    ?= -O2 -g
PREFIX    ?= /usr/local
BUILD     ?= build
PROGRAM   ?= spoor
VERSION   := 0.1.0

# One short line a step; V=1 shows the commands.
Q         := $(if $(V),,@)
say        = $(if $(V),,@echo '  $(1)  $@')

PACKAGES  := sqlite3 zlib libpcre2-8 libarchive libzstd liblz4 liblzma \
    yaml-0.1 libcrypto
WARNINGS  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
    -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual \
    -Wpointer-arith -Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough \
    -Wnull-dereference
# Only linked: its flags would ask the whole program for other interfaces of the
# system than POSIX.
CURSES    := ncursesw
SPOOR_CPPFLAGS := -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -I. \
    -DSPOOR_VERSION='"$(VERSION)"' -ffile-prefix-map=$(CURDIR)=.
# Under sanitizers gcc warns of paths that only its own checks make possible.
SPOOR_CFLAGS   := -std=c17 -pthread $(WARNINGS) \
    $(if $(SANITIZED),,$(if $(CI),-Werror))

# Asked once, and only when something is built.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags \
    $(PACKAGES) 2>/dev/null))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell pkg-config --libs \
    $(PACKAGES) $(CURSES) 2>/dev/null))$(PKG_LIBS)

SOURCES   := $(sort $(wildcard src/*/*.c parsers/*.c ui/*.c))
OBJECTS   := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/embedded.o
LIBRARY   := $(BUILD)/libspoor.a
TESTS     := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/test_*.c)))
HELPERS   := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/helper_*.c)))
FUZZERS   := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
EMBEDDED  := $(sort $(wildcard parsers/formats/*.yaml \
    parsers/windows/*.yaml rules/*.yml \
    share/profiles/*) $(shell find share/demo -type f))
C_FILES   := $(sort $(wildcard src/*/*.[ch] src/*.[ch] parsers/*.[ch] \
    ui/*.[ch] share/*.[ch] tests/*.[ch] tests/fuzz/*.[ch]))

all: $(PROGRAM)

# --- the program -----------------------------------------------------------

$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcsD $@ $^

$(BUILD)/%.o: %.c | packages
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(SPOOR_CPPFLAGS) $(CPPFLAGS) $(PKG_CFLAGS) $(SPOOR_CFLAGS) \
	    $(CFLAGS) -MMD -MP -c -o $@ $<

# Shipped files become part of the program; the list is a dependency, so that a
# new or vanished file rebuilds it.
$(BUILD)/embedded.c: $(EMBEDDED) $(BUILD)/share/embed $(BUILD)/embedded.list
	$(Q)$(BUILD)/share/embed $@ $(BUILD)/embedded.trees $(EMBEDDED)

$(BUILD)/share/embed: $(BUILD)/share/embed.o \
    $(filter-out %/embed.o,$(filter $(BUILD)/src/base/%,$(OBJECTS)))
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

$(BUILD)/embedded.list: FORCE
	@mkdir -p $(@D)
	@echo '$(EMBEDDED)' | cmp -s - $@ || echo '$(EMBEDDED)' > $@

$(BUILD)/embedded.o: $(BUILD)/embedded.c
	$(call say,CC)
	$(Q)$(CC) $(SPOOR_CPPFLAGS) $(SPOOR_CFLAGS) $(CFLAGS) -c -o $@ $<

# Names what is missing rather than failing in the middle of the first file.
packages:
	@sh share/packages.sh check

deps:
	@sh share/packages.sh install

# --- tests -----------------------------------------------------------------

test: deps
	@$(MAKE) check

check: $(PROGRAM) $(TESTS) $(HELPERS) $(FUZZERS)
	@BUILD=$(BUILD) SPOOR=./$(PROGRAM) sh tests/run.sh

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS) -lcmocka

# A terminal of our own, and a test of it.
TERMINAL := $(BUILD)/tests/emulator.o $(BUILD)/tests/emulator_control.o \
    $(BUILD)/tests/emulator_grid.o
$(BUILD)/tests/test_emulator: $(BUILD)/tests/test_emulator.o $(TERMINAL) \
    $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS) -lcmocka

$(BUILD)/tests/helper_terminal: $(BUILD)/tests/helper_terminal.o $(TERMINAL) \
    $(BUILD)/tests/pseudo.o $(BUILD)/tests/terminal_keys.o \
    $(BUILD)/tests/timings.o $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/helper_generate: $(BUILD)/tests/helper_generate.o \
    $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/generat*.c))
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/tests/helper_%: $(BUILD)/tests/helper_%.o $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

# Replays its corpus here; `make fuzz` builds the same file for libFuzzer.
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o \
    $(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

asan:
	@ASAN_OPTIONS=detect_leaks=1 $(MAKE) check BUILD=build/asan \
	    PROGRAM=build/asan/spoor SANITIZED=1 \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	    -fno-sanitize-recover=undefined'

fuzz:
	@sh tests/fuzz/run.sh

bless: $(PROGRAM) $(HELPERS)
	@BUILD=$(BUILD) sh tests/bless.sh
	@SPOOR=$$PWD/$(PROGRAM) sh tests/screens.sh bless
	@sh tests/pages.sh bless

corpus: $(PROGRAM)
	@mkdir -p $(BUILD)/corpus
	@SPOOR=$(CURDIR)/$(PROGRAM) WORK=$(CURDIR)/$(BUILD)/corpus \
	    sh tests/corpus.sh $(KINDS) | grep -v '^ok'

bench: $(PROGRAM) $(HELPERS)
	@BUILD=$(BUILD) SPOOR=./$(PROGRAM) sh tests/bench.sh

lint:
	@sh tests/layers.sh
	clang-format --dry-run -Werror $(C_FILES)
	@sh tests/tidy.sh $(SPOOR_CPPFLAGS) $(PKG_CFLAGS) -std=c17

fmt:
	clang-format -i $(C_FILES)

# --- what users touch ------------------------------------------------------

demo: deps
	@$(MAKE) $(PROGRAM)
	./$(PROGRAM) demo

$(BUILD)/spoor.1: $(PROGRAM)
	./$(PROGRAM) help --man > $@

install: $(PROGRAM) $(BUILD)/spoor.1
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/spoor
	install -m 644 $(BUILD)/spoor.1 $(DESTDIR)$(PREFIX)/share/man/man1
	./$(PROGRAM) help --completion > \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/spoor

clean:
	rm -rf build $(PROGRAM)

FORCE:
.PHONY: all packages deps test check asan fuzz bless corpus bench lint fmt demo \
    install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

-include $(OBJECTS:.o=.d) $(BUILD)/src/main.d
-include $(wildcard $(BUILD)/tests/*.d $(BUILD)/tests/fuzz/*.d)
