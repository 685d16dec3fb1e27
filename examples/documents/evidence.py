"""The tables and numbers in docs/documents.md: print them, or write them into the page.

    python examples/documents/evidence.py [--write]

What the proof-reader finds stands between <!-- report 003 --> and <!-- end -->.  A note of ours has
a label (S1 …, T1 …, R1 …); its row's last cell is the evidence.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import evidence_003
import evidence_004_backward
import evidence_004_claims
import evidence_004_forward
import marks

from nn import scaling

DOCUMENT = Path(__file__).parents[2] / "docs" / "documents.md"
EVIDENCE = (
    evidence_003.EVIDENCE
    | evidence_004_forward.EVIDENCE
    | evidence_004_backward.EVIDENCE
    | evidence_004_claims.EVIDENCE
)
REPORT = re.compile(r"(<!-- report (\d+) -->\n\n).*?(?=\n\n<!-- end -->)", re.DOTALL)
ROW = re.compile(r"^(\| ([STR]\d+) \|.*\|) ([^|]*) \|$", re.MULTILINE)
TABLE = re.compile(r"^\| inputs grow from scale .*?(?=\n\n)", re.MULTILINE | re.DOTALL)


def written(text: str) -> str:
    """`text` with every table and number computed anew."""

    def row(match: re.Match[str]) -> str:
        start, label, cell = match.groups()
        return f"{start} {EVIDENCE[label]() if label in EVIDENCE else cell} |"

    table = scaling.table(evidence_004_claims.measured())
    text = REPORT.sub(lambda m: m[1] + marks.table(m[2]), text)
    return TABLE.sub(lambda _: table, ROW.sub(row, text))


def main() -> None:
    parser = argparse.ArgumentParser(description="The tables and numbers in docs/documents.md")
    parser.add_argument("--write", action="store_true", help="put them into the document")
    if parser.parse_args().write:
        DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
        return
    for number in marks.NAMES:
        print(marks.table(number), end="\n\n")
    for label, compute in EVIDENCE.items():
        print(f"{label:>4}  {compute()}")


if __name__ == "__main__":
    main()
