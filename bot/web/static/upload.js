// Uploads: a few at a time, again when the line broke, with how far each has come.
//
// An item: { key, file, kind, name, size, state: waiting | uploading | done | failed, share, id, why }. Each change is
// told as "changed"; an item that is done has the id under which the service keeps it.

const AT_ONCE = 2;
const SOONEST = 1000, LATEST = 15000; // ms between two attempts
const MOST_TRIES = 5; // while the service can be reached; while it cannot, uploads wait

export class Uploads extends EventTarget {
  constructor(link) {
    super();
    this.link = link;
    this.line = [];
    this.running = 0;
    link.addEventListener("state", ({ detail }) => detail === "open" && this.next());
  }

  start(item) {
    Object.assign(item, { state: "waiting", share: 0, tries: 0, why: null, stopped: false });
    this.line.push(item);
    this.tell(item);
    this.next();
  }

  stop(item) {
    item.stopped = true;
    this.line = this.line.filter((waiting) => waiting !== item);
    clearTimeout(item.later);
    item.request?.abort();
  }

  next() {
    while (this.running < AT_ONCE && this.line.length) this.run(this.line.shift());
  }

  run(item) {
    this.running += 1;
    item.state = "uploading";
    const request = (item.request = new XMLHttpRequest());
    request.open("POST", "/upload");
    request.setRequestHeader("Content-Type", item.file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(item.name));
    request.upload.onprogress = ({ loaded, total }) => this.tell(Object.assign(item, { share: total ? loaded / total : 0 }));
    request.onloadend = () => this.ended(item, request);
    request.send(item.file);
    this.tell(item);
  }

  ended(item, request) {
    this.running -= 1;
    item.request = null;
    if (!item.stopped) this.answered(item, request.status, parsed(request.responseText));
    this.next();
  }

  answered(item, status, answer) {
    if (status === 201 && answer?.id) this.tell(Object.assign(item, { state: "done", share: 1, id: answer.id }));
    else if (isPassing(status)) this.again(item);
    else this.fail(item, answer?.why ?? "refused");
  }

  again(item) {
    if (this.link.state === "open") item.tries += 1;
    if (item.tries >= MOST_TRIES) return this.fail(item, "network");
    Object.assign(item, { state: "waiting", share: 0 });
    this.tell(item);
    const wait = Math.min(SOONEST * 2 ** item.tries, LATEST) * (0.5 + Math.random() / 2);
    item.later = setTimeout(() => (this.line.push(item), this.next()), wait);
  }

  fail(item, why) {
    this.tell(Object.assign(item, { state: "failed", why }));
  }

  tell(item) {
    this.dispatchEvent(new CustomEvent("changed", { detail: item }));
  }
}

// The line broke, or the service is busy: another attempt may do.
function isPassing(status) {
  return status === 0 || status === 429 || status >= 500;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
