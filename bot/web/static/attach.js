// Files beside the words: chosen, dropped or pasted; uploaded at once, and said with the message.
//
// A message that is said before its files are up waits for them, and no other message waits for it. What was said
// outlives the page: the files lie on the shelf until the service has acknowledged the message.

import { Became, redraw } from "./became.js";
import { drawing, element } from "./bubbles.js";
import { clearShelf, shelve, shelved, unshelve } from "./shelf.js";
import { Uploads } from "./upload.js";
import {
  NEVER_TAKEN, WHY_NOT_TAKEN, kindOf, progressOf, sizeOf, tooLarge, tooManyFiles,
} from "./words.js";

const THUMB = 160; // pixels, the longer side

export class Attach {
  constructor(chat, link) {
    this.chat = chat;
    this.link = link;
    this.uploads = new Uploads(link);
    this.items = new Map(); // key -> item: files of this page that are not acknowledged yet
    this.chosen = []; // those that no message has yet
    this.button = chat.form.querySelector(".attach");
    this.input = chat.form.querySelector(".choose");
    this.list = chat.form.querySelector(".picked");
    this.told = chat.form.querySelector(".told");
    const { photo, file, step } = this.button.dataset;
    this.limits = { photo: Number(photo), file: Number(file), step: Number(step) };
    this.listen();
    new Became(chat, link);
    clearShelf();
  }

  listen() {
    this.button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => (this.add(this.input.files), (this.input.value = "")));
    this.chat.input.addEventListener("paste", (event) => this.pasted(event));
    this.listenToDrops(this.chat.root);
    this.uploads.addEventListener("changed", ({ detail }) => this.changed(detail));
    this.link.addEventListener("acked", ({ detail }) => this.acked(detail));
    this.link.addEventListener("gone", ({ detail }) => this.resume(detail));
    this.chat.addEventListener("caughtup", () => this.begin(), { once: true });
    this.chat.addEventListener("file", ({ detail }) => this.pressed(detail));
  }

  listenToDrops(root) {
    const has = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    root.addEventListener("dragover", (event) => {
      if (!has(event) || this.button.disabled) return;
      event.preventDefault();
      root.classList.add("dropping");
    });
    root.addEventListener("dragleave", (event) => root.contains(event.relatedTarget) || root.classList.remove("dropping"));
    root.addEventListener("drop", (event) => {
      root.classList.remove("dropping");
      if (!has(event) || this.button.disabled) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  pasted(event) {
    const files = event.clipboardData?.files ?? [];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return; // a copied table is words and a picture
    event.preventDefault();
    this.add(files);
  }

  // chosen

  add(files) {
    const refused = [];
    for (const file of files) {
      const why = this.refusal(file);
      if (why) refused.push(why);
      else this.choose(file);
      if (this.chosen.length >= this.limits.step && why === tooManyFiles(this.limits.step)) break;
    }
    this.say(refused.join("\n"));
    this.back();
  }

  refusal(file) {
    const kind = kindOf(file), most = kind === "photo" ? this.limits.photo : this.limits.file;
    const name = file.name || "文件";
    if (this.chosen.length >= this.limits.step) return tooManyFiles(this.limits.step);
    const extension = /\.[^.]+$/.exec(name.toLowerCase())?.[0].slice(1);
    const never = NEVER_TAKEN.get(extension) ?? NEVER_TAKEN.get(file.type);
    if (never) return `“${name}”${WHY_NOT_TAKEN[never]}`;
    if (file.size === 0) return `“${name}”${WHY_NOT_TAKEN.empty}`;
    return file.size > most ? tooLarge(name, kind, file.size, most) : null;
  }

  choose(file) {
    const item = { key: newKey(), file, kind: kindOf(file), name: file.name || "照片", size: file.size };
    this.items.set(item.key, item);
    this.chosen.push(item);
    this.list.append(this.chip(item));
    this.list.hidden = false;
    shelve(item.key, file);
    this.uploads.start(item);
    if (item.kind === "photo") this.draw(item);
  }

  chip(item) {
    return element("li", { class: "file", "data-file": item.key },
      element("span", { class: "sight", "aria-hidden": "true" }, drawing("sheet")),
      element("span", { class: "name", title: item.name }, item.name),
      element("span", { class: "how", "aria-live": "off" }, `${sizeOf(item.size)} · ${progressOf(item)}`),
      element("progress", { max: "1", value: "0", "aria-label": `上传 ${item.name}` }),
      element("button", { type: "button", class: "again", "aria-label": `再试 ${item.name}`, hidden: true, onclick: () => this.uploads.start(item) }, "再试"),
      element("button", { type: "button", class: "remove", "aria-label": `移除 ${item.name}`, onclick: () => this.remove(item) }, "移除"));
  }

  remove(item) {
    this.uploads.stop(item);
    this.forget(item.key);
    this.chosen = this.chosen.filter((other) => other !== item);
    this.chipOf(item)?.remove();
    this.list.hidden = this.chosen.length === 0;
    this.say("");
    this.back();
  }

  // Where one goes on; on a phone not where one types, which would show its keyboard.
  back() {
    const next = matchMedia("(hover: hover)").matches ? this.chat.input : this.button;
    next.focus({ preventScroll: true });
  }

  chipOf(item) {
    return this.list.querySelector(`[data-file="${item.key}"]`);
  }

  // What goes with the message that is being said; null: something did not come through, and nothing is to be said yet.
  take() {
    const failed = this.chosen.filter((item) => item.state === "failed");
    if (failed.length) {
      this.say(failed.map((item) => `“${item.name}”${progressOf(item)}。请点“再试”，或移除后再发送。`).join("\n"));
      return null;
    }
    const taken = this.chosen;
    this.chosen = [];
    this.list.replaceChildren();
    this.list.hidden = true;
    return taken.map(({ key, id, kind, name, size, thumb, ...item }) =>
      ({ key, id, kind, name, size, thumb, note: item.state === "done" ? null : progressOf(item) }));
  }

  // on their way

  changed(item) {
    const chip = this.chipOf(item);
    if (chip) {
      chip.querySelector(".how").textContent = `${sizeOf(item.size)} · ${progressOf(item)}`;
      chip.querySelector("progress").value = item.share;
      chip.querySelector("progress").hidden = item.state === "done" || item.state === "failed";
      chip.querySelector(".again").hidden = item.state !== "failed";
      chip.classList.toggle("failed", item.state === "failed");
    }
    if (item.state === "failed") this.say(`“${item.name}”${progressOf(item)}`); // the bubble and the chip are not read out
    const message = this.messageOf(item.key);
    if (message) this.tell(item, message);
  }

  tell(item, message) {
    const shown = this.fileOf(item.key);
    if (shown) Object.assign(shown.file, { id: item.id, note: item.state === "done" ? null : progressOf(item), stuck: item.state === "failed" });
    if (shown) redraw(this.chat, shown);
    if (item.state !== "done") return;
    message.files.find((file) => file.key === item.key).id = item.id;
    this.link.changed(message);
  }

  messageOf(key) {
    return this.link.waiting.find((message) => message.files?.some((file) => file.key === key));
  }

  fileOf(key) {
    for (const entry of this.chat.entries ?? []) {
      const file = entry.files?.find((each) => each.key === key);
      if (file) return { entry, file };
    }
    return null;
  }

  // On a file that did not come through: once more, or without it.
  pressed({ key, what }) {
    const item = this.items.get(key), message = this.messageOf(key);
    this.say("");
    if (what === "again" && item) this.uploads.start(item);
    if (what === "without" && message) this.without(message, [key]);
  }

  // What cannot be sent any more is left out, and said so; the rest of the message goes.
  without(message, keys) {
    for (const key of keys) {
      this.forget(key);
      const shown = this.fileOf(key);
      if (!shown) continue;
      Object.assign(shown.file, { note: "没有发出，请重新添加", stuck: false, end: true });
      redraw(this.chat, shown);
    }
    message.files = message.files.filter((file) => !keys.includes(file.key));
    if (message.files.length || message.text) this.link.changed(message);
    else this.link.giveUp(message.id, "files");
    this.chat.keep();
  }

  acked(message) {
    for (const { key } of message.files ?? []) this.forget(key);
  }

  forget(key) {
    this.items.delete(key);
    unshelve(key);
  }

  // The page was closed, or the service does not have them any more: once more from the shelf.
  begin() {
    for (const message of this.link.waiting) if (message.files?.some((file) => !file.id)) this.resume(message);
  }

  async resume(message) {
    const lost = [];
    for (const { key, id, kind, name, size } of [...message.files]) {
      if (id || this.items.get(key)?.state === "uploading") continue;
      const file = this.items.get(key)?.file ?? (await shelved(key));
      if (!file) {
        lost.push(key);
        continue;
      }
      const item = { key, file, kind, name, size };
      this.items.set(key, item);
      this.uploads.start(item);
    }
    if (lost.length) this.without(message, lost);
  }

  // a small picture, for the chip and the bubble

  async draw(item) {
    const picture = await createImageBitmap(item.file).catch(() => null);
    if (!picture) return;
    const scale = Math.min(1, THUMB / Math.max(picture.width, picture.height));
    const canvas = element("canvas", { width: Math.max(1, picture.width * scale), height: Math.max(1, picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    item.thumb = canvas.toDataURL("image/jpeg", 0.7);
    const sight = this.chipOf(item)?.querySelector(".sight");
    sight?.replaceChildren(element("img", { src: item.thumb, alt: "" }));
    const shown = this.fileOf(item.key);
    if (!shown) return;
    shown.file.thumb = item.thumb;
    redraw(this.chat, shown);
    this.chat.keep();
  }

  say(words) {
    const stay = this.chat.atEnd();
    this.told.textContent = words;
    if (stay) this.chat.toEnd();
  }
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
