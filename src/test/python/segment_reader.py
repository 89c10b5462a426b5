"""Reads frames out of POSIX shared memory as Sightlog's first ancestor does: maps it, and unpacks what is there.

    segment_reader.py NAME

Prints a line for each frame that differs from the one before: its boxes, each as id,confidence,left,top,width,height, with a
space between them; "-" for a frame without. Goes on until it is killed.
"""

import mmap
import os
import struct
import sys
import time

COUNT = struct.Struct("<i")
BOX = struct.Struct("<ifiiii")
SIZE = COUNT.size + 10 * BOX.size


def main():
    fd = os.open("/dev/shm/" + sys.argv[1], os.O_RDONLY)
    shared = mmap.mmap(fd, SIZE, mmap.MAP_SHARED, mmap.PROT_READ)
    last = None
    while True:
        copy = shared[:SIZE]
        (count,) = COUNT.unpack_from(copy, 0)
        boxes = [BOX.unpack_from(copy, COUNT.size + i * BOX.size) for i in range(count)]
        if boxes != last:
            print(" ".join("%d,%.4f,%d,%d,%d,%d" % box for box in boxes) or "-", flush=True)
            last = boxes
        time.sleep(0.001)


main()
