"""The look that all pages share: one style sheet, served and put into written pages."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

LOOK = Path(str(resources.files("onoma"))) / "data" / "look.css"


def look() -> str:
    """Return the style sheet: palette in light and dark, fonts, hues of types, mentions."""
    return LOOK.read_text("utf-8")
