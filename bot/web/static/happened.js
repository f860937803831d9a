// The third column of the demo: what the service has written down about one complaint, without its words.

import { element } from "./bubbles.js";
import {
  ACTOR, CLOCK, DRAFT, EVENT, GIVEN_BY, OUTBOX, REACHED, ROAD, STATUS, at, atExactly, due, left,
} from "./words.js";

const EVERY = 4000; // ms between two looks when nothing is heard

export class Happened extends EventTarget {
  constructor(root) {
    super();
    this.facts = root.querySelector("#facts");
    this.select = root.querySelector("#numbers");
    this.select.addEventListener("change", () => this.follow(this.select.value));
    setInterval(() => document.hidden || this.look(), EVERY);
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  follow(number) {
    this.number = number;
    this.look();
  }

  // Several things heard at once are one look.
  soon() {
    this.timer ??= setTimeout(() => ((this.timer = null), this.look()), 200);
  }

  async look() {
    const query = this.number ? `?number=${encodeURIComponent(this.number)}` : "";
    const answer = await fetch(`/demo/happened${query}`).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    const newest = found.mine[0];
    if (newest && newest !== this.newest) this.arrived(newest);
    else this.show(found);
  }

  // A complaint was just filed: it is the one to look at.
  arrived(number) {
    const first = this.newest === undefined;
    this.newest = number;
    if (!first || !this.number) this.number = number;
    this.look();
  }

  show(found) {
    this.now = found.now;
    this.complaint = found.complaint;
    this.pick(found);
    const drawn = JSON.stringify({ ...found, now: this.complaint ? found.now.slice(0, 16) : null });
    if (drawn !== this.drawn) {
      this.facts.replaceChildren(...(this.complaint ? this.sections(this.complaint) : this.teaching(found.draft)));
      this.drawn = drawn;
    }
    this.dispatchEvent(new CustomEvent("seen", { detail: found }));
  }

  pick(found) {
    const shown = this.complaint?.number;
    const numbers = [...new Set([...(shown ? [shown] : []), ...found.mine])].sort(
      (a, b) => found.mine.indexOf(a) - found.mine.indexOf(b));
    this.select.disabled = numbers.length === 0;
    if (numbers.join() === [...this.select.options].map((option) => option.value).join()) {
      this.select.value = shown;
      return;
    }
    if (numbers.length) {
      this.select.replaceChildren(...numbers.map((n) => element("option", { value: n, selected: n === shown }, n)));
    }
  }

  teaching(draft) {
    const live = draft && ["collecting", "reviewing"].includes(draft.state);
    return [
      element("div", { class: "empty" },
        element("h3", {}, live ? DRAFT[draft.state] : "提交以后，每一步都在这里"),
        element("p", {}, live
          ? `草稿从第一句话起就存在库里（${at(draft.began_at)} 开始，已收到 ${draft.messages} 条）。现在断电，重启后接着说。`
          : "状态、分类的把握、派给谁、什么时候到期、发出了什么，全部取自数据库；不含原话。"),
        element("ol", { class: "legend" },
          ...[["状态", "从登记到办结，走到哪一步"], ["分类", "模型有几分把握，看了哪些词"],
            ["时限", "每个承诺都是一行会到期的记录"], ["发件箱", "每条消息发没发出去"],
            ["记录链", "每一步带上一步的指纹，改一个字就对不上"]].map(([name, what]) =>
            element("li", {}, element("b", {}, name), ` ${what}`)))),
    ];
  }

  sections(c) {
    return [
      section("状态", this.status(c)),
      section("分类与去向", this.category(c)),
      section("时限", this.clocks(c)),
      section("发件箱", this.outbox(c)),
      section("记录链", this.chain(c), element("span", { class: `state ${c.intact ? "good" : "bad"}` },
        c.intact ? "✓ 完整" : "✗ 被改过")),
    ];
  }

  status(c) {
    const reached = REACHED[c.status] ?? -1;
    const road = ROAD.map((step, place) => {
      const how = place < reached ? "past" : place === reached ? "here" : "ahead";
      return element("li", { class: how, "aria-current": how === "here" ? "step" : null }, step);
    });
    return [
      element("p", { class: "big" }, element("span", { class: `state ${tone(c.status)}` }, STATUS[c.status] ?? c.status),
        c.reopened ? element("span", { class: "state warn" }, `第 ${c.reopened} 次重办`) : null),
      element("ol", { class: "road" }, ...road),
    ];
  }

  category(c) {
    const sure = c.confidence == null ? null : Math.min(99, Math.round(c.confidence * 100)); // nobody is ever certain
    return [
      facts([
        ["类别", [c.category, c.item].filter(Boolean).join(" / ") || "未定"],
        ["谁定的", GIVEN_BY[c.category_by] ?? c.category_by],
        ["承办", c.lead_name ?? "待定"],
        ["地点", c.area_name ?? "未确定"],
        ["依据", c.catalogue_row ? `派单目录 ${c.catalogue_row}` : "—"],
      ]),
      sure == null ? null : element("div", { class: "sure" },
        element("label", { for: "sure" }, "模型把握"),
        element("meter", { id: "sure", min: 0, max: 100, low: 50, high: 80, optimum: 100, value: sure }),
        element("b", {}, `${sure}%`)),
      c.words?.length ? element("p", { class: "counted" }, "看了这些词：",
        ...c.words.map(([word, share]) => element("span", { class: "word" }, word, element("i", {}, `${Math.round(share * 100)}%`)))) : null,
    ];
  }

  clocks(c) {
    if (!c.clocks.length) return [element("p", { class: "none" }, "没有在走的时钟。")];
    return [element("ul", { class: "clocks" }, ...c.clocks.map((clock) =>
      element("li", { class: new Date(clock.due) < new Date(this.now) ? "late" : "" },
        element("b", {}, CLOCK[clock.kind] ?? clock.kind),
        element("span", {}, `${due(clock.due, this.now)} 前`),
        element("i", {}, left(clock.due, this.now)))))];
  }

  outbox(c) {
    const rows = c.outbox.map((row) => element("li", {},
      element("b", {}, row.chat.startsWith("group:") ? "→ 群" : "→ 居民"),
      element("span", { class: `state ${outTone(row.state)}` }, (OUTBOX[row.state] ?? row.state) + (row.again ? "（重发）" : "")),
      element("i", {}, row.sent_at ? atExactly(row.sent_at) : `${atExactly(row.due)} 起发`)));
    const cards = c.cards.map((card) => element("li", {},
      element("b", {}, `卡片·${role(card.chat, c)}`),
      element("span", { class: `state ${card.shown >= card.wanted ? "good" : "wait"}` }, card.shown >= card.wanted ? "最新" : "待更新"),
      element("i", {}, `改过 ${card.wanted - 1} 次`)));
    const all = [...cards, ...rows];
    return [all.length ? element("ul", { class: "outbox" }, ...all) : element("p", { class: "none" }, "还没有要发的。")];
  }

  chain(c) {
    return [element("ol", { class: "chain" }, ...c.events.map((event) => element("li", {},
      element("p", {}, element("b", {}, EVENT[event.kind] ?? event.kind), " ",
        element("span", { class: "who" }, ACTOR[event.actor] ?? event.actor),
        event.before !== event.after
          ? element("span", { class: "move" }, `${STATUS[event.before]} → ${STATUS[event.after]}`) : null),
      element("p", { class: "hash" }, `${atExactly(event.at)} · `, element("code", {}, event.hash),
        event.previous ? " ← " : " 起点", event.previous ? element("code", {}, event.previous) : null))))];
  }
}

function role(chat, c) {
  if (chat === `group:${c.lead}`) return "承办";
  return c.assists.some((unit) => chat === `group:${unit}`) ? "协办" : "旁读";
}

function section(title, body, extra) {
  return element("section", {}, element("h3", {}, title, extra ?? null), ...body.filter(Boolean));
}

function facts(pairs) {
  return element("dl", { class: "pairs" }, ...pairs.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function tone(status) {
  if (["closed"].includes(status)) return "good";
  if (["triage", "objected", "reopened", "awaiting_resident", "replied"].includes(status)) return "warn";
  if (["declined", "redirected", "merged", "withdrawn"].includes(status)) return "quiet";
  return "busy";
}

function outTone(state) {
  return { sent: "good", waiting: "wait", sending: "busy", parked: "warn", dead: "bad" }[state] ?? "quiet";
}
