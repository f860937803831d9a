"""The resident's modules call each other in one direction: none of them needs, by any way, one that needs it."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import handlers.resident

FOLDER = Path(handlers.resident.__path__[0])


def neighbours(file: Path) -> set[str]:
    imports = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    named = {alias.name for node in imports if node.module == "handlers.resident" for alias in node.names}
    return named | {
        (node.module or "").split(".")[2] for node in imports if (node.module or "").startswith("handlers.resident.")
    }


def test_no_module_of_the_resident_needs_itself_on_a_roundabout_way() -> None:
    calls = {file.stem: neighbours(file) for file in FOLDER.glob("*.py")}
    assert calls["intake"]
    TopologicalSorter(calls).prepare()  # raises CycleError
