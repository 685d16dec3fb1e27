"""Raw formulas as short text that shows their structure, and as LaTeX that reads back."""

from __future__ import annotations

from autograd.proofread.reading import equations
from autograd.proofread.reading.tex import raw as r


def tree(text: str) -> str:
    """The structure of the only formula of a text."""
    (equation,) = equations(f"$${text}$$")
    assert not equation.reason, equation.reason
    (member,) = equation.members
    assert member.value is not None
    return shown(member.value)


def split(text: str) -> list[str]:
    """Each equation of a display, with its relations, its members as the author wrote them."""
    found = equations(f"$${text}$$")
    assert not any(e.reason for e in found), [e.reason for e in found]
    return [" ".join(f"{m.sign} {m.text}".strip() for m in e.members) for e in found]


def shown(x: r.Raw | None) -> str:
    """letter.font~accent, base_sub^sup, (a + b), a·b for a juxtaposition, sum[low..high](body)."""
    match x:
        case None:
            return ""
        case r.Letter(name=name, font=font, accent=accent):
            return name + (f".{font}" if font else "") + (f"~{accent}" if accent else "")
        case r.Numeral(text=text):
            return text
        case r.Scripted(base=base, sub=sub, sup=sup, primes=primes):
            below = f"_{shown(sub)}" if sub else ""
            above = f"^{shown(sup)}" if sup else ""
            return f"<{shown(base)}{below}{above}{chr(39) * primes}>"
        case r.Group(kind=kind, items=items):
            closing = {"(": ")", "[": "]", "{": "}"}.get(kind, kind)
            return f"{kind}{', '.join(map(shown, items))}{closing}"
        case r.List(items=items):
            return f"list({', '.join(map(shown, items))})"
        case r.Sequence(factors=factors, signs=signs):
            rest = zip(signs, factors[1:], strict=True)
            pieces = (f" {s} {shown(f)}" if s else f"·{shown(f)}" for s, f in rest)
            return f"{{{shown(factors[0])}{''.join(pieces)}}}"
        case r.Terms(terms=terms):
            return f"{{{' '.join(sign + shown(term) for sign, term in terms)}}}"
        case r.Fraction(top=top, bottom=bottom):
            return f"frac({shown(top)}, {shown(bottom)})"
        case r.Root(of=of, degree=degree):
            return f"root({shown(of)}{', ' + shown(degree) if degree else ''})"
        case r.BigOperator(name=name, low=low, high=high, body=body):
            return f"{name}[{shown(low)}..{shown(high)}]({shown(body)})"
        case r.Array(kind=kind, rows=rows):
            return f"{kind}[{'; '.join(', '.join(map(shown, row)) for row in rows)}]"
        case r.Dots(name=name):
            return name
        case r.Comparison(left=left, sign=sign, right=right):
            return f"{shown(left)} {sign} {shown(right)}"
        case r.Text(words=words):
            return f'"{words}"'
    raise AssertionError(type(x))


def latex(x: r.Raw | None) -> str:
    """LaTeX of a formula, as it could have been written."""
    match x:
        case r.Letter(name=name, font=font, accent=accent):
            plain = f"\\{name} " if len(name) > 1 else name
            inside = f"\\{font}{{{plain}}}" if font else plain
            return f"\\{accent}{{{inside}}}" if accent else inside
        case r.Numeral(text=text):
            return text
        case r.Scripted(base=base, sub=sub, sup=sup, primes=primes):
            below = f"_{{{latex(sub)}}}" if sub else ""
            above = f"^{{{latex(sup)}}}" if sup else ""
            return f"{{{latex(base)}}}{'′' * primes}{below}{above}"
        case r.Group(kind=kind, items=items):
            left, right = {"(": "()", "[": "[]", "{": ("\\{", "\\}"), "‖": ("\\|", "\\|")}[kind]
            return f"\\left{left} {', '.join(map(latex, items))} \\right{right} "
        case r.Sequence(factors=factors, signs=signs):
            rest = zip(signs, factors[1:], strict=True)
            return f"{{{latex(factors[0])}}}" + "".join(f" {s} {{{latex(f)}}}" for s, f in rest)
        case r.Terms(terms=terms):
            (first, head), *rest = terms
            start = f"{first if first != '+' else ''} {{{latex(head)}}}"
            return start + "".join(f" {sign} {{{latex(t)}}}" for sign, t in rest)
        case r.Fraction(top=top, bottom=bottom):
            return f"\\frac{{{latex(top)}}}{{{latex(bottom)}}}"
        case r.Root(of=of, degree=degree):
            return f"\\sqrt{f'[{latex(degree)}]' if degree else ''}{{{latex(of)}}}"
        case r.BigOperator(name=name, low=low, high=high, body=body):
            limits = (f"_{{{latex(low)}}}" if low else "") + (f"^{{{latex(high)}}}" if high else "")
            return f"\\{name}{limits} {{{latex(body)}}}"
        case r.Array(kind=kind, rows=rows):
            lines = " \\\\ ".join(" & ".join(map(latex, row)) for row in rows)
            return f"\\begin{{{kind}}} {lines} \\end{{{kind}}}"
        case r.Dots(name=name):
            return f"\\{name} "
        case r.Comparison(left=left, sign=sign, right=right):
            return f"{latex(left)} {sign} {latex(right)}"
    raise AssertionError(type(x))
