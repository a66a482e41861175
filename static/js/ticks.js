// 全选: <label data-tick-all="NAME" hidden> holds a box that ticks every box of that name on this page, or none;
// [data-tick-count] tells how many are ticked. Without this script both stay hidden.

for (const label of document.querySelectorAll("[data-tick-all]")) {
  const all = label.querySelector("input");
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${label.dataset.tickAll}"]`)];
  const told = document.querySelector("[data-tick-count]");

  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    told.textContent = `本页 ${boxes.length} 件，已勾选 ${ticked} 件`;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  window.addEventListener("pageshow", count); // the browser puts ticks back after this script has run
  label.hidden = told.hidden = false;
  count();
}
