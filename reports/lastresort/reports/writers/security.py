"""What the page allows a browser to do: nothing but what was written into it."""

import base64
import hashlib
import re
from collections.abc import Iterable


def content_policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Return a content security policy that allows these style sheets and scripts by their hashes.

    Attributes of style are allowed, as drawings have colours in them; images only as `data:`; and no network at all.
    """
    allowed = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)) or "'none'",
        "style-src-elem": " ".join(map(_hash, styles)) or "'none'",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def styles(markup: str) -> list[str]:
    """Return the contents of the style elements in some HTML, those of plugins' sections."""
    return re.findall(r"<style[^>]*>(.*?)</style\s*>", markup, flags=re.DOTALL | re.IGNORECASE)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
