// 大 / 中 / 小 on public pages. The choice is kept in this browser; everything is sized in rem, so one attribute will do.

const KEY = "panjin-font-size";
const root = document.documentElement;
const buttons = [...document.querySelectorAll("button[data-font-size]")];

function apply(size) {
  root.dataset.fontSize = size;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.fontSize === size));
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

for (const group of document.querySelectorAll("[data-font-controls]")) group.hidden = false;
for (const button of buttons) {
  button.addEventListener("click", () => {
    apply(button.dataset.fontSize);
    try {
      localStorage.setItem(KEY, button.dataset.fontSize);
    } catch {
      // private browsing: the choice holds for this page
    }
  });
}
apply(["large", "medium", "small"].find((size) => size === stored()) ?? "medium");
