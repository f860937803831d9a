from datetime import timedelta

import pytest

from bot.directory import (
    BadFile,
    read_catalogue,
    read_categories,
    read_gazetteer,
    read_landmarks,
    read_names,
    read_outside,
    read_points,
    read_units,
)
from complaints.catalogue import CatalogueRow
from complaints.category import Category
from complaints.units import Level, Unit

UNITS = "code,name,level,parent,aliases,example\n"
CATALOGUE = "version,id,category,item,lead,assists,basis,accept_minutes,claim_minutes,feedback_minutes,resolve_days\n"


@pytest.fixture
def write(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_units_are_read_as_they_stand(write):
    path = write(UNITS + "D,区中心,district,,罗湖; 罗湖区,\nS, 翠竹街道 ,subdistrict,D,,1\n", "utf-8-sig")
    assert read_units(path) == [
        Unit("D", "区中心", Level.DISTRICT, None, ("罗湖", "罗湖区")),
        Unit("S", "翠竹街道", Level.SUBDISTRICT, "D", (), example=True),
    ]


@pytest.mark.parametrize(
    ("line", "number", "what"),
    [
        (",东门街道,subdistrict,D,,", 3, "code is empty"),
        ("S,东门街道,street,D,,", 3, "level must be one of district, .*not 'street'"),
        ("S,东门街道,subdistrict,D,,yes", 3, "example must be 0 or 1"),
        ("S,东门街道,subdistrict,D", 3, "not as many cells"),
        ("S,东门街道,subdistrict,D,,,,", 3, "not as many cells"),
        ("D,东门街道,subdistrict,,,", 3, "the code D is there twice"),
        ("S,东门街道,subdistrict,X,,", 3, "unknown parent X"),
        ("S,东门街道,subdistrict,S,,", 3, "its own parent"),
        ("\n\nS,东门街道,subdistrict,X,,", 5, "unknown parent X"),  # empty lines count
        ('"S\n2",东门街道,subdistrict,X,,', 4, "unknown parent X"),  # a cell of two lines ends on the fourth
        ("S,罗湖区,district,,,", 1, "one district expected, 2 found"),
    ],
)
def test_a_wrong_unit_is_told_with_its_line(write, line, number, what):
    path = write(UNITS + "D,区中心,district,,,\n" + line + "\n")
    with pytest.raises(BadFile, match=what) as error:
        read_units(path)
    assert (error.value.path, error.value.line) == (path, number)


@pytest.mark.parametrize(
    ("text", "encoding", "what"),
    [
        ("code,name,level,parent,example\n", "utf-8", "the column aliases is missing"),
        ("", "utf-8", "the column code is missing"),
        (UNITS + "D,区中心,district,,,\n", "gb18030", "not UTF-8"),
        (UNITS + 'D,"区中心"x,district,,,\n', "utf-8", "not CSV"),
    ],
)
def test_what_is_no_such_file_is_refused(write, text, encoding, what):
    with pytest.raises(BadFile, match=what):
        read_units(write(text, encoding))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BadFile, match=r"nowhere\.csv, line 0: No such file"):
        read_units(tmp_path / "nowhere.csv")


def test_categories_gather_their_items(write):
    path = write("category,item\n城乡建设,工程质量\n民政,\n城乡建设,其他\n其他,\n")
    assert list(read_categories(path)) == [
        Category("城乡建设", ("工程质量", "其他")),
        Category("民政"),
        Category("其他"),
    ]


def test_an_item_that_stands_twice_is_told(write):
    with pytest.raises(BadFile, match="line 3: 民政/优抚 is there twice"):
        read_categories(write("category,item\n民政,优抚\n民政,优抚\n"))


def test_a_catalogue_knows_levels_codes_and_times(write):
    catalogue = read_catalogue(write(CATALOGUE + "v2,R1,城乡建设,,community,H;subdistrict,属地管理,5,,60,3\n"))
    assert catalogue.version == "v2"
    assert list(catalogue) == [
        CatalogueRow(
            *("R1", "城乡建设", "", Level.COMMUNITY, ("H", Level.SUBDISTRICT), "属地管理"),
            accept=timedelta(minutes=5),
            feedback=timedelta(hours=1),
            resolve=3,
        )
    ]
    assert isinstance(next(iter(catalogue)).assists[1], Level)  # and not the word


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("v3,R2,民政,,H,,依据,,,,", "line 3: version v3 in a file of version v2"),
        ("v2,R1,民政,,H,,依据,,,,", "line 3: the id R1 is there twice"),
        ("v2,R2,城乡建设,,H,,依据,,,,", "line 3: 城乡建设/any item has a row already"),
        ("v2,R2,民政,,,,依据,,,,", "line 3: lead is empty"),
        ("v2,R2,民政,,H,,,,,,", "line 3: basis is empty"),  # nothing is dispatched without a basis
        ("v2,R2,民政,,H,,依据,0,,,", "line 3: accept_minutes must be whole minutes above 0"),
        ("v2,R2,民政,,H,,依据,,-5,,", "line 3: claim_minutes must be"),
        ("v2,R2,民政,,H,,依据,,,1h,", "line 3: feedback_minutes must be"),
        ("v2,R2,民政,,H,,依据,,,,1.5", "line 3: resolve_days must be whole days"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(write, line, what):
    with pytest.raises(BadFile, match=what):
        read_catalogue(write(CATALOGUE + "v2,R1,城乡建设,,community,,依据,,,,0\n" + line + "\n"))


def test_an_empty_catalogue_is_refused(write):
    with pytest.raises(BadFile, match="at least one row"):
        read_catalogue(write(CATALOGUE))


@pytest.mark.parametrize(
    ("read", "text", "what"),
    [
        (read_landmarks, "name,aliases,unit,kind,example\n老街,,S,river,\n", "kind must be place or road"),
        (read_points, "unit,latitude,longitude,example\nS,north,114,\n", "latitude must be a number"),
        (read_points, "unit,latitude,longitude,example\nS,114,22,\n", "no such place on earth"),
        (read_points, "unit,latitude,longitude,example\nS,nan,22,\n", "no such place on earth"),
        (read_outside, "name,aliases,same_city\n,福田,1\n", "name is empty"),
        (read_names, "name\n和平\n \n", "line 3: name is empty"),
    ],
)
def test_places_are_checked_too(write, read, text, what):
    with pytest.raises(BadFile, match=what):
        read(write(text))


def test_a_folder_without_its_files_is_told(tmp_path, write):
    with pytest.raises(BadFile, match=r"landmarks\.csv"):
        read_gazetteer(tmp_path, directory=None)
