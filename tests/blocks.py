"""blocks.py - of each block of the BGZF on standard input the last line, "end" of
one without bytes."""
import sys
import zlib

data = sys.stdin.buffer.read()
while data:
    z = zlib.decompressobj(31)
    text = z.decompress(data).decode()
    data = z.unused_data
    print(text.split('\n')[-2] if text else 'end')
