"use strict";
(() => {
  const root = document.documentElement;
  const card = document.getElementById("card");
  const filter = document.getElementById("filter");
  const articles = [...document.querySelectorAll("article")];
  const links = new Map(
    [...document.querySelectorAll("nav a")].map((a) => [a.getAttribute("href").slice(1), a])
  );

  // Everything from the data goes through text nodes: no text can become markup.
  const make = (tag, className, ...content) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...content.filter((part) => part !== null && part !== ""));
    return node;
  };

  const parsed = new WeakMap();
  const mentionOf = (node) => {
    const article = node.closest("article");
    if (!article) return null;
    if (!parsed.has(article)) {
      const data = article.querySelector('script[type="application/json"]');
      parsed.set(article, data ? JSON.parse(data.textContent) : []);
    }
    return parsed.get(article)[Number(node.dataset.m)] || null;
  };

  const curieNode = (curie, linked) => {
    const code = make("code", "", curie);
    if (!linked) return code;
    const link = make("a", "", code);
    link.href = "https://bioregistry.io/" + curie;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  };

  const plainCurie = /^[A-Za-z][\w.]*:[\w.+-]+$/;
  const candidateNode = (c) => {
    const meter = make("meter");
    meter.max = 1;
    meter.value = c.score;
    const why = Object.entries(c.why || {});
    return make(
      "li", "",
      make("div", "row", make("span", "", c.label || c.name || c.curie),
        make("span", "value", c.score.toFixed(2))),
      meter,
      make("div", "why", curieNode(c.curie, plainCurie.test(c.curie)),
        c.name ? make("span", "", `${c.scope || "name"}: ${c.name}`) : null,
        ...why.map(([part, value]) => make("span", "", `${part} ${Number(value).toFixed(2)}`))),
      c.via ? make("div", "via", `through ${c.via}` + (c.lossy ? ", not an exact match" : "")) : null
    );
  };

  const fill = (m) => {
    const facts = [];
    const fact = (name, value) => {
      if (facts.length) facts.push(" · ");
      facts.push(`${name} `, make("b", "", value));
    };
    if (m.axes.length) fact("Assertion", m.axes.join(", ") + (m.cue ? ` (“${m.cue}”)` : ""));
    fact("found by", m.foundBy);
    if (m.name && m.name !== m.text) fact("name", m.name);
    if (m.scope) fact("scope", m.scope);
    card.replaceChildren(
      make("div", "kind t-" + m.type, make("span", "dot"), m.typeName,
        make("span", "count", "score " + m.score.toFixed(2))),
      make("h3", "", m.label || (m.curie ? m.curie : "No concept fits")),
      m.curie ? curieNode(m.curie, m.linked) : "",
      make("p", "facts", ...facts)
    );
    if (m.candidates.length) card.append(make("ol", "", ...m.candidates.map(candidateNode)));
    if (m.more) card.append(make("p", "facts", `and ${m.more} more`));
  };

  let shown = null;
  let timer = 0;
  const light = (node, on) => {
    const article = node.closest("article");
    if (!article) return;
    for (const part of article.querySelectorAll(`[data-m="${CSS.escape(node.dataset.m)}"]`))
      part.classList.toggle("lit", on);
  };
  const hide = () => {
    clearTimeout(timer);
    if (!shown) return;
    light(shown, false);
    shown.removeAttribute("aria-describedby");
    shown = null;
    card.hidden = true;
  };
  const show = (node) => {
    clearTimeout(timer);
    if (shown === node) return;
    hide();
    const mention = mentionOf(node);
    if (!mention) return;
    fill(mention);
    shown = node;
    node.setAttribute("aria-describedby", "card");
    light(node, true);
    card.hidden = false;
    card.scrollTop = 0;
    const at = node.getClientRects()[0] || node.getBoundingClientRect();
    const below = at.bottom + 8 + card.offsetHeight <= innerHeight || at.top < card.offsetHeight + 8;
    const top = below ? Math.min(at.bottom + 8, Math.max(8, innerHeight - card.offsetHeight - 8))
      : at.top - card.offsetHeight - 8;
    card.style.setProperty("top", `${top}px`);
    card.style.setProperty("left",
      `${Math.max(8, Math.min(at.left, root.clientWidth - card.offsetWidth - 12))}px`);
  };
  const isOff = (node) => root.classList.contains(
    "off-" + [...node.classList].find((c) => c.startsWith("t-"))?.slice(2));
  const markAt = (target) => {
    let node = target instanceof Element ? target.closest("mark[data-m]") : null;
    while (node && isOff(node)) node = node.parentElement.closest("mark[data-m]");
    return node;
  };

  document.addEventListener("mouseover", (event) => {
    const node = markAt(event.target);
    if (node) show(node);
    else if (card.contains(event.target)) clearTimeout(timer);
    else if (shown) { clearTimeout(timer); timer = setTimeout(hide, 180); }
  });
  document.addEventListener("focusin", (event) => {
    const node = markAt(event.target);
    if (node) show(node);
    else if (!card.contains(event.target)) hide();
  });
  document.addEventListener("scroll", (event) => { if (event.target === document) hide(); });
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr[data-m]") : null;
    if (!row || event.target.closest("a")) return;
    const mark = row.closest("article").querySelector(`mark[data-m="${CSS.escape(row.dataset.m)}"]`);
    if (!mark) return;
    mark.scrollIntoView({ block: "center", behavior: "instant" });
    mark.focus({ preventScroll: true });
    show(mark);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && event.target !== filter) {
      event.preventDefault();
      filter.focus();
    }
  });

  // A rule per type switches its marks off; the policy forbids inline styles, not this.
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];
  for (const box of document.querySelectorAll("input[data-type]")) {
    const type = box.dataset.type;
    const off = `.off-${type} mark.t-${type}`;
    sheet.insertRule(`${off} { all: unset; }`);
    sheet.insertRule(`${off}::after { content: none !important; }`, 1);
    sheet.insertRule(`.off-${type} tr.t-${type} { display: none; }`, 2);
    box.addEventListener("change", () => {
      root.classList.toggle("off-" + type, !box.checked);
      for (const mark of document.querySelectorAll(`mark.t-${type}`))
        if (mark.tabIndex === 0 || mark.dataset.tab) {
          mark.dataset.tab = "1";
          mark.tabIndex = box.checked ? 0 : -1;
        }
      hide();
    });
  }

  const haystack = new WeakMap();
  const search = () => {
    const wanted = filter.value.trim().toLowerCase();
    let found = 0;
    for (const article of articles) {
      if (wanted && !haystack.has(article))
        haystack.set(article, [...article.querySelectorAll("h2, .text, .error, tbody")]
          .map((node) => node.textContent).join("\n").toLowerCase());
      const fits = !wanted || haystack.get(article).includes(wanted);
      article.hidden = !fits;
      const link = links.get(article.id);
      if (link) link.parentElement.hidden = !fits;
      found += fits;
    }
    document.getElementById("nothing").hidden = found > 0;
    hide();
  };
  filter.addEventListener("input", search);

  document.getElementById("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });

  const inView = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) inView[entry.isIntersecting ? "add" : "delete"](entry.target);
    const first = articles.find((article) => inView.has(article));
    for (const link of links.values()) link.removeAttribute("aria-current");
    if (first) links.get(first.id)?.setAttribute("aria-current", "true");
  }, { rootMargin: "0px 0px -60% 0px" });
  for (const article of articles) watch.observe(article);
})();
