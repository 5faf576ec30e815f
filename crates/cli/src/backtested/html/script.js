// Sorts and filters the tables, opens rows. Without it the page shows everything.
(() => {
  "use strict";
  const status = document.getElementById("status");
  const say = (text) => { status.textContent = text; };
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Rows of details.
  const toggle = (button, open) => {
    button.setAttribute("aria-expanded", String(open));
    document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
  };
  for (const button of all("button.toggle")) {
    toggle(button, false);
    button.closest("tr").addEventListener("click", (event) => {
      if (event.target.closest("a") || String(getSelection())) return;
      toggle(button, button.getAttribute("aria-expanded") !== "true");
    });
  }
  const show = () => {
    const body = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const button = body && body.querySelector("button.toggle");
    if (button) toggle(button, true);
    if (body && body.hidden) {
      const field = document.querySelector(`[data-filter="${body.closest("table").id}"]`);
      field.value = "";
      field.dispatchEvent(new Event("input"));
      body.scrollIntoView();
    }
  };
  addEventListener("hashchange", show);
  show();

  // Sorting: a watcher is a body of rows, which stay together.
  const value = (body, column, kind) => {
    const text = body.rows[0].cells[column].dataset.value || "";
    return kind === "number" ? Number(text) : text;
  };
  for (const table of all("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const kind = head.dataset.sort;
      if (!kind) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : kind === "number";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const compare = (a, b) => (kind === "number" ? a - b : a.localeCompare(b));
        const bodies = [...table.tBodies];
        bodies.sort((a, b) => compare(value(a, column, kind), value(b, column, kind)) * (down ? -1 : 1));
        table.append(...bodies);
        say(`sorted by ${button.textContent}, ${down ? "descending" : "ascending"}`);
      });
    });
  }

  // Filters: every word must stand somewhere in the watcher's rows.
  for (const field of all("[data-filter]")) {
    const table = document.getElementById(field.dataset.filter);
    const count = document.querySelector(`[data-count="${field.dataset.filter}"]`);
    const texts = new Map([...table.tBodies].map((body) => [body, body.textContent.toLowerCase()]));
    const filter = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [body, text] of texts) {
        body.hidden = !words.every((word) => text.includes(word));
        if (!body.hidden) shown += 1;
      }
      count.textContent = words.length ? `${shown} of ${texts.size}` : "";
      if (words.length) say(`${shown} of ${texts.size} watchers`);
    };
    field.addEventListener("input", filter);
  }
})();
