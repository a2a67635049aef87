"""Write a rule to start from: one file that runs at once, or a distribution that installs, passes and is discovered."""

from lastresort.plugins.scaffold.mechanism import new_mechanism
from lastresort.plugins.scaffold.package import new_package

__all__ = ["new_mechanism", "new_package"]
