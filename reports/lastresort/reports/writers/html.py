"""Write a document as one HTML page that needs no other file and no network."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from lastresort.reports.document import (
    About,
    Block,
    Code,
    Control,
    Document,
    FigureBlock,
    Fold,
    Inline,
    Link,
    Listed,
    Prose,
    Section,
    Strong,
)
from lastresort.reports.document.paper import policy_variable
from lastresort.reports.writers import assets, headers, security
from lastresort.reports.writers.embedding import data_link, json_text
from lastresort.reports.writers.settling import settle

HEAD_SCRIPTS = ("theme",)
"""Scripts that run before the page is drawn, so that it does not flash."""

BODY_SCRIPTS = ("page", "tips", "regions", "marks", "toggles", "contents", "folds")
"""Scripts of every page, in the order they run; those of controls follow."""


def to_html(document: Document) -> str:
    """Return a document as one self-contained HTML page, the same text for the same document.

    The page is whole without scripts; with them, readers hide policies, read marks of figures and play with controls.
    A policy of content security lets nothing run or load but what this function wrote: a `Foreign` block may bring
    styles and `data:` images, but no script. Raises ValueError for a table whose rows do not fit its columns.
    """
    settled = settle(document)
    scripts = {name: assets.script(name) for name in _script_names(settled)}
    body = _environment().get_template("body.html").render(document=settled, chapters=_chapters(settled.sections))
    return (
        _environment()
        .get_template("page.html")
        .render(
            document=settled,
            style=assets.style(),
            head_scripts=[scripts[name] for name in HEAD_SCRIPTS],
            body_scripts=[text for name, text in scripts.items() if name not in HEAD_SCRIPTS],
            security=security.content_policy(
                [str(assets.style()), *security.styles(body)], [str(text) for text in scripts.values()]
            ),
            body=Markup(body),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lastresort.reports.writers"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"prose": _spans, "json": json_text, "data_link": data_link, "drawing": _drawing}
    environment.globals |= {
        "headers": headers,
        "policy_variable": policy_variable,
        "block_template": lambda block: f"blocks/{type(block).__name__.lower()}.html",
    }
    return environment


def _chapters(sections: Sequence[Section]) -> list[tuple[str, list[Section]]]:
    """Neighbouring sections of one part, by the title of the part."""
    return [(part, list(members)) for part, members in groupby(sections, key=lambda section: section.part)]


def _script_names(document: Document) -> list[str]:
    kinds = {
        block.kind for section in document.sections for block in _all(section.blocks) if isinstance(block, Control)
    }
    return [*HEAD_SCRIPTS, *BODY_SCRIPTS, *sorted(kinds)]


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from _all(block.blocks)


def _spans(prose: Prose) -> Markup:
    """Return prose with its marks as elements, everything in it escaped."""
    return Markup("").join(_span(part) for part in prose)


def _span(part: Inline) -> Markup:
    match part:
        case Strong():
            return Markup("<strong>{}</strong>").format(part.text)
        case Code():
            return Markup("<code>{}</code>").format(part.text)
        case Link():
            return Markup('<a href="#{}">{}</a>').format(part.target, part.text)
        case About():
            return _about(part, escape(part.text))
        case Listed():
            joint = Markup('<span class="joint">{}</span>{}')
            pairs = zip(part.items, part.joints, strict=True)
            clauses = [_about(item, joint.format(before, item.text)) for item, before in pairs]
            joined = Markup("").join(clauses)
            return Markup('<span class="listed">{}{}{}</span>').format(part.lead, joined, part.tail)
        case str():
            return escape(part)


def _about(part: About, words: Markup) -> Markup:
    return Markup('<span data-policies="{}">{}</span>').format("|".join(part.policies), words)


def _drawing(figure: FigureBlock) -> Markup:
    """Return the drawing of a figure as SVG for the page: with its words, and without styles or scripts of its own."""
    root = ElementTree.fromstring(str(figure.drawing))
    for parent in root.iter():
        for child in [child for child in parent if child.tag in ("style", "script", "metadata")]:
            parent.remove(child)
        parent.attrib = {key: value for key, value in parent.attrib.items() if not key.lower().startswith("on")}
    anchor = f"drawing-{figure.name}"
    root.attrib |= {"class": "drawing", "role": "img", "aria-label": figure.alt, "id": anchor}
    return Markup(ElementTree.tostring(root, encoding="unicode"))
