"""A made-up document with every kind of block and hostile words, and a browser to read it in."""

import math
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from lastresort.reports.document import (
    About,
    Attachment,
    Block,
    Bullets,
    Caution,
    Cell,
    Code,
    Column,
    Control,
    Definitions,
    Document,
    FigureBlock,
    Fold,
    Foreign,
    Heading,
    Link,
    Listed,
    Listing,
    Note,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Takeaway,
)
from lastresort.reports.writers import to_html

HOSTILE = (
    "<script>alert('x')</script> & \"quotes\" `ticks` | pipes | # $x$ @you *stars* _low_ [a](b) ~~no~~ \\ {{ 7*7 }}"
)
REVERSED = "abc \u202e dcba \u200f \u05d0\u05d1 \x00 end"
LONG = "x" * 300
POLICIES = [
    ("fund+queue-adl", "Fund, then queue ADL"),
    ("fund+pro-rata-adl", "Fund, then pro-rata ADL"),
    ("fund+hedge-aware-adl", "Fund, then hedge-aware ADL"),
    ("fund+socialized-loss", "Fund, then socialized loss"),
    ("fund+queue-adl+circuit-breaker", "Fund, queue ADL and circuit breaker"),
    ("hostile", HOSTILE),
    ("long", LONG),
]
FILE = 'policy,score\n"</script><!--",1\nüñ,-0.5\n'


@pytest.fixture(scope="session")
def document() -> Document:
    """Every kind of block, with plain and with hostile words."""
    return Document(
        kicker="Last-resort rules on derivatives exchanges",
        title="The crash of 10-11 October 2025",
        subtitle=("Scenario ", Code("oct-2025"), ": 7 rules on 8 seeds; ", Link("some failed", "trouble"), "."),
        policies=POLICIES,
        sections=[
            Section("summary", "Summary", _summary()),
            Section(
                "ranking", "Ranking on both scores", [_ranking(), Note(("λ: ", Code("share"), " of the deficit."))]
            ),
            Section("course", "Course of the crash", _course(), part="The crash of October 2025"),
            Section("weighing", "Weighing", _weighing(), part="The crash of October 2025"),
            Section("trouble", "Trouble: " + HOSTILE, _trouble(), part=HOSTILE),
            Section("trouble", "The same name again", [_axioms()], part=HOSTILE),
            Section("annexed", "Kept for later", [Heading(("Deep inside",), name="inside")], part="Annex", folded=True),
        ],
    )


@pytest.fixture(scope="session")
def page_path(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as a page on the disk."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(document), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def attached() -> str:
    """What the attachment holds."""
    return FILE


def _summary() -> list[Block]:
    clauses = tuple(About(f"$1 bn under {title[:60]}", (name,)) for name, title in POLICIES)
    return [
        Takeaway((Listed(clauses, "Users lost ", "; "), About("no rule is best. ", ("hostile",)), HOSTILE)),
        Caution((Strong("Read first. "), "Two of eight seeds failed; ", Link("what failed", "trouble"), ".")),
        Paragraph(
            (Strong("“Fund, then hedge-aware ADL” is lowest."), " LC* 0.021 [0.019, 0.022]. ", Link("See", "ranking"))
        ),
        Heading(("Against the baseline ", Code("fund+queue-adl")), name="against"),
        Definitions(
            [
                ("term-better", ("Better",), ("The whole interval is below zero.",)),
                ("", ("Equivalent ", Code("eq")), ("Inside the margin, ", Strong("0.02"), ".")),
                ("", (HOSTILE,), (HOSTILE,)),
            ]
        ),
        Heading(("Skips a level",), level=4),
        Bullets([("One point.",), ("- another, ", Code("a|b `c`")), ("1. numbered", Link("nowhere", "no-such-thing"))]),
        Listing("lastresort compare oct-2025 --seeds 8\n  </pre><script>alert(1)</script>\n```\nend"),
    ]


def _ranking() -> Table:
    titles = ("LC*", "Pass-through λ, %", "Shape LC", "MNF", "B, %", "O, %", "P, %", "R, %", "Legs forced, %", "ADL")
    columns = [
        Column("LC*", "Rank on"),
        Column("MNF", "Rank on", meaning="Market-neutral failure"),
        *(
            Column(title, "Loss centralization" if place < 3 else "Strategies", f"Meaning of {title}: {HOSTILE}"[:60])
            for place, title in enumerate(titles)
        ),
        Column("LC*", "Verdict on", align="left"),
        Column("MNF", "Verdict on", align="left"),
    ]
    return Table(
        "ranking", "Policies by loss centralization, lowest first. Intervals are 95 %.", columns, _ranked(), "wide"
    )


def _ranked() -> list[tuple[str, list[Row]]]:
    rows = []
    for place, (name, title) in enumerate(POLICIES):
        number = [0.021 * (place + 1) * (1 + column / 7) for column in range(10)]
        figures = [
            Cell(f"{value:.3f}", f"[{value - 0.002:.3f}, {value + 0.002:.3f}]" if column % 2 == 0 else "")
            for column, value in enumerate(number)
        ]
        verdicts = [Cell("worse", tone="bad"), Cell("better", "needs ≈ 49 seeds", tone="good", link="against")]
        cells = [Cell(str(place + 1)), Cell(f"\N{MINUS SIGN}{place + 1}"), *figures, *verdicts]
        rows.append(Row((Code(name), " | ", Strong("x")) if place == 4 else (title[:60],), cells, name, policy=name))
    return [("", rows[:5]), ("References | no venue could run them", rows[5:])]


def _course() -> list[Block]:
    return [
        Paragraph(("What happened, hour by hour; ", Link("the figure", "timeline"), ".")),
        FigureBlock("timeline", _timeline(), "Prices fell. " + HOSTILE, "The fall of prices. " + HOSTILE),
        Control(
            "scrub",
            "scrubber",
            "Minute by minute",
            {
                "figure": "timeline",
                "times": [hour / 4 for hour in range(97)],
                "axes": [
                    {"x0": 50, "x1": 300, "t0": 0, "t1": 24, "y0": 20, "y1": 120},
                    {"x0": 320, "x1": 560, "t0": 8, "t1": 12, "y0": 20, "y1": 120},
                    {"x0": 50, "x1": 300, "t0": 0, "t1": 24, "y0": 150, "y1": 250},
                ],
                "policies": [
                    {
                        "name": name,
                        "title": title,
                        "values": {
                            "Price of BTC": [1 - place / 100 - hour / 1000 for hour in range(97)],
                            "Open interest, $ B": [math.nan if hour == 3 else 200.0 - hour for hour in range(97)],
                        },
                    }
                    for place, (name, title) in enumerate(POLICIES)
                ],
                "panels": [
                    {"title": "Price of BTC", "unit": "", "digits": 3},
                    {"title": "Open interest, $ B", "unit": "$ B", "digits": 1},
                ],
                "start": 9.0,
            },
            instead=("The minutes can be read in the page only.",),
        ),
        _cohorts(),
        Attachment("scores.csv", "The scores behind every number, one row per policy and seed.", FILE),
    ]


def _cohorts() -> Table:
    cohorts = ("retail", "institutions", "shorts", "basis", "pairs", "makers")
    rows = [
        Row(
            (cohort,),
            [
                Cell(
                    f"{(place + column) / 7:.2f}", "of 1.00", ("more", "less")[(place + column) % 2], 15 * (column + 1)
                )
                for column in range(5)
            ],
        )
        for place, cohort in enumerate(cohorts)
    ]
    return Table(
        "cohorts",
        "Who pays, by cohort",
        [Column(title) for _, title in POLICIES[:5]],
        [("", rows)],
        "heat",
        "Cohort",
    )


def _weighing() -> list[Block]:
    criteria = [
        {"name": "lc", "title": "Loss centralization", "unit": "0 to 1", "meaning": "How unequally users pay."},
        {"name": "mnf", "title": "Market-neutral failure", "unit": "share", "meaning": "Whose hedge breaks."},
        {"name": "hostile", "title": HOSTILE, "unit": "", "meaning": HOSTILE},
    ]
    draws = [[[(place + draw % 3) / 10, 1 - place / 7, 0.5] for place in range(len(POLICIES))] for draw in range(100)]
    data = {
        "criteria": criteria,
        "policies": [{"name": name, "title": title} for name, title in POLICIES],
        "draws": draws,
        "start": [0.8, 0.1, 0.1],
    }
    return [
        Control("weights", "weights", "Weigh the criteria yourself", data, instead=("Weights are a judgement.",)),
        FigureBlock("bars", _bars(), "Bars by policy.", "Bars of every policy; hidden policies disappear."),
    ]


def _trouble() -> list[Block]:
    text = Table(
        "stages",
        "Stages, line by line, and " + HOSTILE,
        [
            Column("Figures", align="left", meaning=HOSTILE),
            Column("Source", align="left"),
            Column("Evidence", align="left"),
        ],
        [
            (
                "",
                [
                    Row(
                        ("1. ", Code("insurance-fund")),
                        [Cell("fund 2.7 B, " * 6), Cell(HOSTILE), Cell("≈ guess", tone="doubt")],
                    )
                ],
            )
        ],
        "text",
        "Stage",
    )
    figures = Table(
        "stages",
        "Few figures",
        [Column("Value"), Column(LONG)],
        [
            (
                "",
                [
                    Row((LONG,), [Cell("-1.5", "[-2, -1]", "muted"), Cell(LONG)]),
                    Row((REVERSED,), [Cell("0"), Cell("")]),
                ],
            )
        ],
    )
    return [
        text,
        figures,
        Paragraph((HOSTILE, Strong(HOSTILE), Code(HOSTILE), REVERSED, " ", LONG)),
        Foreign(
            Markup(
                "<h3>Of a plugin</h3><style>.own { color: inherit }</style>"
                "<p class=own>It says <b>12.5</b> &amp; more.</p>"
                "<table><tr><td>a</td><td>b</td></tr></table>"
            )
        ),
        Fold(
            ("Every run ", Code("by seed")),
            [Paragraph(("Folded words.",)), _small("folded"), Fold(("Deeper",), [Note(("Deep words.",))])],
        ),
    ]


def _small(name: str) -> Table:
    return Table(name, "Folded figures", [Column("Score")], [("", [Row(("7",), [Cell("0.125")])])])


def _axioms() -> Table:
    columns = [Column(f"Axiom {number} of proportion", align="left") for number in range(12)]
    rows = [
        Row(
            (title[:40],),
            [
                Cell("holds" if (place + column) % 3 else "fails", tone="" if (place + column) % 3 else "bad")
                for column in range(12)
            ],
            policy=name,
        )
        for place, (name, title) in enumerate(POLICIES)
    ]
    return Table("axioms", "Axioms", columns, [("", rows)], "wide")


def _mark(name: str, words: str, shape: str) -> str:
    return f'<g data-policy="{escape(name)}" data-tip="{escape(words)}">{shape}</g>'


def _bars() -> Markup:
    marks = [
        _mark(
            name,
            f"{title[:80]}: {place + 1}.0",
            f'<rect x="150" y="{20 + 30 * place}" width="{60 * (place + 1)}" height="18" '
            f'style="fill: var(--policy-{place + 1})"/>',
        )
        for place, (name, title) in enumerate(POLICIES)
    ]
    words = [
        f'<text x="140" y="{34 + 30 * place}" style="font-size: 9px; text-anchor: end; fill: var(--ink)">'
        f"{escape(title[:24])}</text>"
        for place, (_, title) in enumerate(POLICIES)
    ]
    return Markup(
        f'<svg viewBox="0 0 576 240" role="img" aria-label="Bars" class="drawing">{"".join(words + marks)}</svg>'
    )


def _timeline() -> Markup:
    lines = [
        _mark(
            name,
            title[:80],
            f'<path d="M 50 {40 + 8 * place} L 180 {60 + 6 * place} L 300 {100 + 2 * place}" '
            f'style="fill: none; stroke: var(--policy-{place + 1}); stroke-width: 1.4"/>',
        )
        for place, (name, title) in enumerate(POLICIES)
    ]
    axes = [
        f'<path d="M {x0} {y1} L {x1} {y1}" style="stroke: var(--rule)"/>'
        for x0, x1, y1 in ((50, 300, 120), (320, 560, 120), (50, 300, 250))
    ]
    words = '<text x="50" y="14" style="font-size: 9px; fill: var(--ink)">Price of BTC, start = 1</text>'
    style = '<defs><style type="text/css">*{stroke-linejoin: round}</style></defs>'
    return Markup(f'<svg viewBox="0 0 576 270">{style}{words}{"".join(axes + lines)}</svg>')
