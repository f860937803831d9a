// The connection: says what waits, one message of a chat after the other, and hands on what arrives.
//
// A message waits, also in localStorage, until the service has acknowledged it after its commit. A broken connection is
// opened again; what was not acknowledged is said again under the same id, which the service takes once.

import { allPending, dropPending, keepPending } from "./memory.js";

const SOONEST = 500, LATEST = 8000; // ms between two attempts to connect, or to say what found the service busy
const PATIENCE = 10000; // ms for an acknowledgement before the connection counts as broken

export class Link extends EventTarget {
  constructor(positions) {
    super();
    this.positions = positions; // () => { chat: last position }
    this.waiting = allPending();
    this.said = new Map(); // chat -> id of what is being said
    this.pause = SOONEST;
    this.state = "connecting";
    addEventListener("online", () => this.connect());
    addEventListener("offline", () => this.socket?.close());
  }

  connect() {
    clearTimeout(this.later);
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  opened() {
    this.pause = SOONEST;
    this.said.clear();
    this.become("open");
    this.hello(this.positions());
    this.sayNext();
  }

  closed(code) {
    if (code === 1009) this.giveUp([...this.said.values()][0], "too_big");
    this.said.clear();
    clearTimeout(this.watch);
    this.become("broken");
    this.later = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LATEST);
  }

  become(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  hello(chats) {
    if (this.state === "open" && Object.keys(chats).length) this.socket.send(JSON.stringify({ type: "hello", chats }));
  }

  say(message) {
    this.waiting.push(message);
    keepPending(message);
    this.sayNext();
  }

  sayNext() {
    if (this.state !== "open") return;
    for (const message of this.waiting) {
      const { id, chat, text, button, reply_to, point } = message;
      if (this.said.has(chat) || !isReady(message)) continue;
      this.said.set(chat, id);
      this.socket.send(JSON.stringify({ type: "say", id, chat, text, button, reply_to, point, files: uploaded(message) }));
    }
    this.watchFor();
  }

  // A message that waits here is another now: its files are up, or left out.
  changed(message) {
    keepPending(message);
    this.sayNext();
  }

  watchFor() {
    clearTimeout(this.watch);
    const socket = this.socket;
    if (this.said.size) this.watch = setTimeout(() => this.socket === socket && socket.close(), PATIENCE);
  }

  heard(frame) {
    if (frame.type === "ack") this.done(frame.id, "acked");
    else if (frame.type === "busy") this.busy(frame.id);
    else if (frame.type === "refused" && frame.why === "upload_gone") this.again(frame.id);
    else if (frame.type === "refused" && frame.id) this.giveUp(frame.id, frame.why);
    else this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  done(id, how, why) {
    this.pause = SOONEST;
    const message = this.waiting.find((waiting) => waiting.id === id);
    this.waiting = this.waiting.filter((waiting) => waiting.id !== id);
    dropPending(id);
    for (const [chat, said] of this.said) if (said === id) this.said.delete(chat);
    if (message) this.dispatchEvent(new CustomEvent(how, { detail: { ...message, why } }));
    this.sayNext();
  }

  // Its uploads lay too long: they are to be sent once more before it is.
  again(id) {
    const message = this.waiting.find((waiting) => waiting.id === id);
    if (!message) return;
    for (const file of message.files ?? []) delete file.id;
    keepPending(message);
    this.said.delete(message.chat);
    this.dispatchEvent(new CustomEvent("gone", { detail: message }));
    this.sayNext();
  }

  giveUp(id, why) {
    if (id) this.done(id, "refused", why);
  }

  busy(id) {
    clearTimeout(this.watch);
    setTimeout(() => {
      for (const [chat, said] of this.said) if (said === id) this.said.delete(chat);
      this.sayNext();
    }, this.pause);
    this.pause = Math.min(this.pause * 2, LATEST);
  }
}

// A message with files waits until all are up, and holds up no other: a cry for help does not wait for a video.
function isReady({ files }) {
  return !files?.some((file) => !file.id);
}

function uploaded({ files }) {
  return files?.length ? files.map(({ id, kind, name, size }) => ({ id, kind, name, size })) : undefined;
}
