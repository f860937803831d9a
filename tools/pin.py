"""Pin every package: the constraint block of pyproject.toml and requirements.lock, made together or not at all.

    python3 tools/pin.py                pins for what pyproject.toml asks for now; versions move only where they must
    python3 tools/pin.py --upgrade      the newest versions that its bounds allow
    python3 tools/pin.py --check        change nothing; exit 1 and say where the two files disagree

It needs uv and no package, and is not started by `uv run`, which refuses a changed bound while the old pin stands.
`uv run` on a machine without uv.lock obeys nothing but pyproject.toml, so the pins stand there too; uv.lock names the
index it was made from and stays untracked. The round is played in a folder of its own, on copies: pyproject.toml and
requirements.lock are touched only when it has come to its end. What builds packages from source
(build-constraint-dependencies, build-system.requires) is pinned by hand.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^constraint-dependencies = \[.*?\]$", re.MULTILINE | re.DOTALL)
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<rest>[^\\]+?)\s*\\?$")
EXPORT = ("export", "--locked", "--no-header", "--no-annotate", "--no-emit-project", "--all-extras", "--all-groups")


class PinError(Exception):
    """The pins could not be made, or do not agree; the message says which and what to do."""


def uv(folder: Path, *arguments: str) -> str:
    """What uv prints on standard output, run in `folder`. Raises PinError with uv's own words if it fails."""
    done = subprocess.run(("uv", *arguments), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PinError(f"uv {arguments[0]} failed:\n{done.stderr.strip()}")
    return done.stdout


def pins(lock: str) -> list[str]:
    """The lines `name==version ; marker` of a requirements file with hashes, in its order."""
    found = (PIN.match(line) for line in lock.splitlines())
    return [f"{pin['name']}=={pin['rest']}" for pin in found if pin]


def block(lines: Iterable[str]) -> str:
    """The constraint block as pyproject.toml spells it."""
    inside = "".join(f'    "{line}",\n' for line in lines)
    return f"constraint-dependencies = [\n{inside}]" if inside else "constraint-dependencies = []"


def with_block(pyproject: str, lines: Iterable[str]) -> str:
    """The text of pyproject.toml with its block replaced. Raises PinError unless it has exactly one."""
    text, count = BLOCK.subn(lambda _: block(lines), pyproject)
    if count != 1:
        raise PinError(f"pyproject.toml has {count} blocks `constraint-dependencies = [...]`, not one")
    return text


def constraints(pyproject: str) -> list[str]:
    """The block of pyproject.toml, read by a TOML parser, not by the pattern that writes it."""
    lines: list[str] = tomllib.loads(pyproject)["tool"]["uv"]["constraint-dependencies"]
    return lines


def disagreements(pyproject: str, lock: str) -> list[str]:
    """One sentence for each pin that stands in one file only; empty if the two agree."""
    asked, locked = set(constraints(pyproject)), set(pins(lock))
    return [f"only in pyproject.toml: {line}" for line in sorted(asked - locked)] + [
        f"only in requirements.lock: {line}" for line in sorted(locked - asked)
    ]


def lock_from_pins(folder: Path) -> None:
    """Make the uv.lock that the round starts from; without it every version would move. Raises PinError."""
    try:
        uv(folder, "lock")
    except PinError as error:
        advice = "Without uv.lock the present pins must be solvable: run `uv lock` before you change a bound."
        raise PinError(f"{error}\n{advice}") from error


def play_round(folder: Path, upgrade: bool) -> str:
    """Lock, export and pin the project copied to `folder`; the text of its requirements.lock.

    Raises PinError if uv fails, or if the pins, once written, do not lead to the versions they were made from.
    """
    project = folder / "pyproject.toml"
    if not (folder / "uv.lock").exists():
        lock_from_pins(folder)
    # a standing pin makes a changed bound unsolvable, so the block is emptied first
    project.write_text(with_block(project.read_text("utf-8"), []), "utf-8")
    uv(folder, "lock", *(["--upgrade"] if upgrade else []))
    chosen = uv(folder, *EXPORT)
    project.write_text(with_block(project.read_text("utf-8"), pins(chosen)), "utf-8")
    uv(folder, "lock")
    lock = uv(folder, *EXPORT)
    if lock != chosen:
        raise PinError("with the pins in place uv chose other versions than it did without them")
    if "://" in lock or "index-url" in lock:
        raise PinError("the export names the address of an index")
    return lock


def replace(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees the old file or the new one, never half of it."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)


def make(upgrade: bool) -> None:
    """The whole round. Raises PinError; then no file of the project has changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("pyproject.toml", "uv.lock", "README.md"):
            if (ROOT / file).exists():
                shutil.copy(ROOT / file, folder / file)
        lock = play_round(folder, upgrade)
        # read again: whoever edited the rest of pyproject.toml meanwhile keeps the edit
        pyproject = with_block((ROOT / "pyproject.toml").read_text("utf-8"), pins(lock))
        replace(ROOT / "pyproject.toml", pyproject)
        replace(ROOT / "requirements.lock", lock)
        replace(ROOT / "uv.lock", (folder / "uv.lock").read_text("utf-8"))
    print(f"{len(pins(lock))} packages pinned in pyproject.toml and requirements.lock")


def check() -> None:
    """Raises PinError if pyproject.toml and requirements.lock do not hold the same pins."""
    wrong = disagreements((ROOT / "pyproject.toml").read_text("utf-8"), (ROOT / "requirements.lock").read_text("utf-8"))
    if wrong:
        raise PinError("\n".join([*wrong, "`python3 tools/pin.py` makes them agree"]))
    print("pyproject.toml and requirements.lock agree")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--upgrade", action="store_true", help="take the newest versions that the bounds allow")
    ways.add_argument("--check", action="store_true", help="change nothing, compare the two files")
    arguments = parser.parse_args()
    try:
        check() if arguments.check else make(arguments.upgrade)
    except (PinError, OSError) as error:
        sys.exit(f"pin: {error}")


if __name__ == "__main__":
    main()
