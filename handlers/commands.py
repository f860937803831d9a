"""The one table of what can be asked: name, Chinese twins, short forms, who may, where, an example.

Help, menus, the nearest guess and the matrix of who may do what are made from it.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from handlers.messages import Reply
from handlers.resident import (
    add,
    answer,
    begin,
    cancel,
    category,
    confirm,
    consent,
    edit,
    emergency,
    evidence,
    mine,
    place,
    start,
    status,
    step,
    submit,
    withdraw,
)
from handlers.staff import (
    account,
    alert,
    bind,
    blur,
    claim,
    conclude,
    drop,
    duty,
    full,
    lists,
    mask,
    material,
    note,
    recategorise,
    reply,
    show,
    transcribe,
    transfer,
    undo,
    why,
)
from handlers.texts import staff as staff_texts
from handlers.turn import Turn

Run = Callable[[Turn], Reply | None]


class Role(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    TRIAGE = "triage"


@dataclass(frozen=True)
class Entry:
    """words: what it answers to besides its name. reads: changes no more than what is shown, so units that read along
    may too. any_words: under a card, what looks like a receipt number may be meant as a word.
    """

    name: str
    run: Run
    roles: frozenset[Role]
    words: tuple[str, ...] = ()
    needs_complaint: bool = False
    reads: bool = False
    any_words: bool = False
    example: str = ""
    typed: bool = True


R, S, T = frozenset({Role.RESIDENT}), frozenset({Role.STAFF}), frozenset({Role.TRIAGE})


def _by_place(private: Run, group: Run) -> Run:
    """The same word in a private chat and in a group."""
    return lambda turn: group(turn) if turn.message.group else private(turn)


TABLE = (
    Entry("start", _by_place(account.start_or(start.start), account.in_group), R | S, ("开始",), example="/start"),
    Entry("new", start.new, R, ("反映诉求", "新诉求", "反映"), example="/new"),
    Entry("status", status.status, R, ("进度", "查进度", "查"), needs_complaint=True, example="/进度 {number}"),
    Entry("mine", _by_place(mine.mine, lists.mine), R | S, ("我的", "我的诉求"), example="/我的"),
    Entry("add", add.add, R, ("补充", "补"), needs_complaint=True, example="/补充 {number} 楼上也漏了"),
    Entry("withdraw", withdraw.withdraw, R, ("撤回",), needs_complaint=True, example="/撤回 {number}"),
    Entry("cancel", _by_place(cancel.cancel, drop.drop), R | S, ("取消", "不说了"), example="/取消"),
    Entry("human", start.human, R, ("人工", "找人", "转人工"), example="人工"),
    Entry("help", _by_place(start.help, lambda turn: _staff_help(turn)), R | S, ("帮助", "帮"), example="/帮助"),
    Entry("bind", bind.bind, S, ("绑定",), example="/绑定 G-XXXX-XXXX"),
    Entry("claim", claim.claim, S, ("签收", "接"), needs_complaint=True, example="/接 {short}"),
    Entry("reply", reply.reply, S, ("回复", "回"), needs_complaint=True, example="/回 {short} 师傅今天下午上门"),
    Entry("note", note.note, S, ("备注", "记"), needs_complaint=True, example="/记 {short} 已电话联系物业"),
    Entry("transfer", transfer.transfer, S, ("转派", "转"), needs_complaint=True, example="/转 {short} 住建 原因"),
    Entry(
        "category",
        recategorise.category,
        S | T,
        ("改类", "分类"),
        needs_complaint=True,
        example="/改类 {short} 环境保护",
    ),
    Entry("conclude", conclude.conclude, S, ("办结", "结"), needs_complaint=True, example="/办结 {short}"),
    Entry("show", show.show, S | T, ("查看", "看"), needs_complaint=True, reads=True, example="/看 {short}"),
    Entry("full", full.full, S | T, ("全文",), needs_complaint=True, reads=True, example="/全文 {short}"),
    Entry(
        "mask",
        mask.mask,
        S | T,
        ("遮盖", "遮"),
        needs_complaint=True,
        reads=True,
        any_words=True,
        example="/遮 {short} 3栋",
    ),
    Entry(
        "material",
        material.material,
        S | T,
        ("材料", "看材料"),
        needs_complaint=True,
        reads=True,
        example="/材料 {short}",
    ),
    Entry(
        "transcribe",
        transcribe.transcribe,
        S | T,
        ("转写", "写"),
        needs_complaint=True,
        example="/转写 {short} 楼上半夜还在装修",
    ),
    Entry(
        "blur",
        blur.blur,
        S | T,
        ("遮图", "打码"),
        needs_complaint=True,
        reads=True,
        any_words=True,
        example="/遮图 {short} 1 C3 D4-E6",
    ),
    Entry("queue", lists.queue, S | T, ("队列", "待办"), example="/队列"),
    Entry("overdue", lists.overdue, S | T, ("超时",), example="/超时"),
    Entry("undo", undo.undo, S, ("撤销",), needs_complaint=True, example="/撤销 {short}"),
    Entry("offduty", duty.off, S, ("离岗",), example="/离岗 2天"),
    Entry("onduty", duty.on, S, ("上岗",), example="/上岗"),
    Entry("alert", alert.alert, T, ("求助",), example="/求助 7K3M 您好，我是值班人员"),
    Entry("why", why.why, S | T, ("为什么",), needs_complaint=True, reads=True, example="/为什么 {short}"),
)
PRESSED = (
    Entry("consent", consent.given, R),
    Entry("no_consent", consent.refused, R),
    Entry("skip", answer.skip, R),
    Entry("back", answer.back, R),
    Entry("keep_answer", answer.keep, R),
    Entry("place", place.pick, R),
    Entry("photo_place", evidence.photo_place, R),
    Entry("no_photo_place", evidence.no_photo_place, R),
    Entry("edit", edit.edit, R),
    Entry("edit_more", edit.more, R),
    Entry("review", edit.card, R),
    Entry("categories", category.offer, R),
    Entry("pick_category", category.pick, R),
    Entry("submit", submit.submit, R),
    Entry("resume", step.resume, R),
    Entry("afresh", cancel.afresh, R),
    Entry("keep_new", begin.keep_new, R),
    Entry("add_pending", add.add_pending, R),
    Entry("add_words", add.words, R),
    Entry("withdraw_words", withdraw.words, R),
    Entry("withdraw_sure", withdraw.sure, R),
    Entry("solved", confirm.solved, R),
    Entry("not_solved", confirm.not_solved, R),
    Entry("why_not_solved", confirm.why, R),
    Entry("rate_words", confirm.rate_words, R),
    Entry("rate", confirm.rate, R),
    Entry("mediation", start.mediation, R),
    Entry("consult", start.consult, R),
    Entry("talk", emergency.talk, R),
    Entry("alert_take", alert.take, T),
    Entry("alert_take_over", alert.take_over, T),
    Entry("alert_show", alert.show, T),
    Entry("alert_write", alert.ask, T),
    Entry("alert_words", alert.write, T),
    Entry("alert_undo", alert.undo, T),
    Entry("alert_send", alert.send_now, T),
    Entry("alert_close", alert.close, T),
    Entry("alert_close_sure", alert.close_sure, T),
    Entry("ask_reply", reply.ask, S),
    Entry("reply_words", reply.reply, S),
    Entry("send_now", reply.send_now, S),
    Entry("unclaim", undo.unclaim, S),
    Entry("mask_now", mask.now, S | T, reads=True),
    Entry("unmask", mask.unmask, S | T, reads=True),
    Entry("blur_grid", blur.grid, S | T, reads=True),
    Entry("blur_undo", blur.undo, S | T, reads=True),
    Entry("ask_transcript", transcribe.ask, S | T),
    Entry("transcript_words", transcribe.transcribe, S | T),
    Entry("ask_note", note.ask, S),
    Entry("note_words", note.note, S),
    Entry("ask_transfer", transfer.ask, S),
    Entry("transfer_to", transfer.to, S),
    Entry("transfer_reason", transfer.reason, S),
    Entry("ask_category", recategorise.ask, S | T),
    Entry("set_category", recategorise.set, S | T),
    Entry("conclude_result", conclude.result, S),
    Entry("conclude_facts", conclude.facts, S),
    Entry("conclude_basis", conclude.basis, S),
)
ENTRIES = {entry.name: entry for entry in (*TABLE, *PRESSED)}
BY_WORD = {word: entry for entry in TABLE for word in (entry.name, *entry.words)}


def _staff_help(turn: Turn) -> Reply:
    """All commands of a group, or the one asked for, each with its example."""
    role = Role.TRIAGE if turn.unit == turn.rules.desk else Role.STAFF
    own = [entry for entry in TABLE if role in entry.roles or Role.STAFF in entry.roles]
    entries = [entry for entry in own if entry.name != "start"]  # for a private chat
    asked = BY_WORD.get(turn.words.lstrip("/"))
    shown = [asked] if asked in entries else entries
    return Reply(staff_texts.staff_help([(e.name, e.words, e.example) for e in shown if e]))


def nearest(word: str, roles: frozenset[Role]) -> Entry | None:
    """The command that was probably meant, of those open to these roles."""
    open_to = [known for known, entry in BY_WORD.items() if entry.roles & roles]
    begun = [known for known in open_to if word and known.startswith(word)]
    found = begun[:1] or difflib.get_close_matches(word, open_to, n=1, cutoff=0.5)
    return BY_WORD[found[0]] if found else None
