"use strict";
(() => {
  const root = document.documentElement;
  const table = document.getElementById("rows");
  const bodies = [...table.tBodies];
  const found = document.getElementById("found");
  root.classList.add("js");
  document.querySelector(".tools").hidden = false;

  const value = (body, column) =>
    column === 0 ? body.rows[0].cells[0].textContent : Number(body.rows[0].cells[column].dataset.v);
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  function sort(column, falling) {
    const sign = falling ? -1 : 1;
    const rows = (body) => [...body.rows].slice(1);
    const cell = (row) => (column === 0 ? row.cells[0].textContent : Number(row.cells[column].dataset.v));
    bodies.sort((a, b) => sign * compare(value(a, column), value(b, column)));
    for (const body of bodies) {
      body.append(...rows(body).sort((a, b) => sign * compare(cell(a), cell(b))));
      table.append(body);
    }
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      head.setAttribute("aria-sort", at === column ? (falling ? "descending" : "ascending") : "none");
    });
  }

  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(column, now === "none" || now === null ? column > 1 : now === "ascending");
    });
    head.replaceChildren(button);
    head.setAttribute("aria-sort", column === 0 ? "ascending" : "none");
  });

  function open(body, yes) {
    body.classList.toggle("open", yes);
    body.rows[0].querySelector("button").setAttribute("aria-expanded", String(yes));
  }

  for (const body of bodies) {
    const cell = body.rows[0].cells[0];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => open(body, !body.classList.contains("open")));
    cell.replaceChildren(button);
    open(body, false);
  }

  const unfold = document.getElementById("unfold");
  unfold.addEventListener("click", () => {
    const yes = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(yes));
    bodies.forEach((body) => open(body, yes));
  });

  document.getElementById("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    let shown = 0;
    for (const body of bodies) {
      const fits = [...body.rows].some((row) => row.cells[0].textContent.toLowerCase().includes(wanted));
      body.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    found.textContent = wanted ? `${shown} of ${bodies.length} packages` : "";
  });

  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
