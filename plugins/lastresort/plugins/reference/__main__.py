"""Write the reference, and the tables of the how-to pages: `python -m lastresort.plugins.reference docs`."""

import sys
from pathlib import Path

from lastresort.plugins.reference.pages import OWNERS, pages
from lastresort.plugins.reference.tables import filled


def write_reference(docs: Path) -> None:
    """Write one file per page to `docs/reference`, remove pages that are gone, and fill `docs/guide/hooks/*.md`."""
    folder, texts = docs / "reference", pages()
    folder.mkdir(exist_ok=True)
    for file in folder.glob("*.md"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        _write(folder / name, text)
    for page in sorted((docs / "guide" / "hooks").glob("*.md")):
        _write(page, filled(page.read_text(encoding="utf-8"), OWNERS))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
