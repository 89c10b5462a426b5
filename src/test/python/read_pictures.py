"""Prints the pictures that are kept of a journal's events, by the package in src/main/python.

    read_pictures.py [--starved] DIRECTORY...

A line for each event: number of the directory, position, and "picture" with the bytes in hex, or why there is none: none, absent, damaged, newer,
or failed with the errno. --starved: while no further file can be opened.
"""

import os
import resource
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "main", "python"))

import sightlog  # noqa: E402


def look(event):
    try:
        picture = event.picture()
    except sightlog.NewerError:
        return "newer"
    except sightlog.DamageError as damage:
        assert damage.position == event.position, damage
        return "damaged"
    except sightlog.FileAccessError as problem:
        return f"failed {problem.system_error}"
    if picture is None:
        return "none" if event.kept_frame is None else "absent"
    return "picture " + picture.hex()


def main():
    starved = sys.argv[1] == "--starved"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for i, directory in enumerate(sys.argv[1 + starved :]):
        with sightlog.open(directory) as journal:
            for event in journal.events():
                if starved:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
                    print(i, event.position, look(event))
                    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                print(i, event.position, look(event))


if __name__ == "__main__":
    main()
