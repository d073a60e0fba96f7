# headgeom.  make, make check, make demo, make html, make bench, make install, make static,
# make deb; for those who work on it also make lint, make scale-check, make sanitize, make
# coverage, make mutate, make fuzz, make ports, make release-check.
# CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS, prefix and DESTDIR are yours; B is where
# things are built.

VERSION = 0.2-dev
prefix  = /usr/local
bindir  = $(prefix)/bin
mandir  = $(prefix)/share/man
docdir  = $(prefix)/share/doc/headgeom
datadir = $(prefix)/share/headgeom
# Where the shells look for completion.
bashdir = $(prefix)/share/bash-completion/completions
zshdir  = $(prefix)/share/zsh/site-functions
fishdir = $(prefix)/share/fish/vendor_completions.d
B       = build
CC      = cc
CFLAGS  = -O2 -g

# The files of each folder; kern.c, split.c and real.c, this for float and double, once for
# each instruction set that is chosen at run time.
TOOLS  = hg-extract hg-describe hg-correlate hg-regress hg-cat hg-measure hg-plot hg-report
MACROS := $(shell $(CC) -std=c11 $(CPPFLAGS) $(CFLAGS) -dM -E -x c /dev/null | grep -Eo '__(x86_64__|i386__|FLT_EVAL_METHOD__ 0)')
SETS  := $(if $(findstring __x86_64__,$(MACROS)),-avx2 -avx512)
# What makes each operation round to its type, where that is not so by itself: on x86 of 32 bits
# SSE2 instead of the x87; elsewhere floats are not to be computed in double.
ROUND := $(if $(findstring METHOD,$(MACROS)),,$(if $(findstring __i386__,$(MACROS)),-msse2 -mfpmath=sse,-fexcess-precision=fast))
KERNS := kern $(SETS:%=kern%)
REALS := $(foreach r,real-float real-double,$r $(SETS:%=$r%))
names  = $(sort $(notdir $(basename $(wildcard lib/$1/*.c))))
NUM   := $(filter-out kern real,$(call names,num)) $(KERNS) $(REALS)
SPLITS := split $(filter split-avx2,$(SETS:%=split%))
IO    := $(filter-out split,$(call names,io)) $(SPLITS)
STAT  := $(call names,stat)
MODEL := $(call names,model)
PLOT  := $(call names,plot)
LIB    = $(NUM:%=lib/num/%) $(IO:%=lib/io/%) $(STAT:%=lib/stat/%) $(MODEL:%=lib/model/%) $(PLOT:%=lib/plot/%)
FUZZ_OWN = held files cells replay
FUZZERS = $(filter-out $(FUZZ_OWN),$(notdir $(basename $(wildcard tests/fuzz/*.c))))
UNITS  = $(notdir $(basename $(wildcard tests/unit/*.c)))

MAN1     = $(TOOLS:%=man/%.1)
PAGES    = man/headgeom.7 $(MAN1) man/headtable.5
DOCS     = README.md NEWS.md LICENSE
EXAMPLES = $(addprefix examples/,README.md measure_attention.py minilm.json.gz minilm.svg text.txt make_tokens.py)
TINY     = $(addprefix examples/tiny/,config.json model.safetensors)
SCALE    = $(addprefix examples/scale/,README.md heads.sh sum.sh join.sh xargs/README.md \
	parallel/README.md slurm/README.md slurm/submit.sh slurm/task.sh snakemake/README.md \
	snakemake/Snakefile snakemake/config.yaml spark/README.md spark/merge.py)

# The libraries, asked for once; without pkg-config they are where CC looks, or where
# ./bootstrap has put them for one who is not root.
# isa-l, which inflates faster than zlib, is done without where it is not there, and with
# make ISAL=.
PKG_CONFIG = pkg-config
ISAL      := $(shell $(PKG_CONFIG) --atleast-version=2.30 libisal 2>/dev/null && echo libisal)
OWN        = build/deps
OWN_FLAGS  = -isystem$(OWN)/include -L$(OWN)/lib $(if $(filter-out %.a,$(wildcard $(OWN)/lib/*)),$(RPATH))
RPATH      = -Wl,-rpath,$(abspath $(OWN)/lib)
PACKAGES  := $(shell $(PKG_CONFIG) --cflags --libs zlib jansson 2>/dev/null || echo -lz -ljansson) \
	$(if $(ISAL),-DHAVE_ISAL $(shell $(PKG_CONFIG) --cflags --libs $(ISAL))) \
	$(if $(wildcard $(OWN)),$(OWN_FLAGS))
HG_LIBS    = -lcsv $(PACKAGES) -lm
HG_CFLAGS  = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DVERSION='"$(VERSION)"' -Ilib/num -Ilib/io -Ilib/stat -Ilib/model -Ilib/plot \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off $(ROUND) -pthread \
	$(filter-out -l% -L% -Wl%,$(PACKAGES)) $(if $(OPEN),-DNO_SANDBOX)
# A build that writes files at its end, or traces itself, is not to be kept from it.
FLAGS      = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
OPEN       = $(filter -fsanitize% --coverage -fprofile-arcs -fprofile-generate% -fprofile-instr-generate% -pg,$(FLAGS))
# Threads have small stacks; a sanitizer, and no optimiser, make frames larger.
FRAMES     = $(if $(filter -O2 -O3,$(CFLAGS)),-Wframe-larger-than=8192)
# Beside each object a file that names the headers it was made from, whatever B is.
DEPS       = -MMD -MP -MT '$(@:$(B)/%=$$(B)/%)' -MF $@.d

# What makes a mistake hard to use, and the folder where this stands no part of what is made: as far
# as CC takes it, and in front of the flags that are yours, which win.
HARD_COMPILE = $(if $(OPEN),,-ffile-prefix-map="$$PWD"=. $(PIE:%=-fPIE) -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection)
HARD_LINK    = $(if $(OPEN),,$(PIE) -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
PIE          = $(if $(filter -static,$(FLAGS)),,-pie)
hard         = $(shell cat $(B)/hard.$1 2>/dev/null)

all: $(TOOLS:%=$(B)/%)

COMPILE = $(CC) $(HG_CFLAGS) $(FRAMES) $(call hard,compile) $(DEPS) $(CPPFLAGS)
LINK    = $(CC) -pthread $(filter-out $(NOT),$(call hard,link)) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HG_LIBS) $(LDLIBS)

$(B)/hg-%: $(B)/tools/hg-%.o $(B)/libheadgeom.a
	$(LINK)

# Programs that need nothing of the machine they run on: copy them where you like.  Where
# isa-l is no archive, zlib does its work in them.
static: $(TOOLS:%=$(B)/static/%)

ARCHIVE := $(if $(ISAL),$(wildcard $(shell $(CC) -print-file-name=libisal.a)))
$(B)/static/%: NOT = -pie
$(B)/static/hg-%: $(B)/tools/hg-%.o $(if $(ARCHIVE),,$(B)/static/inflate.o) $(B)/libheadgeom.a
	@mkdir -p $(@D)
	$(LINK) -static

ifeq ($(ARCHIVE),)
$(B)/static/%: HG_LIBS := $(filter-out -lisal,$(HG_LIBS))
endif

$(B)/static/inflate.o: lib/io/inflate.c Makefile | $(B)/hard.link
	@mkdir -p $(@D)
	$(COMPILE) -UHAVE_ISAL $(CFLAGS) -c -o $@ $<

# A shell program, with the awk program and the style of its pages in it.
REPORT = $(sort $(wildcard tools/hg-report/*.awk)) tools/hg-report/style.css
read   = -e '/^@$1@$$/{' $(patsubst %,-e 'r %',$(filter %.$2,$(REPORT))) -e d -e '}'

$(B)/hg-report $(B)/static/hg-report: tools/hg-report.sh $(REPORT) Makefile
	@mkdir -p $(@D)
	sed -e 's/@VERSION@/$(VERSION)/' $(call read,AWK,awk) $(call read,CSS,css) tools/hg-report.sh >$@.new
	chmod 755 $@.new
	mv $@.new $@

$(B)/libheadgeom.a: $(LIB:%=$(B)/%.o)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/%.o: %.c Makefile | $(B)/hard.link
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS) $(HG_$(*F)) -c -o $@ $<

# What libraries there are is known to this file alone.
$(B)/lib/io/inflate.o: $(B)/looked

# The kernels, unrolled; so are the numbers in blocks.
$(KERNS:%=$(B)/lib/num/%.o): lib/num/kern.c
$(REALS:%=$(B)/lib/num/%.o): lib/num/real.c
$(patsubst %,$(B)/lib/num/%.o,$(KERNS) $(REALS)): $(B)/lib/num/%.o: Makefile | $(B)/hard.link
	@mkdir -p $(@D)
	$(COMPILE) $(HG_$*) $(CFLAGS:-O2=-O3) -c -o $@ $(filter %.c,$^)

$(SPLITS:%=$(B)/lib/io/%.o): $(B)/lib/io/%.o: lib/io/split.c Makefile | $(B)/hard.link
	@mkdir -p $(@D)
	$(COMPILE) $(HG_$*) $(CFLAGS) -c -o $@ $<

HG_block       = $(if $(filter -O2,$(CFLAGS)),-O3)
HG_block_iq    = $(HG_block)
AVX2           = -mavx2 -mfma
AVX512         = -mavx512f -mfma
HG_kern-avx2   = -DKERN=kern_avx2 $(AVX2)
HG_kern-avx512 = -DKERN=kern_avx512 $(AVX512)
HG_split-avx2  = -DSPLIT=split_avx2 -mavx2 -mbmi
HG_real-float  = -DTABLE=real_float_plain -DCHOOSE=real_float
HG_real-double = -DREAL_DOUBLE -DTABLE=real_double_plain -DCHOOSE=real_double
HG_real-float-avx2    = -DTABLE=real_float_avx2 $(AVX2)
HG_real-float-avx512  = -DTABLE=real_float_avx512 $(AVX512)
HG_real-double-avx2   = -DREAL_DOUBLE -DTABLE=real_double_avx2 $(AVX2)
HG_real-double-avx512 = -DREAL_DOUBLE -DTABLE=real_double_avx512 $(AVX512)

$(B)/unit/%: tests/unit/%.c $(B)/libheadgeom.a Makefile
	@mkdir -p $(@D)
	$(CC) $(HG_CFLAGS) $(DEPS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libheadgeom.a $(HG_LIBS) $(LDLIBS)

# Before the first file is compiled: can CC use the libraries?  Again with other flags,
# which it keeps, or if a header of theirs has changed or is gone.
LOOK = $(CC) $(filter-out -l%,$(PACKAGES)) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS)

$(B)/looked:
	@./bootstrap --look $(LOOK)
	@mkdir -p $(@D)
	@printf '#include <%s.h>\n' zlib jansson csv | $(CC) $(HG_CFLAGS) $(DEPS:-MMD=-MD) $(CPPFLAGS) $(CFLAGS) -E -x c - >/dev/null
	@printf '%s\n' '$(subst ','\'',$(LOOK))' >$@

ifneq ($(strip $(LOOK)),$(strip $(shell cat $(B)/looked 2>/dev/null)))
$(B)/looked: again
endif

# Of the flags that harden those with which CC makes a program without a word, besides others.
TRY = { $(CC) -Werror $2 $1 $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@.try $(B)/hard.c 2>/dev/null && echo '$1'; }

$(B)/hard.compile: Makefile $(B)/looked
	@printf '#include <stdio.h>\nint main(void)\n{\n\treturn 0;\n}\n' >$(B)/hard.c
	@{ $(foreach f,$(HARD_COMPILE),$(call TRY,$f); )$(if $(HARD_COMPILE),$(call TRY,-D_FORTIFY_SOURCE=3) || \
		$(call TRY,-D_FORTIFY_SOURCE=2); ):; } >$@

$(B)/hard.link: $(B)/hard.compile
	@{ $(foreach f,$(HARD_LINK),$(call TRY,$f,$(call hard,compile)); ):; } >$@

-include $(wildcard $(B)/*.d $(B)/*/*.d $(B)/*/*/*.d $(B)/held/*/*/*.d)

# Everything that check runs.
tests: all $(UNITS:%=$(B)/unit/%) $(FUZZERS:%=$(B)/replay-%)

check: tests
	tests/run $(B)

# The examples of examples/scale on what they are for, which is installed.
scale-check: all
	PYTHONPATH=$(CURDIR)/build/scale:$$PYTHONPATH ./bootstrap --scale tests/run $(B) tests/scale.t tests/scale/*.t

sanitize:
	$(MAKE) check B=$(B)-san CFLAGS='-O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all'

# Other compilers, C libraries and processors; some of them alone with make ports PORTS='i386 s390x'.
ports: all
	./bootstrap --ports tests/ports $(B) $(PORTS)

# Lines that check runs, by file.  Counts of before are of other lines, and a program says so on
# standard error.
coverage:
	-find $(B)-cov -name '*.gcda' -exec rm {} +
	-$(MAKE) check B=$(B)-cov CFLAGS='-O0 -g --coverage -fprofile-update=atomic'
	tests/coverage $(B)-cov

# N mistakes in lib/, drawn by SEED, in all its files or in FILES: which does no test notice?
N    = 300
SEED = 1

mutate:
	tests/mutate.py $(B) $(N) $(SEED) $(FILES)

lint: all compile_commands.json
	tests/lint $(B)

# For editors and clang-tidy: the lines that compile, as make would run them.
compile_commands.json: Makefile $(wildcard lib/*/*.c tools/*.c tests/unit/*.c)
	$(MAKE) -Bn --no-print-directory tests | awk -v dir='$(CURDIR)' -f tests/commands.awk >$@

# The readers of foreign bytes, given files (in check) or bytes by libFuzzer (needs clang): make fuzz,
# or fuzz-NAME for one, for FUZZ_TIME seconds each; findings, and what was run, are in $(B)/fuzz.
# The library for them has exit, memory, files and output to itself: tests/fuzz/held.c; where a macro of the C library
# gives a call another name, ours would be lost.  NULL + 0, which clang finds,
# C23 still leaves undefined, but its next edition does not (N3322).
FUZZ_TIME  = 600
FUZZ_FLAGS = -g -O1 -fsanitize=address,undefined -fno-sanitize=pointer-overflow -fno-sanitize-recover=all
HELD_CALLS = exit calloc realloc free mmap munmap madvise read fwrite fputs fputc json_set_alloc_funcs csv_init \
	inflateInit2_ split_run out_open out_bytes out_printf out_block out_dress out_close out_protect_fd out_protect_name
HELD_PLAIN = -U_FORTIFY_SOURCE -U_FILE_OFFSET_BITS
HELD       = $(patsubst %.c,$(B)/held/%.o,$(filter-out %/split.c %/out.c %/protect.c, \
	$(wildcard lib/io/*.c lib/stat/*.c lib/model/*.c lib/plot/*.c)) $(FUZZ_OWN:%=tests/fuzz/%.c))

$(HELD): $(B)/held/%.o: %.c Makefile | $(B)/looked
	@mkdir -p $(@D)
	$(CC) $(HG_CFLAGS) $(if $(filter lib/%,$<),$(foreach f,$(HELD_CALLS),-D$f=fuzz_$f)) $(DEPS) $(CPPFLAGS) $(CFLAGS) $(HELD_PLAIN) -c -o $@ $<

$(B)/held.a: $(HELD) $(filter-out $(HELD:$(B)/held/%=$(B)/%),$(LIB:%=$(B)/%.o))
	rm -f $@
	$(AR) rcs $@ $^

$(B)/replay-%: tests/fuzz/%.c $(B)/held.a Makefile
	$(CC) $(HG_CFLAGS) $(DEPS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(ENGINE) $(B)/held.a $(HG_LIBS) $(LDLIBS)

# All of it once more by clang; libFuzzer has its own main.
$(B)/fuzz/built: again
	$(MAKE) B=$(@D) CC=clang CFLAGS='$(FUZZ_FLAGS) -fsanitize=fuzzer-no-link' ENGINE=-fsanitize=fuzzer $(FUZZERS:%=$(@D)/replay-%)

fuzz: $(FUZZERS:%=fuzz-%)

$(FUZZERS:%=fuzz-%): fuzz-%: $(B)/fuzz/built
	tests/fuzz/run $(B)/fuzz $* $(FUZZ_TIME)

# What they start from, and once found, alone.
fuzz-seeds: $(B)/fuzz/built
	for f in $(FUZZERS); do $(B)/fuzz/replay-$$f -runs=0 tests/fuzz/seeds/$$f || exit 1; done

demo: all
	@echo 'hg-extract examples/minilm.json.gz | hg-describe | tee $(B)/minilm.csv.gz | hg-correlate -r'
	@echo 'hg-regress -r $(B)/minilm.csv.gz'
	@PATH=$(B):$$PATH; hg-extract examples/minilm.json.gz | hg-describe | \
		tee $(B)/minilm.csv.gz | hg-correlate -r && hg-regress -r $(B)/minilm.csv.gz

# The pages as HTML, from $(B)/html/index.html on.
html: all
	rm -rf $(B)/html
	mkdir $(B)/html
	PATH=$(abspath $(B)):$$PATH man/html.sh $(B)/html $(VERSION) $(PAGES)

bench: all
	tests/bench/run $(B)

# Before a tag, in some hours: what CI does, in a fresh copy, and what it has no time for; then the
# programs twice, the same bytes.
release-check:
	[ -z "$$(git status --porcelain)" ]
	rm -rf $(B)/clone
	git clone -q . $(B)/clone
	cd $(B)/clone && .ci/run
	for what in fuzz mutate ports scale-check; do $(MAKE) $$what || exit 1; done
	tests/reproducible $(TOOLS:%=build/%)

install: all
	install -d "$(DESTDIR)$(bindir)" "$(DESTDIR)$(mandir)/man1" "$(DESTDIR)$(mandir)/man5" \
		"$(DESTDIR)$(mandir)/man7" "$(DESTDIR)$(docdir)/examples/tiny"
	install $(TOOLS:%=$(B)/%) "$(DESTDIR)$(bindir)"
	install -m 644 $(MAN1) "$(DESTDIR)$(mandir)/man1"
	install -m 644 man/headtable.5 "$(DESTDIR)$(mandir)/man5"
	install -m 644 man/headgeom.7 "$(DESTDIR)$(mandir)/man7"
	install -m 644 $(DOCS) "$(DESTDIR)$(docdir)"
	install -m 644 $(EXAMPLES) "$(DESTDIR)$(docdir)/examples"
	install -m 644 $(TINY) "$(DESTDIR)$(docdir)/examples/tiny"
	for f in $(SCALE); do install -d "$(DESTDIR)$(docdir)/$${f%/*}"; \
		install -m 644 $$f "$(DESTDIR)$(docdir)/$$f" || exit; done
	install -d "$(DESTDIR)$(datadir)" "$(DESTDIR)$(bashdir)" "$(DESTDIR)$(zshdir)" "$(DESTDIR)$(fishdir)"
	install -m 644 tools/complete/candidates.awk "$(DESTDIR)$(datadir)"
	$(call complete,bash) >"$(DESTDIR)$(bashdir)/headgeom"
	$(call complete,zsh) >"$(DESTDIR)$(zshdir)/_headgeom"
	$(call complete,fish) >"$(DESTDIR)$(fishdir)/headgeom.fish"
	for f in $(TOOLS); do ln -sf headgeom "$(DESTDIR)$(bashdir)/$$f"; \
		ln -sf headgeom.fish "$(DESTDIR)$(fishdir)/$$f.fish"; done

# The completion of a shell, which knows the programs and where candidates.awk is.
complete = sed 's|@data@|$(datadir)|; s|@programs@|$(TOOLS)|' tools/complete/complete.$1

uninstall:
	for f in $(TOOLS); do rm -f "$(DESTDIR)$(bindir)/$$f"; done
	for f in $(MAN1:man/%=man1/%) man5/headtable.5 man7/headgeom.7; do \
		rm -f "$(DESTDIR)$(mandir)/$$f"; done
	for f in $(DOCS) $(EXAMPLES) $(TINY) $(SCALE); do rm -f "$(DESTDIR)$(docdir)/$$f"; done
	for f in $(TOOLS) headgeom; do rm -f "$(DESTDIR)$(bashdir)/$$f" "$(DESTDIR)$(fishdir)/$$f.fish"; done
	rm -f "$(DESTDIR)$(zshdir)/_headgeom" "$(DESTDIR)$(datadir)/candidates.awk"
	-rmdir $(patsubst %,"$(DESTDIR)$(docdir)/%",$(filter-out examples/scale/,$(sort $(dir $(SCALE)))) \
		examples/scale examples/tiny examples) "$(DESTDIR)$(docdir)" "$(DESTDIR)$(datadir)"

dist:
	git archive --prefix=headgeom-$(VERSION)/ -o headgeom-$(VERSION).tar.gz HEAD

# A package for Debian and its kin, by the recipe in examples/packaging.  The tests are
# make check's.
DEB = $(B)/deb/headgeom
deb:
	rm -rf $(B)/deb $(B)/headgeom*.deb
	mkdir -p $(DEB)
	tar -cf - --exclude='./build*' --exclude='./$(B)' --exclude=./.git . | tar -xf - -C $(DEB)
	cp -R examples/packaging/debian $(DEB)
	cd $(DEB) && DEB_BUILD_OPTIONS="nocheck $$DEB_BUILD_OPTIONS" DEB_BUILD_PROFILES=nocheck dpkg-buildpackage -us -uc -b
	cp $(B)/deb/*.deb $(B)

clean:
	rm -rf $(B) $(B)-san $(B)-cov compile_commands.json headgeom-$(VERSION).tar.gz

.PHONY: all again tests check scale-check release-check sanitize ports coverage mutate lint fuzz fuzz-seeds demo html bench static install uninstall dist deb clean $(FUZZERS:%=fuzz-%)
.SECONDARY: $(TOOLS:%=$(B)/tools/%.o)
