// Keeps [data-live="URL"] fresh: asks every 20 s with the mark of what is shown; 304 costs nothing and changes nothing.
// Rests while the page is hidden. Waits while somebody is working inside the part; ticks survive the change.

const EVERY = 20000;
const SLOWEST = 300000;

const place = document.querySelector("[data-live]");
const status = document.querySelector("[data-live-status]");
let mark = place?.dataset.liveMark;
let pause = EVERY;
let timer = 0;

function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, pause);
}

function show(text) {
  const nameOf = (box) => box.id || `${box.name}=${box.value}`; // one case may stand in several rows
  const ticked = new Set([...place.querySelectorAll("input:checked")].map(nameOf));
  const fresh = new DOMParser().parseFromString(text, "text/html").body;
  for (const box of fresh.querySelectorAll("input[type=checkbox]")) box.checked = ticked.has(nameOf(box));
  place.replaceChildren(...fresh.childNodes);
  const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (status) status.textContent = `已更新 ${clock.format(new Date())}`;
}

async function refresh() {
  try {
    if (place.contains(document.activeElement)) return;
    const answer = await fetch(place.dataset.live, {
      headers: { Accept: "text/html", "If-None-Match": mark, "X-Polled": "1" },
      cache: "no-store",
      redirect: "manual",
    });
    pause = EVERY;
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const text = await answer.text();
    if (place.contains(document.activeElement)) return; // the old mark stays, so the next round asks again
    mark = answer.headers.get("ETag") ?? mark;
    show(text);
  } catch {
    if (status) status.textContent = "没能更新，下面是先前的情况。如已退出登录，请重新打开本页。";
    pause = Math.min(pause * 2, SLOWEST); // signed out or a server in trouble: what is shown stays, asked less often
  } finally {
    later();
  }
}

if (place) {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));
  later();
}
