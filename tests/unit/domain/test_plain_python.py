"""What is true of people, items and papers is plain Python: the domain imports the standard library and itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from itembank import domain


def imported(source: str) -> Iterator[str]:
    """Every module a source imports, at its top or within; a relative import keeps its dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def is_plain(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names or f"{module}.".startswith("itembank.domain.")


def test_the_domain_imports_the_standard_library_and_itself_only() -> None:
    files = sorted(Path(domain.__path__[0]).rglob("*.py"))

    foreign = [(file.name, module) for file in files for module in imported(file.read_text("utf-8")) if not is_plain(module)]

    assert files and foreign == []
