"""How each kind of figure is worked out, in the words of the module that does it: a row for each module of statistics.

`first` is the first sentence of its docstring, `more` the rest, `constants` its public numbers as name = value.
"""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import polars

from pipelines import statistics
from pipelines.marts import Query

COLUMNS = {
    "part": polars.String,
    "first": polars.String,
    "more": polars.String,
    "constants": polars.List(polars.String),
    "position": polars.Int32,
}


def rows(query: Query) -> Iterator[polars.DataFrame]:
    """The rows of `mart.method`, in order of the modules' names."""
    modules = sorted(path for path in Path(statistics.__file__).parent.glob("*.py") if path.stem != "__init__")
    yield polars.DataFrame([{**_row(path), "position": i} for i, path in enumerate(modules)], schema=COLUMNS)


def _row(path: Path) -> dict:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    first, _, more = inspect.cleandoc(ast.get_docstring(tree) or "").partition("\n\n")
    return {
        "part": path.stem,
        "first": " ".join(first.split()),
        "more": more,
        "constants": [
            f"{name.lower().replace('_', ' ')} = {value:g}"
            for name, value in _numbers(tree)
            if not name.startswith("_")
        ],
    }


def _numbers(tree: ast.Module) -> Iterator[tuple[str, float]]:
    """The names of a module that stand for a number, with it."""
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        if isinstance(node.value, ast.Constant) and type(node.value.value) in (int, float):
            yield node.targets[0].id, node.value.value
