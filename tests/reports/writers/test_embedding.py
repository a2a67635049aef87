"""What is written into the page cannot leave its place: data, scripts, and HTML of plugins."""

import re

import numpy as np
from markupsafe import Markup

from lastresort.reports.document import Document, Foreign
from lastresort.reports.writers import to_html
from lastresort.reports.writers.embedding import json_text
from lastresort.reports.writers.security import content_policy
from lastresort.reports.writers.tags import lines_without_tags


def test_data_of_controls_is_json_that_cannot_end_its_element() -> None:
    data = {
        "a": np.float64(1 / 3),
        "b": np.arange(2),
        "c": float("nan"),
        "d": "</script><!--",
        "e": [True, None, np.int64(3)],
    }
    text = json_text(data)
    assert text == '{"a":0.333333,"b":[0,1],"c":null,"d":"\\u003c/script\\u003e\\u003c!--","e":[true,null,3]}'


def test_the_page_allows_nothing_but_what_is_in_it(document: Document) -> None:
    page = to_html(document)
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy.replace("&#39;", "'").startswith("default-src 'none'; script-src 'sha256-")
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, flags=re.DOTALL)
    assert len(styles) == 2  # the page's own and a plugin's
    assert policy.replace("&#39;", "'") == content_policy(styles, scripts)
    assert not re.search(r"\son\w+=", re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL))


def test_html_of_plugins_is_told_without_its_tags() -> None:
    markup = Foreign(
        Markup("<h3>A &amp; b</h3><script>no</script><p>c <b>d</b><br/>e</p><tr><td>1</td><td>2</td></tr>")
    ).markup
    assert lines_without_tags(markup) == ["A & b", "c d", "e", "1 2"]
