// The copy of a long text in this browser, kept until the server has confirmed it.
// A copy is {entries: [[name, value], ...], version, at}; its key comes from the page and names the person and the text.

const PREFIX = "panjin-draft:";
const NEVER_KEPT = /^csrfmiddlewaretoken$|-INITIAL_FORMS$/;

export function entriesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.test(name));
}

const words = (value, loosely) => (loosely ? value.replace(/\s+/g, " ").trim() : value);

function wording(entries, loosely) {
  const told = entries.filter(([name, value]) => value.trim() && name !== "version" && !name.endsWith("-TOTAL_FORMS"));
  return JSON.stringify(told.map(([name, value]) => [name, words(value, loosely)]));
}

// Blank fields and blank extra rows do not count; `loosely` also leaves white space aside (the server tidies it).
export const sameText = (one, other, loosely = false) => wording(one, loosely) === wording(other, loosely);

export function keep(key, form) {
  const copy = { entries: entriesOf(form), version: form.elements.version?.value ?? "", at: Date.now() };
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(copy));
    return true;
  } catch {
    return false; // storage is full or forbidden: the caller must not claim that a copy exists
  }
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // without storage there is no copy to forget
  }
}

// Puts a copy back and returns the texts for which the page has no field. The version is put back too: when the server
// has moved on meanwhile, saving must end in the page that shows both texts, never in silent overwriting.
function putBack(form, copy) {
  form.dispatchEvent(new CustomEvent("draft:restore", { detail: copy.entries }));
  const values = new Map();
  for (const [name, value] of copy.entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || NEVER_KEPT.test(field.name) || ["file", "submit", "button"].includes(field.type)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = (values.get(field.name) ?? []).includes(field.value);
    } else if (field.tagName === "SELECT" && field.multiple) {
      for (const option of field.options) option.selected = (values.get(field.name) ?? []).includes(option.value);
    } else if (values.has(field.name)) {
      field.value = values.get(field.name).shift() ?? field.value;
    }
  }
  return copy.entries.filter(([name, value]) => value.trim() && !form.elements[name]).map(([, value]) => value);
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function showHomeless(form, texts) {
  const box = element("textarea", { readOnly: true, value: texts.join("\n\n"), rows: 8 });
  box.setAttribute("aria-label", "没有对应输入框的文字");
  form.before(element("div", { className: "notice notice-warning" },
    element("div", {}, element("p", { textContent: "下面的文字在页面上已没有对应的输入框，请自行复制：" }), box)));
}

function read(slot) {
  try {
    return JSON.parse(localStorage.getItem(slot));
  } catch {
    return null;
  }
}

// Copies that nobody has decided on. The newest is moved to a slot of its own, so that typing on without
// answering the notice cannot overwrite it.
function undecided(key) {
  try {
    const latest = read(PREFIX + key);
    if (latest?.at) {
      localStorage.setItem(`${PREFIX}${key}#${latest.at}`, JSON.stringify(latest));
      localStorage.removeItem(PREFIX + key);
    }
    return Object.keys(localStorage).filter((slot) => slot.startsWith(`${PREFIX}${key}#`)).sort();
  } catch {
    return [];
  }
}

// Whether every text of `one` stands in the same field of `other`: then it has no word of its own.
const within = (one, other) => one.every(([name, value]) => !value.trim() || name === "version" || name.endsWith("-TOTAL_FORMS")
  || other.some(([at, text]) => at === name && words(text, true).includes(words(value, true))));

// Asks, in one notice, about the newest copy that differs from what the server sent; older ones with words of their own
// stand below it. `unsaved`: the page gives back what was just typed, the newest of all. `restored` is called
// after one was put back.
export function offer(key, form, restored, unsaved = false) {
  const sent = entriesOf(form);
  const newer = unsaved ? [sent] : [];
  const rows = [];
  const notice = element("div", { className: "notice notice-warning" }, element("div", {}));
  notice.setAttribute("role", "status");
  for (const slot of undecided(key).reverse()) {
    const copy = read(slot);
    if (copy?.entries && !sameText(copy.entries, sent, true) && !newer.some((one) => within(copy.entries, one))) {
      newer.push(copy.entries);
      rows.push(ask(slot, copy, form, restored, notice));
    } else localStorage.removeItem(slot);
  }
  if (!rows.length) return;
  notice.firstChild.append(...rows);
  form.before(notice);
}

// The server holds `entries` now: what still says that just these words are not saved goes.
export function settled(form, entries) {
  form.dispatchEvent(new CustomEvent("draft:settled", { detail: entries }));
  const told = document.getElementById("kept-input");
  if (told && !told.querySelector("textarea")) told.remove();
}

function ask(slot, copy, form, restored, notice) {
  const when = new Date(copy.at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
  const restore = element("button", { type: "button", className: "button small primary", textContent: "恢复这份文字" });
  const drop = element("button", { type: "button", className: "button small", textContent: "删除副本" });
  const told = `本机浏览器里有一份 ${when} 的文字，还没有保存到服务器。`;
  const row = element("div", {}, element("strong", { textContent: told }), element("div", { className: "row" }, restore, drop));
  const decided = () => {
    localStorage.removeItem(slot);
    row.remove();
    if (!notice.querySelector("button")) notice.remove();
  };
  restore.addEventListener("click", () => {
    const homeless = putBack(form, copy);
    restored(); // keeps the text that is now on the page before the old slot goes
    decided();
    if (homeless.length) showHomeless(form, homeless);
  });
  drop.addEventListener("click", decided);
  form.addEventListener("draft:settled", (event) => {
    if (sameText(copy.entries, event.detail, true)) decided();
  });
  return row;
}
