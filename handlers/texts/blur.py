"""Every sentence about covering a part of a picture: faces, plates, papers."""

from collections.abc import Sequence

from complaints import numbers
from complaints.cells import COLUMNS, LAST, ROWS

# labels of choices
COVER, RESTORE = "遮住人脸、车牌", "恢复原图"
EXAMPLE = "C3 D4-E6"
_GRID = f"列是 {COLUMNS[0]} 到 {COLUMNS[-1]}，行是 1 到 {ROWS}，例如 {EXAMPLE}"


def picture(place: int) -> str:
    """The label of a choice."""
    return f"第 {place} 份"


def _of(number: str, place: int) -> str:
    return f"【{number}】第 {place} 份照片"


def _command(number: str, place: int, what: str) -> str:
    return f"/遮图 {numbers.short(number)} {place} {what}".strip()


def none_to_cover(number: str) -> str:
    return f"【{number}】可以遮挡的照片：0 张。"


def which(number: str, places: Sequence[int]) -> str:
    said = "、".join(map(str, places))
    return f"【{number}】遮哪一份照片？可以遮的是第 {said} 份，比如：{_command(number, places[0], '')}"


def grid_comes(number: str, place: int) -> str:
    return f"{_of(number, place)}的格子图马上发到这里。"


def grid(number: str, place: int) -> str:
    return (
        f"{_of(number, place)}，格子从 A1 到 {LAST}。要遮住一部分，发：\n{_command(number, place, EXAMPLE)}\n"
        f"（遮 C3 一格，再遮 D4 到 E6 一片；整张都遮，写“整张”）"
    )


def out_of_grid(cell: str) -> str:
    return f"没有 {cell} 这一格，什么也没遮。{_GRID}。"


def not_cells(number: str, place: int) -> str:
    return (
        f"看不懂要遮哪几格，什么也没遮。{_GRID}。\n"
        f"先看格子图：{_command(number, place, '')}；再遮：{_command(number, place, EXAMPLE)}"
    )


def covering(number: str, place: int, count: int) -> str:
    return (
        f"{_of(number, place)}：遮挡处理中（{count} 格），遮好以前只有发照片的人看得到，遮好后发到这里。\n"
        "以前发在群里的原图和格子图还在，能删请删掉。"
    )


def is_covered(number: str, place: int) -> str:
    return f"{_of(number, place)}：这几格已经遮着。"


def covered(number: str, place: int) -> str:
    return (
        f"{_of(number, place)}已遮好，以后都只看得到遮好的这张，居民也是。原图已加密封存。\n"
        f"恢复：{_command(number, place, '撤销')}"
    )


def not_drawn_yet(number: str, place: int) -> str:
    return f"{_of(number, place)}：遮挡处理中，处理好会发到群里，请稍等。"


def uncovering(number: str, place: int) -> str:
    return f"{_of(number, place)}：正在恢复原图，好了发到这里。"


def uncovered(number: str, place: int) -> str:
    return f"{_of(number, place)}已恢复原图，没有遮挡了。"


def nothing_covered(number: str, place: int) -> str:
    return f"{_of(number, place)}现在没有遮挡。"


def failed(number: str, place: int) -> str:
    return (
        f"{_of(number, place)}没有处理成功，请告诉系统管理员。要遮的照片先不给别人看；"
        f"再试一次：重发命令；不遮了：{_command(number, place, '撤销')}"
    )


def withheld(places: Sequence[int]) -> str:
    """Of those that are not shown now."""
    return f"遮挡处理中，现在看不到：第 {'、'.join(map(str, places))} 份"
