"""What can be evaluated, in words: tasks with their systems, and the data sets of the table."""

from __future__ import annotations

from onoma.eval.datasets import data_sets
from onoma.eval.systems import names_for
from onoma.eval.tasks import tasks


def listing() -> str:
    """Return tasks (their systems, what a file of one's own holds) and data sets, as lines."""
    lines = ["tasks (systems; a file of your own)"]
    for name in tasks.names():
        task = tasks.get(name)
        lines.append(f"  {name}: {task.summary} ({', '.join(names_for(name))}; {task.plain})")
    lines.append("data sets (folder; tasks; splits; licence)")
    for row in data_sets():
        splits = ", ".join(dict.fromkeys(part.split for part in row.parts))
        about = f"{row.folder}; {', '.join(row.tasks)}; {splits}; {row.licence}"
        lines.append(f"  {row.name} ({about})")
    return "\n".join(lines) + "\n"
