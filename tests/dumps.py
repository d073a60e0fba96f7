#!/usr/bin/env python3
"""dumps.py OLD NEW [N [SEED]] - N dumps, most of them damaged in and around their arrays of
numbers, given to hg-extract of the builds OLD and NEW: status, table and message must be
the same.  Each goes in as it is, or as the dump of --with.  Prints what differs, and counts.
"""
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

NUMBERS = ["0", "-0", "1", "-1", "12", "0.5", "-0.25", "1e5", "1E-5", "2.5e+3", "1e-400", "4.9e-324", "1.7976931348623157e308",
    "13.173279629454996", "0.1000000000000000055511151231257827021181583404541015625", "123456789012345678901234567890",
    "9007199254740993", "8.5e22", "NaN", "Infinity", "-Infinity", "null", "3", "2", "7.25"]
OTHER = ["true", '"1"', '"[1,2]"', '"\\"[1, 2]"', '"\\\\"', "{}", "[]", "[ ]", "[1]", "[1,2]", "[NaN]", "[[1]]", "[[1],[2]]", '{"a":[1]}',
    '{"layer":1}', '[1,"[2]",3]', "[null]", "[true]", '["1"]', '[1,true]', "-1", "1e300", "null"]
WRONG = ["01", "-01", "+1", ".5", "1.", "1.e5", "-", "1e", "1e+", "1e309", "-1e309", "0x10", "nan", "-NaN", "+Infinity", "NaN1", "xNaN",
    "Infinit", "nul", "nulll", "Null", "true", "false", '"1"', '"[1,2]"', '"\\"[1, 2]"', '"\\\\"', '"\\ud800"', '"\\u0000"', '"é"', "{}", "[]", "[ ]", "[1]",
    "[1,2]", "[NaN]", "[[1]]", '{"a":[1]}', '{"a":[1],"a":[2]}', '[1,"[2]",3]', "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1}", "{1]", "1]", "[1", "]", "[", "{", "}",
    ",", ":", "/* 1 */", "// 1\n", "'1'", "1_0", "1d5", "\x0b", "\x0c", "\x00", "\u00a0", "\u2028", "\ufeff", "\\", '"', '"\n"', "--1", "1-2", "1.2.3", "1e5.5"]
BYTES = b'[]{}",:-+.eE0123456789NaIfnul \n\r\t\\\x00\xff\xc3\xa9/x'


def numbers(r, n, clean):
    pad = lambda: "".join(r.choice([" ", "\n", "\t", "\r\n", "  "]) for _ in range(r.choice([0, 0, 0, 1, 2])))
    return "[" + ",".join(pad() + (r.choice(NUMBERS[:18]) if clean else r.choice(NUMBERS)) + pad() for _ in range(n)) + "]"


def layer(r, heads, static):
    keys = []
    if static:
        keys.append('"metric_singvals_per_head":[' + ",".join(
            re.sub("(?<![eE])-", "", numbers(r, r.randint(1, 4), True)) for _ in range(heads)) + "]")
    names = ["mean_attention_entropy", "mean_logit_std", "a", "mean_b", 'q\\"[1,2]', "é", "[3]"]
    for name in r.sample(names, r.randint(0, 4)):
        keys.append('"%s_per_head":%s' % (("s_" if static else "") + name, numbers(r, heads, False)))
    if r.random() < 0.3:
        keys.append('"note":' + r.choice(['"[1,2]"', '"NaN, \\"[Infinity]\\""', "[[1],[2,NaN]]", "[]", "[ ]", "{\"x\":[1]}", "17", "NaN", "[1,\"a\",NaN]", "null"]))
    r.shuffle(keys)
    return "{" + r.choice([", ", ",", ",\n"]).join(keys) + "}"


def dump(r):
    layers, heads = r.randint(1, 3), r.randint(1, 3)
    top = ['"num_layers": %d' % layers, '"num_heads": %d' % heads,
        '"static": [' + ", ".join(layer(r, heads, True) for _ in range(layers)) + "]",
        '"dynamic": [' + ",\n ".join(layer(r, heads, False) for _ in range(layers)) + "]"]
    r.shuffle(top)
    return r.choice(["", "", " ", "\ufeff", "\n"]) + "{" + ", ".join(top) + "}" + r.choice(["", "\n"])


def places(text):
    """Where values begin, roughly: behind brackets, commas and colons."""
    return [i + 1 for i, c in enumerate(text) if c in "[,:"] + [i for i, c in enumerate(text) if c in "],}"]


def damage(r, text):
    how = r.random()
    if how < 0.2:
        return text.encode()
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        at = r.choice(places(text) or [0])
        if how < 0.6:                           # something else in place of a number or an array, or beside it
            a, b = r.choice([m.span() for m in re.finditer(r'[^][{},:\s"]+|\[[^][]*\]', text)] or [(0, 0)])
            a = b if r.random() < 0.1 else a
            text = text[:a] + r.choice(OTHER + NUMBERS if how < 0.45 else WRONG) + text[b:]
        elif how < 0.7:                         # a part twice, or not at all
            a, b = sorted(r.choice(places(text)) for _ in range(2))
            text = text[:a] + text[a:b] * r.choice([0, 2]) + text[b:]
        elif how < 0.73:
            text = text[:at]
        else:
            break
    data = bytearray(text.encode())
    if how >= 0.73 and data:
        for _ in range(r.choice([1, 1, 2, 4])):
            i = r.randrange(len(data))
            data[i:i + r.choice([0, 1, 1])] = bytes([r.choice(BYTES)]) * r.choice([0, 1, 1])
    return bytes(data)


def said(build, args, data, cwd):
    p = subprocess.run([os.path.join(build, "hg-extract"), "-p"] + args, input=data, capture_output=True, cwd=cwd, timeout=60)
    return p.returncode, p.stdout, p.stderr


def main():
    old, new = (os.path.abspath(b) for b in sys.argv[1:3])
    n, seed = (int(a) for a in (sys.argv[3:] + ["2000", "1"][len(sys.argv) - 3:])[:2])
    with tempfile.TemporaryDirectory() as cwd:
        with open(os.path.join(cwd, "q.csv"), "w") as f:
            f.write("layer,head,matrix,row,c1\n" + "".join("%d,%d,m,0,1\n" % (l, h) for l in range(3) for h in range(3)))

        def one(k):
            r = random.Random("%d %d" % (seed, k))
            data = damage(r, dump(r))
            args = r.choice([[], [], [], ["--with", "-", "q.csv"]])
            a, b = said(old, args, data, cwd), said(new, args, data, cwd)
            return a == b, a[0], b"not a JSON dump" in a[2], data, a, b

        count = {"read": 0, "not JSON": 0, "no dump": 0}
        bad = 0
        with ThreadPoolExecutor(2) as pool:
            for same, status, syntax, data, a, b in pool.map(one, range(n)):
                count["read" if status == 0 else "not JSON" if syntax else "no dump"] += 1
                if not same:
                    bad += 1
                    print("differs: %r\n  %r\n  %r" % (data, a, b))
        print("%d dumps: %d read, %d refused as JSON, %d as dumps; %d differ" %
            (n, count["read"], count["not JSON"], count["no dump"], bad))
    sys.exit(bad > 0)


main()
