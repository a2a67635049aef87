"""What tests of real books share: the book of the worked example, and every built-in rule."""

from pathlib import Path

import pytest

from lastresort.books.book import Book
from lastresort.plugins.catalogue import Catalogue

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Everything that is built in."""
    return Catalogue.load()


@pytest.fixture
def eight() -> Book:
    """Six accounts in one market at 108,000, of which L is 4,000 USD under water."""
    return Book.read(DATA / "8-book.csv")
