"""How much is taken at a time; each number is told by ``/v1/about`` and in the API's description.

What is more is refused with a named error; nothing is ever cut in silence.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """The limits of one worker; sizes in bytes, times in seconds."""

    body: int = 50_000_000
    """A request's body."""
    document: int = 10_000_000
    """A document's characters."""
    documents: int = 1000
    """Documents, terms or pairs in one request."""
    target: int = 8192
    """A request's path and query."""
    results: int = 1000
    """Rows of one page, and how deep pages of a search go times ten."""
    body_time: float = 30.0
    """From a request's head to the end of its body."""
    time: float = 60.0
    """From there to the answer; longer work is a job."""
    annotating: int = 8
    """Requests that wait to annotate in a burst, a worker."""
    annotating_wait: float = 0.03
    """How long one waits under a load that lasts, or as long as its own work takes."""
    reading: int = 128
    """Requests that wait to look up or search in a burst, a worker."""
    reading_wait: float = 0.25
    """How long one waits under a load that lasts, or as long as its own work takes."""
    jobs: int = 32
    """Jobs that wait or run."""
    cache: int = 64_000_000
    """Answers that a worker remembers."""

    def to_record(self) -> dict[str, float]:
        """Return the limits as plain values."""
        return asdict(self)


LIMITS = ServerLimits()
