"""What a platform's menu says of each command, in a few words: in a private chat, and in a group of staff."""

RESIDENT = {
    "new": "反映诉求",
    "status": "查进度：后面写编号",
    "mine": "我的全部诉求",
    "add": "补充材料：后面写编号和内容",
    "withdraw": "撤回，不办了：后面写编号",
    "cancel": "删掉没说完的草稿",
    "human": "找工作人员",
    "help": "怎么用",
}
STAFF = {
    "claim": "签收：后面写编号，下同",
    "reply": "回复居民",
    "note": "内部备注，居民看不到",
    "transfer": "转派给别的单位，要写原因",
    "category": "改类别",
    "conclude": "办结",
    "undo": "撤销刚才的操作",
    "show": "看一件诉求",
    "full": "看全文",
    "material": "看材料：照片、语音、文件",
    "transcribe": "写下语音说了什么",
    "blur": "遮住照片的一部分，如人脸、车牌",
    "mask": "遮住卡片上的一个词",
    "why": "为什么这样分派",
    "queue": "本单位待办",
    "overdue": "已超时的",
    "mine": "我签收的",
    "offduty": "离岗，如 2天",
    "onduty": "回来上岗",
    "cancel": "不答刚才问的",
    "help": "全部命令和例子",
}
ADMINS = {"bind": "绑定工作群：后面写口令"}
