"""Finished runs, claims on unfinished ones, and what has been measured of them: safe to share, nothing pickled."""

from lastresort.study.store.claims import Claim, claim
from lastresort.study.store.failures import Failures
from lastresort.study.store.journal import Journal
from lastresort.study.store.packing import TABLES, DamagedRunError, Files, RunLog, named, pack, unpack
from lastresort.study.store.runs import RunStore

__all__ = [
    "TABLES",
    "Claim",
    "DamagedRunError",
    "Failures",
    "Files",
    "Journal",
    "RunLog",
    "RunStore",
    "claim",
    "named",
    "pack",
    "unpack",
]
