"""The other programs: each in a virtual environment of its own, made on demand, run as a child.

``PEERS`` says what to install; the environments go to the bench cache and are kept. A peer that
cannot be installed or fails is reported with its reason, never left out silently.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpora

WORKER = Path(__file__).resolve().parent / "peer_worker.py"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare with: the worker's name of it, and what pip installs."""

    name: str
    packages: tuple[str, ...]
    only_hpo: bool = False
    note: str = ""


PEERS = {
    peer.name: peer
    for peer in (
        Peer("ahocorasick_rs raw", ("ahocorasick-rs==1.0.3",), note="overlapping raw hits"),
        Peer(
            "ahocorasick_rs words",
            ("ahocorasick-rs==1.0.3",),
            note="raw hits, then whole words and leftmost-longest in Python",
        ),
        Peer("daachorse raw", ("daachorse==0.5.0",), note="overlapping raw hits"),
        Peer(
            "daachorse words",
            ("daachorse==0.5.0",),
            note="raw hits, then whole words and leftmost-longest in Python",
        ),
        Peer("flashtext2", ("flashtext2==1.1.0",), note="some end offsets one too high"),
        Peer("spacy PhraseMatcher", ("spacy==3.8.18",), note="blank English, LOWER"),
        Peer("gilda", ("gilda==1.6.1",), note="its annotate() with our names, no models"),
        Peer(
            "fasthpocr",
            ("fasthpocr==0.1.4", "pronto==2.7.4"),
            only_hpo=True,
            note="built for HPO: its index takes some 10 KB of memory a name",
        ),
    )
}


class PeerFailedError(RuntimeError):
    """A peer could not be installed or run; the message says why, in one line."""


def peer_python(peer: Peer) -> Path:
    """Return the interpreter of a peer's environment, making it if it is not there.

    Raises:
        PeerFailedError: pip could not install it.
    """
    folder = corpora.cache_folder() / "venvs" / "+".join(peer.packages).replace("==", "-")
    python = folder / "bin" / "python"
    done = folder / "installed"
    if done.exists():
        return python
    print(f"installing {', '.join(peer.packages)} into {folder}", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    outcome = subprocess.run(
        [*command, *peer.packages], capture_output=True, text=True, check=False
    )
    if outcome.returncode:
        raise PeerFailedError(f"cannot be installed: {last_line(outcome.stderr)}")
    done.touch()
    return python


def last_line(text: str) -> str:
    """Return the last line that is not empty."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no message"


def run_peer(peer: Peer, task: dict[str, Any], timeout: float) -> dict[str, Any]:
    """Run the worker on a task in the peer's environment and return its answer.

    Raises:
        PeerFailedError: it cannot be installed, failed, or took longer than ``timeout`` seconds.
    """
    python = peer_python(peer)
    folder = corpora.cache_folder()
    key = peer.name.replace(" ", "-")
    request, answer = folder / f"{key}.task.json", folder / f"{key}.answer.json"
    request.write_text(json.dumps({"peer": peer.name, **task}), encoding="utf-8")
    answer.unlink(missing_ok=True)
    command = [str(python), str(WORKER), str(request), str(answer)]
    try:
        outcome = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout
        )
    except subprocess.TimeoutExpired as error:
        raise PeerFailedError(f"stopped after {timeout:.0f} s") from error
    if outcome.returncode or not answer.exists():
        raise PeerFailedError(f"failed: {last_line(outcome.stderr)}")
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return found
