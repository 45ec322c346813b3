"""The pages in a real browser: script, first paint, a long document, a large graph.

A text of a million characters is made of plain words and names of concepts, and a graph of five
hubs with 399 neighbours each. Wall time is from the click (or the address) to the frame in which
all stands, of the server's work too; CPU time is that of the process that lays the page out.
Medians of the turns (five), each in a fresh page.

    python bench/web.py --out bench/results/web.md
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.web.conftest import ARTICLES, CHROMIUM, FLAGS, article, serving

from onoma.corpus import Corpus
from onoma.graph import Graph, Statement
from report import Table, load_note

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LETTERS, HUBS, NEIGHBOURS = 1_000_000, 5, 399
NAMES = ("breast cancer", "type 2 diabetes", "metformin", "aspirin", "fever", "BRCA1",
         "hypertension", "TP53", "pneumonia", "asthma", "insulin", "stroke", "nausea")  # fmt: skip
FILL = ("was", "seen", "in", "the", "group", "that", "came", "later", "and", "treated", "with",
        "more", "care")  # fmt: skip
OPEN = """async (text) => {
  const box = document.getElementById("given");
  box.value = text;
  await new Promise(requestAnimationFrame);
  const begun = performance.now();
  box.form.requestSubmit();
  while (!document.querySelector(".text .m")) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  return [performance.now() - begun, document.querySelectorAll(".m[id]").length];
}"""
SCROLL = """async () => {
  let frames = 0;
  const begun = performance.now();
  for (; performance.now() - begun < 2000; frames++) {
    scrollBy(0, 700);
    await new Promise(requestAnimationFrame);
  }
  return frames / 2;
}"""
DRAW = """async (listed) => {
  while (!document.getElementById("listed")?.textContent.startsWith(listed))
    await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  return performance.now();
}"""
REST = """async () => {
  // until nothing moves: two pictures a quarter of a second apart are the same
  const canvas = document.querySelector("canvas.graph");
  let last = "", begun = performance.now();
  for (;;) {
    const now = canvas.toDataURL();
    if (now === last) return performance.now() - begun;
    last = now;
    await new Promise((done) => setTimeout(done, 250));
  }
}"""
DRAG = """async () => {
  const canvas = document.querySelector("canvas.graph"), box = canvas.getBoundingClientRect();
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, { pointerId: 1,
    bubbles: true, clientX: box.left + x, clientY: box.top + y }));
  canvas.setPointerCapture = () => {};
  send("pointerdown", box.width / 2, box.height / 2);
  const took = [];
  let before = await new Promise(requestAnimationFrame);
  for (let step = 1; step <= 60; step++) {
    send("pointermove", box.width / 2 + step * 4, box.height / 2 + step * 2);
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
  }
  send("pointerup", box.width / 2, box.height / 2);
  took.sort((a, b) => a - b);
  return [took[Math.floor(took.length / 2)], took[Math.floor(took.length * .95)]];
}"""
PAINT = """[performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("resource").filter((one) => one.name.endsWith(".js"))
    .reduce((sum, one) => sum + one.decodedBodySize, 0)]"""


def made_text() -> str:
    """Return a million letters in which some 20,000 concepts are named."""
    chance = random.Random(1)  # noqa: S311 - a made text
    parts: list[str] = []
    size = 0
    while size < LETTERS:
        words = [*chance.sample(FILL, 8), chance.choice(NAMES)]
        parts.append(" ".join(words).capitalize() + (".\n" if chance.random() < 0.08 else ". "))
        size += len(parts[-1])
    return "".join(parts)[:LETTERS]


def hubs() -> list[Statement]:
    """Return a graph of hubs, tied to each other, with neighbours."""
    pairs = [("X:0", f"X:{hub}") for hub in range(1, HUBS)]
    out = [Statement(one, "treats", two, document="D", text="Hubs.") for one, two in pairs]
    for hub in range(HUBS):
        out += [Statement(f"X:{hub}", "treats", f"X:{hub}.{n}", document="D", text="So it is.",
                          confidence=0.5) for n in range(NEIGHBOURS)]  # fmt: skip
    return out


def busy() -> float:
    """Return the CPU seconds so far of the browser's processes that lay pages out."""
    total, tick = 0.0, os.sysconf("SC_CLK_TCK")
    for place in Path("/proc").iterdir():
        try:
            if b"--type=renderer" not in (place / "cmdline").read_bytes():
                continue
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        total += (int(fields[11]) + int(fields[12])) / tick
    return total


def turns(browser: Browser, turn: Any, count: int) -> list[tuple[float, ...]]:
    """Return what each turn measured, its CPU seconds last; the first turn is a rehearsal."""
    found = []
    for number in range(count + 1):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        before = busy()
        measured = (*turn(page), busy() - before)
        page.close()
        if number:
            found.append(measured)
    return found


def middle(rows: list[tuple[float, ...]], place: int) -> float:
    """Return the median of a column."""
    return statistics.median(row[place] for row in rows)


def main() -> None:
    """Measure and write the table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    out = asked.out
    table = Table("Pages in a browser", ["what", "wall, ms", "CPU of the page, ms", "seen"])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        Corpus.create(folder / "corpora" / "heart").add([article(*one) for one in ARTICLES])
        Graph(folder / "graph").add(hubs(), vocabulary=None)
        with (
            serving(folder, "--graph", f"hubs={folder / 'graph'}") as site,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

            def first(page: Page) -> tuple[float, ...]:
                page.goto(site.address + "/annotate")
                page.wait_for_selector("#given")
                return tuple(page.evaluate(PAINT))

            def long(page: Page) -> tuple[float, ...]:
                page.goto(site.address + "/annotate")
                page.wait_for_selector("#given")
                before = busy()
                wall, marks = page.evaluate(OPEN, text)
                own = busy() - before
                return float(wall), float(marks), own, float(page.evaluate(SCROLL))

            def graph(page: Page) -> tuple[float, ...]:
                starts = ",".join(f"X:{hub}" for hub in range(HUBS))
                address = f"{site.address}/graph?g=hubs&most=500&start={starts}"
                page.goto(address, wait_until="commit")
                drawn = page.evaluate(DRAW, f"{HUBS * (NEIGHBOURS + 1):,} concepts")
                page.evaluate(REST)
                before = busy()
                half, most = page.evaluate(DRAG)
                return float(drawn), float(half), float(most), busy() - before

            text = made_text()
            rows = turns(browser, first, asked.turns)
            table.add(["first view", f"{middle(rows, 0):.0f}", f"{1000 * middle(rows, 2):.0f}",
                       f"{middle(rows, 1) / 1000:.0f} kB of script"], show=True)  # fmt: skip
            rows = turns(browser, long, asked.turns)
            table.add(["1 MB of text annotated and opened", f"{middle(rows, 0):.0f}",
                       f"{1000 * middle(rows, 2):.0f}", f"{middle(rows, 1):,.0f} mentions"],
                      show=True)  # fmt: skip
            table.add(["the same scrolled, a screen a frame", "", "",
                       f"{middle(rows, 3):.0f} frames a second"], show=True)  # fmt: skip
            rows = turns(browser, graph, asked.turns)
            seen = f"{HUBS * (NEIGHBOURS + 1):,} nodes"
            table.add(["graph listed and drawn", f"{middle(rows, 0):.0f}", "", seen], show=True)
            table.add(["the same dragged, a frame (p95)",
                       f"{middle(rows, 1):.0f} ({middle(rows, 2):.0f})",
                       f"{1000 * middle(rows, 3) / 60:.0f}", seen], show=True)  # fmt: skip
            table.note(f"{browser.version} (Chromium), no window, no GPU; {load_note()}.")
            browser.close()
    table.finish(out, sys.argv)


if __name__ == "__main__":
    main()
