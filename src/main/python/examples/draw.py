"""Follows a journal and draws what was seen into the pictures, with OpenCV.

    python3 examples/draw.py [--out DIRECTORY | --show] [--conf C] [--name NAME] [--to-end] JOURNAL

Pictures, and single frames of videos, are read again from where they were; each goes to DIRECTORY (drawn when left out) as
INDEX-NAME.jpg, or into a window. With a name it goes on where it stopped. q, or Ctrl-C, ends it.
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
except ImportError:
    sys.exit("draw.py draws with OpenCV, which is not installed: pip install opencv-python, or apt install python3-opencv")

COLOURS = [(60, 180, 75), (200, 130, 0), (48, 130, 245), (180, 30, 145), (75, 25, 230), (128, 128, 0)]  # blue, green, red


def colour(label: str) -> Tuple[int, int, int]:
    """The same for the same label in every run."""
    return COLOURS[zlib.crc32(label.lower().encode("utf-8")) % len(COLOURS)]


def picture_of(event: sightlog.Event) -> Any:
    """The frame as it was looked at, None when it is not there any more."""
    path = event.source[len("file://") :] if event.source.startswith("file://") else event.source
    picture = cv2.imread(path)
    if picture is None and os.path.isfile(path):
        video = cv2.VideoCapture(path)
        video.set(cv2.CAP_PROP_POS_FRAMES, event.frame)
        there, picture = video.read()
        video.release()
        picture = picture if there else None
    return picture


def draw(picture: Any, event: sightlog.Event, least: float) -> None:
    height, width = picture.shape[:2]
    thickness = max(1, round((width * height) ** 0.5 * 0.004))
    scale = max(0.4, (width * height) ** 0.5 * 0.0009)
    pen = max(1, thickness // 2)
    for box, d in zip(event.boxes, event.detections):
        if d.confidence < least:
            continue
        x, y, w, h = (round(float(value)) for value in box)
        text = f"{d.label} {d.confidence:.2f}".encode("ascii", "replace").decode()  # what OpenCV's letters can show
        (text_width, text_height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, pen)
        top = y - text_height - base if y >= text_height + base else y
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour(d.label), thickness)
        cv2.rectangle(picture, (x, top), (x + text_width, top + text_height + base), colour(d.label), cv2.FILLED)
        cv2.putText(picture, text, (x, top + text_height), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), pen)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("journal")
    parser.add_argument("--out", default="drawn", help="directory for the pictures")
    parser.add_argument("--show", action="store_true", help="a window in place of files")
    parser.add_argument("--conf", type=float, default=0.0, help="least confidence, 0..1")
    parser.add_argument("--name", help="go on where this consumer stopped")
    parser.add_argument("--to-end", action="store_true", help="all there is now, in place of following")
    options = parser.parse_args()
    if not options.show:
        os.makedirs(options.out, exist_ok=True)
    with sightlog.open(options.journal) as journal:
        told = {"on_damage": lambda damage: print(damage, file=sys.stderr)}
        if options.to_end:
            events = journal.events(**told)
        else:
            events = journal.follow(name=options.name, start="start" if options.name else "end", **told)
        for event in events:
            if event.kind != "frame":
                continue
            picture = picture_of(event)
            if picture is None:
                print(f"{event.position}: no picture at {event.source}", file=sys.stderr)
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
                    print(f"{event.position}: cannot write {file}", file=sys.stderr)
                    return 1
                print(file)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (sightlog.SightlogError, ValueError) as problem:
        sys.exit(str(problem))
