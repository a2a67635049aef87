"""Initial margins of nothing are no rate that anything can be divided by."""

import numpy as np
import pandas as pd

from lastresort.books.book import Book
from lastresort.books.book_venue import BookVenue
from lastresort.mechanisms.contract import Scope
from lastresort.simulation.waterfall.views import candidates


def test_without_initial_margins_everything_is_margin() -> None:
    rows = [{"account": name, "quantity": size, "collateral": 100} for name, size in (("a", 2), ("b", -2))]
    frame = pd.DataFrame(rows).assign(market="BTC", entry_price=10, mark_price=10, initial_margin=0)
    venue = BookVenue(Book.from_frame(frame), 0)
    assert venue.initial_rate.tolist() == [1.0]
    assert np.isfinite(candidates(venue, 0, 1.0, Scope.HOLDERS).room).all()
