"""The text around the formulas of a LaTeX document, as Markdown: headings, lists, emphasis."""

import re

HEADING = re.compile(
    r"\\(title|chapter|section|subsection|subsubsection|paragraph)\*?\s*\{([^{}]*)\}"
)
LEVELS = {"title": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4,
          "paragraph": 5}  # fmt: skip
FONTS = {"textbf": "**", "emph": "*", "textit": "*", "texttt": "`"}
FONT = re.compile(r"\\(textbf|emph|textit|texttt)\s*\{([^{}]*)\}")
ITEM = re.compile(r"^[ \t]*\\item(?:\s*\[([^\]]*)\])?[ \t]*", re.MULTILINE)
DROPPED = re.compile(
    r"\\(?:begin|end)\s*\{[A-Za-z]+\*?\}(?:\[[^\]]*\])?"
    r"|\\(?:label|vspace|hspace)\*?\s*\{[^{}]*\}"
    r"|\\(?:maketitle|noindent|centering|medskip|bigskip|smallskip|newpage|clearpage)\b"
)
SIGNS = {r"\%": "%", r"\&": "&", r"\#": r"\#", "~": "\u00a0", "---": "—", "--": "–", "``": "“",
         "''": "”"}  # fmt: skip


def markdown(source: str) -> str:
    """The document with its formulas taken out already; what is not known stays as it is."""
    source = HEADING.sub(lambda m: f"\n\n{'#' * LEVELS[m[1]]} {m[2].strip()}\n\n", source)
    source = FONT.sub(lambda m: f"{FONTS[m[1]]}{m[2]}{FONTS[m[1]]}", source)
    source = ITEM.sub(lambda m: f"\n* {f'**{m[1]}** ' if m[1] else ''}", source)
    source = DROPPED.sub("\n\n", source)
    source = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)  # four spaces would be code
    for written, meant in SIGNS.items():
        source = source.replace(written, meant)
    return source
