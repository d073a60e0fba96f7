# headgeom.  make, make check, make demo, make bench, make install; make sanitize
# checks again under the address and undefined behaviour sanitizers.
# CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS, prefix and DESTDIR are yours; B is where
# things are built.

VERSION = 0.1
prefix  = /usr/local
bindir  = $(prefix)/bin
mandir  = $(prefix)/share/man
docdir  = $(prefix)/share/doc/headgeom
B       = build
CC      = cc
CFLAGS  = -O2 -g

PKG_CONFIG = pkg-config
HG_CFLAGS  = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Ilib/num -Ilib/io -Ilib/stat -Ilib/model \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off -pthread \
	$(shell $(PKG_CONFIG) --cflags zlib jansson)
HG_LIBS    = -lcsv $(shell $(PKG_CONFIG) --libs zlib jansson || echo -lz -ljansson) -lm

TOOLS = hg-extract hg-describe hg-correlate hg-regress
NUM   = comom descr elem ls partial prod qr rank robust svd tail tri $(KERNS)
KERNS := kern $(if $(shell $(CC) $(CFLAGS) -dM -E -x c /dev/null | grep __x86_64__),kern-avx2 kern-avx512)
IO    = cols csv dec err gz map opts out pool table
STAT  = columns corr corr_out corr_save corr_state factors frame group moments note solve state values
MODEL = arch dump heads json matrices safetensors
UNITS = $(notdir $(basename $(wildcard tests/unit/*.c)))
MAN1  = $(TOOLS:%=man/%.1)
EXAMPLES = $(addprefix examples/,README.md measure_attention.py minilm.json.gz text.txt)

LIB  = $(NUM:%=$(B)/lib/num/%.o) $(IO:%=$(B)/lib/io/%.o) $(STAT:%=$(B)/lib/stat/%.o) $(MODEL:%=$(B)/lib/model/%.o)
HDRS = lib/num/num.h lib/io/io.h lib/stat/stat.h lib/stat/corr.h lib/model/model.h

all: $(TOOLS:%=$(B)/%)

$(B)/hg-%: $(B)/tools/hg-%.o $(B)/libheadgeom.a
	$(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HG_LIBS) $(LDLIBS)

$(B)/libheadgeom.a: $(LIB)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/%.o: %.c $(HDRS) Makefile
	@mkdir -p $(@D)
	$(CC) $(HG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The kernels, once for each instruction set that is chosen at run time; unrolled.
$(KERNS:%=$(B)/lib/num/%.o): $(B)/lib/num/%.o: lib/num/kern.c $(HDRS) Makefile
	@mkdir -p $(@D)
	$(CC) $(HG_CFLAGS) $(HG_$*) $(CPPFLAGS) $(CFLAGS:-O2=-O3) -c -o $@ $<

HG_kern-avx2   = -DKERN=kern_avx2 -mavx2 -mfma
HG_kern-avx512 = -DKERN=kern_avx512 -mavx512f -mfma

$(B)/unit/%: tests/unit/%.c $(wildcard tests/unit/*.h) $(HDRS) $(B)/libheadgeom.a
	@mkdir -p $(@D)
	$(CC) $(HG_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libheadgeom.a $(HG_LIBS) $(LDLIBS)

check: all $(UNITS:%=$(B)/unit/%)
	tests/run $(B)

sanitize:
	$(MAKE) check B=$(B)-san CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'

# The reader under libFuzzer; needs clang.  Runs for 10 minutes, findings in $(B).
fuzz: $(B)/fuzz-safetensors
	mkdir -p $(B)/corpus
	$< -max_total_time=600 -max_len=2048 -artifact_prefix=$(B)/ $(B)/corpus tests/fuzz/seeds

FUZZED = lib/io/err.c lib/io/map.c lib/model/arch.c lib/model/json.c lib/model/safetensors.c

$(B)/fuzz-%: tests/fuzz/%.c $(FUZZED) $(HDRS)
	@mkdir -p $(@D)
	clang $(HG_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$(foreach f,exit calloc realloc free mmap munmap json_set_alloc_funcs,-D$(f)=fuzz_$(f)) \
		-o $@ $< $(FUZZED) $(HG_LIBS)

demo: all
	@echo 'hg-extract examples/minilm.json.gz | hg-describe | tee $(B)/minilm.csv.gz | hg-correlate -r'
	@echo 'hg-regress -r $(B)/minilm.csv.gz'
	@PATH=$(B):$$PATH; hg-extract examples/minilm.json.gz | hg-describe | \
		tee $(B)/minilm.csv.gz | hg-correlate -r && hg-regress -r $(B)/minilm.csv.gz

bench: all
	tests/bench/run $(B)

install: all
	install -d "$(DESTDIR)$(bindir)" "$(DESTDIR)$(mandir)/man1" "$(DESTDIR)$(mandir)/man5" \
		"$(DESTDIR)$(mandir)/man7" "$(DESTDIR)$(docdir)/examples"
	install $(TOOLS:%=$(B)/%) "$(DESTDIR)$(bindir)"
	install -m 644 $(MAN1) "$(DESTDIR)$(mandir)/man1"
	install -m 644 man/headtable.5 "$(DESTDIR)$(mandir)/man5"
	install -m 644 man/headgeom.7 "$(DESTDIR)$(mandir)/man7"
	install -m 644 README.md LICENSE "$(DESTDIR)$(docdir)"
	install -m 644 $(EXAMPLES) "$(DESTDIR)$(docdir)/examples"

uninstall:
	for f in $(TOOLS); do rm -f "$(DESTDIR)$(bindir)/$$f"; done
	for f in $(MAN1:man/%=man1/%) man5/headtable.5 man7/headgeom.7; do \
		rm -f "$(DESTDIR)$(mandir)/$$f"; done
	for f in README.md LICENSE $(EXAMPLES); do rm -f "$(DESTDIR)$(docdir)/$$f"; done
	-rmdir "$(DESTDIR)$(docdir)/examples" "$(DESTDIR)$(docdir)"

dist:
	git archive --prefix=headgeom-$(VERSION)/ -o headgeom-$(VERSION).tar.gz HEAD

clean:
	rm -rf $(B) $(B)-san headgeom-$(VERSION).tar.gz

.PHONY: all check sanitize fuzz demo bench install uninstall dist clean
.SECONDARY:
