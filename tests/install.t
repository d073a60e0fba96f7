# install.t - make install puts all in its place, uninstall takes it away again.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w
# -o all: nothing is built, under the feet of tests that run beside this one.
make="make -s --no-print-directory -o all -C '$R' B='$B' prefix=/usr DESTDIR='$W/to here'"

t 'install' 0 "$make install && cd 'to here' && find . -type f | sort" './usr/bin/hg-cat
./usr/bin/hg-correlate
./usr/bin/hg-describe
./usr/bin/hg-extract
./usr/bin/hg-measure
./usr/bin/hg-plot
./usr/bin/hg-regress
./usr/share/doc/headgeom/LICENSE
./usr/share/doc/headgeom/NEWS.md
./usr/share/doc/headgeom/README.md
./usr/share/doc/headgeom/examples/README.md
./usr/share/doc/headgeom/examples/make_tokens.py
./usr/share/doc/headgeom/examples/measure_attention.py
./usr/share/doc/headgeom/examples/minilm.json.gz
./usr/share/doc/headgeom/examples/text.txt
./usr/share/doc/headgeom/examples/tiny/config.json
./usr/share/doc/headgeom/examples/tiny/model.safetensors
./usr/share/man/man1/hg-cat.1
./usr/share/man/man1/hg-correlate.1
./usr/share/man/man1/hg-describe.1
./usr/share/man/man1/hg-extract.1
./usr/share/man/man1/hg-measure.1
./usr/share/man/man1/hg-plot.1
./usr/share/man/man1/hg-regress.1
./usr/share/man/man5/headtable.5
./usr/share/man/man7/headgeom.7'
t 'an installed program' 0 "'to here/usr/bin/hg-extract' -V" 'hg-extract (headgeom) *'
t 'uninstall' 0 "$make uninstall && find 'to here' -type f" ''
t 'uninstall again' 0 "$make uninstall" ''
