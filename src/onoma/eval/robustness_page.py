"""A page of a robustness report: what was tried, what was lost, with examples of each change."""

from __future__ import annotations

from onoma import __version__
from onoma.eval.page import escaped, page_head, table
from onoma.eval.robustness import HEAD, Report, cells_of, verdict


def robustness_page(report: Report) -> str:
    """Return the whole page."""
    spec, data = report.spec, report.data
    failed = [one for one in report.checked if not one.is_passed]
    words = "passed" if report.is_passed else "failed"
    kind = "gold" if report.is_passed else "guess"
    about = "; ".join(f"{name} {value}" for name, value in report.about.items())
    parts = [
        *page_head(f"robustness of {report.system}"),
        f"<h1>Robustness of {escaped(report.system)} on {escaped(data.name)}</h1>",
        f'<p class="lead">Specification {escaped(spec.name)}: <strong class="{kind}">{words}'
        f"</strong>; {len(failed)} of {len(report.checked)} tests fail</p>",
        f'<p class="soft">{escaped(spec.measure)} of the task {escaped(spec.task)}, {data.items} '
        f"documents, seed {spec.seed}; {escaped(about)}; Onoma {__version__}</p>",
        f"<p><code>{escaped(report.command)}</code></p>",
        *table(HEAD, [cells_of(one) for one in report.checked], left=2),
        '<p class="soft">before and after: the measure on the documents that were changed, tidy '
        "and disturbed, in percent; the specification fails if a test of high priority does.</p>",
        "<h2>What was changed</h2>",
    ]
    for one in report.checked:
        changes = one.outcome.changes
        if not changes:
            continue
        name = escaped(one.test.name)
        parts.append(f"<details><summary>{name}: {verdict(one)}</summary><div><table><tbody>")
        parts += [
            f"<tr><td>{escaped(c.id)}</td><td>{escaped(c.before)}</td><td>{escaped(c.after)}</td></tr>"
            for c in changes
        ]
        parts.append("</tbody></table></div></details>")
    return "\n".join([*parts, "</body>", "</html>", ""])
