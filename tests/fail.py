#!/usr/bin/env python3
"""fail.py LIBRARY - for fail.t, in the folder of its files: let the first read(2) of a program fail, then the
second, until none is left; so with all calls of which a program may be told that they failed.  LIBRARY is
failcall.c as it is preloaded.

A call that was interrupted, that would have had to wait or that did less than was asked
for is nothing that anybody sees.  Of all others the program says what went wrong, in one line and with status 1,
and then there is no file of -o and no summary; or it does without, and all is as ever.
$FAIL_LONG is more commands, of more threads."""
import errno
import os
import subprocess
import sys

UNSEEN = {0, errno.EINTR, errno.EAGAIN}
NOT_HAD = {'fork', 'pipe2', 'pthread_create'}           # of which EAGAIN says that there is no more
CALLS = {
    'read': (0, errno.EINTR, errno.EAGAIN, errno.EIO),
    'write': (0, errno.EINTR, errno.EAGAIN, errno.EIO, errno.ENOSPC),
    'open': (errno.EINTR, errno.EMFILE, errno.EIO),
    'create': (errno.EINTR, errno.EMFILE, errno.ENOSPC),
    'close': (errno.EINTR, errno.EIO, errno.ENOSPC),
    'poll': (errno.EINTR, errno.ENOMEM),
    'fsync': (errno.EINTR, errno.EIO, errno.ENOSPC),
    'rename': (errno.EIO, errno.ENOSPC),
    'fchmod': (errno.EIO,),
    'mmap': (errno.ENOMEM, errno.EIO),
    'pthread_create': (errno.EAGAIN,),
    'fork': (errno.EAGAIN, errno.ENOMEM),
    'pipe2': (errno.EMFILE,),
}
# What is printed row by row; of others nothing is printed before all is known.
ROWS = {'hg-extract', 'hg-describe', 'hg-cat'}
CHECKPOINT = os.path.dirname(os.path.abspath(__file__)) + '/data/checkpoints/llama_base'
COMMANDS = [
    'hg-extract -@ 1 -p d.json',
    'hg-extract -@ 1 --with w.csv.gz -o o.csv.gz -p e.json',
    'hg-extract -@ 1 -p c',
    'hg-extract -@ 1 -o o.csv c q.csv',
    'hg-describe -@ 1 t.csv.gz t.csv.gz',
    'hg-describe -@ 2 -p -o o.csv t.csv.gz',
    'hg-cat -@ 1 -p h.csv h.csv.gz',
    'hg-cat -@ 1 -o o.csv.gz h.csv.gz',
    'hg-correlate -@ 1 -p -x op,fro h.csv.gz',
    'hg-correlate -@ 2 -o o.csv -x op,fro h.csv.gz',
    'hg-correlate -@ 1 --save-state -x op -o o.gz h.csv',
    'hg-regress -@ 1 -p -x op --factor stage --rows h.csv.gz',
    'hg-regress -@ 1 --merge --save-state a.state.gz b.state.gz',
    'hg-plot -@ 1 --script h.csv',
]
MORE = [
    'hg-extract -@ 4 -p ' + CHECKPOINT,
    'hg-extract -@ 2 -o o.csv.gz d.json e.json c',
    'hg-extract -@ 1 --with e.json -p o.json',
    'hg-correlate -@ 1 -p -x op,fro -',
    'hg-correlate -@ 2 --merge -p s.gz s.gz',
    'hg-describe -@ 4 -k -o o.csv.gz t.csv.gz t.csv.gz',
    'hg-describe -@ 1 -p --part 1/2 t.csv.gz',
    'hg-cat -@ 4 -o o.csv.gz h.csv.gz h.csv h.csv.gz',
    'hg-correlate -@ 4 -r h.csv.gz',
    'hg-correlate -@ 1 -p -m spearman,kendall -x op,fro -o o.csv h.csv',
    'hg-regress -@ 1 -x op,fro --save-state -o o.gz h.csv',
    'hg-regress -@ 4 -r h.csv.gz',
    'hg-plot -@ 1 --script -o o.gp h.csv',
]


def several(args):
    """Whether it is a model to a process: each has its own first call, and a line of its own to say.  Nothing is said
    of a header that fails, since it will again with the rows: if it does not, that is told."""
    return args[0] == 'hg-extract' and not args[-2].startswith('-')


def slurp(name):
    if not os.path.exists(name):
        return None
    with open(name, 'rb') as f:
        return f.read()


def run(args, target, old, **env):
    """status, what was printed, what was said, what -o's file holds, what else is there."""
    for name in 'seen', target:
        if name and os.path.exists(name):
            os.remove(name)
    if old is not None:
        with open(target, 'wb') as f:
            f.write(old)
    with open('h.csv', 'rb') as f:
        r = subprocess.run(args, env=dict(os.environ, **env), stdin=f, capture_output=True, timeout=120)
    left = [name for name in os.listdir('.') if name.startswith('.hg')]
    for name in left:
        os.remove(name)
    return r.returncode, r.stdout, r.stderr, slurp(target) if target else None, left


def fault(args, call, how, got, want, old):
    """What is wrong with what came of a call that failed, or ''."""
    status, out, err, file, left = got
    if got == want:
        return ''
    if how in UNSEEN and call not in NOT_HAD:
        return 'it is seen'
    said = os.strerror(how).encode()
    if call == 'fchmod' and got[:2] == want[:2] and file == want[3] and b'cannot be kept: ' + said in err:
        return ''
    if status != 1:
        return 'status %d' % status
    lines = err.splitlines()
    if not all(line.startswith(args[0].encode() + b': ') for line in lines) or len(lines) != 1 and not several(args):
        return 'not one line'
    if said not in err and not (several(args) and err.endswith(b'it has changed while it was read\n')):
        return 'the cause is not told'
    if call == 'fsync' and file == want[3] and b'it is whole' in err and not left:
        return ''
    if file != old or left:
        return 'the file of -o is there' if file != old else 'left: %s' % left
    if out and args[0] not in ROWS and call not in ('write', 'close'):
        return 'half of a summary'
    return ''


def every(command, library):
    args = command.split()
    target = args[args.index('-o') + 1] if '-o' in args else None
    old = b'old\n' if target and '-@ 1' in command else None
    want = run(args, target, None)
    faults, tried = [], 0
    if want[0] != 0 or want[2]:
        faults.append('status %d: %s' % (want[0], want[2]))
    for call, ways in CALLS.items():
        for how in ways:
            number = 0                              # 0: each second one
            while len(faults) < 5:
                got = run(args, target, old, LD_PRELOAD=library, FAIL='%s %d %d' % (call, number, how),
                          FAIL_SEEN=os.path.abspath('seen'))
                if not os.path.exists('seen'):
                    if got != want:
                        faults.append('%s, of which there are fewer than %d: %s' % (call, number, got))
                    break
                tried += 1
                what = fault(args, call, how, got, want, old)
                if what:
                    faults.append('%s number %d, %s: %s: status %d, %s' %
                                  (call, number, os.strerror(how) if how else 'a byte', what, got[0], got[2][:200]))
                number += 1
    for f in faults:
        print('#', f)
    print('not ok' if faults else 'ok', '- %s: calls: %d failed, %d wrong' % (command, tried, len(faults)), flush=True)


def main():
    for command in COMMANDS + (MORE if 'FAIL_LONG' in os.environ else []):
        every(command, sys.argv[1])


if __name__ == '__main__':
    main()
