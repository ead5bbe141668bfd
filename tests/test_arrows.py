"""Who may import whom, and which library belongs to whom: docs/architecture.md as a test."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("pipelines", "dashboard")

MAY_IMPORT: dict[str, set[str]] = {
    "pipelines": set(),
    "pipelines.errors": set(),
    "pipelines.symbols": set(),
    "pipelines.tables": set(),
    "pipelines.core": set(),
    "pipelines.report": set(),
    "pipelines.measures": set(),
    "pipelines.statistics": set(),
    "pipelines.settings": {"pipelines.errors"},
    "pipelines.observations": {"pipelines.measures", "pipelines.symbols"},
    "pipelines.sources": {
        "pipelines.tables",
        "pipelines.observations",
        "pipelines.symbols",
        "pipelines.errors",
        "pipelines.measures",
    },
    "pipelines.rules": {"pipelines.measures", "pipelines.statistics", "pipelines.tables", "pipelines.errors"},
    "pipelines.marts": {
        "pipelines.errors",
        "pipelines.measures",
        "pipelines.rules",
        "pipelines.statistics",
    },
    "pipelines.risk": {
        "pipelines.measures",
        "pipelines.statistics",
        "pipelines.rules",
        "pipelines.tables",
        "pipelines.warehouse",
        "pipelines.settings",
        "pipelines.errors",
    },
    "pipelines.sample": {"pipelines.sources", "pipelines.measures", "pipelines.settings"},
    "pipelines.warehouse": {
        "pipelines.errors",
        "pipelines.measures",
        "pipelines.observations",
        "pipelines.symbols",
        "pipelines.tables",
    },
    "pipelines.guard": {"pipelines.errors", "pipelines.settings", "pipelines.warehouse"},
    "pipelines.checks": {"pipelines.measures", "pipelines.warehouse"},
    "pipelines.derive": {
        "pipelines.guard",
        "pipelines.marts",
        "pipelines.measures",
        "pipelines.observations",
        "pipelines.settings",
        "pipelines.sources",
        "pipelines.statistics",
        "pipelines.rules",
        "pipelines.tables",
        "pipelines.warehouse",
    },
    "pipelines.build": {
        "pipelines.derive",
        "pipelines.errors",
        "pipelines.guard",
        "pipelines.settings",
        "pipelines.sources",
        "pipelines.warehouse",
    },
    "pipelines.scoring": {"pipelines.errors", "pipelines.risk", "pipelines.settings", "pipelines.warehouse"},
    "pipelines.docs": {
        "pipelines.build",
        "pipelines.derive",
        "pipelines.measures",
        "pipelines.risk",
        "pipelines.rules",
        "pipelines.settings",
        "pipelines.sources",
        "pipelines.symbols",
        "pipelines.tables",
        "pipelines.warehouse",
    },
    "pipelines.__main__": {
        "pipelines.build",
        "pipelines.checks",
        "pipelines.docs",
        "pipelines.errors",
        "pipelines.report",
        "pipelines.risk",
        "pipelines.sample",
        "pipelines.scoring",
        "pipelines.settings",
        "pipelines.warehouse",
    },
    "dashboard": set(),
    "dashboard.db": set(),
    "dashboard.identity": {"dashboard.db"},
    "dashboard.answers": set(),
    "dashboard.drawn": set(),
    "dashboard.kept": {"dashboard.answers", "dashboard.db"},
    "dashboard.settings": set(),
    "dashboard.queries": {"dashboard.db", "pipelines.measures"},
    "dashboard.figures": {"dashboard.components", "pipelines.measures"},
    "dashboard.components": {"dashboard.figures", "pipelines.measures"},
    "dashboard.pages": {
        "dashboard.settings",
        "dashboard.queries",
        "dashboard.figures",
        "dashboard.components",
        "pipelines.measures",
    },
    "dashboard.app": {
        "dashboard.answers",
        "dashboard.db",
        "dashboard.drawn",
        "dashboard.identity",
        "dashboard.kept",
        "dashboard.pages",
        "dashboard.queries",
        "dashboard.figures",
        "dashboard.components",
        "pipelines.measures",
    },
    "dashboard.__main__": {"dashboard.answers", "dashboard.app", "dashboard.identity", "dashboard.settings"},
}
"""Module or package → what else of ours it may import; itself always. What is not here may not exist."""

FOR_TYPES_ONLY = {("pipelines.observations", "pipelines.sources")}
"""Arrows that stand under `if TYPE_CHECKING:` and are never followed at run time."""

PAGES = {"dashboard.components", "dashboard.pages", "dashboard.app", "dashboard.drawn"}
STANDARD_LIBRARY_ONLY = {"pipelines.measures", "pipelines.errors", "pipelines.settings", "pipelines.symbols"}
OWNERS: dict[str, set[str]] = {
    "duckdb": {"dashboard.db", "pipelines.warehouse"},
    "polars": set(MAY_IMPORT) - STANDARD_LIBRARY_ONLY,
    "numpy": {
        "pipelines.observations",
        "pipelines.sources",
        "pipelines.sample",
        "pipelines.statistics",
        "pipelines.marts",
        "pipelines.rules",
        "pipelines.risk",
    },
    "pandas": {"pipelines.risk"},
    "sklearn": {"pipelines.risk"},
    "threadpoolctl": {"pipelines.risk"},
    "scipy": {"pipelines.risk", "pipelines.statistics", "pipelines.marts"},
    "statsmodels": {"pipelines.risk", "pipelines.statistics"},
    "dataframely": {"pipelines.tables"},
    "fastexcel": {"pipelines.sources"},
    "xlsxwriter": {"pipelines.sample", "dashboard.components"},
    "rich": {"pipelines.report", "pipelines.checks", "pipelines.scoring"},
    "dash": PAGES,
    "dash_mantine_components": PAGES,
    "dash_ag_grid": PAGES,
    "plotly": {"dashboard.figures", "dashboard.app"},
    "flask": {"dashboard.app", "dashboard.answers", "dashboard.kept"},
    "waitress": {"dashboard.__main__"},
    "orjson": {"dashboard.drawn"},
    "typst": {"dashboard.components", "dashboard.app"},
}
"""Library → who may import it. A new library needs a line here and a decision in docs/decisions."""

REGISTRIES = {"pipelines.derive", "pipelines.measures", "pipelines.sources", "pipelines.rules", "dashboard.pages"}
"""Units that import the modules of a folder by name, so that adding one edits nothing else."""

FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def is_ours(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def unit_of(module: str) -> str:
    """The first two parts of a dotted name: the unit that the arrows are about."""
    return ".".join(module.split(".")[:2])


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> list[tuple[str, int, bool]]:
    """Every module that a file imports, wherever the import stands: (module, line, for types only)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{base}.{alias.name}" if base in PACKAGES else base for alias in node.names]
        else:
            continue
        found += [(name, node.lineno, node in for_types) for name in names]
    return found


def named(paths: list[Path]) -> list:
    return [pytest.param(path, id=module_of(path)) for path in paths]


@pytest.mark.parametrize("path", named(FILES))
def test_a_module_follows_the_arrows(path: Path) -> None:
    unit = unit_of(module_of(path))
    assert unit in MAY_IMPORT, f"{unit} is new: give it arrows in MAY_IMPORT and in docs/architecture.md"
    broken = []
    for name, line, for_types in imports_of(path):
        to = unit_of(name)
        if not is_ours(name) or to == unit:
            continue
        if to not in MAY_IMPORT[unit] and not (for_types and (unit, to) in FOR_TYPES_ONLY):
            broken.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not broken, f"{unit} may not import that: {broken}"


@pytest.mark.parametrize("path", named(FILES))
def test_a_library_is_imported_by_its_owners_only(path: Path) -> None:
    unit = unit_of(module_of(path))
    broken = []
    for name, line, _ in imports_of(path):
        library = name.split(".")[0]
        if is_ours(name) or library in sys.stdlib_module_names:
            continue
        if unit not in OWNERS.get(library, set()):
            broken.append(f"{path.relative_to(ROOT)}:{line} imports {library}")
    assert not broken, f"not the owner of that library: {broken}"


def test_only_registries_import_by_name() -> None:
    """A module imported by a name that is put together at run time escapes the arrows."""
    by_name = {
        unit_of(module_of(path))
        for path in FILES
        for name, _, _ in imports_of(path)
        if name.split(".")[0] == "importlib"
    }
    assert by_name <= REGISTRIES


@pytest.mark.parametrize("path", named(FILES))
def test_no_library_is_reached_through_another_module(path: Path) -> None:
    unit = unit_of(module_of(path))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules_of_ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and is_ours(node.module or "")
        for alias in node.names
    }
    reached = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in modules_of_ours
        and unit not in OWNERS.get(node.attr, {unit})
    ]
    assert not reached


@pytest.mark.parametrize("path", named(FILES))
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, f"{path.relative_to(ROOT)} has no docstring"
    assert said.split("\n\n")[0].rstrip().endswith((".", "?")), "the first sentence has an end"


def test_arrows_are_not_left_behind() -> None:
    """Every arrow that is declared for a module that exists leads to a module that is at least planned."""
    targets = {to for allowed in MAY_IMPORT.values() for to in allowed}
    assert targets <= set(MAY_IMPORT)


def test_arrows_have_no_circle() -> None:
    """Figures and components are one layer; apart from them no two units may import each other."""
    seen: set[str] = set()

    def follow(unit: str, way: tuple[str, ...]) -> None:
        assert unit not in way, f"a circle: {' → '.join([*way, unit])}"
        if unit in seen:
            return
        for to in MAY_IMPORT[unit]:
            if {unit, to} != {"dashboard.figures", "dashboard.components"}:
                follow(to, (*way, unit))
        seen.add(unit)

    for unit in MAY_IMPORT:
        follow(unit, ())


def test_sql_reads_no_layer_above_its_own() -> None:
    """`core` is made without `mart`, and the dashboard reads `mart` only."""
    for path in sorted((ROOT / "pipelines" / "core").glob("*.sql")):
        assert not re.search(r"\bmart\.", path.read_text(encoding="utf-8")), f"{path.name} reads mart"
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        strings = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        reads = [text for text in strings if re.search(r"\b(from|join)\s+core\.", text)]
        assert not reads, f"{path.relative_to(ROOT)} reads core"


def test_nothing_of_ours_imports_tests_or_notebooks() -> None:
    for path in FILES:
        tops = {name.split(".")[0] for name, _, _ in imports_of(path)}
        assert not tops & {"tests", "notebooks", "benchmarks"}, path
