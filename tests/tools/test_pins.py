"""What is pinned is pinned twice, alike, with hashes, and without naming where it came from."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import pin

PYPROJECT = (pin.ROOT / "pyproject.toml").read_text("utf-8")
LOCK = (pin.ROOT / "requirements.lock").read_text("utf-8")

# Spelled so that this file does not match itself.
NAMES_A_REGISTRY = re.compile(
    r"--(?:extra-)?index-url[ =]"
    r"|registry = \"https?:"
    r"|\"resolved\": *\"https?:"
)
SMALL = """\
[tool.uv]
constraint-dependencies = [
    "numpy==1.0 ; python_full_version < '3.12'",
    "psycopg[binary]==3.0",
]
build-constraint-dependencies = ["setuptools==83.0.0"]
"""


def project_files() -> list[Path]:
    """The files that git tracks or would track; a folder without git has none to look at."""
    asked = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(asked, cwd=pin.ROOT, capture_output=True, check=True).stdout
    files = (pin.ROOT / name for name in listed.decode().split("\0") if name)
    return sorted(file for file in files if file.is_file())


def test_pyproject_pins_what_the_lock_pins():
    assert pin.constraints(PYPROJECT)
    assert pin.disagreements(PYPROJECT, LOCK) == []


def test_every_pin_of_the_lock_has_a_hash():
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) == len(pin.pins(LOCK))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_uv_lock_stays_untracked():
    ignored = subprocess.run(("git", "check-ignore", "-q", "uv.lock"), cwd=pin.ROOT, check=False)
    assert ignored.returncode == 0


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https://mirror.example/simple",  # in requirements
        "source = { regis" + 'try = "https://mirror.example/simple" }',  # in uv.lock
        '"resol' + 'ved": "https://mirror.example/htmx.tgz"',  # in package-lock.json
    ],
)
def test_the_name_of_a_registry_is_seen(line):
    assert NAMES_A_REGISTRY.search(line)


def test_no_file_names_the_host_of_a_registry():
    texts = {file: file.read_text("utf-8", errors="ignore") for file in project_files()}
    assert texts
    found = {str(file.relative_to(pin.ROOT)) for file, text in texts.items() if NAMES_A_REGISTRY.search(text)}
    assert found == set()


def test_no_file_names_the_index_that_this_machine_locked_from():
    if not (pin.ROOT / "uv.lock").exists():
        pytest.skip("no uv.lock tells the index")
    hosts = set(re.findall(r"https?://([^/\"]+)", (pin.ROOT / "uv.lock").read_text("utf-8")))
    texts = {file: file.read_text("utf-8", errors="ignore") for file in project_files()}
    named = {str(file.relative_to(pin.ROOT)) for file, text in texts.items() for host in hosts if host in text}
    assert hosts
    assert named == set()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("numpy==2.4.6 \\", ["numpy==2.4.6"]),
        ("colorama==0.4.6 ; sys_platform == 'win32' \\", ["colorama==0.4.6 ; sys_platform == 'win32'"]),
        ("psycopg[binary]==3.3.9 \\", ["psycopg==3.3.9"]),  # a constraint may not ask for extras
        ("    --hash=sha256:00ff", []),  # belongs to the pin above
    ],
)
def test_a_line_of_the_lock_becomes_a_pin(line, expected):
    assert pin.pins(line) == expected


def test_only_the_block_is_rewritten():
    emptied = pin.with_block(SMALL, [])
    assert (
        emptied == '[tool.uv]\nconstraint-dependencies = []\nbuild-constraint-dependencies = ["setuptools==83.0.0"]\n'
    )
    assert pin.constraints(pin.with_block(emptied, ["rich==15.0.0"])) == ["rich==15.0.0"]


def test_a_project_without_the_block_is_refused():
    with pytest.raises(pin.PinError, match="0 blocks"):
        pin.with_block("[tool.uv]\n", ["rich==15.0.0"])


def test_each_side_is_told_what_only_it_pins():
    assert pin.disagreements(SMALL, "psycopg[binary]==3.0 \\\n") == [
        "only in pyproject.toml: numpy==1.0 ; python_full_version < '3.12'",
        "only in pyproject.toml: psycopg[binary]==3.0",
        "only in requirements.lock: psycopg==3.0",
    ]


def test_a_round_that_fails_changes_no_file(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "requirements.lock").write_text(LOCK)

    def refuse(folder, *arguments):
        if arguments[0] == "export":
            raise pin.PinError("uv export failed")
        return ""

    monkeypatch.setattr(pin, "ROOT", tmp_path)
    monkeypatch.setattr(pin, "uv", refuse)
    with pytest.raises(pin.PinError, match="export"):
        pin.make(upgrade=False)
    assert (tmp_path / "pyproject.toml").read_text() == PYPROJECT
    assert (tmp_path / "requirements.lock").read_text() == LOCK
    assert sorted(file.name for file in tmp_path.iterdir()) == ["pyproject.toml", "requirements.lock"]
