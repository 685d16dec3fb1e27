"""Mutants that no test can catch, because what they change makes no difference: each with why."""

from __future__ import annotations

REASONS: dict[str, tuple[str, ...]] = {
    "it saves time: what has its shape is then summed over no axis, and a number reaches the end,"
    " where it is returned as it is.": (
        "arrival.arrived: given == shape or not given → (given == shape and (not given))",
    ),
    "`small` says which cotangents may have to be written out; writing out one that is whole "
    "gives it back as it is.": ("arrival.joined: a cotangent stays small for ever",),
    "a number changes neither the shape nor the dtype of a step of floats; every step is one.": (
        "compile.identities.sums: x + 0 forgets to broadcast",
    ),
    "it saves memory: where it says no, the sum is a new array.": (
        "arrival.writable: before.shape == h.shape or np.broadcast(before, h).shape == "
        "before.shape → (before.shape == h.shape and np.broadcast(before, h).shape == "
        "before.shape)",
    ),
    "it saves time: the loop below does the same for any number of arguments.": (
        "scalar_sweep.scalars_pulled_back: da is None or type(da) is float → "
        "(da is None and type(da) is float)",
        "scalar_sweep.scalars_pulled_back: db is None or type(db) is float → "
        "(db is None and type(db) is float)",
    ),
    "of two vectors, g is a number, and a · (g,) is a · g.": (
        "linalg.right_rule: a * expand_dims(g, -1) if na > 1 else a * g → (a * expand_dims(g, -1))",
    ),
    "where the two are equal, either is the answer.": (
        "elementwise.clip_float: x < hi → (x <= hi)",
        "elementwise.clip_float: x > lo → (x >= lo)",
        "elementwise.maximum: a > b → (a >= b)",
        "elementwise.minimum: a < b → (a <= b)",
    ),
    "the exponential is taken of no more than 1, and not used where x > 0.": (
        "elementwise.elu_op: 0.0 → 1.0",
    ),
    "at 0 both branches give 0, whatever the other factor, as long as it is finite.": (
        "elementwise.elu_op: x > 0 → (x >= 0)",
        "elementwise.elu_op: x > 0 → (x >= 0) #2",
        "elementwise.leaky_relu_op: x > 0 → (x >= 0)",
        "elementwise.leaky_relu_op: x > 0 → (x >= 0) #2",
    ),
    "between 0 and 1 neither formula overflows, and both are right up to rounding.": (
        "elementwise.sigmoid_float: 0.0 → 1.0",
    ),
    "at 0 both branches are 1/(1 + 1).": (
        "elementwise.sigmoid_float: x >= 0.0 → (x > 0.0)",
        "nn.formulas.sigmoid: x >= 0 → (x > 0)",
    ),
    "at 0 both branches are 0.": ("elementwise.softplus: x > 0 → (x >= 0)",),
    "the one elementwise rule that is called, of the power, uses all operands, so its cotangent "
    "has the shape of the result wherever that is not the argument's.": (
        "kernels.Half.called: a called rule's broadcasting is not undone",
    ),
    "what it divides is 0 there, so any divisor does.": ("reductions.nonzero: 1.0 → 2.0",),
    "it is the gradient of no entries at all.": (
        "reductions.prod_rule: x → -(x)",
        "reductions.prod_rule: x → 2.0 * (x)",
    ),
    "at 4096 entries both ways to sum are right up to rounding.": (
        "reductions.sum_array: n > BLOCK → (n >= BLOCK)",
        "reductions.sum_array: x.size <= BLOCK → (x.size < BLOCK)",
    ),
    "it saves time or memory: the other way gives the same.": (
        "reductions.count: x.shape if type(x) is np.ndarray else shape_of(x) → shape_of(x)",
        "reductions.sum_array: total(x, 1, None, None, keepdims) if x.flags.c_contiguous else "
        "sum_of_rows(x.T, keepdims).T → total(x, 1, None, None, keepdims)",
        "reductions.sum_array: total(x, 1, None, None, keepdims) if x.flags.c_contiguous else "
        "sum_of_rows(x.T, keepdims).T → sum_of_rows(x.T, keepdims).T",
        "softmaxes.shifted: x.item(x.argmax()) if alone else peak(x, axes) → peak(x, axes)",
        "softmaxes.softmax_array: x.size <= FEW → (x.size < FEW)",
        "softmaxes.softmax_array: np.divide(e, s, e) if x.ndim else e / s → (e / s)",
        "softmaxes.log_softmax_array: x.size <= FEW → (x.size < FEW)",
        "softmaxes.log_softmax_array: np.subtract(d, np.log(s), d) if x.ndim else d - np.log(s) → "
        "(d - np.log(s))",
    ),
    "of one number both are 1, or NaN.": ("softmaxes.softmax_array: e / s → (s / e)",),
}
EQUIVALENT = {name: reason for reason, names in REASONS.items() for name in names}
