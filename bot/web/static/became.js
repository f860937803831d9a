// What became of files that were said: checked, kept, or not taken. What is kept is shown as the service has it.

import { ownFile } from "./bubbles.js";
import { NOT_KEPT } from "./words.js";

const SOON = 1500, LATER = 6000; // ms
const MOST = 20; // messages asked about at once

// A file of one's own is another now: drawn in its place, so that the bubble is not read out again.
export function redraw(chat, { entry, file }) {
  const drawn = chat.log.querySelector(`.files [data-file="${file.key}"]`);
  const stay = chat.atEnd();
  drawn?.replaceWith(ownFile(entry, file, chat.on));
  if (stay) chat.toEnd();
}

export class Became {
  constructor(chat, link) {
    this.chat = chat;
    chat.addEventListener("caughtup", () => this.ask(0));
    chat.addEventListener("arrived", () => this.ask(SOON));
    link.addEventListener("acked", ({ detail }) => detail.files?.length && this.said());
  }

  said() {
    this.ask(SOON);
    setTimeout(() => this.ask(0), LATER);
  }

  ask(wait) {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.look(), wait);
  }

  async look() {
    const open = this.chat.entries.filter((entry) => entry.state === "sent" && entry.files?.some((file) => !file.end));
    const asked = open.slice(-MOST);
    if (!asked.length) return;
    const ids = asked.map(({ key }) => key.slice(2));
    const answer = await fetch(`/evidence/${encodeURIComponent(this.chat.chat)}?of=${ids.join(",")}`).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    for (const entry of asked) for (const file of entry.files) this.became({ entry, file }, found[entry.key.slice(2)]);
    this.chat.keep();
  }

  // No row: the same file was there before.
  became(shown, rows) {
    const { file } = shown;
    if (file.end) return;
    const row = rows?.find((each) => file.id?.endsWith(`-${each.unique}`));
    const note = NOT_KEPT[row?.state] ?? null;
    file.end = !row || !["held", "wanted"].includes(row.state);
    if (!file.end && note === file.note) return;
    Object.assign(file, { note, url: row?.url, big: row?.thumb });
    redraw(this.chat, shown);
  }
}
