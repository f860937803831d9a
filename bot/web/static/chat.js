// One conversation on the page: its bubbles, cards and buttons, and the line where one writes.

import { heardBubble, ownBubble, timeOfMine } from "./bubbles.js";
import { byOrder, dropTranscript, keepTranscript, transcript } from "./memory.js";
import { at, dayOf, isUrgent } from "./words.js";

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Chat extends EventTarget {
  constructor(root, link, hint = "") {
    super();
    this.root = root;
    this.link = link;
    this.log = root.querySelector(".log");
    this.empty = root.querySelector(".empty");
    this.form = root.querySelector(".composer");
    this.input = root.querySelector("textarea");
    this.newer = root.querySelector(".newer");
    this.banner = root.querySelector(".replying");
    this.pinned = root.querySelector(".pinned");
    this.elements = new Map(); // key of an entry -> its element
    this.on = {
      hint, // what following a card means
      press: (entry, button) => this.press({ entry, button }),
      follow: (number) => this.dispatchEvent(new CustomEvent("follow", { detail: number })),
      file: (key, what) => this.dispatchEvent(new CustomEvent("file", { detail: { key, what } })),
    };
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229; // Enter picks a word in an input method
      if (event.key === "Enter" && !event.shiftKey && !composing) (event.preventDefault(), this.submit());
    });
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.leaveReply());
    this.banner?.querySelector(".leave").addEventListener("click", () => this.leaveReply());
    this.log.addEventListener("scroll", () => this.scrolled());
    this.pinned?.addEventListener("click", () => this.elements.get(this.lastCard().key).scrollIntoView());
    this.newer.addEventListener("click", () => this.toEnd());
    for (const chip of this.root.querySelectorAll(".chip")) {
      chip.addEventListener("click", () => this.say({ text: chip.textContent }));
    }
  }

  // which chat

  show(chat) {
    this.chat = chat;
    this.caughtUp = false;
    this.leaveReply();
    this.reload();
    for (const part of this.form.elements) part.disabled = false;
  }

  reload() {
    this.log.setAttribute("aria-live", "off"); // what was read before is not read out again
    for (const drawn of this.elements.values()) drawn.remove();
    this.elements.clear();
    const kept = transcript(this.chat);
    this.upto = kept.upto;
    this.entries = kept.entries;
    this.unsaid();
    this.entries.sort(byOrder).forEach((entry) => this.draw(entry));
    this.settle();
    this.toEnd();
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
  }

  unsaid() {
    const waiting = new Map(this.link.waiting.filter((m) => m.chat === this.chat).map((m) => [`o:${m.id}`, m]));
    for (const entry of this.entries) {
      if (entry.state === "waiting" && !waiting.has(entry.key)) entry.state = "sent"; // acknowledged in another tab
      waiting.delete(entry.key);
    }
    for (const message of waiting.values()) this.entries.push(own(message, this.end(), "waiting"));
  }

  end() {
    return this.entries.reduce((most, entry) => Math.max(most, Math.floor(entry.order)), 0);
  }

  // what arrives

  take(frame) {
    if (frame.type === "reset") {
      dropTranscript(this.chat);
      this.reload();
    } else if (frame.type === "upto") {
      this.reach(frame.position);
    } else {
      this.put(frame);
      if (frame.upto) this.reach(frame.upto); // nothing else was new
    }
  }

  reach(position) {
    this.upto = position;
    this.caughtUp = true;
    this.keep();
    this.dispatchEvent(new Event("caughtup"));
  }

  put(frame) {
    const key = frame.type === "card" ? `c:${frame.card}` : `t:${frame.position}`;
    const known = this.entries.find((entry) => entry.key === key);
    if (known && known.position >= frame.position) return; // once is enough
    const order = known ? known.order : frame.position;
    const entry = { ...frame, key, kind: frame.type, order, at: frame.at ?? new Date().toISOString() };
    if (known) this.entries.splice(this.entries.indexOf(known), 1, entry);
    else this.entries.push(entry);
    this.entries.sort(byOrder);
    const stay = this.atEnd();
    this.draw(entry, Boolean(known));
    this.settle();
    this.keep();
    if (stay) this.toEnd();
    else this.newer.hidden = false;
    if (stay && isUrgent(entry)) this.elements.get(key).scrollIntoView(); // its first line has the number to call
    this.dispatchEvent(new CustomEvent("arrived", { detail: entry }));
  }

  // Another tab has kept something: what is not here yet is shown here too.
  adopt() {
    const missing = transcript(this.chat).entries.filter((entry) => !this.elements.has(entry.key));
    this.entries.push(...missing);
    this.entries.sort(byOrder);
    missing.forEach((entry) => this.draw(entry));
    this.settle();
  }

  keep() {
    keepTranscript(this.chat, { upto: this.upto, entries: this.entries });
  }

  // what is said

  say({ text = "", button, label, reply_to, about, point, files = [] }) {
    const message = { id: newId(), chat: this.chat, text, button, label, reply_to, about, point, made: Date.now() };
    if (files.length) message.files = files.map(({ thumb, note, ...file }) => file);
    const entry = own(message, this.end(), "waiting", files);
    this.entries.push(entry);
    this.draw(entry);
    this.settle();
    this.keep();
    this.toEnd();
    this.link.say(message);
    this.dispatchEvent(new Event("said"));
    return entry;
  }

  submit() {
    const text = this.input.value.trim();
    if (this.input.disabled || !(text || this.attach?.chosen.length)) return;
    const files = this.attach ? this.attach.take() : [];
    if (!files) return; // one of them is to be sent again first
    const pressed = /^[1-9]$/.test(text) && !this.replyTo && !files.length ? this.numbered()[Number(text) - 1] : null;
    if (pressed) this.press(pressed);
    else this.say({ text, reply_to: this.replyTo?.message_id, about: this.replyTo?.card, files });
    this.input.value = "";
    this.grow();
    this.leaveReply();
  }

  press({ entry, button }) {
    if (entry.kind === "card" && button.label.startsWith("回复")) return this.startReply(entry);
    entry.pressed = button.id;
    this.elements.get(entry.key)?.querySelector(`[data-id="${CSS.escape(button.id)}"]`)?.classList.add("pressed");
    return this.say({ button: button.id, label: button.label, about: entry.card });
  }

  settled(id, state, why) {
    const entry = this.entries.find((known) => known.key === `o:${id}`);
    if (!entry) return;
    Object.assign(entry, { state, why });
    const drawn = this.elements.get(entry.key); // changed in place: a new element would be read out again
    drawn.classList.replace("waiting", state);
    drawn.querySelector(".time").textContent = timeOfMine(entry);
    this.settle();
    this.keep();
  }

  // the numbered buttons: those of the last message that has any, if nothing was said since

  lastOffer() {
    const heard = this.entries.filter((entry) => entry.kind !== "own");
    const last = heard.at(-1);
    return last && last.buttons.length ? last : null;
  }

  numbered() {
    const entry = this.lastOffer();
    return entry ? entry.buttons.flat().map((button) => ({ entry, button })) : [];
  }

  pressNumber(number) {
    const wanted = this.numbered()[number - 1];
    if (wanted) this.press(wanted);
    return Boolean(wanted);
  }

  // answering a card

  startReply(card, focus = true) {
    this.replyTo = card;
    this.banner.querySelector("span").textContent = `回复 ${card.card} 的居民；以 # 开头只作内部备注`;
    this.banner.hidden = false;
    this.input.placeholder = "写给居民的话…";
    if (focus) this.input.focus();
    this.settle();
  }

  leaveReply() {
    if (!this.replyTo) return;
    this.replyTo = null;
    this.banner.hidden = true;
    this.input.placeholder = "回复卡片，或输入 /帮助";
    this.settle();
  }

  // drawing

  draw(entry, again = false) {
    const made = entry.kind === "own" ? ownBubble(entry, this.on) : heardBubble(entry, this.on);
    const before = this.elements.get(entry.key);
    if (before) {
      const focused = before.contains(document.activeElement);
      before.replaceWith(made);
      if (focused) (made.querySelector("button") ?? this.log).focus({ preventScroll: true }); // not where one types: a phone would show its keyboard
    } else {
      const next = this.entries.slice(this.entries.indexOf(entry) + 1).find((later) => this.elements.has(later.key));
      this.log.insertBefore(made, next ? this.elements.get(next.key) : null);
    }
    if (again && entry.kind === "card") made.classList.add("changed");
    this.elements.set(entry.key, made);
  }

  // After each change: the teaching words, which buttons are the live ones, which card is being answered, which times
  // go without saying.
  settle() {
    this.empty.hidden = this.entries.length > 0;
    const live = this.lastOffer();
    for (const [place, entry] of this.entries.entries()) {
      const drawn = this.elements.get(entry.key);
      if (!drawn) continue;
      drawn.classList.toggle("live", entry === live);
      drawn.classList.toggle("answered", entry === this.replyTo);
      drawn.classList.toggle("done", entry.kind === "text" && Boolean(entry.pressed) && entry !== live);
      drawn.classList.toggle("quiet", isQuiet(entry, this.entries[place + 1]));
      for (const choice of drawn.querySelectorAll(".choice")) {
        choice.tabIndex = entry === live || entry.kind === "card" ? 0 : -1;
      }
    }
    this.scrolled();
  }

  // The card that changed last stays within reach when it is out of sight.
  scrolled() {
    if (this.atEnd()) this.newer.hidden = true;
    const card = this.pinned && this.lastCard();
    if (!card) return void (this.pinned && (this.pinned.hidden = true));
    const drawn = this.elements.get(card.key).getBoundingClientRect();
    const seen = this.log.getBoundingClientRect();
    this.pinned.textContent = card.text.split("\n")[0];
    this.pinned.hidden = drawn.bottom > seen.top + 40 && drawn.top < seen.bottom - 40;
  }

  lastCard() {
    return this.entries.filter((entry) => entry.kind === "card").reduce(
      (last, entry) => (!last || entry.position > last.position ? entry : last), null);
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  toEnd() {
    this.newer.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function own(message, end, state, files = message.files) {
  return {
    key: `o:${message.id}`, kind: "own", order: end + 0.5, tie: message.made, at: new Date(message.made).toISOString(),
    text: message.text, label: message.label, about: message.about, point: message.point, state,
    files: files?.length ? files.map((file) => ({ ...file })) : undefined,
  };
}

function isQuiet(entry, next) {
  if (!next || entry.kind === "card" || (entry.state ?? "sent") !== "sent") return false;
  return at(entry.at) === at(next.at) && dayOf(entry.at) === dayOf(next.at);
}
