"""The former name of `building_blocks`, kept for plugins that import its modules under that name."""

import sys
from importlib import import_module
from pkgutil import iter_modules

from lastresort.mechanisms import building_blocks

for found in iter_modules(building_blocks.__path__):
    sys.modules[f"{__name__}.{found.name}"] = import_module(f"{building_blocks.__name__}.{found.name}")
