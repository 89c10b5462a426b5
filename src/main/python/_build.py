"""Builds the package for pip (PEP 517) with the standard library alone, and the C library into it when there is a compiler.

The C sources are in ../c, or, in a source distribution, in c/: there as one file, without parts.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from typing import Any, Dict, List, Optional, Tuple

NAME, VERSION = "sightlog", "0.1.0"
HERE = os.path.dirname(os.path.abspath(__file__))
LIBRARY, NOTE = "libsightlog.so", "_not_built.txt"
C_SOURCES = ("sightlog.c", "sightlog.h")
COMPILERS = ("cc", "gcc", "clang")
FLAGS = "-std=c11 -O2 -shared -fPIC -pthread -o".split()
METADATA = f"""Metadata-Version: 2.1
Name: {NAME}
Version: {VERSION}
Summary: Reads and appends Sightlog journals of object detections
License: Apache-2.0
Requires-Python: >=3.9
"""

Settings = Optional[Dict[str, Any]]


def build_wheel(folder: str, config_settings: Settings = None, metadata_directory: Optional[str] = None) -> str:
    files = {f"{NAME}/{file}": _read(HERE, NAME, file) for file in _modules()}
    with tempfile.TemporaryDirectory() as scratch:
        library, problem = _compile(scratch)
    if library is not None:
        files[f"{NAME}/{LIBRARY}"] = library
        tag = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
    else:
        sys.stderr.write(f"sightlog: the C library was not built: {problem}. Reading works, checksums are slow, appending does not\n")
        files[f"{NAME}/{NOTE}"] = problem.encode("utf-8")
        tag = "py3-none-any"
    return _wheel(folder, files, tag)


def build_editable(folder: str, config_settings: Settings = None, metadata_directory: Optional[str] = None) -> str:
    """The package stays where it is, the library beside it."""
    library, problem = _compile(os.path.join(HERE, NAME))
    if library is None:
        sys.stderr.write(f"sightlog: the C library was not built: {problem}\n")
    return _wheel(folder, {f"_{NAME}.pth": (HERE + "\n").encode("utf-8")}, "py3-none-any")


def build_sdist(folder: str, config_settings: Settings = None) -> str:
    base = f"{NAME}-{VERSION}"
    files = {"PKG-INFO": METADATA.encode(), **{file: _read(HERE, file) for file in ("pyproject.toml", "_build.py", "README.md")}}
    files.update({f"{NAME}/{file}": _read(HERE, NAME, file) for file in _modules()})
    files.update({f"c/{file}": _joined(file) for file in C_SOURCES})
    path = os.path.join(folder, base + ".tar.gz")
    with open(path, "wb") as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, content in sorted(files.items()):
                info = tarfile.TarInfo(f"{base}/{name}")
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return os.path.basename(path)


def _modules() -> List[str]:
    return sorted(file for file in os.listdir(os.path.join(HERE, NAME)) if file.endswith(".py") or file == "py.typed")


def _sources() -> str:
    inside = os.path.join(HERE, "c")
    return inside if os.path.isdir(inside) else os.path.join(HERE, os.pardir, "c")


def _joined(file: str) -> bytes:
    """A C source with its parts in it, as make in ../c writes it."""
    return re.sub(rb'^#include "(parts/.+)"\n', lambda part: _read(_sources(), part[1].decode()), _read(_sources(), file), flags=re.M)


def _read(*path: str) -> bytes:
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def _compile(folder: str) -> Tuple[Optional[bytes], str]:
    """The library, made in a folder; or why there is none."""
    source = os.path.join(_sources(), C_SOURCES[0])
    if not os.path.exists(source):
        return None, f"there is no {source}"
    named = shlex.split(os.environ.get("CC", ""))
    command = named or next(([name] for name in COMPILERS if shutil.which(name)), [])
    if not command:
        return None, f"no C compiler ({', '.join(COMPILERS)}) was on the PATH when this was installed"
    path = os.path.join(folder, LIBRARY)
    try:
        done = subprocess.run(command + FLAGS + [path, source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    except (OSError, subprocess.SubprocessError) as problem:
        return None, f"{command[0]}: {problem}"
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        return None, f"{command[0]} failed with exit code {done.returncode} when this was installed"
    return _read(path), ""


def _wheel(folder: str, files: Dict[str, bytes], tag: str) -> str:
    info = f"{NAME}-{VERSION}.dist-info"
    pure = str(tag.endswith("-any")).lower()
    files = {
        **files,
        f"{info}/METADATA": METADATA.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: sightlog\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode(),
    }
    lines = [f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items()]
    files[f"{info}/RECORD"] = ("".join(lines) + f"{info}/RECORD,,\n").encode()
    name = f"{NAME}-{VERSION}-{tag}.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)  # of 1980, so that the same sources give the same wheel
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if path.endswith(".so") else 0o644) << 16
            wheel.writestr(entry, content)
    return name


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
