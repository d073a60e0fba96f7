# install.t - make install puts all in its place, uninstall takes it away again.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w
# -o all: nothing is built, under the feet of tests that run beside this one.
make="make -s --no-print-directory -o all -C '$R' B='$B' prefix=/usr DESTDIR='$W/to here'"

t 'install' 0 "$make install && cd 'to here' && find . ! -type d | sort" './usr/bin/hg-cat
./usr/bin/hg-correlate
./usr/bin/hg-describe
./usr/bin/hg-extract
./usr/bin/hg-measure
./usr/bin/hg-plot
./usr/bin/hg-regress
./usr/bin/hg-report
./usr/share/bash-completion/completions/headgeom
./usr/share/bash-completion/completions/hg-cat
./usr/share/bash-completion/completions/hg-correlate
./usr/share/bash-completion/completions/hg-describe
./usr/share/bash-completion/completions/hg-extract
./usr/share/bash-completion/completions/hg-measure
./usr/share/bash-completion/completions/hg-plot
./usr/share/bash-completion/completions/hg-regress
./usr/share/bash-completion/completions/hg-report
./usr/share/doc/headgeom/LICENSE
./usr/share/doc/headgeom/NEWS.md
./usr/share/doc/headgeom/README.md
./usr/share/doc/headgeom/examples/README.md
./usr/share/doc/headgeom/examples/make_tokens.py
./usr/share/doc/headgeom/examples/measure_attention.py
./usr/share/doc/headgeom/examples/minilm.json.gz
./usr/share/doc/headgeom/examples/minilm.svg
./usr/share/doc/headgeom/examples/scale/README.md
./usr/share/doc/headgeom/examples/scale/heads.sh
./usr/share/doc/headgeom/examples/scale/join.sh
./usr/share/doc/headgeom/examples/scale/parallel/README.md
./usr/share/doc/headgeom/examples/scale/slurm/README.md
./usr/share/doc/headgeom/examples/scale/slurm/submit.sh
./usr/share/doc/headgeom/examples/scale/slurm/task.sh
./usr/share/doc/headgeom/examples/scale/snakemake/README.md
./usr/share/doc/headgeom/examples/scale/snakemake/Snakefile
./usr/share/doc/headgeom/examples/scale/snakemake/config.yaml
./usr/share/doc/headgeom/examples/scale/spark/README.md
./usr/share/doc/headgeom/examples/scale/spark/merge.py
./usr/share/doc/headgeom/examples/scale/sum.sh
./usr/share/doc/headgeom/examples/scale/xargs/README.md
./usr/share/doc/headgeom/examples/text.txt
./usr/share/doc/headgeom/examples/tiny/config.json
./usr/share/doc/headgeom/examples/tiny/model.safetensors
./usr/share/fish/vendor_completions.d/headgeom.fish
./usr/share/fish/vendor_completions.d/hg-cat.fish
./usr/share/fish/vendor_completions.d/hg-correlate.fish
./usr/share/fish/vendor_completions.d/hg-describe.fish
./usr/share/fish/vendor_completions.d/hg-extract.fish
./usr/share/fish/vendor_completions.d/hg-measure.fish
./usr/share/fish/vendor_completions.d/hg-plot.fish
./usr/share/fish/vendor_completions.d/hg-regress.fish
./usr/share/fish/vendor_completions.d/hg-report.fish
./usr/share/headgeom/candidates.awk
./usr/share/man/man1/hg-cat.1
./usr/share/man/man1/hg-correlate.1
./usr/share/man/man1/hg-describe.1
./usr/share/man/man1/hg-extract.1
./usr/share/man/man1/hg-measure.1
./usr/share/man/man1/hg-plot.1
./usr/share/man/man1/hg-regress.1
./usr/share/man/man1/hg-report.1
./usr/share/man/man5/headtable.5
./usr/share/man/man7/headgeom.7
./usr/share/zsh/site-functions/_headgeom'
t 'an installed program' 0 "'to here/usr/bin/hg-extract' -V" 'hg-extract (headgeom) *'
t 'uninstall' 0 "$make uninstall && find 'to here' ! -type d" ''
t 'and no folder of its own' 0 "find 'to here' -name '*headgeom*'" ''
t 'uninstall again' 0 "$make uninstall" ''
