"""Plugins written for the former name of the building blocks still get the same objects."""

from importlib import import_module

from lastresort.mechanisms.building_blocks import filling


def test_the_former_name_gives_the_same_objects() -> None:
    assert import_module("lastresort.mechanisms.sharing.filling").in_order is filling.in_order
