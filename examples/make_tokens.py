#!/usr/bin/env python3
"""The tokens of a text, as hg-measure reads them.

    make_tokens.py TOKENIZER.json [TEXT]

TEXT (standard input) is UTF-8, one passage a line; blank lines are left out.  A passage is named
by the number of its line, from 1.  It becomes the tokens that the tokenizer makes of it, with
those it puts around; special tokens are 1 in column special.  Needs the package tokenizers alone
(pip install tokenizers; tested with 0.22).
"""
import argparse
import csv
import os
import sys

try:
    from tokenizers import Tokenizer
except ImportError as e:
    if not {"-h", "--help"} & set(sys.argv[1:]):
        sys.exit(f"make_tokens.py: {e}: pip install tokenizers")


def options():
    ap = argparse.ArgumentParser(description="The tokens of a text, as hg-measure reads them.")
    ap.add_argument("tokenizer", help="tokenizer.json of a model")
    ap.add_argument("text", nargs="?", default="-", help="UTF-8, one passage a line (standard input)")
    ap.add_argument("--max-tokens", type=int, metavar="N", help="cut longer passages")
    ap.add_argument("--no-special", action="store_true", help="put no special tokens around")
    return ap.parse_args()


def main():
    args = options()
    try:
        tokenizer = Tokenizer.from_file(args.tokenizer)
    except Exception as e:      # the package has no exception of its own
        sys.exit(f"make_tokens.py: {args.tokenizer}: {e}")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if args.max_tokens:
        tokenizer.enable_truncation(args.max_tokens)
    try:
        stream = open(0 if args.text == "-" else args.text, encoding="utf-8", newline="\n")
        lines = [line.strip() for line in stream]
    except (OSError, UnicodeDecodeError) as e:
        sys.exit(f"make_tokens.py: {args.text}: {e}")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["passage", "token", "special"])
    for number, line in enumerate(lines, 1):
        if line:
            e = tokenizer.encode(line, add_special_tokens=not args.no_special)
            out.writerows(zip([number] * len(e.ids), e.ids, e.special_tokens_mask))
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(1)
