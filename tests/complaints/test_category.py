import pytest

from complaints.category import OTHER, Categories, Category, UnknownCategory, is_settled

LIST = Categories([Category("城乡建设", ("工程质量", "其他")), Category("民政")])


def test_the_place_to_wait_is_always_there():
    assert [category.name for category in LIST] == ["城乡建设", "民政", OTHER]
    assert len(Categories([Category(OTHER)])) == 1


@pytest.mark.parametrize(("name", "settled"), [("城乡建设", True), (OTHER, False), ("", False)])
def test_nothing_is_concluded_while_it_waits_for_its_category(name, settled):
    assert is_settled(name) is settled


@pytest.mark.parametrize(("name", "item"), [("民政", ""), ("城乡建设", "工程质量"), ("城乡建设", "其他"), (OTHER, "")])
def test_known_categories_pass(name, item):
    LIST.check(name, item)
    assert name in LIST


@pytest.mark.parametrize(
    ("name", "item", "message"),
    [("园林", "", "no category '园林'"), ("园林", "草坪", "no category '园林'"), ("民政", "工程质量", "has no item")],
)
def test_unknown_ones_are_named(name, item, message):
    with pytest.raises(UnknownCategory, match=message):
        LIST.check(name, item)


@pytest.mark.parametrize(
    "twice", [[Category("民政"), Category("民政")], [Category("民政", ("优抚", "优抚"))]], ids=["category", "item"]
)
def test_nothing_stands_twice(twice):
    with pytest.raises(ValueError, match="twice"):
        Categories(twice)
