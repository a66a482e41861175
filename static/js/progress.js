// Reads the page part behind [data-poll="URL"] every 2 s until it carries data-done.
// The element itself stays (a live region must not be swapped out); its contents and its data-done are taken over.

const EVERY = 2000;
const SLOWEST = 30000;

async function refresh(place, pause) {
  let next = EVERY;
  try {
    const answer = await fetch(place.dataset.poll, { headers: { Accept: "text/html", "X-Polled": "1" }, redirect: "manual" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-poll]");
    if (!fresh) throw new Error("the answer has no [data-poll] element");
    if (fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
    if (fresh.hasAttribute("data-done")) {
      place.setAttribute("data-done", "");
      for (const one of document.querySelectorAll("[data-until-done]")) one.hidden = true; // 取消 ends nothing any more
      return;
    }
  } catch {
    next = Math.min(pause * 2, SLOWEST); // the link in the fragment still works; do not hammer a server in trouble
  }
  setTimeout(() => refresh(place, next), next);
}

for (const place of document.querySelectorAll("[data-poll]:not([data-done])")) {
  setTimeout(() => refresh(place, EVERY), EVERY);
}
