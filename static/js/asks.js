// Rows of a formset: add, remove, number. Without this script the page has blank rows and a tick box for removing.
//
// <div data-rows="PREFIX"> holds <ol class="rows"> of [data-row] (with [data-row-number], [data-row-remove] hidden),
// a <template data-row-template> with __prefix__ in its names, and a hidden [data-row-add].

const total = (box) => box.closest("form").elements[`${box.dataset.rows}-TOTAL_FORMS`];
const rowsOf = (box) => [...box.querySelectorAll("[data-row]")];
const visibleRows = (box) => rowsOf(box).filter((row) => !row.hidden);

function renumber(box) {
  visibleRows(box).forEach((row, index) => {
    for (const place of row.querySelectorAll("[data-row-number]")) place.textContent = index + 1;
  });
}

function add(box) {
  const count = total(box);
  const template = box.querySelector("template[data-row-template]");
  const row = template.content.firstElementChild.cloneNode(true);
  const index = count.value;
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...part.attributes]) {
      if (value.includes("__prefix__")) part.setAttribute(name, value.replaceAll("__prefix__", index));
    }
  }
  count.value = Number(index) + 1;
  box.querySelector(".rows").append(row);
  prepare(box, row);
  renumber(box);
  return row;
}

function remove(box, row) {
  const marker = row.querySelector("input[type=checkbox][name$=-DELETE]");
  const neighbour = visibleRows(box).filter((other) => other !== row).at(-1);
  if (marker) marker.checked = true;
  else for (const field of row.querySelectorAll("input:not([type=hidden]), textarea")) field.value = "";
  row.hidden = true;
  renumber(box);
  (neighbour?.querySelector("textarea, input:not([type=hidden])") ?? box.querySelector("[data-row-add]")).focus();
  box.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
}

function prepare(box, row) {
  const marker = row.querySelector("input[type=checkbox][name$=-DELETE]");
  const button = row.querySelector("[data-row-remove]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => remove(box, row));
  const tick = marker?.closest(".field, .check");
  if (tick) tick.hidden = true;
  if (marker?.checked) row.hidden = true;
}

for (const box of document.querySelectorAll("[data-rows]")) {
  const adder = box.querySelector("[data-row-add]");
  for (const row of rowsOf(box)) prepare(box, row);
  renumber(box);
  adder.hidden = false;
  adder.addEventListener("click", () => {
    add(box).querySelector("textarea, input:not([type=hidden])").focus();
    box.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  });
  // A restored draft may have more rows than the page, or rows that were removed.
  box.closest("form").addEventListener("draft:restore", (event) => {
    const kept = new Map(event.detail);
    const wanted = Number(kept.get(`${box.dataset.rows}-TOTAL_FORMS`) ?? 0);
    while (Number(total(box).value) < wanted) add(box);
    for (const row of rowsOf(box)) {
      const marker = row.querySelector("input[type=checkbox][name$=-DELETE]");
      row.hidden = Boolean(marker && kept.has(marker.name));
    }
    renumber(box);
  });
}
