"""Typst's code: words are string literals, so nothing in them is read as markup."""

from lastresort.reports.document import About, Code, Inline, Link, Listed, Prose, Strong

LONGEST = 16
"""Letters without a space after which a line may break."""

PAUSE = "\u200b"
"""A space without width: a place where a line may break."""


def literal(text: str) -> str:
    """Return text as a string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    return f'"{escaped}"'


def words(text: str) -> str:
    """Return text as a string literal that may break wherever it would not fit on a line."""
    return literal(breakable(text))


def prose(parts: Prose) -> str:
    """Return prose as an expression of content."""
    return f"{array(*(_inline(part) for part in parts))}.join()" if parts else '""'


def call(name: str, *arguments: str, **named: str) -> str:
    """Return the call of a function."""
    return f"{name}({', '.join([*arguments, *(f'{key}: {value}' for key, value in named.items())])})"


def array(*items: str) -> str:
    """Return an array of expressions."""
    return f"({''.join(f'{item}, ' for item in items).rstrip()})" if items else "()"


def breakable(text: str) -> str:
    """Return text in which long words may break, after a hyphen and the like where they have one."""
    return " ".join(_breakable_word(word) for word in text.split(" "))


def pieces(text: str) -> list[str]:
    """Return the longest parts of text that stay on one line."""
    return breakable(text).replace(PAUSE, " ").split()


def _breakable_word(word: str) -> str:
    if len(word) <= LONGEST:
        return word
    broken, since = "", 0
    for letter in word:
        broken, since = broken + letter, since + 1
        if since >= LONGEST - 4 or (letter in "-+_/.,:;=&" and since >= 3):
            broken, since = broken + PAUSE, 0
    return broken


def _inline(part: Inline) -> str:
    match part:
        case Strong():
            return call("strong", words(part.text))
        case Code():
            return call("mono", words(part.text))
        case Link():
            return call("go", literal(part.target), words(part.text))
        case About() | Listed():
            return words(part.text)
        case str():
            return words(part)
