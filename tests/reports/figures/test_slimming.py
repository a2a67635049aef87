"""Paths lose digits, not shape."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from lastresort.reports.plotting import curves
from lastresort.reports.plotting.slimming import slim

Floats = NDArray[np.float64]


def corners(path: str) -> Floats:
    """Corners of a path of straight lines, absolute or relative."""
    here, found = np.zeros(2), []
    for command, numbers in re.findall(r"([MLl])([^MLlz]*)", path):
        values = np.array([float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]).reshape(-1, 2)
        for pair in values:
            here = here + pair if command == "l" else pair
            found.append(here)
    return np.array(found)


def slimmed(path: str) -> str:
    root = slim(f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{path}" style="fill: #010101"/></svg>')
    return root[0].attrib["d"]


@pytest.mark.parametrize("seed", range(5))
def test_a_long_path_keeps_its_corners_to_a_twentieth_of_a_unit(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-20, 600, (50, 2)) / 10**seed
    short = slimmed("M " + " \nL ".join(f"{x:f} {y:f}" for x, y in points))
    distance = np.abs(corners(short)[:, None] - points[None]).max(axis=2)
    assert distance.min(axis=1).max() <= 0.051
    assert distance.min(axis=0).max() <= 0.051
    assert len(short) < 600


def test_each_stretch_of_a_path_starts_where_it_did() -> None:
    short = slimmed("M 10.501 0 L 10.5 0 L 10.5 0 M 100.31 20.5 L 90.31 30.5 L 90.31 41.25 z")
    assert corners(short).round(1).tolist() == [[10.5, 0], [100.3, 20.5], [90.3, 30.5], [90.3, 41.2]]
    assert short.endswith("z")


def test_thinning_keeps_the_ends_and_the_extremes() -> None:
    at = np.arange(5000.0)
    values = np.random.default_rng(1).normal(size=5000)
    values[1234], values[4321] = 50.0, -50.0
    shown, kept = curves.thinned(at, values)
    assert len(shown) <= curves.MOST
    assert (shown[0], shown[-1]) == (0.0, 4999.0)
    assert (kept.max(), kept.min()) == (50.0, -50.0)
    assert np.isin(shown, at).all()
    assert (np.diff(shown) > 0).all()


def test_what_is_straight_needs_no_points_between() -> None:
    at = np.linspace(0, 1, 200)
    bent = np.abs(at - 0.5)
    shown, kept = curves.simplified(at, bent)
    assert len(shown) < 10
    assert np.abs(np.interp(at, shown, kept) - bent).max() < 0.5 * 0.5 / curves.UP


def test_steps_hold_each_value_from_its_place_on() -> None:
    at, values = curves.steps(np.array([1.0, 2.0, 4.0]), np.array([0.8, 0.5, 0.1]), 1.0)
    assert list(zip(at, values, strict=True)) == [(1, 1), (1, 0.8), (2, 0.8), (2, 0.5), (4, 0.5), (4, 0.1)]
