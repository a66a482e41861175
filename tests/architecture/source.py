"""Reading the project's own source for the architecture tests: its files, its modules and what they import."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("panjin_portal", "proposals", "replies")


@dataclass(frozen=True)
class Module:
    """One Python file of the product: dotted name, path below the repository, syntax tree, text."""

    name: str
    path: str
    tree: ast.Module
    text: str

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self.text.count("\n")

    def imports(self) -> set[str]:
        """Every name imported anywhere in the file, as ``package.module`` and ``package.module.name``.

        Imports inside functions count: an arrow does not turn round because it is drawn late. Those under
        ``if TYPE_CHECKING`` count too.
        """
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        return found

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = self.name.split(".")
        package = here if self.path.endswith("__init__.py") else here[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])


def read(path: Path) -> Module:
    """The module in a file below the repository."""
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(ROOT)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, relative.as_posix(), ast.parse(text, filename=str(relative)), text)


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the product, migrations left out: Django writes those."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(read(file) for file in files if "migrations" not in file.parts)


@cache
def test_modules() -> tuple[Module, ...]:
    """All modules below tests/."""
    return tuple(read(file) for file in sorted((ROOT / "tests").rglob("*.py")))


test_modules.__test__ = False  # type: ignore[attr-defined]  # a helper, not a test


def templates() -> Iterator[Path]:
    """All templates."""
    yield from sorted((ROOT / "templates").rglob("*.html"))
    yield from sorted((ROOT / "templates").rglob("*.txt"))


def within(name: str, roots: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of ``roots`` or lies below one."""
    return any(name == root or name.startswith(f"{root}.") for root in roots)
