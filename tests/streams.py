#!/usr/bin/env python3
"""streams.py - the cases of streams.t that want a program: gzip files good and
bad, cut files, inputs and outputs that stall, close and refuse.  Writes into
the present directory; the tools are found by PATH."""
import concurrent.futures
import gzip
import importlib.util
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib

spec = importlib.util.spec_from_file_location(
    'cases', os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'gzip.py'))
cases = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cases)

SUMMARIES = (['hg-correlate', '-g', '', '-x', 'op', '-y', 'entropy'],
             ['hg-regress', '-x', 'op', '-y', 'entropy'])
DESCRIBE = ['hg-describe', '-p', '-d', 'fro']
PATIENCE = 120              # seconds: only what hangs takes as long, on a busy machine too


def check(good, what):
    print('ok' if good else 'not ok', '-', what, flush=True)


def run(args, data=None, **more):
    r = subprocess.run(args, input=data, capture_output=True, timeout=PATIENCE, **more)
    return r.returncode, r.stdout, r.stderr


def refused(args, name, data=None):
    """What is wrong with how args ended: '' if with status 1 and one line that
    names the file, and without output if the tool summarises."""
    status, out, err = run(args, data)
    tool = args[0].encode()
    if status != 1:
        return '%s: status %d' % (args, status)
    if err.count(b'\n') != 1 or not err.startswith(tool + b': ') or b' %s:' % name.encode() not in err:
        return '%s: %r' % (args, err)
    if out and tool != b'hg-describe':
        return '%s: printed %r' % (args, out[:80])
    return ''


def count(faults, what):
    faults = [f for f in faults if f]
    for f in faults[:5]:
        print('#', f)
    check(not faults, '%s: %d wrong' % (what, len(faults)))


def spill(name, data):
    with open(name, 'wb') as f:
        f.write(data)
    return name


def slurp(name):
    with open(name, 'rb') as f:
        return f.read()


def bgzf(text, size, marker=True):
    """BGZF in blocks of so many bytes."""
    b = [cases.block(text[i:i + size]) for i in range(0, len(text), size)]
    return b + [cases.MARK] if marker else b


def table(rows):
    return b'layer,head,entropy,op,s1,s2\n' + b''.join(
        b'%d,%d,%.3f,%d.5,%d.25,%d\n' % (i // 4, i % 4, (i * 37 % 11) / 7, i * i % 13, i * 7 % 10 + 3, i % 3)
        for i in range(rows))


def gzip_cases():
    faults, odd = [], []
    for name, (data, inside) in cases.good.items():
        spill(name + '.gz', data)
        args = ['hg-describe', '-pk', '-d', 'op', '-s', '1', '--na', 'x']
        spill('plain', inside)
        a, b = run(args + [name + '.gz']), run(args + ['plain'])
        if a != (b[0], b[1], b[2].replace(b'plain', name.encode() + b'.gz')):
            faults.append('%s: %r' % (name, a))
        if (a[0] == 0) == (name in ('ok_empty_payload', 'ok_bomb10M')):     # no header; NUL bytes
            odd.append('%s: %r' % (name, a))
    count(faults, '%d good gzip files read as the bytes inside do' % len(cases.good))
    count(odd, 'of them all but nothing and NUL bytes are a table')
    faults = []
    for name, data in cases.bad.items():
        spill(name + '.gz', data)
        if name == 'file_plain_text':       # is a table
            faults.append(run(['hg-describe', '-p', '-d', 'op', '-s', 'x', name + '.gz']) != (0, b'y,op\n2,1\n', b''))
            continue
        for args in (['hg-describe', '-p', '-d', 'op', '-s', '1', '--na', 'x'],
                     ['hg-correlate', '-x', '1', '-y', '2', '--na', 'x,y'],
                     ['hg-regress', '-x', '1', '-y', '2', '--na', 'x,y']):
            faults.append(refused(args + [name + '.gz'], name + '.gz'))
    count(faults, '%d bad gzip files are refused' % len(cases.bad))


def cuts():
    plain = table(12)
    spill('plain.csv', plain)
    subprocess.run(['hg-describe', '-k', '-d', 'fro', '-o', 'ours.csv.gz', 'plain.csv'], check=True)
    files = {'bgzf': slurp('ours.csv.gz'), 'blocks': b''.join(bgzf(plain, 100)), 'gzip': gzip.compress(plain),
             'two': gzip.compress(plain[:200]) + gzip.compress(plain[200:])}
    whole = run(SUMMARIES[0] + ['plain.csv'])
    jobs, faults = [], []
    for kind, data in files.items():
        spill(kind + '.gz', data)
        faults.append('' if run(SUMMARIES[0] + [kind + '.gz']) == whole else kind + ' differs from plain')
        first = len(gzip.compress(plain[:200])) if kind == 'two' else -1
        for k in range(len(data)):
            if k == first:      # between two members: a whole file of less
                continue
            name = spill('%s.%d' % (kind, k), data[:k])
            jobs += [(args + [name], name) for args in SUMMARIES]
            if kind in ('blocks', 'gzip'):
                jobs.append((['hg-describe', '-p', '-d', 'fro', name], name))
    count(faults, 'whole files')
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        faults = list(pool.map(lambda j: refused(*j), jobs))
    count(faults, '%d files cut at each byte, %d runs' % (len(files), len(jobs)))


def cut_and_whole():
    plain = table(12)
    quoted = plain.replace(b'layer', b'"layer, of ""m"""', 1)
    for what, text in ('plain', plain), ('quoted', quoted):
        faults = []
        row = text[:text.index(b'\n', len(text) // 2) + 1]
        edges = [[cases.block(row)] + bgzf(text, 65280)]
        for size in 50, 101, 260:
            blocks = bgzf(text, size)
            edges += [blocks[:i] + blocks for i in range(1, len(blocks))]
        for e in edges:
            name = spill('edge.gz', b''.join(e))
            faults += [refused(args + [name], name) for args in (*SUMMARIES, DESCRIBE)]
        count(faults, 'BGZF cut at a block and a whole one behind it, header %s' % what)
    blocks = bgzf(plain, 101)
    name = spill('nomark.gz', b''.join(blocks[:-1]))
    spill('whole.gz', b''.join(blocks))
    count([refused(args + [name, 'whole.gz'], name) for args in (*SUMMARIES, DESCRIBE)],
          'a cut operand before a whole one')
    err = run(DESCRIBE + [name])[2]
    check(b'zcat nomark.gz |' in err, 'the message names the way round')
    via = run(['sh', '-c', 'gzip -dc nomark.gz | hg-describe -p -d fro'])
    check(via == run(DESCRIBE + ['whole.gz']) and via[0] == 0, 'and it works')


def joined():
    a, b = table(8), table(12)
    want = run(DESCRIBE, a + b[b.index(b'\n') + 1:])
    ours, theirs = b''.join(bgzf(b, 70)), gzip.compress(a)
    faults = []
    for what, data in (('gzip, BGZF', theirs + ours), ('BGZF, gzip', b''.join(bgzf(a, 90)) + gzip.compress(b)),
                       ('BGZF, BGZF', b''.join(bgzf(a, 90)) + ours), ('zeros behind', theirs + ours + bytes(700))):
        for n in '1', '2', '4':
            if run(DESCRIBE + ['-@', n], data) != want:
                faults.append(what)
    count(faults, 'cat of gzip files')
    name = spill('mixed.gz', theirs + b)
    count([refused(args + [name], name) for args in (*SUMMARIES, DESCRIBE)], 'plain text behind gzip')


def big():
    text = b'layer,head,' + b','.join(b's%d' % (k + 1) for k in range(32)) + b'\n' + b''.join(
        b'%d,%d,' % (i // 8, i % 8) + b','.join(b'%.6f' % (9 - k / 5 + (i * k % 17) / 19) for k in range(32)) + b'\n'
        for i in range(3000))
    return text


def threads(text):
    spill('big.csv', text)
    spill('big.csv.gz', b''.join(bgzf(text, 30000)))
    faults = []
    for name in 'big.csv', 'big.csv.gz':
        for level in '0', '1', '9':
            outs = {run(['hg-describe', '-k', '-z', level, '-@', n, name]) for n in ('1', '2', '3', '4', '9')}
            if len(outs) != 1 or next(iter(outs))[0] != 0:
                faults.append('%s -z %s' % (name, level))
    a = run(['hg-describe', '-k', '-z', '1', 'big.csv'])[1]
    b = run(['hg-describe', '-k', '-z', '1', 'big.csv.gz'])[1]
    if a != b or a[-28:] != cases.MARK or a[4:8] != bytes(4) or len(gzip.decompress(a)) < 4 * 65280:
        faults.append('not the BGZF that was meant')
    count(faults, 'the same bytes for each number of threads and each input')
    cut = spill('bigcut.gz', slurp('big.csv.gz')[:-40])
    outs = {run(['hg-correlate', '-g', '', '-x', 's1', '-y', 's2', '-@', n, cut]) for n in '124'}
    check(len(outs) == 1 and next(iter(outs))[:2] == (1, b''), 'and the same refusal')


def one_byte_a_read():
    """A socket of packets gives one packet a read(2)."""
    text = table(6)
    want = run(DESCRIBE, text)
    faults = []
    for what, data in ('plain', text), ('BGZF', b''.join(bgzf(text, 60))), ('gzip', gzip.compress(text)):
        for n in '1', '2', '4':
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            p = subprocess.Popen(DESCRIBE + ['-@', n], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            theirs.close()
            for i in range(len(data)):
                ours.send(data[i:i + 1])
            ours.close()
            out, err = p.communicate(timeout=PATIENCE)
            if (p.returncode, out, err) != want:
                faults.append('%s -@ %s: %d %r' % (what, n, p.returncode, err))
    count(faults, 'one byte a read')


def feed(pipe, data):
    try:
        pipe.write(data)
    except BrokenPipeError:
        pass


def alive(text):
    """Rows come while the input stalls."""
    faults = []
    flushed = zlib.compressobj(1, 8, 31)
    stalled = flushed.compress(text) + flushed.flush(zlib.Z_SYNC_FLUSH)
    for what, data in ('plain', text), ('gzip', stalled), ('BGZF', b''.join(bgzf(text, 60000, False))):
        for args in (['-p', '-@', '1'], ['-p', '-@', '4'], ['-@', '1'], ['-@', '4']):
            p = subprocess.Popen(['hg-describe', '-k'] + args, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            feeder = threading.Thread(target=feed, args=(p.stdin, data))
            feeder.start()
            got, end = b'', time.monotonic() + PATIENCE
            while len(got) < 65536 and time.monotonic() < end and \
                    select.select([p.stdout], [], [], end - time.monotonic())[0]:
                got += os.read(p.stdout.fileno(), 65536)
                if '-p' not in args and len(got) > 1000:
                    break
            if '-p' not in args:
                got = zlib.decompressobj(31).decompress(got)
            if not got.startswith(b'layer,head,s1,') or got.count(b'\n') < 2:
                faults.append('%s %s' % (what, args))
            p.kill()
            p.stdout.close()
            feeder.join()
            try:
                p.stdin.close()
            except BrokenPipeError:
                pass
            p.wait()
    count(faults, 'the first rows appear before the input has ended')


def flowing():
    """Rows come one by one, as the input does: from gzip that is flushed, and to a terminal."""
    rows = [b'layer,head\n0,0\n', b'0,1\n', b'0,2\n']
    flushed, faults = zlib.compressobj(1, 8, 31), []
    p = subprocess.Popen(['hg-cat', '-p'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    ours, theirs = pty.openpty()
    q = subprocess.Popen(['hg-cat'], stdin=subprocess.PIPE, stdout=theirs)
    laid = run(['hg-cat', '-t'], b''.join(rows))[1].replace(b'\n', b'\r\n').splitlines(True)
    for i, row in enumerate(rows):
        os.write(p.stdin.fileno(), flushed.compress(row) + flushed.flush(zlib.Z_SYNC_FLUSH))
        os.write(q.stdin.fileno(), row)
        want = b''.join(laid[:2] if i == 0 else laid[i + 1:i + 2])
        for fd, line in (p.stdout.fileno(), row), (ours, want):
            if typed(fd, len(line)) != line:
                faults.append('%r' % line)
    p.stdin.write(flushed.flush())
    for one in p, q:
        one.stdin.close()
        faults += [one.args] * (one.wait() != 0)
    count(faults, 'flushed gzip, and rows to a terminal, flow')


def reader_gone(text):
    """Status by SIGPIPE, or 1 if that is ignored."""
    faults = []
    spill('big.csv', text)
    for args in (['-p'], ['-z', '0']):
        for ignored in False, True:
            p = subprocess.Popen(['hg-describe', '-k'] + args + ['big.csv'], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, restore_signals=not ignored)
            os.read(p.stdout.fileno(), 10)
            p.stdout.close()
            err = p.stderr.read()
            status = p.wait()
            good = (status, err) == (1, b'hg-describe: standard output: Broken pipe\n') if ignored \
                else (status, err) == (-signal.SIGPIPE, b'')
            if not good:
                faults.append('%s ignored=%s: %d %r' % (args, ignored, status, err))
    count(faults, 'a reader that goes away')


def killed(text):
    """A file that was to be replaced is whole, and nothing stands beside it of what did."""
    os.mkdir('kill')
    spill('kill/out.csv', b'old\n')
    faults = []
    for sig in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        signal.signal(sig, signal.SIG_DFL)      # what nohup ignores
        p = subprocess.Popen(['hg-describe', '-k', '-o', 'kill/out.csv'], stdin=subprocess.PIPE)
        p.stdin.write(text)
        p.stdin.flush()
        end = time.monotonic() + PATIENCE
        while len(os.listdir('kill')) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        p.send_signal(sig)
        status = p.wait()
        p.stdin.close()
        if status != -sig or os.listdir('kill') != ['out.csv'] or slurp('kill/out.csv') != b'old\n':
            faults.append('%s: %d %s' % (sig, status, os.listdir('kill')))
    count(faults, 'killed while it wrote')


def typed(terminal, n):
    """n bytes of what was written to a terminal, which may come in pieces."""
    got = b''
    while len(got) < n and select.select([terminal], [], [], PATIENCE)[0]:
        got += os.read(terminal, 65536)
    return got


def terminal():
    """A terminal gets what -t writes, with -p plain text; one as standard input and no operand, usage."""
    ours, theirs = pty.openpty()
    for option, what in ('-t', 'a table laid out'), ('-p', 'with -p plain text'):
        args = ['hg-describe', '-d', 'fro', 'plain.csv']
        status = subprocess.run(args + ['-p'] * (option == '-p'), stdout=theirs, stderr=subprocess.PIPE).returncode
        want = run(args + [option])[1].replace(b'\n', b'\r\n')
        check(status == 0 and typed(ours, len(want)) == want, 'a terminal gets ' + what)
    faults = []
    for tool in 'hg-extract', 'hg-describe', 'hg-correlate', 'hg-regress':
        r = subprocess.run([tool], stdin=theirs, capture_output=True, timeout=PATIENCE)
        if r.returncode != 2 or r.stdout or not r.stderr.startswith(b'usage: ' + tool.encode()):
            faults.append('%s: %d %r' % (tool, r.returncode, r.stderr))
    count(faults, 'no operand and a terminal: usage')


def read_error():
    if not os.path.exists('/proc/self/mem'):
        print('skip - no file that cannot be read')
        return
    count([refused(args + ['/proc/self/mem'], '/proc/self/mem') for args in (*SUMMARIES, DESCRIBE)],
          'a read that fails')


def main():
    text = big()
    gzip_cases()
    cuts()
    cut_and_whole()
    joined()
    threads(text)
    one_byte_a_read()
    alive(text)
    flowing()
    reader_gone(text)
    killed(text)
    terminal()
    read_error()


if __name__ == '__main__':
    main()
