"""What ships works away from the checkout: the built wheel, in an environment and a folder of its own."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files beside the dependencies of this environment, without the checkout on the path."""
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on the PATH")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([uv, "build", "--wheel", "--out-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """-P and PYTHONPATH: the wheel's packages come before the editable checkout."""
    code = "import bot, sys; from bot.cli.app import main; assert 'site' in bot.__file__, bot.__file__; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *words],
        cwd=place,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_the_wheel_migrates_and_tells_the_story_from_another_folder(installed: Path, tmp_path: Path) -> None:
    migrated = run(installed, tmp_path, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    story = run(installed, tmp_path, "demo", "--story")
    assert story.returncode == 0, story.stdout + story.stderr
    assert "closed" in story.stdout


def test_the_wheel_carries_what_it_needs(installed: Path) -> None:
    for needed in (
        "storage/migrations/env.py",
        "bot/data/luohu/units.csv",
        "bot/data/starter_texts/a.csv",
        "bot/web/static/page.html",
    ):
        assert (installed / needed).exists(), needed
