// The example story: it types through the same page and the same connection as a person, and looks at what it sees.

const TOLD = "翠竹街道水贝社区，昨晚十点开始楼下的水管爆了，水流到马路上，物业一直没人管，希望今天派人来修";
const ANSWERS = [
  [/哪里|地点|哪一个地方/, "翠竹街道水贝社区"],
  [/什么时候/, "昨晚十点开始"],
  [/希望怎么/, "希望今天派人来修"],
  [/发生了什么/, TOLD],
];
const PRESSES = [/^同意/, /新的诉求/, /^确认提交/, /^匿名/];
const SLOWLY = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 35; // ms a character
const PAUSE = SLOWLY ? 1000 : 150; // ms to read what came
const PATIENCE = 45000; // ms for anything the story waits for
const MOST_TURNS = 14;

class Stopped extends Error {}

export class Story {
  // page: { resident, group, happened, openGroup, tab }
  constructor(page, caption, button) {
    Object.assign(this, { page, caption, button });
    button.addEventListener("click", () => (this.running ? (this.running = false) : this.play()));
  }

  async play() {
    this.running = true;
    this.mark();
    try {
      await this.tell();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.say(error.message || "已停止");
    } finally {
      this.running = false;
      this.mark();
    }
  }

  mark() {
    this.button.setAttribute("aria-pressed", String(this.running));
    this.button.querySelector(".said").textContent = this.running ? "停止播放" : "播放示例故事";
  }

  say(text) {
    this.caption.textContent = text;
    this.caption.hidden = false;
  }

  async tell() {
    const { resident, group } = this.page;
    this.scene(1, "居民把事情说出来", "resident");
    const number = await this.file(resident);
    this.scene(2, "系统派单，卡片出现在承办单位的群里", "group");
    const chat = await this.until(() => this.page.groupOf(number), "没有等到派单");
    this.page.openGroup(chat);
    await this.card(number, /./);
    await this.settleCategory(number);
    this.scene(3, "单位签收", "group");
    await this.pressCard(number, /^签收/);
    this.scene(4, "单位回复居民（30 秒内可撤回，这里点“立即发送”）", "group");
    const before = this.heard(resident);
    await this.answer(number);
    this.scene(5, "居民收到回复", "resident");
    await this.until(() => this.after(resident, before, (said) => said.text.includes("回复：")), "没有等到回复");
    await this.pause();
    this.scene(6, "单位办结：结果、事实、依据", "group");
    await this.conclude(number);
    this.scene(7, "居民说了算：解决了吗？", "resident");
    await this.confirm(resident);
    this.scene(8, `讲完了：${number} 已办结，右边是它的全部记录`, "happened");
  }

  scene(number, what, tab) {
    this.say(`示例故事 ${number}/8：${what}`);
    this.page.tab(tab);
  }

  // the resident tells it, and answers what is asked

  async file(resident) {
    const before = this.page.happened.newest;
    let heard = this.heard(resident);
    await this.type(resident, TOLD);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const said = await this.until(() => this.after(resident, heard), "没有等到回答");
      heard = said.position;
      if (said.copy) break;
      await this.pause();
      await this.react(resident, said);
    }
    return this.until(() => this.page.happened.newest !== before && this.page.happened.newest, "没有登记成功");
  }

  async react(resident, said) {
    const buttons = said.buttons.flat();
    const wanted = PRESSES.map((label) => buttons.find((button) => label.test(button.label))).find(Boolean);
    if (wanted) return resident.press({ entry: said, button: wanted });
    const answer = ANSWERS.find(([question]) => question.test(said.text));
    if (answer) return this.type(resident, answer[1]);
    const skip = buttons.find((button) => /^跳过/.test(button.label));
    if (skip) return resident.press({ entry: said, button: skip });
    throw new Stopped("示例故事看不懂这一步，请接着自己走");
  }

  // the unit works on it

  async settleCategory(number) {
    const { group } = this.page;
    if (offers(/^签收/)(this.find(number))) return;
    this.scene(2, "模型拿不准：研判员先定分类", "group");
    const desk = group.chat;
    const heard = this.heard(group);
    await this.pressCard(number, /^改分类/);
    await this.until(() => this.after(group, heard), "没有等到分类");
    await this.type(group, "城乡建设");
    const chat = await this.until(() => {
      const there = this.page.groupOf(number);
      return there !== desk && there;
    }, "没有等到派单");
    this.page.openGroup(chat);
    await this.card(number, /^签收/);
  }

  async answer(number) {
    const { group } = this.page;
    const card = await this.card(number, /^回复/);
    const heard = this.heard(group);
    group.startReply(card, false);
    await this.type(group, "已联系物业和自来水公司，师傅今天下午三点前到现场抢修，先关了楼栋总阀。");
    const preview = await this.until(() => this.after(group, heard, offers(/^立即/)), "没有等到预览");
    await this.pause();
    group.press({ entry: preview, button: preview.buttons.flat().find((button) => /^立即/.test(button.label)) });
    await this.until(() => this.after(group, preview.position), "没有等到发送");
  }

  async conclude(number) {
    const { group } = this.page;
    let heard = this.heard(group);
    await this.pressCard(number, /^办结/);
    const results = await this.until(() => this.after(group, heard, offers(/^支持/)), "没有等到办理结果");
    await this.pause();
    heard = this.heard(group);
    group.press({ entry: results, button: results.buttons.flat()[0] });
    for (const words of ["爆裂的水管已更换，下午五点恢复供水，路面积水已清理。", "《城镇供水条例》第二十四条"]) {
      await this.until(() => this.after(group, heard), "没有等到提问");
      heard = this.heard(group);
      await this.type(group, words);
    }
    await this.until(() => this.after(group, heard), "没有等到办结");
  }

  async confirm(resident) {
    let heard = 0;
    for (const label of [/^解决了/, /^满意/]) {
      const asked = await this.until(() => this.offering(resident, label), "没有等到回访");
      await this.pause();
      heard = this.heard(resident);
      resident.press({ entry: asked, button: asked.buttons.flat().find((button) => label.test(button.label)) });
    }
    await this.until(() => this.after(resident, heard), "没有等到评价");
  }

  // looking and waiting

  heard(chat) {
    return Math.max(0, ...chat.entries.filter((e) => e.kind === "text").map((e) => e.position));
  }

  after(chat, position, is = () => true) {
    return chat.entries.find((entry) => entry.kind === "text" && entry.position > position && is(entry));
  }

  offering(chat, label) {
    const last = chat.lastOffer();
    return last && !last.pressed && offers(label)(last) ? last : null;
  }

  find(number) {
    return this.page.group.entries.find((entry) => entry.card === number && entry.kind === "card");
  }

  async card(number, label) {
    return this.until(() => {
      const card = this.find(number);
      return card && offers(label)(card) && card;
    }, "没有等到卡片");
  }

  async pressCard(number, label) {
    const card = await this.card(number, label);
    await this.pause();
    this.page.group.press({ entry: card, button: card.buttons.flat().find((button) => label.test(button.label)) });
  }

  async until(condition, otherwise) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      if (!this.running) throw new Stopped("");
      const found = condition();
      if (found) return found;
      if (Date.now() > end) throw new Stopped(`示例故事停在这里：${otherwise}`);
      await rest(60);
    }
  }

  async pause() {
    await rest(PAUSE);
    if (!this.running) throw new Stopped("");
  }

  async type(chat, text) {
    await this.pause();
    for (let end = 1; SLOWLY && end < text.length; end += 1) {
      chat.input.value = text.slice(0, end);
      chat.grow();
      await rest(SLOWLY);
      if (!this.running) {
        chat.input.value = "";
        throw new Stopped("");
      }
    }
    chat.input.value = text;
    chat.submit();
  }
}

function offers(label) {
  return (entry) => entry.buttons.flat().some((button) => label.test(button.label));
}

function rest(time) {
  return new Promise((done) => setTimeout(done, time));
}
