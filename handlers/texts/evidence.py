"""Every sentence about photos, voice messages, videos and files that were sent along."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from storage.evidence import COUNTED, HELD, REFUSED, WANTED, Evidence

# labels of choices
LOOK, MORE = "看材料", "后面的材料"
WAITS = "待转写"  # stands in the line while a voice message has no words
PHOTO_PLACE, NO_PHOTO_PLACE = "用拍摄地点", "不用"

KINDS = {"photo": "照片", "voice": "语音", "video": "视频", "document": "文件"}
_UNITS = {"photo": "张", "voice": "段", "video": "段", "document": "份"}
_WHY = {
    "too_large": "太大了（照片最多 10 MB，其他最多 20 MB）。请压缩，或者拍一张截图再发",
    "too_many": "超过了份数（一次最多 10 份，一件诉求最多 30 份）。请挑最要紧的发",
    "too_many_pixels": "尺寸太大，打不开。请用手机直接拍，或者截图再发",
    "broken": "打不开，可能损坏了。请重新拍或者重新发",
    "empty": "是空的。请重新发",
    "executable": "里面有程序，为了安全不能收。请发照片或 PDF",
    "archive": "是压缩包，不能收。请把里面的照片、文件单独发",
    "script": "里面有脚本或宏，为了安全不能收。请另存为 PDF 再发",
    "markup": "是网页一类的文件，不能收。请截图再发",
    "mismatch": "内容和格式对不上，为了安全不能收。请发照片或 PDF",
    "unknown": "格式认不出来，不能收。请发照片、PDF 或者常见的语音、视频",
}


def counted(kinds: Iterable[str]) -> str:
    """照片 2 张、文件 1 份; in the order of the kinds."""
    found = Counter(kinds)
    return "、".join(f"{name} {found[kind]} {_UNITS[kind]}" for kind, name in KINDS.items() if found[kind])


def line(there: Sequence[Evidence], transcribed: Collection[int] = ()) -> str:
    """材料：照片 2、语音 1（待转写）（检查中 1）; empty if there is none. transcribed: ids of voice messages."""
    found = Counter(each.kind for each in there if each.state in COUNTED)
    if not found:
        return ""
    heard = sum(each.id in transcribed for each in there if each.kind == "voice" and each.state in COUNTED)
    hints = {"voice": _heard(heard, found["voice"])}
    parts = [f"{name} {found[kind]}{hints.get(kind, '')}" for kind, name in KINDS.items() if found[kind]]
    checked = sum(each.state in {HELD, WANTED} for each in there)
    return f"材料：{'、'.join(parts)}{f'（检查中 {checked}）' if checked else ''}"


def _heard(heard: int, of: int) -> str:
    if 0 < heard < of:
        return f"（已转写 {heard}、{WAITS} {of - heard}）"
    return "（已转写）" if heard else f"（{WAITS}）"


def came(new: Sequence[Evidence], there: Sequence[Evidence], again: int = 0) -> str:
    """What of a message, or of an album, was taken and what was not. again: how many were there already."""
    taken = [each for each in new if each.state in COUNTED]
    total = sum(each.state in COUNTED for each in there)
    lines = [f"收到{counted(each.kind for each in taken)}（共 {total} 份材料）"] if taken else []
    lines += [f"有 {again} 份和之前发的一样，没有重复收（共 {total} 份材料）"] if again else []
    refused = Counter((each.kind, each.name, each.why) for each in new if each.state == REFUSED)
    lines += [f"{_called(kind, name, number)}没有收：{_WHY[why]}。" for (kind, name, why), number in refused.items()]
    return "\n".join(lines)


def unshown(text: str, number: int) -> str:
    """The words without the files that the platform did not take."""
    return f"{text}\n（另有 {number} 份材料在这里显示不了，已保存。）".strip()


def _called(kind: str, name: str, number: int = 1) -> str:
    many = f" {number} {_UNITS[kind]}" if number > 1 else ""
    return f"{KINDS[kind]}{f'「{name[:40]}」' if name else many}"


def not_taken(kinds: Iterable[str]) -> str:
    """With words that lead to no complaint there is nowhere to put it."""
    return f"一起发来的{counted(kinds)}没有收：要反映事情，请再发一次，并说说发生了什么事。"


def desk_reads_words() -> str:
    return "值班人员在这里只看得到文字，有话请直接写。"


def staff_files() -> str:
    return "照片、文件不会转给居民，请用文字说明。"


def refused(each: Evidence, place: int) -> str:
    """After the check. place: which of all that was sent it is."""
    return f"您发的第 {place} 份材料（{_called(each.kind, each.name)}）没有收：{_WHY.get(each.why, _WHY['unknown'])}。"


def lost(each: Evidence, place: int) -> str:
    why = "试了几次都没有成功" if each.why == "tries" else "平台上已经没有了"
    return f"您发的第 {place} 份材料（{_called(each.kind, each.name)}）没有取到，{why}。请再发一次。"


def about(number: str, text: str) -> str:
    return f"【{number}】{text}"


def is_it_the_place(where: str) -> str:
    return f"照片里记着拍摄地点，用它作为地点吗？大概在：{where}。"


def place_set(where: str, rest: str) -> str:
    return f"地点记为：{where}。\n\n{rest}"


def place_dropped(rest: str) -> str:
    return f"好的，照片里的地点已删除。\n\n{rest}"


def place_gone(rest: str) -> str:
    return f"这个地点已经不能用了。\n\n{rest}"


def changed(rest: str) -> str:
    return f"已按改过的消息更新。\n\n{rest}"


def shown(number: str, from_: int, to: int, total: int, line_text: str, active: Sequence[int]) -> str:
    """active: which of them may do more than they show."""
    if not total:
        return f"【{number}】可以看的材料：0 份。{line_text}"
    careful = f"\n！第 {'、'.join(map(str, active))} 份可能带有程序或附件，请在隔离的电脑上打开" if active else ""
    return f"【{number}】材料第 {from_} 到 {to} 份，共 {total} 份可看。\n{line_text}{careful}"


def voice(place: int) -> str:
    return f"第 {place} 份语音"


def no_voice(number: str) -> str:
    return f"{number} 可以转写的语音：0 段。"


def which_voice(number: str, short: str, places: Sequence[int]) -> str:
    listed = "、".join(map(str, places))
    return f"{number} 的第 {listed} 份都是语音，转写哪一份？点一个，或写：/转写 {short} {places[0]} 内容"


def what_does_it_say(number: str, place: int) -> str:
    return f"{number} {voice(place)}说了什么？照原话写，居民看不到。听录音：/材料 {number}"


def transcript(place: int, words: str) -> str:
    return f"{voice(place)}：{words}"


def transcribed(number: str, place: int, masked: str) -> str:
    cut = masked if len(masked) <= 60 else f"{masked[:60]}…"
    return f"{number} {voice(place)}已转写：{cut}\n写错了就再发一次；没有通知居民。"


def name_of(number: str, place: int, kind: str, extension: str) -> str:
    """What a file is called where others see it: never as the resident's device called it."""
    return f"{number}-{place}-{KINDS[kind]}{extension}"
