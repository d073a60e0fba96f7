"""complete.py SHELL START - types lines with tabs into an interactive shell on a terminal of
its own, and compares what the programs are called with.

START is the command that loads the completion.  The programs in PATH write their arguments
to the file args, and "called" (complete.t makes them).  The arguments are what the
shell makes of the line after all its expansions: a name that arrives as it stands in
hostile.csv has been quoted rightly.
"""
import os
import pty
import select
import sys
import time

ARGS = {
    'bash': ['bash', '--norc', '--noprofile', '-i'],
    'zsh': ['zsh', '-f', '-i'],
    'fish': ['fish', '--private', '-i'],
}
# The prompt, which must not be seen when it is only typed.
PROMPT = {
    'bash': "PS1='rea''dy> '",
    'zsh': "PS1='rea''dy> '",
    'fish': "function fish_prompt; echo -n rea''dy'> '; end",
}

# What is typed, t for the tab, and the arguments; the shells, if not all.
CASES = [
    ('hg-plot --scr\t', ['--script']),
    ('hg-plot -k sca\t', ['-k', 'scatter']),
    ('hg-plot --kind=sca\t', ['--kind=scatter']),
    ('hg-plot -ksca\t', ['-kscatter']),
    ('hg-correlate -m pearson,sp\t', ['-m', 'pearson,spearman']),
    ('hg-plot head\t', ['heads.csv.gz']),
    ('hg-plot -k heat head\t', ['-k', 'heat', 'heads.csv.gz']),
    ('hg-cat --with=head\t', ['--with=heads.csv.gz']),
    ('hg-extract a\\ m\tc\t', ['a model/config.json']),
    ('hg-plot heads.csv.gz -x ent\t', ['heads.csv.gz', '-x', 'entropy']),
    ('hg-plot heads.csv.gz -x op,^spec_\t', ['heads.csv.gz', '-x', 'op,^spec_ent']),
    ('hg-plot heads.csv.gz --x=la\t', ['heads.csv.gz', '--x=layer']),
    ('hg-regress heads.csv.gz -f entropy~log\\(tr\t', ['heads.csv.gz', '-f', 'entropy~log(trace']),
    # Nothing, and nothing said: no file, no table, a state, a number.
    ('hg-plot -x ent\t', ['-x', 'ent']),
    ('hg-plot absent.csv -x ent\t', ['absent.csv', '-x', 'ent']),
    ('hg-plot cut.csv.gz -x ent\t', ['cut.csv.gz', '-x', 'ent']),
    ('hg-plot . -x ent\t', ['.', '-x', 'ent']),
    ('hg-plot heads.csv.gz --level h\t', ['heads.csv.gz', '--level', 'h']),
    # Names of files in quotes.
    ('hg-regress "my \\$file.csv" -w la\t', ['my $file.csv', '-w', 'layer']),
    ('hg-regress my\\ \\$file.csv -w la\t', ['my $file.csv', '-w', 'layer']),
    ("hg-regress 'my $file.csv' -w la\t", ['my $file.csv', '-w', 'layer']),
    ('hg-regress ~/hostile.csv -w la\t', [os.environ['HOME'] + '/hostile.csv', '-w', 'layer']),
]
# Columns of hostile.csv, with how much of it each is asked for, and whether in quotes too.
HOSTILE = [
    ('$(touch x)', 1, True), ('`touch y`', 1, True), ('two words', 3, True), ("it's", 3, True), ('say "hi"', 3, True),
    ('back\\slash', 4, True), ('!g', 1, True), ('end"', 3, True), ("o'", 1, True), ('c:d', 2, True), ('c:d', 1, False),
    ('a,b', 1, False), ('e=f', 2, False), ('~t', 1, False), ('g*h', 1, False), (';ls', 1, False), ('{j,k}', 1, False),
    ('#l', 1, False), ('-n', 1, False), ('\u00e9', 1, False), ('\u00a0', 1, False),
]


def ways(name, shell):
    """The three ways to quote a text, the quote left open."""
    yield ''.join('\\' + c if c in '$`"\'\\~!*;{# \u00a0' else c for c in name)
    if shell != 'bash' or '!' not in name:      # of its history, in these quotes too
        yield '"' + ''.join('\\' + c if c in ('$"\\' if shell == 'fish' else '$`"\\') else c for c in name)
    yield "'" + name


def cases(shell):
    yield from CASES
    if shell != 'fish':                         # which shows what is before the cursor
        yield ' heads.csv.gz\x01hg-regress --clu lay\t', ['--clu', 'layer', 'heads.csv.gz']
    for name, n, quoted in HOSTILE:
        for typed in list(ways(name[:n], shell))[:None if quoted else 1]:
            yield 'hg-regress hostile.csv -w ' + typed + '\t', ['hostile.csv', '-w', name]
    yield "hg-plot hostile.csv --y=layer,'two\t", ['hostile.csv', '--y=layer,two words']
    yield 'hg-plot hostile.csv -y layer,\\$\t', ['hostile.csv', '-y', 'layer,$(touch x)']
    # These are not offered.
    yield 'hg-regress hostile.csv -w new\t', ['hostile.csv', '-w', 'new']
    yield 'hg-plot hostile.csv -x a\t', ['hostile.csv', '-x', 'a']


class Shell:
    def __init__(self, name):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(name, ARGS[name])
        self.seen = b''

    def run(self, line, *marks):
        """Types the line, and reads up to the marks; the shell has ten seconds."""
        os.write(self.fd, (line + '\n').encode())
        end = time.monotonic() + 10
        for mark in marks:
            while mark not in self.seen:
                if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                    raise TimeoutError(self.seen[-300:])
                self.seen += os.read(self.fd, 65536)
                if self.seen.endswith(b'\x1b[c'):        # what terminal is this?  fish 4 waits
                    os.write(self.fd, b'\x1b[?6c')
            self.seen = self.seen[self.seen.index(mark) + len(mark):]


def main():
    name, start = sys.argv[1:]
    shell = Shell(name)
    shell.run(PROMPT[name], b'ready> ')
    shell.run(start, b'ready> ')
    for typed, wanted in cases(name):
        what = f'{name}: {typed[:-1] if typed.endswith(chr(9)) else typed!r}'
        open('args', 'w').close()
        try:
            shell.run(typed, b'called', b'ready> ')
        except (TimeoutError, OSError) as e:
            print(f'not ok - {what}: {e}')
            break
        with open('args', encoding='utf-8') as f:
            got = f.read().split('\0')[:-1]
        if got == wanted:
            print(f'ok - {what}')
        else:
            print(f'not ok - {what}\n# wanted {wanted}\n# got    {got}')
    os.close(shell.fd)
    os.waitpid(shell.pid, 0)


main()
