// What the page itself says; everything a conversation says comes from the service.

export const STATUS = {
  registered: "已登记", triage: "人工研判中", accepted: "已受理", dispatched: "已派单", objected: "退单待审",
  claimed: "已签收", handling: "办理中", awaiting_resident: "待补正", replied: "待居民确认", reopened: "退回重办",
  closed: "已办结", declined: "不予受理", redirected: "导入法定途径", merged: "已并案", withdrawn: "已撤回",
};

// The road most complaints take; a status maps to the step it has reached.
export const ROAD = ["登记", "受理", "派单", "签收", "办理", "答复", "办结"];
export const REACHED = {
  registered: 0, triage: 0, accepted: 1, dispatched: 2, objected: 2, claimed: 3, handling: 4, awaiting_resident: 4,
  reopened: 4, replied: 5, closed: 6,
};

export const EVENT = {
  registered: "登记", classified: "确定分类", triaged: "转人工研判", accepted: "受理", dispatched: "派单", claimed: "签收",
  unclaimed: "撤销签收", taken_back: "超时未联系，收回", transferred: "转派", first_contact: "首次反馈", replied: "回复居民",
  noted: "内部备注", transcribed: "转写语音", concluded: "答复办理结果", confirmed: "居民确认已解决", closed_unanswered: "居民未答复，办结",
  masked: "手工遮盖", unmasked: "取消遮盖",
  rated: "居民评价", reopened: "退回重办", redone: "原单位继续办理", raised: "提级办理", added: "居民补充",
  withdrawn: "居民撤回", late: "超时提醒", taken_up: "无人签收，上级接办", recounted: "按新日历重算时限",
};

export const ACTOR = {
  resident: "居民", bot: "系统", triage: "研判员", unit: "承办单位", head: "单位负责人", arbiter: "裁决员", clock: "时钟",
  leader: "领导",
};

export const CLOCK = {
  accept: "受理", claim: "签收", feedback: "首次反馈", resolve: "办结", take_back: "联系居民", silence: "等居民确认",
};

export const GIVEN_BY = { model: "模型判定", resident: "居民选择", staff: "人工确定", nobody: "拿不准，由人研判" };

export const OUTBOX = { waiting: "待发", sending: "发送中", sent: "已送达", parked: "待人工确认", dead: "发不出去" };

export const DRAFT = {
  collecting: "正在填写", reviewing: "等居民核对", submitted: "已提交", expired: "草稿已过期", discarded: "草稿已删除",
};

export const WHY_REFUSED = {
  rubbish: "没有发出：服务没有看懂", not_yours: "没有发出：您不能在这里发言", too_long: "没有发出：超过 10 万字，请分开说",
  empty: "没有发出：没有内容", too_big: "没有发出：太长了，请分开说", too_many: "没有打开：同时打开的群太多",
  no_place: "没有发出：位置有误，请写地址或地标", too_many_files: "没有发出：一次最多 10 份附件",
  files: "没有发出：附件没有传上去",
};

// What cannot wait: the numbers to call, and an alert at the duty desk as long as something can be done about it.
export const isUrgent = ({ text, buttons }) => text.startsWith("【紧急】") || (text.startsWith("〔紧急") && buttons.length > 0);

// files beside the words

export const KINDS = { photo: "照片", voice: "语音", video: "视频", document: "文件" };
export const OPENS = { photo: "打开", file: "下载" };
const KIND_OF_TYPE = { image: "photo", audio: "voice", video: "video" };
export const kindOf = (file) => KIND_OF_TYPE[file.type.split("/")[0]] ?? "document";

const NEVER = {
  executable: "exe dll msi com scr apk ipa dmg pkg deb rpm jar app lnk",
  archive: "zip rar 7z gz tgz bz2 xz tar iso cab zst",
  script: "bat cmd ps1 vbs js mjs sh py php hta wsf docm xlsm pptm",
  markup: "svg html htm xhtml xml mht mhtml image/svg+xml text/html",
  format: "heic heif avif tif tiff image/heic image/heif image/avif image/tiff",
};
export const NEVER_TAKEN = new Map(
  Object.entries(NEVER).flatMap(([why, names]) => names.split(" ").map((name) => [name, why])));
export const WHY_NOT_TAKEN = {
  executable: "是程序，为了安全不能收。请发照片或 PDF。", archive: "是压缩包，不能收。请把里面的照片、文件单独发。",
  script: "带有脚本或宏，为了安全不能收。请另存为 PDF 再发。", markup: "是网页一类的文件，不能收。请截图再发。",
  format: "的照片格式看不了。请在相机设置里选“兼容性最佳”（JPEG），或者截图再发。", empty: "是空的，请重新选。",
};
const WHY_NOT_UP = {
  ...WHY_NOT_TAKEN, network: "网络不通，没有传上去", too_many: "等着发的附件太多，请先发送或移除几份",
  full: "服务的空间暂时不够，请稍后再试", too_large: "太大了，没有传上去", broken_off: "没有传完", refused: "没有传上去",
};
export const NOT_KEPT = { held: "等您同意后再检查", wanted: "检查中", refused: "没有收", lost: "没有收到" };
export const tooManyFiles = (most) => `一次最多 ${most} 份附件，其余的请下一次再发。`;
export const tooLarge = (name, kind, size, most) =>
  `“${name}”有 ${sizeOf(size)}，${kind === "photo" ? "照片" : "文件"}最大 ${sizeOf(most)}。请压缩，或者拍一张截图再发。`;

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1).replace(".0", "")} MB`;
}

export function progressOf({ state, share, why }) {
  if (state === "failed") return WHY_NOT_UP[why] ?? WHY_NOT_UP.refused;
  if (state === "done") return "已上传";
  return state === "waiting" ? "等待上传" : `上传中 ${Math.floor(share * 100)}%`;
}

export const MY_PLACE = "我的位置";
export const SEND_PLACE = "发送位置", CANCEL_PLACE = "取消发送位置";
export const ASKING_PLACE = "正在取得位置…浏览器如果问起，请点“允许”。";
export const PLACE_CANCELLED = "已取消，位置没有发出。";

// Why there is no position, and what to do instead. The numbers are those of GeolocationPositionError.
const INSTEAD = "请直接写地址、小区或附近的地标。";
export const NO_PLACE = {
  1: `浏览器没有允许使用位置。${INSTEAD}想用定位，可以在浏览器设置里允许本网站使用位置。`,
  2: `现在定不了位。${INSTEAD}`,
  3: `等了很久还没有定到位。${INSTEAD}`,
  insecure: `这个网址不是 https 开头，浏览器不提供位置。${INSTEAD}`,
  missing: `这个浏览器不能定位。${INSTEAD}`,
};
export const coarse = (metres) => `定位的误差有 ${Math.round(metres / 1000)} 公里，派不准单位，位置没有发出。${INSTEAD}`;

export const LINK = { connecting: "正在连接", open: "已连接", broken: "连接中断" };

const zone = "Asia/Shanghai";
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat("zh-CN", {
  timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, month: "numeric", day: "numeric" });

export const at = (moment) => clock.format(new Date(moment));
export const atExactly = (moment) => exact.format(new Date(moment));
export const dayOf = (moment) => day.format(new Date(moment));

export function due(moment, now) {
  return dayOf(moment) === dayOf(now) ? at(moment) : `${dayOf(moment)} ${at(moment)}`;
}

export function left(moment, now) {
  const seconds = Math.round((new Date(moment) - new Date(now)) / 1000);
  const length = span(Math.abs(seconds));
  return seconds >= 0 ? `还有 ${length}` : `已过 ${length}`;
}

function span(seconds) {
  if (seconds < 60) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} 分钟`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} 小时 ${minutes % 60} 分` : `${hours} 小时`;
  return `${Math.floor(hours / 24)} 天 ${hours % 24} 小时`;
}
