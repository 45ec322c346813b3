"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = document.getElementById("map");
  const panel = document.getElementById("panel");
  const find = document.getElementById("find");
  const said = document.getElementById("found");
  const scale = document.getElementById("scale");
  const cells = [...map.querySelectorAll(".cell")];
  const areaClass = cells.map((cell) => [...cell.classList].find((name) => /^a\d+$/.test(name)));
  const plain = cells.map((cell) => cell.querySelector("polygon").getAttribute("fill-opacity"));

  // Everything from the data goes through text nodes: no text can become markup.
  const make = (tag, className, ...content) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...content.filter((part) => part !== null && part !== ""));
    return node;
  };
  const count = (n, what) => n.toLocaleString("en") + " " + what + (n === 1 ? "" : "s");
  const fold = (text) => text.toLowerCase();

  const item = ([id, title, year]) =>
    make("li", "", title || id, " ", make("small", "", year ? id + ", " + year : id));

  const show = (head, about, docs, total) => {
    const parts = [make("h3", "", head)];
    if (about) parts.push(make("p", "soft", about));
    if (docs.length) parts.push(make("ol", "", ...docs.map(item)));
    if (total > docs.length)
      parts.push(make("p", "soft", count(total - docs.length, "more document") + ": map.csv has all."));
    panel.replaceChildren(...parts);
  };

  let chosen = -1;
  const mark = (numbers) =>
    cells.forEach((cell, number) => cell.classList.toggle("on", numbers.has(number)));

  const select = (number) => {
    chosen = number;
    const cell = data.cells[number];
    const area = data.areas[cell.area - 1];
    mark(new Set([number]));
    cells.forEach((one, place) => one.setAttribute("tabindex", place === number ? "0" : "-1"));
    const more = cell.marks.length ? ": " + cell.marks.join(", ") : "";
    show("Cell " + (number + 1) + ", " + count(cell.n, "document"),
      "Area " + cell.area + " (" + area.name + ")" + more, cell.docs, cell.n);
  };

  const selectArea = (number) => {
    const area = data.areas[number - 1];
    const own = new Set(data.cells.flatMap((cell, place) => (cell.area === number ? [place] : [])));
    mark(own);
    const docs = [...own].flatMap((place) => data.cells[place].docs.slice(0, 3)).slice(0, 40);
    show("Area " + number + ": " + area.name, count(area.n, "document") + ": " + area.marks.join(", "),
      docs, area.n);
    panel.scrollIntoView({ block: "nearest" });
  };

  const clear = () => {
    chosen = -1;
    mark(new Set());
    panel.replaceChildren(make("h3", "", "Nothing selected"));
  };

  // Rows are shifted by half a cell: up and down lead to the nearest cell of the row.
  const step = (number, key) => {
    const row = Math.floor(number / data.wide), column = number % data.wide;
    const to = { ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column] }[key];
    if (!to || to[0] < 0 || to[0] >= data.high || to[1] < 0 || to[1] >= data.wide) return number;
    return to[0] * data.wide + to[1];
  };

  cells.forEach((cell, number) => {
    const one = data.cells[number];
    cell.setAttribute("role", "button");
    cell.setAttribute("tabindex", number ? "-1" : "0");
    cell.setAttribute("aria-label", "cell " + (number + 1) + ", " + count(one.n, "document") +
      ", area " + one.area + ", " + data.areas[one.area - 1].name);
    cell.addEventListener("click", () => select(number));
    cell.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        select(number);
      } else if (event.key.startsWith("Arrow")) {
        event.preventDefault();
        const next = step(number, event.key);
        cells[number].setAttribute("tabindex", "-1");
        cells[next].setAttribute("tabindex", "0");
        cells[next].focus();
      }
    });
  });
  for (const button of document.querySelectorAll("[data-area]"))
    button.addEventListener("click", () => selectArea(Number(button.dataset.area)));

  const spread = (values) => {
    const known = values.filter((value) => value !== null);
    const low = Math.min(...known), high = Math.max(...known);
    return { low, high, at: (value) => (value === null ? 0 : (value - low) / (high - low || 1)) };
  };
  const views = {
    areas: () => [plain, true, "Fuller colour: more documents."],
    documents: () => {
      const of = spread(data.cells.map((cell) => Math.sqrt(cell.n)));
      return [data.cells.map((cell) => (cell.n ? 0.08 + 0.87 * of.at(Math.sqrt(cell.n)) : 0.03)), false,
        "Darker: more documents, at most " + Math.max(...data.cells.map((cell) => cell.n)) + " in a cell."];
    },
    borders: () => {
      const of = spread(data.cells.map((cell) => cell.far));
      return [data.cells.map((cell) => 0.05 + 0.9 * of.at(cell.far)), false,
        "Darker: less like the cells around it (U-matrix)."];
    },
    years: () => {
      const of = spread(data.cells.map((cell) => cell.year));
      return [data.cells.map((cell) => (cell.year === null ? 0.02 : 0.06 + 0.89 * of.at(cell.year))), false,
        "Darker: later; mean year of a cell, " + of.low.toFixed(0) + " to " + of.high.toFixed(0) + "."];
    },
  };
  const look = (name) => {
    const [values, coloured, words] = views[name]();
    cells.forEach((cell, number) => {
      cell.classList.toggle(areaClass[number], coloured);
      cell.classList.toggle("border", !coloured);
      cell.querySelector("polygon").setAttribute("fill-opacity", values[number]);
    });
    scale.textContent = words;
  };
  for (const radio of document.querySelectorAll("[name=view]"))
    radio.addEventListener("change", () => look(radio.value));

  const known = document.getElementById("known");
  known.replaceChildren(...data.concepts.slice(0, 400).map(([label]) => {
    const option = document.createElement("option");
    option.value = label;
    return option;
  }));
  const search = () => {
    const asked = fold(find.value.trim());
    map.classList.toggle("searched", asked !== "");
    cells.forEach((cell) => cell.classList.remove("hit"));
    if (!asked) {
      said.textContent = "";
      return;
    }
    const exact = data.concepts.filter(([label]) => fold(label) === asked);
    const near = exact.length ? exact : data.concepts.filter(([label]) => fold(label).includes(asked));
    const hits = new Map();
    for (const [, , flat] of near)
      for (let at = 0; at < flat.length; at += 2)
        hits.set(flat[at], Math.max(hits.get(flat[at]) || 0, flat[at + 1]));
    const titled = data.cells.flatMap((cell, number) =>
      cell.docs.filter(([id, title]) => fold(title).includes(asked) || fold(id) === asked)
        .map((doc) => [number, doc]));
    for (const [number] of titled) if (!hits.has(number)) hits.set(number, 1);
    for (const number of hits.keys()) cells[number].classList.add("hit");
    said.textContent = hits.size
      ? count(near.length, "concept") + ", " + count(titled.length, "title") + ", in " + count(hits.size, "cell")
      : "nothing found";
    const docs = titled.map(([, doc]) => doc).slice(0, 40);
    mark(new Set());
    show("\u201c" + find.value.trim() + "\u201d",
      near.length ? "Concepts: " + near.slice(0, 8).map(([label]) => label).join(", ") : "", docs, titled.length);
  };
  find.addEventListener("input", search);

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape") {
      find.value = "";
      search();
      clear();
    }
  });
})();
