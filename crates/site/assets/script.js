// The site: the reader's colours; the list's search and filters, which are kept in the address. Without it pages show everything.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // The colours, before anything is drawn. A page of a file may have no storage.
  const storage = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null;
    }
  };
  const paint = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const chosen = storage((store) => store.getItem("theme")) || "";
  paint(chosen);

  const choice = (id, label, values, value, change) => {
    const select = make("select", { id }, ...values.map(([value, text]) => make("option", { value }, text)));
    select.value = value;
    select.addEventListener("change", () => change(select.value));
    return make("div", { className: "choice" }, make("label", { htmlFor: id }, label), select);
  };
  const themes = () => {
    const change = (theme) => {
      paint(theme);
      storage((store) => (theme ? store.setItem("theme", theme) : store.removeItem("theme")));
    };
    const values = [["", "System"], ["light", "Light"], ["dark", "Dark"]];
    document.querySelector(".bar").append(choice("theme", "Theme", values, chosen, change));
  };

  // The message in the other colours of Slack, whatever the page's are.
  const previews = () => {
    for (const slack of all(".slack")) {
      const change = (theme) => {
        if (theme) slack.dataset.theme = theme;
        else delete slack.dataset.theme;
      };
      const values = [["", "As the page"], ["light", "Light"], ["dark", "Dark"]];
      slack.before(choice("slack-theme", "Slack’s theme", values, "", change));
    }
  };

  // The list.
  const list = () => {
    const form = document.querySelector("form.filters");
    if (!form) return;
    const fields = all("input, select", form);
    const rows = all("ul.watchers > li").map((row) => ({
      row,
      text: `${row.textContent} ${row.dataset.also} ${row.dataset.service}`.toLowerCase(),
    }));
    const topics = all(".topic");
    const nothing = document.querySelector(".nothing");
    const count = document.getElementById("count");

    const wanted = (row, name, value) => {
      const has = row.dataset[name] || (name === "state" ? "on" : "");
      return has.split("\t").includes(value);
    };
    const filter = () => {
      const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
      const choices = fields.filter((field) => field.name !== "q" && field.value);
      let shown = 0;
      for (const { row, text } of rows) {
        const fits = words.every((word) => text.includes(word))
          && choices.every((field) => wanted(row, field.name, field.value));
        row.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const topic of topics) {
        const left = all("li:not([hidden])", topic).length;
        topic.hidden = !left;
        topic.querySelector(".size").textContent = left;
      }
      const narrowed = words.length > 0 || choices.length > 0;
      nothing.hidden = shown > 0;
      for (const button of all("button.reset", form)) button.hidden = !narrowed;
      count.textContent = narrowed ? `${shown} of ${rows.length} watchers` : `${rows.length} watchers`;
      for (const field of fields) field.classList.toggle("chosen", choices.includes(field));
      return shown;
    };

    // `#q=bucket&severity=high`: kept in the fragment, which a page of a file has too.
    const address = () => {
      const parts = new URLSearchParams();
      for (const field of fields) if (field.value.trim()) parts.set(field.name, field.value.trim());
      return String(parts);
    };
    const read = () => {
      const fragment = location.hash.slice(1);
      if (fragment && !fragment.includes("=")) return;
      const parts = new URLSearchParams(fragment);
      for (const field of fields) {
        const value = parts.get(field.name) || "";
        field.value = value;
        // What no watcher has.
        if (field.value !== value) {
          field.append(make("option", { value }, value));
          field.value = value;
        }
      }
      filter();
    };
    let typing = false;
    const changed = (replaces) => {
      const shown = filter();
      const next = `${location.pathname}${location.search}${address() ? `#${address()}` : ""}`;
      history[replaces ? "replaceState" : "pushState"](null, "", next);
      document.getElementById("status").textContent = `${shown} of ${rows.length} watchers`;
    };
    // One step back for what was typed, and one for each choice.
    form.q.addEventListener("input", () => {
      changed(typing);
      typing = true;
    });
    form.q.addEventListener("blur", () => { typing = false; });
    for (const field of fields) {
      if (field.name !== "q") field.addEventListener("change", () => changed(false));
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const button of all("button.reset")) {
      button.addEventListener("click", () => {
        for (const field of fields) field.value = "";
        changed(false);
        form.q.focus();
      });
    }
    addEventListener("popstate", read);
    addEventListener("hashchange", read);
    // `/` as elsewhere.
    addEventListener("keydown", (event) => {
      const types = event.target.closest("input, select, textarea, [contenteditable]");
      if (event.key !== "/" || types || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      form.q.focus();
    });
    read();
  };

  addEventListener("DOMContentLoaded", () => {
    themes();
    previews();
    list();
  });
})();
