"use strict";
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);

  const theme = find("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  dark.addEventListener("change", showTheme);
  showTheme();

  for (const typed of document.querySelectorAll("code.typed")) {
    if (!/^(--|catalogsync |git )/.test(typed.textContent)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + typed.textContent);
    button.addEventListener("click", async () => {
      // A browser may refuse; then the text is selected, and the reader copies it.
      getSelection().selectAllChildren(typed);
      const copied = await navigator.clipboard?.writeText(typed.textContent).then(() => true, () => false);
      button.textContent = copied || document.execCommand("copy") ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    typed.after(button);
  }

  const tools = find("tools");
  if (!tools) return;
  tools.hidden = false;
  const search = find("find");
  const filters = [...tools.querySelectorAll("[data-filter]")];
  const sections = [...document.querySelectorAll("section.changes")];
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  let items = null;

  const gather = () => sections.flatMap((section) =>
    [...section.querySelectorAll("[data-item]")].map((element) => ({
      element,
      section,
      tags: element.dataset.item.split(" "),
      count: Number(element.dataset.count || 1),
      text: plain(element.textContent),
    })));

  const show = () => {
    items ??= gather();
    const words = plain(search.value).split(" ").filter(Boolean);
    const on = filters.filter((button) => button.getAttribute("aria-pressed") === "true");
    const kinds = on.map((button) => button.dataset.filter);
    const actions = kinds.filter((kind) => !["risky", "undone", "drifted"].includes(kind));
    const marks = kinds.filter((kind) => !actions.includes(kind));
    const alive = new Set();
    let all = 0;
    let shown = 0;
    for (const item of items) {
      const fits = (!actions.length || actions.includes(item.tags[0]))
        && marks.every((mark) => item.tags.includes(mark))
        && words.every((word) => item.text.includes(word));
      item.element.hidden = !fits;
      all += item.count;
      if (fits) {
        shown += item.count;
        alive.add(item.section);
      }
    }
    for (const section of sections) section.hidden = !alive.has(section);
    const limited = words.length || kinds.length;
    find("found").textContent = limited
      ? `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} on this page`
      : "";
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  for (const button of filters) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape" && event.target === search) {
      search.value = "";
      show();
    }
  });
})();
