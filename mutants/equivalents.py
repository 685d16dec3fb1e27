"""Mutants that no test can catch, because what they change makes no difference: each with why."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {
    "arrival.joined: a cotangent stays small for ever": "`small` says which cotangents may have to "
    "be written out; writing out one that is whole gives it back as it is.",
    "compile.identities.sums: x + 0 forgets to broadcast": "a number changes neither the shape nor "
    "the dtype of a step of floats, and every step is one.",
    "cotangents.pulled_jointly: a small cotangent is not written out": "the elementwise ops with "
    "rules for all arguments at once, the greatest and the least of many, multiply it by arrays of "
    "the result's shape; other ops get it written out before.",
    "elementwise.sigmoid_float: x >= 0.0 → (x > 0.0)": "at 0 both branches are 1/(1 + 1).",
    "kernels.Writer.called: a called rule's broadcasting is not undone": "the one elementwise rule "
    "that is called, of the power, uses all operands, so its cotangent has the shape of the result "
    "wherever that is not the argument's.",
    "nn.formulas.sigmoid: x >= 0 → (x > 0)": "at 0 both branches are 1/(1 + 1).",
}
