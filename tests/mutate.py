#!/usr/bin/env python3
"""mutate.py BUILD N SEED [FILE ...] - do the tests notice when lib/ is wrong?  Each of N mutants
has one mistake, in one line of a function; it is tested until a test fails.  Those
that live are shown with what was changed, and are the tests' shortcomings, unless
tests/mutants.txt says why nobody could tell them from what is right: those are not
tried.

Lines are drawn by SEED, one mutation of each, and stay drawn whatever is done to others:
what was killed is not tried again until its file changes.  A mutant counts if it can
be compiled, and to other code than the right one.  Tests are those that come past the
line, by gcov: first the unit test of the file's name, then by what they killed for their time.
Unit tests run under the sanitizers, the others as make builds them.  What takes ten times
its time on the processor is killed; so is what waits for ever.  BUILD/mutate.log says of each
mutant what became of it.  $JOBS of them, or 2, are tried side by side."""
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

SANITIZE = '-O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all'
COVER = '-O0 -g --coverage -fprofile-update=atomic'
BUILDS = {'cov': COVER, 'san': SANITIZE, 'opt': '-O2'}
FOLLOWS = {')', ']'}            # behind these, names and numbers an operator has two sides
SWAPS = {
    '<': ('<=', '>='), '<=': ('<', '>'), '>': ('>=', '<='), '>=': ('>', '<'), '==': ('!=',), '!=': ('==',),
    '&&': ('||',), '||': ('&&',), '&': ('|',), '|': ('&',), '<<': ('>>',), '>>': ('<<',),
    '+': ('-',), '-': ('+',), '*': ('/',), '/': ('*',), '%': ('*',),
    '+=': ('-=', '='), '-=': ('+=', '='), '*=': ('/=', '='), '/=': ('*=',), '|=': ('&=', '='), '&=': ('|=', '='),
    '<<=': ('>>=',), '>>=': ('<<=',), '++': ('--',), '--': ('++',),
}
ALONE = {'++', '--', '+=', '-=', '*=', '/=', '|=', '&=', '<<=', '>>='}
KEYWORDS = set('auto break case char const continue default do double else enum extern float for goto if inline int '
               'long register return short signed sizeof static struct switch typedef union unsigned void volatile '
               'while _Alignas _Static_assert'.split())
TOKEN = re.compile(r'[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||'
                   r'[-+*/%&|^]=|\S')
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*|'
                      r'\b_Static_assert\b[^;]*;|\bassert\b[^;]*;', re.S | re.M)
INTEGER = re.compile(r'(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*$')


def tokens(text):
    """(start, end, text) of what is code in the functions of a file, which begin and end by a brace
    that stands alone at the start of a line."""
    bare = NOT_CODE.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)
    for body in re.finditer(r'^\{$.*?^\}$', bare, re.S | re.M):
        yield [(body.start() + t.start(), body.start() + t.end(), t.group()) for t in TOKEN.finditer(body.group())]


def closing(t, i):
    """Where the parenthesis ends that begins at t[i]."""
    depth = 0
    for k in range(i, len(t)):
        depth += (t[k][2] == '(') - (t[k][2] == ')')
        if depth == 0:
            return k
    return len(t) - 1


def statement_end(t, i):
    """The semicolon of the expression that is a statement from t[i] on, or None if it is none."""
    first = t[i][2]
    if not re.match(r'[A-Za-z_(*]|\+\+|--', first) or first in KEYWORDS or first.endswith('_t') or first == 'FILE':
        return None
    if re.match(r'[A-Za-z_]', first) and re.match(r'[A-Za-z_:]', t[i + 1][2]):
        return None                                     # a declaration, a label
    depth = 0
    for k in range(i, len(t)):
        depth += (t[k][2] in '([') - (t[k][2] in ')]')
        if t[k][2] == ';' and depth == 0:
            return k
        if t[k][2] in '{}':
            return None
    return None


def of_statement(t, i):
    """Mutations of what begins at t[i], if a statement does."""
    before, word = t[i - 1][2] if i else '', t[i][2]
    if word in ('break', 'continue'):
        yield t[i][0], t[i][1], 'continue' if word == 'break' else 'break'
        yield t[i][0], t[i][1], ''
    elif word == 'return' and t[i + 1][2] != ';':
        end = next(k for k in range(i, len(t)) if t[k][2] == ';')
        for value in ('1',) if t[i + 1][2] == '0' else ('0', '1'):
            yield t[i + 1][0], t[end][0], value
    elif word in ('if', 'while') and t[i + 1][2] == '(':
        end = closing(t, i + 1)
        yield t[i + 1][1], t[end][0], '!(%s)'
    elif before in (';', '{', '}', ')', 'else', ':'):
        end = statement_end(t, i)
        if end is not None and (before != ')' or heads_statement(t, i - 1)):
            yield t[i][0], t[end][0], ''


def heads_statement(t, k):
    """Whether the parenthesis that ends at t[k] is that of an if, for or while."""
    depth = 0
    while k >= 0:
        depth += (t[k][2] == ')') - (t[k][2] == '(')
        if depth == 0:
            return t[k - 1][2] in ('if', 'for', 'while', 'switch')
        k -= 1
    return False


def of_token(t, i):
    start, end, word = t[i]
    before = t[i - 1][2] if i else ''
    two_sided = before in FOLLOWS or re.match(r'[\w.]', before) and before not in KEYWORDS
    if word in SWAPS and (two_sided or word in ALONE):
        for other in SWAPS[word]:
            yield start, end, other
    elif word == '!':
        yield start, end, ''
    elif INTEGER.match(word):
        yield start, end, '(%s + 1)'
        yield start, end, '(%s - 1)'
    elif re.match(r'\.?\d', word):
        yield start, end, '(%s + 1)'


def mutations(text):
    """(start, end, what stands there then) of all mutations of a file."""
    for t in tokens(text):
        for i in range(len(t)):
            for start, end, new in [*of_statement(t, i), *of_token(t, i)]:
                yield start, end, new.replace('%s', text[start:end])


class Mutant:
    def __init__(self, file, text, start, end, new):
        self.file, self.new_text = file, text[:start] + new + text[end:]
        self.line = text.count('\n', 0, start) + 1
        first, last = text.rindex('\n', 0, start) + 1, text.index('\n', end)
        self.old, self.new = text[first:last], text[first:start] + new + text[end:last]
        self.nth = text[:first].split('\n').count(self.old)
        self.key = '\n'.join([file, ' '.join(self.old.split()), ' '.join(self.new.split())])

    def __str__(self):
        signed = [sign + line for sign, lines in (('-', self.old), ('+', self.new)) for line in lines.split('\n')]
        return '%s:%d\n%s' % (self.file, self.line, '\n'.join(signed))


def drawn(files, seed):
    """All lines that have mutations, in the order of a draw: one mutation of each.  The draw depends on the
    line's own text alone."""
    found = []
    for file in files:
        with open(file) as f:
            text = f.read()
        lines = {}
        for start, end, new in mutations(text):
            m = Mutant(file, text, start, end, new)
            if m.old == m.new:
                continue
            draw = hashlib.sha256(('%s\n%d\n%s' % (seed, new.count('('), m.key)).encode()).digest()
            if m.line not in lines or draw < lines[m.line][0]:
                lines[m.line] = draw, m
        found += lines.values()
    return [m for draw, m in sorted(found, key=lambda p: (p[0], p[1].line))]


def digest(*names):
    h = hashlib.sha256()
    for name in names:
        with open(name, 'rb') as f:
            h.update(f.read())
    return h.hexdigest()


class Lab:
    """The trees in which mutants are built: copies by hard links of one that is built for all."""

    def __init__(self, build):
        self.at = os.path.abspath(build) + '/mutate'
        self.own = 'OWN=' + os.path.abspath('build/deps')
        self.tree = self.at + '/tree'
        self.lock = threading.Lock()
        self.kills, self.right, self.now = {}, {}, {}

    def folder(self):
        """For a while.  What a test has left running may still write there when it is removed, as fish does."""
        return tempfile.TemporaryDirectory(dir=self.at, ignore_cleanup_errors=True)

    def make(self, tree, *targets):
        return subprocess.run(['make', '-s', self.own, *targets], cwd=tree, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def prepare(self, jobs):
        """The tree with its three builds.  What has not changed keeps its time, and is not built again."""
        os.makedirs(self.tree, exist_ok=True)
        for name in ('Makefile', 'bootstrap', 'README.md', 'NEWS.md', 'LICENSE', 'lib', 'tools', 'man', 'examples',
                     'tests'):
            subprocess.run(['cp', '-a', '-u', '-T', name, self.tree + '/' + name], check=True)
        for b in 'lib', 'tests':
            for folder, _, files in os.walk(self.tree + '/' + b):
                for f in files:
                    if not os.path.exists(os.path.relpath(os.path.join(folder, f), self.tree)):
                        os.remove(os.path.join(folder, f))
        for b, flags in BUILDS.items():
            print('# building', b, file=sys.stderr, flush=True)
            units = ['%s/unit/%s' % (b, name_of(u)) for u in glob.glob('tests/unit/*.c')] if b != 'opt' else []
            if not self.make(self.tree, '-j%d' % jobs, 'B=' + b, 'CFLAGS=' + flags, 'all', *units):
                sys.exit('mutate.py: cannot build: make B=%s CFLAGS=%r' % (b, flags))

    def reach(self, jobs):
        """Which lines each test comes past, and how long it takes: {test: {took, lines, of}}, of each file the lines' texts,
        and of what files.  Kept from one run to the next as long as the test is the same."""
        cache, kept = self.at + '/reach.json', {}
        if os.path.exists(cache):
            with open(cache) as f:
                kept = json.load(f)
        tests = sorted(glob.glob('tests/unit/*.c') + glob.glob('tests/hg-*/*.t') + glob.glob('tests/*.t'))
        new = {}

        def one(test):
            mark = digest(test)
            if kept.get(test, {}).get('mark') != mark or 'of' not in kept[test]:
                print('# the lines of', test, file=sys.stderr, flush=True)
                kept[test] = dict(self.lines_of(test), mark=mark)
            with self.lock:
                new[test] = kept[test]
                with open(cache + '.new', 'w') as f:
                    json.dump({**kept, **new}, f)
                os.replace(cache + '.new', cache)

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(one, tests))
        self.now = self.files()
        self.tests = {t: r for t, r in new.items() if r['good']}
        left = [t for t, r in new.items() if not r['good']]
        if left:
            print('# left out, they fail, skip or take too long here:', *left, file=sys.stderr, flush=True)

    def files(self):
        """What the files are that mutants are made of."""
        return {os.path.relpath(f, self.tree): digest(f) for f in glob.glob(self.tree + '/lib/*/*.[ch]')}

    def lines_of(self, test):
        """A run of the test in the build that counts lines, whose counts go to a folder of their own."""
        with self.folder() as d:
            began = time.monotonic()
            good = self.passes(self.tree, 'cov', test, 150, GCOV_PREFIX=d) == ''
            took = time.monotonic() - began
            counts = d + self.tree + '/cov'
            for gcda in glob.glob(counts + '/lib/*/*.gcda'):
                note = os.path.splitext(gcda)[0] + '.gcno'
                os.link(note[len(d):], note)
            r = subprocess.run(['gcov', '-i', '-t', *glob.glob(counts + '/lib/*/*.gcda')], cwd=self.tree,
                               capture_output=True)
            lines = {}
            for doc in r.stdout.splitlines():
                for f in json.loads(doc)['files'] if doc.strip() else ():
                    if f['file'].startswith('lib/'):
                        ran = lines.setdefault(f['file'], set())
                        ran |= {n['line_number'] for n in f['lines'] if n['count']}
            texts = {}
            for file, ran in lines.items():
                with open(self.tree + '/' + file) as f:
                    texts[file] = sorted({line.strip() for n, line in enumerate(f, 1) if n in ran})
            texts = {f: t for f, t in texts.items() if t}
            of = self.files()
            others = {f: mark for f, mark in of.items() if name_of(f) != name_of(test)}
            if not good and test.endswith('.t') and others != of and self.passes(self.tree, 'opt', test, 150) == '':
                good, of = True, others         # the build that counts has no such thing, as it has no sandbox
            return {'good': good, 'took': took, 'lines': texts, 'of': of}

    def passes(self, tree, b, test, patience, **more):
        """'' if the test passes, else why not.  The first failed case ends it."""
        with self.folder() as d:
            env = dict(os.environ, PATH='%s/%s:%s' % (tree, b, os.environ['PATH']), LC_ALL='C', B=tree + '/' + b,
                       T=d, TMPDIR=d, ASAN_OPTIONS='hard_rss_limit_mb=3000', **more)
            args = ['sh', test] if test.endswith('.t') else ['%s/unit/%s' % (b, name_of(test))]

            def limits():
                resource.setrlimit(resource.RLIMIT_CPU, (int(patience) + 1, int(patience) + 5))
                resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                if b == 'opt':
                    resource.setrlimit(resource.RLIMIT_DATA, (6 << 30, 6 << 30))

            p = subprocess.Popen(args, cwd=tree, env=env, start_new_session=True, preexec_fn=limits,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            late = []
            clock = threading.Timer(60 + 4 * patience, lambda: (late.append(1), end(p)))
            clock.start()
            why, ok = '', False
            for line in p.stdout:
                line = line.decode(errors='replace')
                ok = ok or line.startswith('ok')
                if line.startswith('not ok') or test.endswith('.t') and line.startswith(test + ': '):
                    why = line.strip()
                    break
            if why:
                end(p)
            status = p.wait()
            clock.cancel()
            end(p)
            p.stdout.close()
            if late:
                return 'it takes too long'
            return why or ('status %d' % status if status else '' if ok else 'tested nothing')

    def order(self, m):
        """The tests that come past the mutant's line, or may: past its file when that was another one, or when there was
        none.  Where no test is known to come past a line, as that of a statement that began above it, all that come past
        its file."""
        line, now = m.old.split('\n')[0].strip(), self.now[m.file]
        known = {t: r for t, r in self.tests.items() if self.right.get(t, True) and
                 (m.file in r['lines'] or m.file not in r['of'])}
        some = [t for t, r in known.items() if line in r['lines'].get(m.file, ()) or r['of'].get(m.file) != now]
        some = some or [t for t, r in known.items() if m.file in r['lines']]
        with self.lock:
            worth = {t: (name_of(t) != name_of(m.file),
                         -(self.kills.get(t, 0) + 1) / (self.tests[t]['took'] + .2)) for t in some}
        return sorted(some, key=lambda t: worth[t])

    def build(self, tree, b, *targets):
        return self.make(tree, 'B=' + b, 'CFLAGS=' + BUILDS[b], *targets)

    def judge(self, m):
        """What becomes of a mutant: ('killed', by which test), ('lived', ''), ('none', why it does not count)."""
        objects = [os.path.relpath(o, self.tree + '/opt') for o in glob.glob(self.tree + '/opt/lib/*/*.o')]
        with self.folder() as d:
            tree = d + '/t'
            subprocess.run(['cp', '-al', self.tree, tree], check=True)
            os.remove(tree + '/' + m.file)
            with open(tree + '/' + m.file, 'w') as f:
                f.write(m.new_text)
            mine = self.made_of(m.file)
            for b in 'san', 'opt':
                for o in mine:
                    os.remove('%s/%s/%s' % (tree, b, o))
            if not self.build(tree, 'opt', *('opt/' + o for o in mine)):
                return 'none', 'it is not C'
            if all(same(tree + '/opt/' + o, self.tree + '/opt/' + o) for o in mine):
                return 'none', 'it is the same code'
            built = set()
            for test in self.order(m):
                b, target = ('opt', 'all') if test.endswith('.t') else ('san', 'san/unit/' + name_of(test))
                if target not in built and not self.build(tree, b, target):
                    return 'none', 'it cannot be linked'
                built.add(target)
                why = self.passes(tree, b, test, 5 + 10 * self.tests[test]['took'])
                if why and self.can_pass(b, test):
                    with self.lock:
                        self.kills[test] = self.kills.get(test, 0) + 1
                    return 'killed', '%s: %s' % (test, why)
        return 'lived', ''

    def can_pass(self, b, test):
        """Whether a test that has failed passes without a mistake, in the same build and under the same limits: else
        nothing is heard of it any more.  Each is asked once."""
        with self.lock:
            asked = self.right.get(test)
        if asked is None:
            asked = self.passes(self.tree, b, test, 5 + 10 * self.tests[test]['took']) == ''
            if not asked:
                print('# left out, it fails without a mistake:', test, file=sys.stderr, flush=True)
            with self.lock:
                self.right[test] = asked
        return asked

    def made_of(self, file):
        """The objects of which the file is a part."""
        made = []
        for dep in glob.glob(self.tree + '/opt/lib/*/*.o.d'):
            with open(dep) as f:
                if re.search(r'(^|\s)%s(\s|:|$)' % re.escape(file), f.read()):
                    made.append(os.path.relpath(dep[:-2], self.tree + '/opt'))
        return made


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def same(a, b):
    with open(a, 'rb') as f, open(b, 'rb') as g:
        return f.read() == g.read()


def end(p):
    """Ends a test and all that it started, which may clean up first."""
    for sig in signal.SIGTERM, signal.SIGKILL:
        try:
            os.killpg(p.pid, sig)
        except ProcessLookupError:
            return
        time.sleep(.1)


def explained(name):
    """tests/mutants.txt: {file, line, the line then: why}; without a third line any mutation of the line."""
    known = {}
    with open(name) as f:
        for entry in re.split(r'\n\n+', f.read().strip()):
            lines = entry.split('\n')
            sides = [' '.join(' '.join(s[1:] for s in lines if s.startswith(sign)).split()) for sign in '-+']
            file, _, why = lines[0].partition(': ')
            if sides[0]:
                known['\n'.join([file, *sides])] = why
    return known


def why_lives(known, m):
    file, old, _ = m.key.split('\n')
    return known.get(m.key) or known.get('\n'.join([file, old, '']))


def main():
    build, n, seed, files = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    jobs = int(os.environ.get('JOBS', 2))
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    known = explained('tests/mutants.txt')
    lab = Lab(build)
    lab.prepare(jobs)
    lab.reach(jobs)
    files = files or sorted(glob.glob('lib/*/*.[ch]'))
    queue = iter(drawn(files, seed))
    log, fates, before = build + '/mutate.log', [], {}
    if os.path.exists(log):
        with open(log) as f:
            before = dict(json.loads(line) for line in f)

    def one():
        while True:
            with lab.lock:
                m = next(queue, None) if len(fates) < n else None
                if m is None:
                    return
                mark = '%s %d %s' % (digest(m.file), m.nth, m.key)
                fate = before.get(mark)
                if fate and fate[0] != 'none':
                    fates.append(slot := [m, fate])
                elif not fate:
                    fates.append(slot := [m, None])
            if fate and fate[0] != 'lived':
                continue
            fate = ('lived', '') if why_lives(known, m) else lab.judge(m)
            with lab.lock:
                slot[1] = fate
                if fate[0] == 'none':
                    fates.remove(slot)
                with open(log, 'a') as f:
                    f.write(json.dumps([mark, fate]) + '\n')
                if fate[0] == 'lived':
                    print('lived: %s' % m, '# ' + (why_lives(known, m) or 'nobody knows why'), '', sep='\n', flush=True)
                done = sum(s[1] is not None for s in fates)
                print('# %d of %d: %s: %s' % (done, n, fate[0], fate[1]), file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for w in [pool.submit(one) for _ in range(jobs)]:
            w.result()
    lived = [m for m, fate in fates if fate[0] == 'lived']
    bad = [m for m in lived if not why_lives(known, m)]
    print('%d mutants: %d killed, %d lived and are explained, %d lived' %
          (len(fates), len(fates) - len(lived), len(lived) - len(bad), len(bad)))
    for m in bad:
        print('\n%s' % m)
    return len(bad) > 0


if __name__ == '__main__':
    sys.exit(main())
