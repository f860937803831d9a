"""What a clerk types is understood as cells of the grid, and kept as boxes in fractions of the picture."""

import pytest

from complaints import cells
from complaints.cells import NotCells, OutOfGrid, Range

C3, D4_E6 = Range(2, 2, 2, 2), Range(3, 3, 4, 5)


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("C3", [C3]),
        ("c3 d4-e6", [C3, D4_E6]),
        ("C3，D4-E6", [C3, D4_E6]),  # a Chinese comma
        ("C3、D4～E6", [C3, D4_E6]),
        ("Ｃ３；Ｄ４－Ｅ６", [C3, D4_E6]),  # full width
        ("C3 和 D4到E6。", [C3, D4_E6]),
        ("C列3行，D4至E6", [C3, D4_E6]),
        ("D4——E6", [D4_E6]),
        ("D4:E6", [D4_E6]),
        ("E6-D4", [D4_E6]),  # from the other corner
        ("E4-D6", [D4_E6]),
        ("D4-6", [Range(3, 3, 3, 5)]),  # down its column
        ("C3D4-E6", [C3, D4_E6]),
        ("A1-F8", [Range(0, 0, 5, 7)]),
        ("整张", [Range(0, 0, 5, 7)]),
        ("all", [Range(0, 0, 5, 7)]),
    ],
)
def test_cells_are_understood_however_they_are_typed(typed: str, ranges: list[Range]) -> None:
    assert cells.understood(typed) == ranges


@pytest.mark.parametrize(
    ("typed", "cell"), [("G1", "G1"), ("A9", "A9"), ("A0", "A0"), ("C3 D4-H6", "H6"), ("D4-12", "D12")]
)
def test_what_lies_outside_is_named(typed: str, cell: str) -> None:
    with pytest.raises(OutOfGrid, match=f"no cell {cell}") as raised:
        cells.understood(typed)
    assert raised.value.cell == cell


@pytest.mark.parametrize("typed", ["", "，", "3C", "左上角", "C3 车牌", "C3-", "A", "C1234", "-E6"])
def test_what_names_no_cells_is_said_so(typed: str) -> None:
    with pytest.raises(NotCells):
        cells.understood(typed)


@pytest.mark.parametrize(
    ("range", "box"),
    [
        (Range(0, 0, 5, 7), (0.0, 0.0, 1.0, 1.0)),
        (C3, (0.333333, 0.25, 0.5, 0.375)),
        (D4_E6, (0.5, 0.375, 0.833333, 0.75)),
    ],
)
def test_boxes_are_fractions_of_width_and_height(range: Range, box: cells.Box) -> None:
    assert range.box == box


def test_a_cell_named_twice_counts_once() -> None:
    assert cells.count([C3, D4_E6, Range(3, 3, 3, 3)]) == 7


def test_joined_boxes_hold_each_place_once() -> None:
    small, large, other = C3.box, Range(0, 0, 3, 3).box, Range(5, 7, 5, 7).box
    assert cells.joined((small, other), (large, large)) == (other, large)
    assert cells.joined((), (small,)) == (small,) == cells.joined((small,), (small,))
