"""What is said beside a line: the rule that it uses."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    text: str
    tex: str


def words(text: str) -> Remark:
    return Remark(text, rf"\text{{{text}}}")


CHAIN = words("chain rule")
CROSS_ENTROPY = words("softmax + cross-entropy")
BINARY = words("σ + cross-entropy")._replace(tex=r"\sigma \text{ + cross-entropy}")
BATCH = words("summed over the samples")
DECAY = words("weight decay")
LOSS = words("derivative of the loss")

# The local derivatives that have a name in every textbook, by op.
DERIVATIVES = {
    "sigmoid": Remark("σ′ = σ(1 − σ)", r"\sigma' = \sigma(1 - \sigma)"),
    "tanh": Remark("tanh′ = 1 − tanh²", r"\tanh' = 1 - \tanh^2"),
    "relu": Remark("ReLU′(z) = 1(z > 0)", r"\operatorname{ReLU}'(z) = \mathbb{1}(z > 0)"),
    "exp": Remark("(eˣ)′ = eˣ", r"(e^x)' = e^x"),
    "log": Remark("(ln x)′ = 1/x", r"(\ln x)' = 1/x"),
    "sqrt": Remark("(√x)′ = 1/(2√x)", r"(\sqrt{x})' = 1/(2\sqrt{x})"),
    "sin": Remark("sin′ = cos", r"\sin' = \cos"),
    "cos": Remark("cos′ = −sin", r"\cos' = -\sin"),
    "tan": Remark("tan′ = 1 + tan²", r"\tan' = 1 + \tan^2"),
    "softplus": Remark("softplus′ = σ", r"\operatorname{softplus}' = \sigma"),
    "abs": Remark("|x|′ = sign(x)", r"|x|' = \operatorname{sign}(x)"),
    "norm": Remark("‖x‖′ = x/‖x‖", r"\lVert x \rVert' = x / \lVert x \rVert"),
    "max": words("only the largest entry moves the maximum"),
    "min": words("only the smallest entry moves the minimum"),
    "maximum": words("only the larger one moves the maximum"),
    "minimum": words("only the smaller one moves the minimum"),
    "softmax": Remark("∂pⱼ/∂aₖ = pⱼ(1(j=k) − pₖ)",
                      r"\partial p_j / \partial a_k = p_j(\mathbb{1}(j = k) - p_k)"),
    "logsumexp": Remark("∂ ln Σeˣ = softmax(x)", r"(\ln \sum e^x)' = \operatorname{softmax}(x)"),
}  # fmt: skip


def joined(remarks: list[Remark]) -> Remark:
    """Several remarks, each once."""
    kept = list(dict.fromkeys(remarks))
    return Remark("; ".join(r.text for r in kept), r"\text{; }".join(r.tex for r in kept))
