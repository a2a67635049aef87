"""Prose as HTML."""

from markupsafe import Markup, escape

from lastresort.reports.document import Code, Inline, Link, Prose, Strong


def spans(prose: Prose) -> Markup:
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
        case str():
            return escape(part)
