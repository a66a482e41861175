// Saves <form data-autosave="URL" data-draft-key="KEY"> by itself: 2 s after a change and when the page is hidden. Answers:
// {"version", "saved_at"}, with "message" for what does not hold yet; 409 {"conflict_url"}; errors {"message"}. Until the
// server has confirmed, the words stay in this browser (drafts.js) and the status line says so.

import { entriesOf, forget, keep, offer, sameText, settled } from "./drafts.js";

const PAUSE = 2000;
const RETRY = 30000;
const LEAVING = 15000;
const PATIENCE = 20000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.draftKey;
    this.status = form.querySelector("[data-autosave-status]");
    this.timer = 0;
    this.running = this.leaving = false;
    this.stopped = false; // after a conflict: only a person can go on
    this.changed = this.changed.bind(this);
    for (const kind of ["input", "change", "rows:changed"]) form.addEventListener(kind, this.changed);
    form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("pageshow", () => (this.leaving = false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ keepalive: true });
    });
    window.addEventListener("online", () => this.save());
    const unsaved = form.hasAttribute("data-unsaved"); // given back as typed, not stored: it stands for the copy kept
    this.held = form.dataset.unsaved === "held"; // given back after log-in: nothing is sent before its writer acts
    if (unsaved) forget(this.key);
    this.confirmed = unsaved ? [] : entriesOf(form);
    // A field kept by the browser itself (back button) may differ from what the server sent: compare after that.
    offer(this.key, form, this.changed, unsaved);
    if (unsaved) this.changed();
  }

  say(text, { tone = "", href = "", label = "" } = {}) {
    if (!this.status) return;
    this.status.dataset.tone = tone;
    this.status.replaceChildren(text);
    if (!href) return;
    const link = Object.assign(document.createElement("a"), { href, textContent: label });
    if (tone === "bad") link.target = "_blank";
    this.status.append(" ", link);
  }

  changed(event) {
    if (event) this.held = false;
    if (sameText(entriesOf(this.form), this.confirmed)) {
      forget(this.key);
      this.say("没有未保存的改动");
      return;
    }
    this.kept = keep(this.key, this.form);
    if (this.held) this.say("这些文字还没有保存，请核对后按按钮");
    if (this.held || this.stopped) return;
    this.say("有改动，稍后自动保存…");
    this.wait(PAUSE);
  }

  wait(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // Submitting while a save is under way would carry the old version and meet its own save as a conflict: wait for it.
  leave(event) {
    clearTimeout(this.timer);
    this.kept = keep(this.key, this.form); // stays until the next page confirms it
    if (this.running) {
      event.preventDefault();
      this.waiting = { submitter: event.submitter };
      return;
    }
    this.leaving = true;
    setTimeout(() => (this.leaving = false), LEAVING);
  }

  async save({ keepalive = false } = {}) {
    const entries = entriesOf(this.form);
    if (this.held || this.stopped || this.running || this.leaving || sameText(entries, this.confirmed)) return;
    clearTimeout(this.timer);
    this.running = true;
    try {
      let answer = await this.send(keepalive);
      if (answer.status === 403 && (await this.renewToken())) answer = await this.send(keepalive);
      await this.heard(answer, entries);
    } catch {
      this.failed("网络不通，暂未保存到服务器");
      this.wait(RETRY);
    } finally {
      this.running = false;
      const waiting = this.waiting;
      this.waiting = null;
      if (waiting) this.form.requestSubmit(waiting.submitter);
    }
  }

  send(keepalive) {
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
    const signal = AbortSignal.timeout?.(PATIENCE);
    return fetch(this.form.dataset.autosave, { method: "POST", body, headers, keepalive, signal, redirect: "manual" });
  }

  // Logging in again in another window changes the token; the cookie is not readable here, so ask for the page anew.
  async renewToken() {
    const page = await fetch(location.href, { redirect: "manual" });
    if (!page.ok) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    const field = this.form.elements.csrfmiddlewaretoken;
    if (!fresh || !field || fresh.value === field.value) return false;
    field.value = fresh.value;
    return true;
  }

  async heard(answer, entries) {
    const expired = answer.type === "opaqueredirect" || answer.status === 401;
    const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
    if (answer.ok && told.version !== undefined) {
      if (this.form.elements.version) this.form.elements.version.value = told.version;
      settled(this.form, (this.confirmed = told.message ? [] : entries)); // with a message one field is not stored yet
      if (told.message) this.failed(`${told.message.replace(/。$/, "")}。其余已自动保存 ${told.saved_at}`);
      else this.say(`已自动保存 ${told.saved_at ?? ""}`);
      if (!sameText(entriesOf(this.form), entries)) this.changed(); // typed on while the server was answering
      else if (!told.message) forget(this.key);
    } else if (answer.status === 409) {
      this.stopped = true;
      this.failed(told.message ?? "这段文字已在别处保存过", { href: told.conflict_url, label: "对照两份文字" });
    } else if (expired) {
      const login = this.form.dataset.loginUrl ?? "/login/";
      this.failed("登录已过期", { href: login, label: "在新窗口重新登录，再回到这里继续" });
      this.wait(RETRY);
    } else {
      this.failed(told.message ?? "服务器没有收下");
      if (answer.status >= 500) this.wait(RETRY);
    }
  }

  failed(what, link = {}) {
    const copy = (this.kept ?? keep(this.key, this.form)) ? "文字已留在本机浏览器中。" : "请先自行复制文字，不要关闭本页。";
    this.say(`${what.replace(/。$/, "")}，${copy}`, { tone: "bad", ...link });
  }
}

// A page that follows a successful submission names the copy that is no longer needed.
for (const told of document.querySelectorAll("[data-draft-saved]")) forget(told.dataset.draftSaved);
for (const form of document.querySelectorAll("form[data-autosave][data-draft-key]")) new Autosave(form);
