// The page: joins the connection, the conversations and, in the demo, the group and the record of what happened.

import { Attach } from "./attach.js";
import { element } from "./bubbles.js";
import { Chat } from "./chat.js";
import { Happened } from "./happened.js";
import { Link } from "./link.js";
import { forgetOtherStores, keyOf } from "./memory.js";
import { Place } from "./place.js";
import { Story } from "./story.js";
import { LINK } from "./words.js";

const $ = (id) => document.getElementById(id);
const page = document.body.dataset;
const { mode, chat: own } = page;

forgetOtherStores();
const link = new Link(() => positions());
const resident = mode === "staff" ? null : new Chat($("resident"), link);
const group = mode === "resident" ? null : new Chat($("group"), link, mode === "demo" ? "在“发生了什么”里看这一件" : "看全部经过");
if (resident) new Place(resident);
if (resident?.form.querySelector(".attach")) resident.attach = new Attach(resident, link);
const chats = [resident, group].filter(Boolean);
let active = chats[0]; // the conversation that the number keys mean

function positions() {
  return Object.fromEntries(chats.filter((chat) => chat.chat).map((chat) => [chat.chat, chat.upto]));
}

link.addEventListener("frame", ({ detail: frame }) => {
  if (frame.type === "store" && frame.store !== page.store) return void location.reload();
  if (frame.type === "store" || frame.type === "staff") return void belongs(frame.group ?? "");
  if (frame.chat === undefined) return;
  chats.find((chat) => chat.chat === frame.chat)?.take(frame);
});
link.addEventListener("acked", ({ detail }) => of(detail)?.settled(detail.id, "sent"));
link.addEventListener("refused", ({ detail }) => of(detail)?.settled(detail.id, "refused", detail.why));
link.addEventListener("state", ({ detail: state }) => {
  $("link").dataset.state = state;
  $("link").querySelector(".said").textContent = LINK[state];
  $("offline").hidden = state !== "broken";
});

// Whose group this person may open: the way to it is shown, and a group one has left is shown no longer.
function belongs(group) {
  if (mode === "staff" && group !== page.group) return void location.reload();
  page.group = group;
  if (mode === "resident") $("to-group").hidden = !group;
}

addEventListener("storage", ({ key }) => chats.find((chat) => chat.chat && keyOf(chat.chat) === key)?.adopt());

function of(message) {
  return chats.find((chat) => chat.chat === message.chat);
}

// A poster's code is said at once, in a chat that has begun long ago too; then the address forgets it, so that it is
// not said again when the page is loaded anew.
function arriveByPoster() {
  const station = new URLSearchParams(location.search).get("at") ?? "";
  if (!/^[\w-]{1,61}$/.test(station)) return;
  resident.say({ text: `/start at-${station}`, label: "扫码进入" });
  history.replaceState(history.state, "", location.pathname);
}

// keys

for (const chat of chats) chat.root.addEventListener("focusin", () => (active = chat));
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (active.pressNumber(Number(event.key))) event.preventDefault();
});

// the demo's other two columns

function demo() {
  const happened = new Happened($("happened"));
  const select = $("groups");
  let placed = null; // the complaint and the group that was opened for it by itself: again when another unit leads

  const openGroup = (chat) => {
    if (group.chat === chat) return;
    group.show(chat);
    link.hello({ [chat]: group.upto });
    select.value = chat;
  };
  const groupOf = (number) => {
    const found = happened.complaint;
    if (found?.number !== number) return null;
    const shown = found.cards.map((card) => card.chat);
    return shown.find((chat) => chat === `group:${found.lead}`) ?? shown[0] ?? null;
  };
  const listGroups = async () => {
    const answer = await fetch("/demo/groups").catch(() => null);
    if (!answer?.ok) return;
    const groups = await answer.json();
    select.disabled = groups.length === 0;
    const options = groups.map(({ chat, name, cards, open }) =>
      element("option", { value: chat }, `${name}（${open} 件在办，共 ${cards} 件）`));
    if (options.length) select.replaceChildren(...options);
    if (!group.chat && groups.length) openGroup(groups[0].chat);
    if (group.chat) select.value = group.chat;
  };

  happened.addEventListener("seen", () => {
    const number = happened.complaint?.number;
    const chat = number && groupOf(number);
    if (chat && placed !== `${number} ${chat}`) {
      placed = `${number} ${chat}`;
      openGroup(chat);
    }
    listGroups();
  });
  select.addEventListener("change", () => openGroup(select.value));
  group.addEventListener("follow", ({ detail: number }) => {
    placed = `${number} ${group.chat}`; // looking at a card does not move the group
    happened.follow(number);
    tab("happened");
  });
  link.addEventListener("acked", () => happened.soon());
  for (const chat of chats) chat.addEventListener("arrived", () => (happened.soon(), unread(chat)));

  const tab = tabs();
  new Story({ resident, group, happened, openGroup, groupOf, tab }, $("caption"), $("story"));
  happened.look();
  window.addEventListener("resize", () => chats.forEach((chat) => chat.atEnd() && chat.toEnd()));
}

function tabs() {
  const buttons = [...document.querySelectorAll('[role="tab"]')];
  const show = (name) => {
    document.body.dataset.tab = name;
    for (const button of buttons) {
      const chosen = button.id === `tab-${name}`;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) button.classList.remove("unread");
    }
    const chat = chats.find((known) => known.root.id === name);
    chat?.toEnd();
    active = chat ?? active;
  };
  for (const [place, button] of buttons.entries()) {
    button.addEventListener("click", () => show(button.id.slice(4)));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = buttons[(place + step + buttons.length) % buttons.length];
      next.focus();
      next.click();
    });
  }
  show("resident");
  return show;
}

function unread(chat) {
  const name = chat.root.id;
  if (chat.caughtUp && document.body.dataset.tab !== name) $(`tab-${name}`).classList.add("unread");
}

// staff's page for their group

function staff() {
  group.addEventListener("follow", ({ detail: number }) => group.say({ text: `/show ${number}` }));
  group.show(own);
}

resident?.addEventListener("caughtup", arriveByPoster, { once: true });
resident?.show(own);
if (mode === "demo") demo();
if (mode === "staff") staff();
link.connect();
