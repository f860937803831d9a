"""Short answers as residents type them: skip, back, yes, no, anonymous, solved or not, satisfied or not.

Typed in any width, in traditional characters, in Cantonese, with a particle or a slip of the input method behind.
Only whole answers count: 不知道 is a skip, 不知道是不是物业 is an answer.
"""

import re
import unicodedata

from complaints.emergencies import TWINS

_MORE = (
    "過过這这還还確确認认對对訴诉滿满號号決决講讲話话願愿繼继續续記记說说見见處处錯错啱对緊紧寫写頭头揾找搵找"
    "國国經经題题聯联絡络誰谁應应該该問问幾几"
)
_TWINS = TWINS | str.maketrans(dict(zip(_MORE[::2], _MORE[1::2], strict=True)))


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_PARTICLES = "吧拉啦啊呀哦嘛呢喇啰咯哈喔噢囉唷哟"

SKIP = _words("""
    跳过 先跳过 条过 挑过 跳国 跳郭 跳果 过 下一步 下一个 下一题 下一条 不知道 不知 我不知道 不清楚
    不晓得 不记得 不记得了 记不清 记不清了 忘了 忘记了 不确定 说不清 说不清楚 不好说 没有 没 没有了 无
    略 不说 不想说 不填 不写 不用 不详 没什么 都没有 随便 是但 求其 没所谓 skip pass next
    none na no idontknow dontknow
""")
BACK = _words("""
    上一步 上一部 上步 上一个 上一题 前一步 返回 返回上一步 回上一步 回去 返去 倒返 倒回去 后退 退回
    回退 上一页 back previous
""")
KEEP = _words("""
    不改 不改了 不变 保留 照旧 没变 还是这个 不用改 不使改 就这样 原来的 keep
""")
ANONYMOUS = SKIP | _words("""
    匿名 我要匿名 匿名反映 匿名提交 匿名的 匿明 尼名 昵名 泥名 你名 不留 不留了 我不留 不想留 不要留
    不留电话 不留名 不留名字 不留联系方式 不方便 不方便留 不方便说 不用了 不用联系 不用留 不使 不使了
    不需要 保密 请保密 不公开 不告诉 不给 算了 anonymous anon
""")
YES = _words("""
    是 是的 系 系的 对 对的 好 好的 好吧 可以 可以的 行 行的 嗯 嗯嗯 恩 得 得的 没问题 同意 我同意
    同意的 同意了 同意继续 统一 同义 继续 愿意 接受 确定 确认 要 没意见 要得 中 ok okay oky
    yes y yeah sure agree
""")
DISAGREE = _words("""
    不同意 我不同意 不统一 disagree
""")
NO = DISAGREE | _words("""
    不 不是 不是的 不系 不要 不要了 不好 不行 不可以 不愿意 不接受 不想 不得 不用
    不用了 不继续 不了 拒绝 算了 no n nope disagree
""")
SUBMIT = YES | _words("""
    提交 提交了 确认提交 确定提交 交 发送 没错 正确 无误 没有错 都对 对的提交 好提交 提交诉求 可以提交
    submit send
""")
NEW = _words("""
    新的 新 新的诉求 新诉求 这是新的 另一件 另外一件 别的事 另一件事 new
""")
SOLVED = _words("""
    解决了 解决 已解决 已经解决 已经解决了 都解决了 搞掂 搞掂了 搞定 搞定了 好了 好返了 修好了 弄好了
    整好了 处理好了 已处理 没问题了 可以了 solved fixed
""")
UNSOLVED = _words("""
    没解决 没有解决 未解决 还没解决 还没有解决 还是没解决 没解决好 没搞掂 没搞定 没弄好 没修好 没整好
    没完全解决 没有完全解决 还没完全解决 还没有完全解决 未完全解决 没彻底解决 没有彻底解决 还没彻底解决
    还没有彻底解决 仲未解决 仲未搞掂 仲未搞定 仲没搞掂 仲没解决 未搞掂 未搞定 还没搞定 还没搞掂 还没有搞定
    仲未整好 仲未好 还没弄好 还没处理 还没处理好
    没处理 没处理好 还没好 没好 还没修好 又坏了 又漏了 还是老样子 不解决 notsolved
    unsolved
""")
NOT_YET = _words("""
    没有 没 还没 还没有 未 仲未 并没有 没有呢 还没呢
""")  # only right under the question whether it is solved: elsewhere it skips
RATINGS = {
    "yes": _words("""
    满意 很满意 非常满意 挺满意 好 挺好 很好 不错 可以 好满意
"""),
    "so_so": _words("""
    一般 一般般 还行 还可以 凑合 马马虎虎 麻麻地 麻麻 普通
"""),
    "no": _words("""
    不满意 很不满意 非常不满意 不太满意 不好 差 很差 太差 不是很满意
"""),
}
GREETINGS = _words("""
    你好 您好 你哋好 hi hello hey 哈喽 在吗 在不在 有人吗 喂 开始 菜单 早 早上好 早晨
    中午好 下午好 晚上好
""")
_CLAUSE = re.compile(r"[，,。.；;！!：:\s]+")
_BARE = YES | NO | SKIP | BACK | KEEP | SUBMIT


def plain(text: str) -> str:
    """The letters of a short answer in one spelling, without its particle."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = folded if folded.isalnum() else "".join([sign for sign in folded if sign.isalnum()])
    return (letters.rstrip(_PARTICLES) or letters).translate(_TWINS)


def has_words(text: str) -> bool:
    """Whether it says something: a letter, or a number too long to be the number of a choice."""
    letters = [character for character in text if character.isalnum()]
    return len(letters) > 2 or any(not unicodedata.normalize("NFKC", character).isdecimal() for character in letters)


def is_bare(text: str) -> bool:
    """Yes, no, skip, back and the like: an answer to something, never the beginning of a story."""
    return plain(text) in _BARE


def rating_first(text: str) -> str | None:
    """The rating that opens a sentence, before a comma or the like: 不满意，师傅态度很差."""
    first, *rest = _CLAUSE.split(text.strip(), maxsplit=1)
    return rating(first) if rest and has_words(rest[0]) else None


def rating(text: str) -> str | None:
    """yes, so_so or no."""
    said = plain(text)
    return next((value for value, words in RATINGS.items() if said in words), None)
