// Long work: how far it is, asked for again until it has ended.

import { cancelJob, jobOf } from "../core/api.js";
import { count, h, put, say, words } from "../core/dom.js";

const PAUSE = 700; // milliseconds between two questions
const ENDED = ["done", "failed", "cancelled"];

/** Return a line that shows a job, until it has ended or the page is left; then `end(job)`. */
export function jobLine(job, { signal, end }) {
  const line = h("li.job");
  let first = null; // when it was first seen to work, and how far it was then
  const speed = (now) => {
    if (now.state !== "running") return "";
    first ??= { at: performance.now(), done: now.done };
    const seconds = (performance.now() - first.at) / 1000;
    return seconds > 1 && now.done > first.done ? `, ${count(Math.round((now.done - first.done) / seconds))} a second` : "";
  };
  const cancel = () => cancelJob(job.id).then(() => say("Cancelled."), (error) => say(error.message));
  const draw = (now) => {
    const isOver = ENDED.includes(now.state);
    put(line, h("div.row.between",
      h("span", h("strong", words(now.kind)), ` ${now.state}`, h("span.count", ` ${count(now.done)}${now.total ? ` of ${count(now.total)}` : ""} documents${now.failed ? `, ${count(now.failed)} failed` : ""}${speed(now)}`)),
      isOver ? (now.result ? h("a", { href: now.result, download: true }, "Result") : null) : h("button.small", { type: "button", on: { click: cancel } }, "Cancel")),
    isOver ? null : h("progress", { max: now.total || null, value: now.total ? now.done : null, "aria-label": `progress of ${words(now.kind)}` }),
    now.code ? h("p.small", h("code", now.code), ` ${now.detail}`, now.hint ? h("span.soft", ` (${now.hint})`) : null) : null);
    return isOver;
  };
  const follow = async () => {
    try {
      const now = await jobOf(job.id, { signal });
      if (draw(now)) return end?.(now);
      setTimeout(() => !signal.aborted && follow(), PAUSE);
    } catch (error) {
      if (error.name !== "AbortError") put(line, h("p", error.message));
    }
  };
  if (!draw(job)) setTimeout(follow, PAUSE);
  return line;
}
