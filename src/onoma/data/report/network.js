"use strict";
(() => {
  const picture = document.getElementById("picture");
  const chart = picture.querySelector("svg");
  const panel = document.getElementById("panel");
  const find = document.getElementById("find");
  const said = document.getElementById("count");
  const fit = document.getElementById("fit");
  const ties = [...chart.querySelectorAll(".tie[data-edge]")];
  const concepts = [...chart.querySelectorAll(".concept")];
  const names = [...chart.querySelectorAll(".name")];
  const rows = [...document.querySelectorAll(".edges > li")];
  let kept = null;

  document.querySelector(".tools").hidden = false;
  const rowOf = (tie) => rows[Number(tie.dataset.edge)];

  // What is shown is a copy of the list's own entry: no text of the data is put together here.
  const show = (row) => {
    const head = document.createElement("h3");
    head.append(...[...row.querySelector("summary").childNodes].map((node) => node.cloneNode(true)));
    panel.replaceChildren(head, row.querySelector("details > div").cloneNode(true));
    panel.hidden = false;
  };

  const choose = (edges, words) => {
    const ends = new Set(edges.flatMap((row) => [row.dataset.from, row.dataset.to]));
    const places = new Set(edges.map((row) => rows.indexOf(row)));
    const some = edges.length > 0;
    chart.classList.toggle("chosen", some);
    for (const tie of ties) tie.classList.toggle("on", places.has(Number(tie.dataset.edge)));
    concepts.forEach((one, place) => {
      const on = ends.has(one.dataset.node);
      one.classList.toggle("on", on);
      names[place].classList.toggle("on", on);
    });
    rows.forEach((row, place) => {
      row.hidden = some && !places.has(place);
    });
    said.textContent = words;
  };

  const clear = () => {
    kept = null;
    find.value = "";
    panel.hidden = true;
    choose([], "");
  };

  const keepEdge = (row) => {
    kept = row;
    choose([row], "1 edge");
    show(row);
  };
  const keepConcept = (curie) => {
    kept = curie;
    const own = rows.filter((row) => row.dataset.from === curie || row.dataset.to === curie);
    choose(own, own.length + (own.length === 1 ? " edge" : " edges"));
    if (own.length) show(own[0]);
  };
  const onKey = (act) => (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };

  for (const tie of ties) {
    tie.addEventListener("mouseenter", () => kept || show(rowOf(tie)));
    tie.addEventListener("click", () => keepEdge(rowOf(tie)));
  }
  for (const one of concepts) {
    one.setAttribute("tabindex", "0");
    one.setAttribute("role", "button");
    one.setAttribute("aria-label", one.querySelector("title").textContent);
    one.addEventListener("click", () => keepConcept(one.dataset.node));
    one.addEventListener("keydown", onKey(() => keepConcept(one.dataset.node)));
  }
  for (const row of rows)
    row.querySelector("details").addEventListener("toggle", (event) => {
      const tie = ties.find((one) => rowOf(one) === row);
      if (tie) tie.classList.toggle("on", event.target.open);
    });
  document.getElementById("all").addEventListener("click", clear);
  fit.addEventListener("click", () => {
    const on = picture.classList.toggle("fit");
    fit.setAttribute("aria-pressed", String(on));
  });
  find.addEventListener("input", () => {
    const asked = find.value.trim().toLowerCase();
    kept = asked || null;
    if (!asked) {
      clear();
      return;
    }
    const hits = rows.filter((row) => row.querySelector("summary").textContent.toLowerCase().includes(asked));
    choose(hits, hits.length ? hits.length + (hits.length === 1 ? " edge" : " edges") : "nothing found");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    else if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
    }
  });
})();
