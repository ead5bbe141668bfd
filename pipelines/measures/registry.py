"""Registries: what the modules of a package declare, by key; adding a module adds to it, and edits nothing else."""

import importlib
import pkgutil


def collect(package: str, *names: str) -> dict:
    """Everything declared in the modules of a package, by its `key`, in the order of modules and declarations.

    Args:
        package: name of the package whose modules are looked at.
        names: what the declarations are called in a module, each a tuple or a single one; the first found counts.

    Raises:
        ValueError: two declarations have the same key.
    """
    found: dict = {}
    for info in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        declared = next((getattr(module, name) for name in names if hasattr(module, name)), ())
        for one in declared if isinstance(declared, tuple | list) else (declared,):
            if one.key in found:
                raise ValueError(f"{one.key} is declared twice in {package}")
            found[one.key] = one
    return found
