"""damage.py - files of torch.save with one bit changed in the middle of a member.

    damage.py FROM TO MEMBER            the ZIP file FROM so changed as TO; prints the member
    damage.py FROM TO WANT COMMAND      each member in turn: how many there are, how many of
                                        them the command tells of by name, with how many its
                                        output is the file WANT; {} in it is 1, 2, 3 and 1 again
"""
import subprocess
import sys
import zipfile


def damage(source, target, m):
    with open(source, 'rb') as f:
        b = bytearray(f.read())
    behind = m.header_offset + 26
    lengths = int.from_bytes(b[behind:behind + 2], 'little') + int.from_bytes(b[behind + 2:behind + 4], 'little')
    b[behind + 4 + lengths + m.file_size // 2] ^= 64
    with open(target, 'wb') as f:
        f.write(b)


def main():
    source, target, what, *command = sys.argv[1:]
    with zipfile.ZipFile(source) as z:
        members = z.infolist()
        if not command:
            damage(source, target, z.getinfo(what))
            print(what)
            return
    with open(what, 'rb') as f:
        want = f.read()
    told = same = 0
    for i, m in enumerate(members):
        damage(source, target, m)
        p = subprocess.run(command[0].replace('{}', str(1 + i % 3)), shell=True, capture_output=True)
        told += p.returncode == 1 and b'damaged ZIP: %s: its check sum is wrong' % m.filename.encode() in p.stderr
        same += p.returncode == 0 and p.stdout == want
    print(len(members), told, same)


main()
