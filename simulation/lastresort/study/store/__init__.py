"""Finished runs, claims on unfinished ones, and what has been measured of them: safe to share, nothing pickled."""

from lastresort.study.store.claims import Claim, claim
from lastresort.study.store.failures import Failures
from lastresort.study.store.measurement_log import MeasurementLog
from lastresort.study.store.packing import HEADER, PARTS, DamagedRunError, Files, RunLog, named, pack, unpack
from lastresort.study.store.parquet import from_parquet, to_parquet
from lastresort.study.store.plain_files import read_plain, refuse_links
from lastresort.study.store.profiles import Profiles
from lastresort.study.store.runs import RunStore

__all__ = [
    "HEADER",
    "PARTS",
    "Claim",
    "DamagedRunError",
    "Failures",
    "Files",
    "MeasurementLog",
    "Profiles",
    "RunLog",
    "RunStore",
    "claim",
    "from_parquet",
    "named",
    "pack",
    "read_plain",
    "refuse_links",
    "to_parquet",
    "unpack",
]
