"""What the README promises, with the test that proves it: each of them is there, and both languages name the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NAMED = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")


def named(readme: str) -> list[tuple[str, str]]:
    return NAMED.findall((PROJECT / readme).read_text("utf-8"))


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_test_the_readme_names_is_there(readme: str) -> None:
    tests = {
        (file, node.name)
        for file in {file for file, _ in named(readme)}
        for node in ast.parse((PROJECT / "tests" / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert len(named(readme)) > 50 and [each for each in named(readme) if each not in tests] == []


def test_both_languages_name_the_same_proofs() -> None:
    assert sorted(named("README.md")) == sorted(named("README.zh.md"))
