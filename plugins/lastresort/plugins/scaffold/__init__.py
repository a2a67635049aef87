"""Write a rule to start from: one file that runs at once, a copy of a built-in rule, or a distribution around one."""

from lastresort.plugins.scaffold.derived_rule import new_derived
from lastresort.plugins.scaffold.mechanism import new_mechanism
from lastresort.plugins.scaffold.package import new_package

__all__ = ["new_derived", "new_mechanism", "new_package"]
