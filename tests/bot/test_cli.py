"""The command as its users run it: each in a process of its own, in a folder of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.directory import LUOHU
from storage import engine, people
from storage.sealed import Keyring
from storage.unit_of_work import Work

ROOT = Path(__file__).resolve().parents[2]
STATUSES = ["dispatched", "claimed", "handling", "replied", "closed"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


def jiesu(place: Path, *words: str, stdin: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JIESU_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=place,
        input=stdin,
        env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def bind(database: Path, keys: str) -> None:
    """The triage desk's group, as if somebody had sent its code there."""
    writing = engine.writing(f"sqlite:///{database}")
    with writing.begin() as connection:
        work = Work(connection, "luohu", Keyring.parse(keys), datetime.now(UTC))
        people.bind_group(work, "web", "g-1", "440303", "web:s-1")
    writing.dispose()


@pytest.fixture(scope="module")
def told(place: Path) -> subprocess.CompletedProcess[str]:
    """The story with words of our own, once for this module."""
    return jiesu(place, "demo", "--story", "--text", "翠竹街道水贝社区地下室进水了，已经泡坏两辆电动车，希望抽水")


def test_the_story_carries_typed_words_all_the_way_round(told: subprocess.CompletedProcess[str]) -> None:
    assert told.returncode == 0, told.stdout + told.stderr
    assert "地下室进水了" in told.stdout
    reached = re.findall(r"数据库：LH-\S+ (\w+)", told.stdout)
    assert [status for status in reached if status in STATUSES][-1] == "closed"
    assert set(STATUSES) <= set(reached)


def test_the_chat_in_the_terminal_carries_a_complaint_round(place: Path) -> None:
    steps = ["翠竹街道水贝社区路灯坏了", "同意，继续", *["跳过"] * 3, "匿名", "确认提交"]
    out = jiesu(place, "chat", stdin="\n".join([*steps, "我的", ""]))
    assert out.returncode == 0, out.stderr
    assert re.search(r"编号 LH-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", out.stdout), out.stdout


def test_a_pin_is_typed_in_the_terminal_and_a_bad_one_is_explained(place: Path) -> None:
    steps = ["/new", "同意", "楼道的灯坏了", ":位置 114.126 22.573", ":位置 22.573 114.126"]
    out = jiesu(place, "chat", stdin="\n".join([*steps, *["跳过"] * 3, "匿名", ""]))
    assert out.returncode == 0, out.stderr
    assert out.stdout.count("先纬度（-90 到 90），后经度（-180 到 180）") == 1
    assert re.search("地点：.*水贝", out.stdout), out.stdout


def test_the_demo_with_another_key_says_so(place: Path, tmp_path: Path, told: subprocess.CompletedProcess[str]) -> None:
    shutil.copytree(place / "var", tmp_path / "var")
    (tmp_path / "var" / "demo.key").write_text(Keyring.make(), "utf-8")
    refused = jiesu(tmp_path, "chat", stdin="")
    assert refused.returncode == 2
    assert "打不开这个数据库" in refused.stderr


@pytest.fixture(scope="module")
def keys() -> str:
    return Keyring.make()


def test_serve_refuses_the_demos_database(place: Path, keys: str, told: subprocess.CompletedProcess[str]) -> None:
    refused = jiesu(
        place,
        "serve",
        JIESU_DATABASE_URL="sqlite:///var/demo.db",
        JIESU_SECRET_KEYS=(place / "var" / "demo.key").read_text("utf-8"),
    )
    assert refused.returncode == 2
    assert "演示数据库" in refused.stderr


def test_serve_does_not_start_without_its_secrets(place: Path) -> None:
    refused = jiesu(place, "serve")
    assert refused.returncode == 2
    assert "JIESU_SECRET_KEYS" in refused.stderr


def test_a_database_of_another_schema_says_what_to_do(place: Path, keys: str) -> None:
    refused = jiesu(place, "serve", JIESU_SECRET_KEYS=keys, JIESU_DATABASE_URL="sqlite:///var/new.db")
    assert refused.returncode == 2
    assert "jiesu migrate" in refused.stderr


def test_a_district_is_set_up_by_commands(place: Path, keys: str) -> None:
    env = {"JIESU_SECRET_KEYS": keys, "JIESU_DATABASE_URL": "sqlite:///var/district.db"}
    assert jiesu(place, "migrate", **env).returncode == 0
    assert "还没有机构目录" in jiesu(place, "doctor", **env).stdout
    assert "units.csv" in jiesu(place, "load", **env).stdout
    assert "没有写入" in jiesu(place, "load", "catalogue", "--dry-run", **env).stdout
    code = jiesu(place, "code", "group", "440303", **env).stdout
    assert re.match(r"G-[0-9A-Z]{4}-[0-9A-Z]{4}\n", code)
    assert "没有编码为 nowhere" in jiesu(place, "code", "staff", "nowhere", **env).stderr
    trained = json.loads(jiesu(place, "train", "--json", **env).stdout)
    assert {"macro_f1", "accuracy", "per_class", "calibration_error", "promised", "version"} <= set(trained)
    assert jiesu(place, "model", "promote", trained["version"], **env).returncode == 0
    assert f"* {trained['version']}" in jiesu(place, "model", "list", **env).stdout
    said = json.loads(jiesu(place, "predict", "老板拖欠工资", "--json", **env).stdout)
    assert next(iter(said["guesses"])) == "劳动和社会保障"
    bind(place / "var" / "district.db", keys)
    healthy = jiesu(place, "doctor", **env)
    assert (healthy.returncode, healthy.stdout.strip()) == (0, "✓ 没有发现问题。")
    assert json.loads(jiesu(place, "stats", "--json", **env).stdout)["inbox"] == {
        "done": 0,
        "quarantined": 0,
        "waiting": 0,
    }


def lines_of(readme: str) -> list[list[str]]:
    """The commands under "Run it", with our words for its capitals, without `serve`, which goes on."""
    section = re.split(r"^## ", (ROOT / readme).read_text("utf-8"), flags=re.M)[2]
    typed = [line.split("#")[0].strip() for line in section.splitlines() if line.startswith("    uv run jiesu")]
    commands = [part.split()[3:] for line in typed for part in line.split(" && ")]
    return [words for words in commands if words != ["serve"]]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_lines_of_the_readme_work_as_they_are_written(tmp_path: Path, keys: str, readme: str) -> None:
    meant = {"DIR": str(LUOHU), "目录": str(LUOHU), "UNIT": "440303", "单位编码": "440303"}
    ran = []
    for words in lines_of(readme):
        out = jiesu(tmp_path, *(meant.get(word, word) for word in words), JIESU_SECRET_KEYS=keys)
        meant |= dict.fromkeys(("VERSION", "版本"), out.stdout.split()[-1]) if words == ["train"] else {}
        findings = [line for line in out.stdout.splitlines() if line.startswith("✗")]
        assert (out.returncode, len(findings)) == ((1, 1) if words == ["doctor"] else (0, 0)), out.stdout + out.stderr
        assert words != ["doctor"] or "jiesu code group 440303" in findings[0]  # its code is not yet sent there
        ran.append(words[0])
    assert ran == ["migrate", "load", "train", "model", "code", "code", "doctor", "audit"]


def test_what_serves_never_loads_scikit_learn() -> None:
    code = "import bot.cli.app, sys; raise SystemExit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
