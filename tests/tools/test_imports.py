"""The import contract names all that it must keep out."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import grimp

from tools import pin

PYPROJECT = tomllib.loads((pin.ROOT / "pyproject.toml").read_text("utf-8"))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    """The distributions that pyproject.toml asks for itself, extras and groups too."""
    project = PYPROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    lists += PYPROJECT["dependency-groups"].values()
    return {normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for lines in lists for line in lines}


def test_complaints_imports_the_standard_library_only():
    graph = grimp.build_graph("complaints", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if graph.is_module_squashed(module)}
    assert outside - set(sys.stdlib_module_names) == set()


def test_the_contract_of_complaints_forbids_every_dependency():
    contracts = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
    wanted = asked_for()
    assert "numpy" in wanted
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if module.isidentifier() and module[0] != "_" and wanted & {normal(name) for name in distributions}
    }
    assert "sklearn" in modules  # an import name, not the distribution's
    assert modules - set(contracts["complaints-alone"]["forbidden_modules"]) == set()
