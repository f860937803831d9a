import pytest

from complaints.catalogue import BadCatalogue, Catalogue, CatalogueRow
from complaints.units import Directory, Level, Unit

ANY = CatalogueRow("1", "城乡建设", "", Level.COMMUNITY)
QUALITY = CatalogueRow("2", "城乡建设", "工程质量", "H", assists=(Level.COMMUNITY, "W"))
CATALOGUE = Catalogue("v1", [ANY, QUALITY])


@pytest.mark.parametrize(
    ("category", "item", "expected"),
    [
        ("城乡建设", "工程质量", QUALITY),  # the exact item comes first
        ("城乡建设", "建筑市场", ANY),
        ("城乡建设", "", ANY),
        ("民政", "", None),
        ("其他", "工程质量", None),
    ],
)
def test_the_most_exact_row_is_taken(category, item, expected):
    assert CATALOGUE.row(category, item) == expected


def test_an_item_row_alone_says_nothing_of_the_rest_of_its_category():
    assert Catalogue("v1", [QUALITY]).row("城乡建设", "建筑市场") is None


@pytest.mark.parametrize(
    ("second", "what"),
    [(CatalogueRow("1", "民政", "", "H"), "id 1 is there twice"), (CatalogueRow("3", "城乡建设", "", "H"), "any item")],
)
def test_two_rows_never_claim_the_same(second, what):
    with pytest.raises(BadCatalogue, match=f"row 2: .*{what}"):
        Catalogue("v1", [ANY, second])


def test_units_the_directory_does_not_have_are_listed():
    directory = Directory([Unit("D", "区中心", Level.DISTRICT), Unit("W", "水务局", Level.DEPARTMENT, "D")])
    assert CATALOGUE.unknown_units(directory) == (("2", "H"),)
