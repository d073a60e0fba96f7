# bootstrap.t - ./bootstrap for one who is not root, with package managers of paper: what it
# asks them for, what it keeps of what they bring, what it says.
. tests/lib.sh
unset MAKEFLAGS MFLAGS             # of a make that runs this: -j, -w
mkdir sys bin
for p in sh awk ar cat cp dirname find grep gzip head ln ls mkdir mv rm sed sha256sum sort tar tr wc; do
	ln -s "$(command -v $p)" sys/$p
done

# program NAME - in bin, from standard input.
program() {
	{ echo '#!/bin/sh'; cat; } >bin/$1
	chmod +x bin/$1
}
echo 'echo 1000' | program id
echo 'exit 1' | program sudo
echo 'echo "make $*"' | program make
# A compiler that can use the libraries that were brought, and has no others.
program cc <<'E'
[ ! "$NOCC" ] || exit 1
[ "$2" != -c ] || exec cp $5 $4
read -r line
h=${line#*<} h=${h%>}
[ "$h" = stdio.h ] || [ -f "build/deps/include/$h" ]
E
# holds PACKAGE FOLDER [ARCHIVE] - what a package leaves in a folder.
program holds <<'E'
case $1 in
*zlib*) h=zlib l=libz ;;
*jansson*) h=jansson l=libjansson ;;
*csv*) h=csv l=libcsv ;;
esac
mkdir -p $2/include $2/lib
case $1 in
*dev | *devel | conda-*)
	echo $1 >$2/include/$h.h
	[ ! "$3" ] || echo $1 >$2/lib/$l.a
	ln -s $l.so.1 $2/lib/$l.so
	;;
esac
case $1 in
*dev | *devel) ;;
*) echo $1 >$2/lib/$l.so.1 ;;
esac
E
apt() {
	program apt-get <<'E'
echo "apt-get $*" >>$LOG
case " $* " in
*' update '*) exit ;;
*Dir::State=*) ;;
*) [ -e $LISTS ] || exit 100 ;;
esac
for p; do :; done
[ $p != "$LACKS" ] && echo $p >$p.deb
E
	echo 'holds $(cat $2) $3/usr archive' | program dpkg-deb
}
dnf() {
	program dnf <<'E'
echo "dnf $*" >>$LOG
for p; do
	case $p in
	libcsv*) exit 1 ;;
	zlib* | jansson*) echo $p | tee $p-1.x86_64.rpm >$p-1.i686.rpm ;;
	esac
done
E
	program rpm2cpio <<'E'
case $1 in *i686*) exit 1 ;; esac
cat $1
E
	echo 'holds $(cat) usr' | program cpio
}
conda() {
	program conda <<'E'
echo "conda $*" >>$LOG
while [ "$1" != -p ]; do shift; done
dir=$2
for p; do :; done
holds conda-$p $dir
E
}
ln -s "$(command -v tee)" sys/tee
LOG=$W/log LISTS=$W/lists
export LOG LISTS LACKS NOCC
# boot COMMAND ... - in a checkout that holds nothing yet.
boot() {
	rm -rf it log
	mkdir it
	cp "$R/bootstrap" it
	(cd it && PATH=$W/bin:$W/sys ./bootstrap "$@")
}
# left - what is in the checkout then.
left() {
	(cd it && find . -type f -o -type l) | sort
}
# links - how make links with it.
links() {
	make -s -n -C "$R" OWN="$W/it/build/deps" B="$W/new" -o "$W/new/looked" "$W/new/hg-cat" | grep 'cc.* -o [^ ]*/hg-cat '
}

: >lists
apt
t 'not root: apt-get' 0 'boot make demo' 'make demo' 'bootstrap: not root: zlib from apt-get into ./build/deps
bootstrap: not root: jansson from apt-get into ./build/deps
bootstrap: not root: libcsv from apt-get into ./build/deps
bootstrap: not root, and so without pkg-config mandoc python3; tests that need it are skipped'
t '... archives and headers, and nothing else' 0 left './bootstrap
./build/deps/include/csv.h
./build/deps/include/jansson.h
./build/deps/include/zlib.h
./build/deps/lib/libcsv.a
./build/deps/lib/libjansson.a
./build/deps/lib/libz.a'
t '... with the lists that are there' 0 'cat log' 'apt-get download -qq zlib1g-dev
apt-get download -qq libjansson-dev
apt-get download -qq libcsv-dev'
t '... and make uses them' 0 'links | grep -c rpath; links' "0
*-L$W/it/build/deps/lib *"
t 'not root: all is there' 0 'cd it && PATH=$W/bin:$W/sys ./bootstrap; wc -l <../log' '*3' '*without pkg-config mandoc python3*'
rm lists
t 'not root: no lists of apt' 0 'boot 2>/dev/null; sed "s/-o.* \([du]\)/... \1/" log; left | wc -l' 'apt-get download -qq zlib1g-dev
apt-get -qq ... update
apt-get -qq ... download zlib1g-dev
apt-get download -qq libjansson-dev
apt-get -qq ... download libjansson-dev
apt-get download -qq libcsv-dev
apt-get -qq ... download libcsv-dev
*7' ''
: >lists
t 'not root: not to be had' 1 'LACKS=libcsv-dev boot make' '' '*
bootstrap: not root: libcsv from apt-get into ./build/deps
bootstrap: not root: libcsv from source into ./build/deps
*bootstrap: not root, and so without pkg-config libcsv mandoc python3; tests that need it are skipped
bootstrap: nothing can be built without libcsv, in package libcsv-dev'
conda
t 'not root: what apt-get has not, from conda' 0 'LACKS=libcsv-dev boot 2>/dev/null; left' '*/include/csv.h
*/lib/libcsv.so
./build/deps/lib/libcsv.so.1
./build/deps/lib/libjansson.a
./build/deps/lib/libz.a' ''
t '... where programs look when they run' 0 links "* -Wl,-rpath,$W/it/build/deps/lib *"

rm bin/apt-get bin/dpkg-deb
dnf
t 'not root: dnf, and conda for what it has not' 0 'boot 2>&1 | grep -v "^bootstrap: not root, "; left' 'bootstrap: not root: zlib from dnf into ./build/deps
bootstrap: not root: jansson from dnf into ./build/deps
bootstrap: not root: libcsv from dnf into ./build/deps
bootstrap: not root: libcsv from conda into ./build/deps
./bootstrap
./build/deps/include/csv.h
./build/deps/include/jansson.h
./build/deps/include/zlib.h
./build/deps/lib/libcsv.so
./build/deps/lib/libcsv.so.1
./build/deps/lib/libjansson.so
./build/deps/lib/libjansson.so.1
./build/deps/lib/libz.so
./build/deps/lib/libz.so.1'
t '... the libraries beside the headers' 0 'sed "s/dir=[^ ]*/dir=.../g; s/-p [^ ]*/-p .../" log' 'dnf download -q --setopt=cachedir=... --setopt=logdir=... zlib-devel zlib
dnf download -q --setopt=cachedir=... --setopt=logdir=... jansson-devel jansson
dnf download -q --setopt=cachedir=... --setopt=logdir=... libcsv-devel libcsv
conda create -y -q -p ... --override-channels -c conda-forge libcsv'
rm bin/conda
echo 'echo another' | program curl
t 'not root: source that has changed' 1 boot '' '*libcsv from source*FAILED*nothing can be built without libcsv, in package libcsv-devel'
mkdir libcsv-3.0.3
echo a >libcsv-3.0.3/csv.h
echo b >libcsv-3.0.3/libcsv.c
tar -cf - libcsv-3.0.3 | gzip >source.tar.gz
echo 'cat ../../../../source.tar.gz' | program curl
echo 'exit 0' | program sha256sum
t 'not root: source' 0 'boot 2>&1 | grep source; left | grep csv' 'bootstrap: not root: libcsv from source into ./build/deps
./build/deps/include/csv.h
./build/deps/lib/libcsv.a'
t 'not root: no compiler' 1 'NOCC=1 boot make; ls it; exit 1' 'bootstrap' '*
bootstrap: nothing can be built without cc, in package gcc'

# Who may become root gets packages as ever.
rm bin/dnf
apt
program sudo <<'E'
[ "$1" = -n ] || echo "sudo $*" >>$LOG
E
t 'sudo without a password' 0 'boot; cat log; ls it' 'sudo apt-get update -qq
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pkg-config zlib1g-dev libjansson-dev libcsv-dev mandoc python3
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libisal-dev
bootstrap' ''
program python3 <<'E'
[ "$1" != -m ] || [ "$3" = --version ] || echo "python3 $*" >>$LOG
exit 1
E
for p in sbatch munge snakemake gnuplot java; do
	echo | program $p
done
t '--scale: packages, and of PyPI into a folder' 0 'boot --scale make scale-check; grep -v update log | tail -n 3' 'make scale-check
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends parallel
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pip
python3 -m pip install -q --target ./build/scale pyspark==4.0.1' 'bootstrap: no pyspark to be had'
t '--ports: compilers, qemu, sources of the libraries' 0 'LACKS=libcsv boot --ports make ports; grep -e qemu -e "source .*csv" log' \
'make ports
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qemu-user-static
apt-get -qq * source --download-only zlib jansson libcsv' 'bootstrap: no sources to be had'
program sudo <<'E'
for p; do :; done
[ $p != libisal-dev ]
E
t '... and what is done without is not to be had' 0 'boot make' 'make ' 'bootstrap: no isa-l to be had'
