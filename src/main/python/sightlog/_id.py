"""The id of a journal, by which others refer to it."""

from __future__ import annotations

import os
import re
from typing import Optional

from ._errors import NotAJournal
from ._files import read_regular


def read(directory: str) -> Optional[str]:
    """32 hex digits; None when it has none. NotAJournal for another content."""
    path = os.path.join(directory, "sightlog.id")
    try:
        text = read_regular(path, 34)
    except FileNotFoundError:
        return None
    if not re.fullmatch(b"[0-9a-f]{32}\n", text) or not text.strip(b"0\n"):
        raise NotAJournal(
            f"{path} is damaged: 32 hex digits, lower-case and not all 0, and a line feed are needed; put back that of a copy of"
            " this journal, or remove it"
        )
    return text[:32].decode("ascii")
