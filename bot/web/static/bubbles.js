// How a message looks: bubbles, cards, buttons. Nothing here knows the connection or what is remembered.

import { KINDS, MY_PLACE, OPENS, WHY_REFUSED, at, dayOf, isUrgent, sizeOf } from "./words.js";

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value ?? "";
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

// on: { press(entry, button), follow(number), file(key, what) }
export function heardBubble(entry, on) {
  const card = entry.kind === "card";
  return element(
    "article",
    { class: `message heard ${entry.kind}${isUrgent(entry) ? " urgent" : ""}`, "data-key": entry.key, "aria-label": card ? `诉求卡片 ${entry.card}` : null },
    entry.again && element("p", { class: "again" }, "重发：可能已经收到过"),
    element("div", { class: "bubble" }, ...(card ? cardBody(entry, on) : [paragraphs(entry.text)]), shownFiles(entry.media), copier(entry)),
    buttonsOf(entry, on),
    timeOf(entry),
  );
}

function cardBody(entry, on) {
  const [title, ...rest] = entry.text.split("\n");
  const show = element("button", { type: "button", class: "title", title: on.hint,
    onclick: () => on.follow(entry.card) }, title);
  return [show, element("dl", {}, ...rest.map((line, place) => factOf(line, rest[place - 1])))];
}

function copier(entry) {
  if (!entry.copy) return null;
  return element("button", { type: "button", class: "copy", onclick: async (event) => {
    const copied = await navigator.clipboard?.writeText(entry.copy).then(() => true, () => false);
    event.target.textContent = copied ? "已复制" : `${entry.copy}（请长按复制）`;
  } }, `复制 ${entry.copy}`);
}

function buttonsOf(entry, on) {
  if (!entry.buttons.length) return null;
  let number = 0;
  const rows = entry.buttons.map((row) =>
    element("div", { class: "row" }, ...row.map((button) => buttonOf(entry, button, ++number, on))));
  return element("div", { class: "buttons", role: "group", "aria-label": "可以选" }, ...rows);
}

function buttonOf(entry, button, number, on) {
  return element(
    "button",
    { type: "button", class: entry.pressed === button.id ? "choice pressed" : "choice",
      "data-id": button.id, onclick: () => on.press(entry, button) },
    element("span", { class: "number", "aria-hidden": "true" }, number < 10 ? String(number) : ""),
    element("span", {}, button.label),
  );
}

export function ownBubble(entry, on) {
  const said = entry.label ? [element("p", { class: "label" }, entry.label)]
    : entry.point ? pinned(entry.point) : entry.text ? folded(entry.text) : [];
  const about = entry.about && element("p", { class: "about" }, `↩ ${entry.about}`);
  return element(
    "article",
    { class: `message mine ${entry.state}${entry.label ? " chosen" : ""}`, "data-key": entry.key },
    element("div", { class: "bubble" }, about || null, ...said, ownFiles(entry, on)),
    element("p", { class: "time" }, timeOfMine(entry)),
  );
}

// point: { latitude, longitude } in degrees, shown as it was sent
function pinned({ latitude, longitude }) {
  return [
    element("p", { class: "pin" }, drawing("pin"), MY_PLACE),
    element("p", { class: "degrees" }, `${latitude}, ${longitude}`),
  ];
}

// One of the drawings that the page holds.
export function drawing(id) {
  const [svg, use] = ["svg", "use"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  use.setAttribute("href", `#${id}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// What the service shows: a photo by its small picture, everything else by its kind and name.
function shownFiles(media) {
  if (!media?.length) return null;
  return element("ul", { class: "files" }, ...numberedByKind(media).map(([file, number]) => {
    const called = `${KINDS[file.kind]} ${number}`;
    const sight = file.thumb ? picture(file.thumb, called) : null;
    const words = sight ? null : element("span", { class: "name" }, `${called}：${file.name}`);
    return element("li", { class: sight ? "file photo" : "file" }, linked(file, called, sight ?? drawing("sheet"), words));
  }));
}

function linked({ url, name, thumb }, called, ...inside) {
  const open = thumb ? { target: "_blank", rel: "noopener" } : { download: name };
  return element("a", { href: url, ...open, title: `${OPENS[thumb ? "photo" : "file"]}${called}` }, ...inside);
}

// Where the picture is gone, its words stay.
function picture(source, words, instead = null) {
  const shown = element("img", { src: source, alt: words, loading: "lazy", width: 96, height: 96 });
  shown.addEventListener("error", () => {
    if (instead && shown.getAttribute("src") !== instead) shown.src = instead;
    else shown.replaceWith(element("span", { class: "missing" }, words));
  });
  return shown;
}

function ownFiles(entry, on) {
  if (!entry.files?.length) return null;
  return element("ul", { class: "files" }, ...entry.files.map((file) => ownFile(entry, file, on)));
}

// One that was sent: from this device until the service shows its own.
export function ownFile(entry, file, on) {
  const number = numberedByKind(entry.files).find(([other]) => other === file)[1];
  const called = `${KINDS[file.kind]} ${number}`;
  const source = file.big ?? file.thumb;
  const sight = source ? picture(source, called, file.thumb) : drawing("sheet");
  const words = source ? null : element("span", { class: "name" }, `${called}：${file.name}，${sizeOf(file.size)}`);
  const seen = file.url ? linked({ url: file.url, name: file.name, thumb: file.big }, called, sight, words)
    : element("span", { class: "seen" }, sight, words);
  const ways = file.stuck && element("span", { class: "ways" },
    element("button", { type: "button", onclick: () => on.file(file.key, "again") }, "再试一次"),
    element("button", { type: "button", onclick: () => on.file(file.key, "without") }, "不发这份"));
  return element("li", { class: `file${source ? " photo" : ""}`, "data-file": file.key, "aria-live": "off" },
    seen, file.note && element("span", { class: "how" }, file.note), ways || null);
}

function numberedByKind(files) {
  const counts = {};
  return files.map((file) => [file, (counts[file.kind] = (counts[file.kind] ?? 0) + 1)]);
}

function timeOf(entry) {
  const other = dayOf(entry.at) !== dayOf(new Date()) ? `${dayOf(entry.at)} ` : "";
  return element("p", { class: "time" }, `${entry.kind === "card" ? "更新于 " : ""}${other}${at(entry.at)}`);
}

function paragraphs(text) {
  return element("p", { class: "words" }, text);
}

const SHORT = 280, SHORT_LINES = 10; // of a long text, until it is unfolded: the page stays quick and can be overlooked

function folded(text) {
  const beginning = text.split("\n", SHORT_LINES).join("\n").slice(0, SHORT).trimEnd();
  if (text.length - beginning.length < SHORT / 2) return [paragraphs(text)];
  const words = paragraphs(`${beginning}…`);
  const fold = element("button", { type: "button", class: "fold", "aria-expanded": "false" });
  const show = (open) => {
    words.textContent = open ? text : `${beginning}…`;
    fold.textContent = open ? "收起" : `展开（共 ${text.length} 字）`;
    fold.setAttribute("aria-expanded", String(open));
  };
  fold.addEventListener("click", () => show(fold.getAttribute("aria-expanded") === "false"));
  show(false);
  return [words, fold];
}

export function timeOfMine(entry) {
  const state = { waiting: "等待送达", sent: "", refused: WHY_REFUSED[entry.why] ?? "没有发出" }[entry.state];
  return state ? `${state} · ${at(entry.at)}` : at(entry.at);
}

// "时限：签收 今天 16:20" is a name and what it is; a name is not shown twice in a row; other lines stand alone.
function factOf(line, before = "") {
  const [name, ...rest] = line.split("：");
  const split = rest.length > 0 && name.length <= 5;
  const again = before.startsWith(`${name}：`);
  return element("div", { class: split ? "fact" : "fact plain" },
    split && element("dt", { class: again ? "again" : null }, name),
    element("dd", {}, split ? rest.join("：") : line));
}
