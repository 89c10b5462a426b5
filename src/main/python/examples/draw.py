"""Follows a journal and draws what was seen into the pictures, with OpenCV.

    python3 examples/draw.py [--out DIRECTORY | --show] [--conf C] [--name NAME] [--to-end] JOURNAL

Pictures, and single frames of videos, are read again from where they were. Where nothing is there, as of a camera, the picture is
taken that was kept beside the journal. Each goes to DIRECTORY (drawn when left out) as INDEX-NAME.jpg, or into a window. With a name
it goes on where it stopped. q, or Ctrl-C, ends it. Exit codes: 0 done, 1 failed, 2 usage, 3 done but for pictures that are not there
any more, or events or pictures that are damaged.
"""

from __future__ import annotations

import argparse
import os
import sys
import zlib
from typing import Any, Tuple

try:
    import sightlog
except ImportError:  # not installed: the package beside
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
    import sightlog

try:
    import cv2
    import numpy
except ImportError:
    cv2 = None

# Blue, green, red. Light, so that dark letters can be read on each.
COLOURS = [(90, 220, 100), (255, 190, 60), (60, 170, 255), (240, 150, 255), (120, 120, 255), (220, 220, 60), (60, 230, 250)]
LETTERS = (16, 16, 16)


def tell(what: Any) -> None:
    """On standard error. What a terminal would obey, in a file's name for one, is shown as an escape."""
    print("".join(c if c.isprintable() else repr(c)[1:-1] for c in str(what)), file=sys.stderr, flush=True)


def colour(label: str) -> Tuple[int, int, int]:
    """The same for the same label in every run."""
    return COLOURS[zlib.crc32(label.lower().encode("utf-8")) % len(COLOURS)]


def picture_of(event: sightlog.Event) -> Any:
    """The frame as it was looked at, None when it is not there any more."""
    path = event.source[len("file://") :] if event.source.startswith("file://") else event.source
    if not os.path.isfile(path):
        return kept_of(event)
    picture = cv2.imread(path)
    if picture is None:
        video = cv2.VideoCapture(path)
        video.set(cv2.CAP_PROP_POS_FRAMES, event.frame)
        there, picture = video.read()
        video.release()
        picture = picture if there else None
    return picture


def kept_of(event: sightlog.Event) -> Any:
    """The picture that was kept of it, which may be a smaller copy; None when there is none."""
    kept = event.picture()
    return None if kept is None else cv2.imdecode(numpy.frombuffer(kept, numpy.uint8), cv2.IMREAD_COLOR)


def draw(picture: Any, event: sightlog.Event, least: float) -> None:
    """All boxes, and then all labels, so that no box goes through one."""
    height, width = picture.shape[:2]
    known = event.width > 0 and event.height > 0  # boxes are in pixels of the original
    fit = (width / event.width, height / event.height) * 2 if known else (1, 1, 1, 1)
    size = (width * height) ** 0.5
    thickness = max(2, round(size * 0.004))
    seen = [(tuple(round(float(v)) for v in box * fit), d) for box, d in zip(event.boxes, event.detections) if d.confidence >= least]
    for (x, y, w, h), d in seen:
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour(d.label), thickness)
    for (x, y, _, _), d in seen:
        text = f"{d.label} {d.confidence:.2f}".encode("ascii", "replace").decode()  # what OpenCV's letters can show
        write(picture, text, x, y, colour(d.label), size)


def write(picture: Any, text: str, x: int, y: int, ground: Tuple[int, int, int], size: float) -> None:
    """Above a place, or below it where there is no room above; inside the picture, if it fits."""
    scale = max(0.5, size * 0.0009)
    pen = max(1, round(scale * 1.6))
    (text_width, text_height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, pen)
    margin = max(2, base // 2)
    wide, high = text_width + 2 * margin, text_height + base + margin
    left = max(0, min(x, picture.shape[1] - wide))
    top = max(0, min(y - high if y >= high else y, picture.shape[0] - high))
    cv2.rectangle(picture, (left, top), (left + wide, top + high), ground, cv2.FILLED)
    at = (left + margin, top + margin + text_height)
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, LETTERS, pen, cv2.LINE_AA)


def confidence(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no confidence: 0 to 1 is needed")
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("journal")
    parser.add_argument("--out", default="drawn", help="directory for the pictures")
    parser.add_argument("--show", action="store_true", help="a window in place of files")
    parser.add_argument("--conf", type=confidence, default=0.0, help="least confidence, 0..1")
    parser.add_argument("--name", help="go on where this consumer stopped")
    parser.add_argument("--to-end", action="store_true", help="all there is now, in place of following")
    options = parser.parse_args()
    if cv2 is None:
        sys.exit("draw.py draws with OpenCV, which is not installed: pip install opencv-python, or apt install python3-opencv")
    if not options.show:
        try:
            os.makedirs(options.out, exist_ok=True)
        except OSError as problem:
            parser.error(f"--out {options.out}: pictures need a directory, and it cannot be made: {problem.strerror}")
    lost = False

    def lose(what: Any) -> None:
        nonlocal lost
        lost = True
        tell(what)

    with sightlog.open(options.journal) as journal:
        start = "start" if options.name or options.to_end else "end"
        try:
            reader = journal.follow(name=options.name, start=start, on_damage=lose)
        except ValueError as problem:
            parser.error(f"--name: {problem}")
        for event in iter(reader.poll, None) if options.to_end else reader:
            if event.kind != "frame":
                continue
            try:
                picture = picture_of(event)
            except sightlog.DamageError as damage:  # of what was kept
                lose(damage)
                continue
            if picture is None:
                lose(f"{event.position}: no picture at {event.source}")
                continue
            draw(picture, event, options.conf)
            if options.show:
                cv2.imshow("sightlog", picture)
                if cv2.waitKey(1) == ord("q"):
                    break
            else:
                name = os.path.splitext(os.path.basename(event.source))[0]
                file = os.path.join(options.out, f"{event.position.replace(':', '-')}-{name}.jpg")
                if not cv2.imwrite(file, picture):
                    tell(f"{event.position}: cannot write {file}")
                    return 1
                print(file, flush=True)
    return 3 if lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # whoever read the names has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except (sightlog.SightlogError, ValueError) as problem:
        sys.exit(str(problem))
