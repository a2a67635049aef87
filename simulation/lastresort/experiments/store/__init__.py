"""Finished runs, claims on unfinished ones, and what has been measured of them: safe to share, nothing pickled."""

from lastresort.experiments.store.claims import Claim, claim
from lastresort.experiments.store.failures import Failures
from lastresort.experiments.store.measurement_log import MeasurementLog
from lastresort.experiments.store.packing import HEADER, PARTS, DamagedRunError, Files, RunLog, named, pack, unpack
from lastresort.experiments.store.parquet import from_parquet, to_parquet
from lastresort.experiments.store.plain_files import read_plain, read_sealed, refuse_links
from lastresort.experiments.store.profiles import Profiles
from lastresort.experiments.store.runs import RunStore
from lastresort.experiments.store.setting_aside import DamageWarning, is_there, set_aside

__all__ = [
    "HEADER",
    "PARTS",
    "Claim",
    "DamageWarning",
    "DamagedRunError",
    "Failures",
    "Files",
    "MeasurementLog",
    "Profiles",
    "RunLog",
    "RunStore",
    "claim",
    "from_parquet",
    "is_there",
    "named",
    "pack",
    "read_plain",
    "read_sealed",
    "refuse_links",
    "set_aside",
    "to_parquet",
    "unpack",
]
