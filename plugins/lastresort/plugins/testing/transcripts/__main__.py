"""Write the transcripts of all built-in mechanisms: `python -m lastresort.plugins.testing.transcripts FOLDER`."""

import sys
from pathlib import Path

from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.testing.transcripts.transcript import transcript


def write_transcripts(folder: Path) -> None:
    """Write one text file per mechanism, and remove those of mechanisms that are gone."""
    texts = {f"{mechanism.name}.txt": transcript(mechanism) for mechanism in lastresort_mechanisms()}
    for file in folder.glob("*.txt"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_transcripts(Path(sys.argv[1]))
