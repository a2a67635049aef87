"""A rule reads files that it declares and no others: asked, set up or loaded, it is told which by name."""

import os
import re
from pathlib import Path

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse

RULE = """\
import os
from pathlib import Path
from lastresort.mechanisms.contract import LossEvent, Mechanism

TABLE = Path(__file__).parent / "table.csv"
{loaded}

class Reader(Mechanism):
    "Read a table."

    name = "reader"
    {declared}

    def model_post_init(self, context: object) -> None:
        {made}

    def allocate(self, event: LossEvent) -> None:
        {asked}
"""
READ = "TABLE.read_text()"
OPEN = "os.close(os.open(TABLE, os.O_RDONLY))"
WRITE = "Path(os.devnull).write_text('nothing')"
TOLD = r"it opens '.*table\.csv', which it does not declare; allowed: data = \['table\.csv'\]"


def write(folder: Path, declared: str = "", loaded: str = "", made: str = "pass", asked: str = "pass") -> Path:
    """Write the rule and its table; what it does when it is loaded, made and asked."""
    (folder / "table.csv").write_text("1.0\n")
    file = folder / "reader.py"
    file.write_text(RULE.format(declared=declared, loaded=loaded, made=made, asked=asked))
    return file


def rehearsed(file: Path) -> None:
    catalogue = Catalogue.load([file])
    rehearse([catalogue.policy("fund+reader")], catalogue, [file])


@pytest.mark.parametrize("place", ["loaded", "made", "asked"])
@pytest.mark.parametrize("opening", [READ, OPEN])
def test_an_undeclared_file_is_named(tmp_path: Path, place: str, opening: str) -> None:
    file = write(tmp_path, **{place: opening})
    with pytest.raises(InputError, match=TOLD):
        rehearsed(file)


@pytest.mark.parametrize("place", ["loaded", "made", "asked"])
def test_a_declared_file_may_be_read(tmp_path: Path, place: str) -> None:
    rehearsed(write(tmp_path, declared="data = ['table.csv']", **{place: READ}))


def test_what_is_written_is_no_input(tmp_path: Path) -> None:
    rehearsed(write(tmp_path, asked=WRITE))


def test_a_rule_that_is_refused_may_not_look_again(tmp_path: Path) -> None:
    """It catches the refusal, and goes without."""
    file = write(
        tmp_path, asked="\n".join(("try:", f"            {READ}", "        except OSError:", "            pass"))
    )
    rehearsed(file)


def test_a_declared_file_that_is_missing_is_told(tmp_path: Path) -> None:
    file = write(tmp_path, declared="data = ['other.csv']")
    told = f"plugin {file}, mechanism 'reader', data: there is no file '{tmp_path / 'other.csv'}'"
    with pytest.raises(InputError, match=re.escape(told)):
        Catalogue.load([file])


def test_nobody_is_watched_afterwards(tmp_path: Path) -> None:
    file = write(tmp_path, asked=READ)
    with pytest.raises(InputError):
        rehearsed(file)
    assert (tmp_path / "table.csv").read_text() == "1.0\n"
    os.close(os.open(tmp_path / "table.csv", os.O_RDONLY))
