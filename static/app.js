// What the pages gain from JavaScript: pictures, shortcuts, menus that close. Everything else is HTML.
(() => {
  "use strict";
  const NARROW = window.matchMedia("(max-width: 760px)");
  const plotlyUrl = document.currentScript.dataset.plotly;
  const colours = getComputedStyle(document.documentElement);
  const colour = (name) => colours.getPropertyValue(`--${name}`).trim();

  // --- Charts: <figure class="chart" data-chart="id of a JSON script"> or data-chart-url ---------------------

  const font = { family: colour("font"), size: 12, color: colour("ink") };
  const axis = {
    gridcolor: "#e9edf1", linecolor: colour("edge-2"), zeroline: false, automargin: true, fixedrange: true,
    tickfont: { size: 12, color: colour("ink-2") }, title: { font: { size: 12, color: colour("muted") }, standoff: 6 },
  };
  const base = {
    font, margin: { l: 8, r: 12, t: 8, b: 8 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: axis, yaxis: axis, dragmode: false, hovermode: "closest", template: { data: {}, layout: {} },
    hoverlabel: { bgcolor: colour("ink"), bordercolor: colour("ink"), font: { ...font, size: 12.5, color: "#fff" } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12, color: colour("ink-2") } },
    colorway: ["s1", "s2", "s3", "s4", "s5", "s6"].map(colour),
  };

  const isPlain = (value) => value && typeof value === "object" && !Array.isArray(value);
  function merge(under, over) {
    const result = { ...under };
    for (const [key, value] of Object.entries(over || {})) {
      result[key] = isPlain(value) && isPlain(result[key]) ? merge(result[key], value) : value;
    }
    return result;
  }

  // layout.meta.phone = {layout: {...}, data: [{...}, ...]} is laid over the figure on a narrow screen.
  function arranged(figure) {
    let { data = [], layout = {} } = figure;
    const phone = layout.meta && layout.meta.phone;
    if (phone && NARROW.matches) {
      layout = merge(layout, phone.layout);
      data = data.map((trace, i) => merge(trace, (phone.data || [])[i]));
    }
    const { template, ...own } = layout; // the library's own look is not ours
    const whole = merge(base, own);
    for (const key of Object.keys(own)) {
      if (/^[xy]axis\d+$/.test(key)) whole[key] = merge(axis, own[key]);
    }
    return { data, layout: whole };
  }

  let loading = null;
  function plotly() {
    if (!loading) {
      loading = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = plotlyUrl;
        script.onload = () => resolve(window.Plotly);
        script.onerror = () => reject(new Error("plotly.js did not load"));
        document.head.append(script);
      });
    }
    return loading;
  }

  async function figureOf(frame) {
    if (!frame.dataset.chartUrl) return JSON.parse(document.getElementById(frame.dataset.chart).textContent);
    const answer = await fetch(frame.dataset.chartUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the figure answered ${answer.status}`);
    return answer.json();
  }

  // customdata of a point: its link, or a list whose last entry is the link.
  function linkOf(point) {
    const data = Array.isArray(point.customdata) ? point.customdata.at(-1) : point.customdata;
    if (typeof data !== "string" || !/^[/?]/.test(data)) return null;
    const url = new URL(data, window.location.href);
    return url.origin === window.location.origin ? url.href : null;
  }

  async function draw(frame) {
    const plot = frame.querySelector(".plot");
    try {
      const [library, figure] = await Promise.all([plotly(), figureOf(frame)]);
      const { data, layout } = arranged(figure);
      const first = !frame.classList.contains("drawn");
      frame.classList.add("drawn");
      await library.react(plot, data, layout, { displayModeBar: false, responsive: true });
      if (!first) return;
      plot.on("plotly_click", (event) => {
        const link = event.points.map(linkOf).find(Boolean);
        if (link) window.location.assign(link);
      });
      plot.on("plotly_hover", (event) => plot.classList.toggle("linked", event.points.some(linkOf)));
      plot.on("plotly_unhover", () => plot.classList.remove("linked"));
    } catch (error) {
      console.warn(error);
      frame.className = "chart failed";
      frame.textContent = frame.dataset.failed || "";
      const table = frame.closest("section")?.querySelector("details.behind");
      if (table) table.open = true;
    }
  }

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "200px" });

  NARROW.addEventListener("change", () => document.querySelectorAll(".chart.drawn").forEach(draw));

  // --- Copy the address of this view ---------------------------------------------------------------------------

  function offerCopy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, window.location.href).href);
      const words = button.querySelector("span");
      const before = words.textContent;
      words.textContent = button.dataset.copied;
      setTimeout(() => { words.textContent = before; }, 2000);
    });
  }

  // --- Menus: a click elsewhere or Escape closes them; / and Ctrl K go to the search ----------------------------

  const openMenus = () => document.querySelectorAll("details.pop[open]");
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("toggle", (event) => {
    const panel = event.target.matches("details.pop[open]") && event.target.querySelector(".panel");
    if (panel && panel.getBoundingClientRect().right > window.innerWidth) panel.classList.add("end");
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    const search = document.querySelector("[data-shortcut]");
    if (search && (slash || ctrlK)) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // --- Search: arrows walk through what was found, Escape leaves it ----------------------------------------------

  document.querySelector(".searchbox")?.addEventListener("keydown", (event) => {
    const box = event.currentTarget.querySelector("[data-shortcut]");
    const stops = [box, ...event.currentTarget.querySelectorAll(".founds a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    } else if (event.key === "Escape") {
      event.currentTarget.querySelector(".founds").replaceChildren();
      box.focus();
    }
  });

  // --- A page, or the part of one that htmx brought -----------------------------------------------------------

  function prepare(root) {
    const all = (selector) => [...root.querySelectorAll(selector), ...(root.matches?.(selector) ? [root] : [])];
    all(".chart:not(.drawn):not(.failed)").forEach((frame) => near.observe(frame));
    all("[data-copy][hidden]").forEach(offerCopy);
  }
  prepare(document);
  document.addEventListener("htmx:afterSettle", (event) => prepare(event.detail.elt));
})();
