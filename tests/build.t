# build.t - what make does again and what not; what it says where a library is missing.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w
# Whatever the flags were that B was made with, its look at the libraries is not due.
make="make -s --no-print-directory -C '$R' B='$B' -o '$B/looked'"

# compiled FILE - the folders whose objects hang on it.
compiled() {
	eval "$make -n -W $1 tests" | awk '/ -c -o / && !/held\// { sub("/[^/]*$", "", $NF); print $NF }' | sort -u >folders
}

t 'make: all is made' 0 "$make -q tests" ''
t 'the version is the one that NEWS.md opens with' 0 "sed -n '/^## /{s/^## /VERSION = /; s/ (unreleased)/-dev/; p; q;}' $R/NEWS.md >v; grep -x '^VERSION = .*' $R/Makefile | cmp - v" '' ''
v=$(sed -n 's/^VERSION = //p' "$R/Makefile")
t '... and that of the packages, as each writes it' 0 "cd $R/examples/packaging; head -n 1 debian/changelog" "headgeom ($(echo "$v" | sed 's/-/~/')) *" ''
t '... and of conda, Homebrew' 0 "cd $R/examples/packaging; sed -n 's/^  version: \([0-9].*\)/\1/p' conda/recipe.yaml; grep -cF '$v' homebrew/headgeom.rb" "$(echo "$v" | sed 's/-dev/.dev0/')
3" ''
compiled lib/model/model.h
t 'make: model.h has changed' 0 'cat folders' 'lib/model
tools'
compiled lib/io/io.h
t 'make: io.h has changed' 0 'grep -cx lib/io folders; grep -x lib/num folders || true' 1
t 'make: no headers' 2 "make -s -C '$R' B='$W/new' CC='cc -nostdinc'" '' \
	'headgeom needs zlib 1.2.9 or newer (zlib.h)*
headgeom needs jansson 2.8 or newer (jansson.h)*
headgeom needs libcsv 3 or newer (csv.h)*
make*'
t 'make: ... and nothing is compiled' 0 '[ ! -e new ]'
t 'make: no compiler' 2 "make -s -C '$R' B='$W/new' CC=no-cc" '' \
	'*headgeom needs a C compiler, and there is no no-cc*
make*'
t 'make ISAL=: without isa-l' 0 "make -n -C '$R' B='$W/new' -o '$W/new/looked' ISAL= '$W/new/hg-cat' >lines; grep -c -e HAVE_ISAL -e lisal lines; grep -c -e lcsv lines" '0
1'

# The x87 of 32 bits computes in more digits than a double has; on s390x floats are computed in double.
if cc -m32 -E -dM -x c /dev/null 2>/dev/null | grep -q i386__; then
	t 'make: x86 of 32 bits has SSE2' 0 "make -n -C '$R' B='$W/new' -o '$W/new/looked' CC='cc -m32' '$W/new/tools/hg-cat.o'" '*-msse2 -mfpmath=sse*'
	t '... or is refused' 1 "cc -m32 -ffreestanding -std=c11 -fsyntax-only -x c $R/lib/num/num.h" '' '*"results would differ: *'
	t '... with SSE2 not' 0 "cc -m32 -msse2 -mfpmath=sse -ffreestanding -std=c11 -fsyntax-only -x c $R/lib/num/num.h" '' ''
else
	skip 'no compiler for x86 of 32 bits'
fi

# The look at the libraries, when it was good once: it is due again with other flags,
# and where a header has changed or is gone.
look="make -s --no-print-directory -C '$R' B='$W/new' '$W/new/looked'"
t 'make: one look' 0 "$look && $look -q" '' ''
t 'make: ... and another with other flags' 2 "$look CC='cc -nostdinc'" '' 'headgeom needs zlib *'
flags="-DX='a\ \ b'"
t 'make: quotes in flags' 0 "$look CPPFLAGS=\"\$flags\" && $look CPPFLAGS=\"\$flags\" -q" '' ''
mkdir include
echo '#include_next <csv.h>' >include/csv.h
look="$look CPPFLAGS='-I$W/include -w'"
t 'make: a library elsewhere' 0 "$look && $look -q" '' ''
printf '#undef CSV_MAJOR\n#define CSV_MAJOR 2\n' >>include/csv.h
t 'make: ... an older one since' 2 "$look" '' 'headgeom needs libcsv 3 or newer (csv.h)*'
rm include/csv.h
t 'make: ... and none' 1 "$look -q"
t 'make: ... but where it always was' 0 "$look && $look -q" '' ''

# What hardens the programs: what CC takes of it, in front of the flags that are the user's; of which
# there is nothing in a build that traces itself.
hard="make -s --no-print-directory -C '$R' B='$W/hard' -o '$W/hard/looked' '$W/hard/hard.link'"
flags() {
	cat hard/hard.compile hard/hard.link
}
mkdir hard
t 'make: flags that harden, of a sanitizer none' 0 "$hard CFLAGS='-O1 -fsanitize=address' && flags" '' ''
rm hard/hard.*
t 'make: ... and _FORTIFY_SOURCE once' 0 "$hard CPPFLAGS='-D_FORTIFY_SOURCE=1' && flags | grep FORTIFY || true" '' ''
rm hard/hard.*
t 'make: ... -static is no PIE' 0 "$hard LDFLAGS=-static && flags | grep -i pie || true" '' ''
rm hard/hard.*
t 'make: ... as many as CC takes' 0 "$hard && flags | sort >these" '' ''
t 'make: ... with those of the user behind them' 0 "make -n -C '$R' B='$W/hard' -o '$W/hard/looked' CPPFLAGS=-UFIRST CFLAGS=-O0 '$W/hard/lib/num/qr.o' |
	grep -c -e ' -fstack-protector-strong .* -UFIRST -O0 *-c'" 1 ''
if ! have readelf || ! readelf -h "$B/hg-cat" >elf 2>&1; then
	skip 'what is in the programs: no readelf, or no ELF'
elif ! cat "$B/hard.compile" "$B/hard.link" | sort | cmp -s - these; then
	skip 'what is in the programs: they are not hardened as they would be without flags'
else
	for c in extract describe correlate regress cat measure plot; do
		readelf -hlW "$B/hg-$c"
		readelf -dW "$B/hg-$c"
	done >elf
	t 'programs at any address' 0 'grep -c "Type: *DYN" elf' 7
	t '... bound at the start' 0 'grep -c "FLAGS_1.*NOW" elf' 7
	t '... then read only' 0 'grep -c GNU_RELRO elf' 7
	t '... no stack to be run' 0 'grep GNU_STACK elf | grep -c " RW "' 7
fi
if grep -q prefix-map "$B/hard.compile"; then
	t 'the same bytes in another folder' 0 "'$R/tests/reproducible' CFLAGS='-O0 -g' build/lib/io/err.o build/tools/hg-cat.o build/hg-report" '' ''
else
	skip 'the same bytes in another folder: not of this compiler'
fi
