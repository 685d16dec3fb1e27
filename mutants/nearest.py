"""Which tests are nearest to a module: they run first, and nearly always suffice."""

from __future__ import annotations

from dataclasses import dataclass

from .mutant import Mutant
from .regions import TABLES

RULES = """engine/test_rules.py engine/test_rules_composed.py engine/test_conventions.py
    engine/test_values.py"""
NEAREST = {
    "autograd/elementwise.py": f"{RULES} engine/test_extremes.py engine/test_numpy_protocols.py",
    "autograd/reductions.py": f"{RULES} engine/test_corners.py engine/test_extremes.py",
    "autograd/shaping.py": f"{RULES} engine/test_indexing.py engine/test_corners.py",
    "autograd/linalg.py": f"{RULES} engine/test_corners.py",
    "autograd/softmaxes.py": f"{RULES} engine/test_extremes.py engine/test_corners.py",
    "autograd/node.py": """engine/test_graph.py engine/test_nodes.py engine/test_random_graphs.py
        engine/test_recorders.py engine/test_depth_and_memory.py
        engine/test_changed_leaves.py""",
    "autograd/modes.py": """engine/test_modes.py engine/test_nesting.py
        engine/test_never_silently_wrong.py compile/test_trace_errors.py""",
    "autograd/data.py": """engine/test_never_silently_wrong.py engine/test_nodes.py
        engine/test_errors.py""",
    "autograd/op.py": """engine/test_errors.py engine/test_nodes.py engine/test_extremes.py
        engine/test_primitive.py engine/test_kernels.py engine/test_values.py""",
    "autograd/kernels.py": """engine/test_kernels.py engine/test_primitive.py
        engine/test_broadcasting.py engine/test_graph.py engine/test_rules.py""",
    "autograd/sketches.py": "engine/test_kernels.py engine/test_rules.py",
    "autograd/array_recorders.py": """engine/test_array_recorders.py engine/test_nodes.py
        engine/test_never_silently_wrong.py engine/test_errors.py engine/test_modes.py
        engine/test_graph.py engine/test_values.py""",
    "autograd/cotangents.py": """engine/test_broadcasting.py engine/test_graph.py
        engine/test_random_graphs.py engine/test_never_silently_wrong.py engine/test_kernels.py
        engine/test_changed_leaves.py engine/test_rules.py""",
    "autograd/arrival.py": """engine/test_broadcasting.py engine/test_graph.py
        engine/test_random_graphs.py engine/test_never_silently_wrong.py engine/test_kernels.py
        engine/test_changed_leaves.py engine/test_rules.py""",
    "autograd/scalar_sweep.py": """engine/test_scalar_graph.py engine/test_graph.py
        engine/test_random_graphs.py engine/test_micrograd.py engine/test_recorders.py
        engine/test_values.py""",
    "autograd/backward.py": """engine/test_graph.py engine/test_nodes.py engine/test_errors.py
        engine/test_never_silently_wrong.py engine/test_random_graphs.py
        compile/test_captured.py engine/test_rules.py""",
    "autograd/recorders.py": """engine/test_recorders.py engine/test_modes.py
        engine/test_scalar_graph.py engine/test_values.py""",
    "autograd/value.py": """engine/test_scalar_graph.py engine/test_nodes.py
        engine/test_recorders.py engine/test_changed_leaves.py engine/test_modes.py
        engine/test_never_silently_wrong.py compile/test_trace_errors.py
        engine/test_values.py""",
    "autograd/tensor.py": """engine/test_nodes.py engine/test_never_silently_wrong.py
        engine/test_changed_leaves.py engine/test_errors.py engine/test_corners.py
        engine/test_modes.py engine/test_primitive.py compile/test_trace_errors.py""",
    "autograd/operators.py": """engine/test_nodes.py engine/test_micrograd.py
        compile/test_trace_errors.py compile/test_callables.py engine/test_values.py""",
    "autograd/numpy_protocol.py": "engine/test_numpy_protocols.py",
    "autograd/call.py": "engine/test_transforms.py engine/test_nesting.py engine/test_errors.py",
    "autograd/transforms.py": "engine/test_transforms.py engine/test_nesting.py",
    "autograd/checkpoint.py": "engine/test_checkpoint.py",
    "autograd/primitive.py": "engine/test_primitive.py",
    "autograd/tree.py": "engine/test_transforms.py engine/test_errors.py",
    "autograd/compile/identities.py": """compile/test_passes.py compile/test_random_programs.py
        compile/test_compiled_transforms.py compile/test_batch.py""",
    "autograd/compile/passes.py": """compile/test_passes.py compile/test_random_programs.py
        compile/test_compiled_transforms.py compile/test_batch.py""",
    "autograd/compile/": """compile/test_cache.py compile/test_compiled_arguments.py
        compile/test_compiled_results.py compile/test_donated.py compile/test_captured.py
        compile/test_compiled_transforms.py compile/test_random_programs.py
        compile/test_passes.py compile/test_trace_errors.py compile/test_source.py
        compile/test_roll.py compile/test_batch.py compile/test_compiled_networks.py
        compile/test_callables.py compile/test_after_errors.py""",
    "nn/formulas.py": "nn/test_formulas.py nn/test_crosscheck.py",
    "nn/_formula_inputs.py": "nn/test_formulas_input.py nn/test_formulas.py",
    "nn/local_gradients.py": "nn/test_formulas.py nn/test_crosscheck.py",
    "nn/losses.py": "nn/test_losses.py nn/test_networks.py",
    "nn/optim.py": "nn/test_optim.py nn/test_fit.py",
    "nn/networks.py": "nn/test_networks.py nn/test_crosscheck.py nn/test_fit.py",
    "nn/kinds.py": "nn/test_networks.py nn/test_crosscheck.py",
    "nn/layers.py": "nn/test_layers.py",
    "nn/module.py": "nn/test_layers.py nn/test_io.py",
    "nn/scalar.py": "nn/test_scalar.py",
    "nn/init.py": "nn/test_layers.py nn/test_networks.py",
    "nn/targets.py": "nn/test_losses.py nn/test_networks.py nn/test_fit.py",
    "nn/data.py": "nn/test_data.py nn/test_fit.py",
    "nn/table.py": "nn/test_data.py",
    "nn/io.py": "nn/test_io.py",
    "nn/archive.py": "nn/test_io.py",
    "nn/writable.py": "nn/test_io.py",
    "nn/train.py": "nn/test_fit.py",
    "nn/trainer.py": "nn/test_fit.py",
    "nn/objective.py": "nn/test_fit.py",
    "nn/crosscheck.py": "nn/test_crosscheck.py",
    # a module that code moved to, until it gets a line of its own
    "autograd/": """engine/test_graph.py engine/test_random_graphs.py engine/test_scalar_graph.py
        engine/test_never_silently_wrong.py engine/test_changed_leaves.py engine/test_rules.py""",
    "nn/": "nn/test_networks.py nn/test_fit.py nn/test_io.py nn/test_losses.py",
}
FINER = {
    "autograd": "engine/test_finer_points.py",
    "compile": "compile/test_compile_finer_points.py",
    "nn": "nn/test_nn_finer_points.py",
}
# What begins the name of a table op's samples in the tests of rules; by itself, its own name.
WORDS = {
    "add": "[+]", "sub": "[-]", "mul": "[*]", "div": "[/]", "neg": "unary -", "identity": "unary +",
    "power": "**", "base_rule": "x**", "zero": "x**", "exp": "[exp]", "log": "[log]",
    "sign": "[abs", "absolute": "[abs", "step": "[relu", "as_real": "[relu", "share": "[maximum",
    "leaky_relu_op": "[leaky_relu", "elu_op": "[elu", "gelu_rule": "[gelu", "gelu_array": "[gelu",
    "gelu_float": "[gelu", "sigmoid_array": "[sigmoid", "sigmoid_float": "[sigmoid",
    "where_op": "[where", "greater": "[where", "at_least": "[where", "differ": "[where",
    "clip_op": "[clip", "clip_array": "[clip", "clip_float": "[clip", "bounded": "[clip",
    "within": "[clip", "below": "[clip", "above": "[clip",
    "kept": "[sum", "sum_array": "[sum", "blocks": "[sum", "count": "[mean", "mean_array": "[mean",
    "deviation": "[var", "var_array": "[var", "nonzero": "[std", "root_objects": "[std",
    "extreme_rules": "[max axis", "extreme_rule": "[max axis", "ties_array": "[max axis",
    "rows_of": "[max axis", "same": "[max axis", "tally": "[max axis", "greatest": "[max axis",
    "MAX": "[max axis", "MIN": "[min axis", "least": "[min axis",
    "prod_rule": "[prod", "others": "[prod", "reversed_along": "[cumsum",
    "GETITEM": "x[", "SCATTER": "x[", "scatter_array": "x[", "inverse": "[transpose",
    "part_rules": "[concatenate", "BROADCAST": "[broadcast_to", "diagonal": "[diag",
    "left_rule": "[matmul", "right_rule": "[matmul", "flat_rows": "[matmul",
    "operand_rule": "einsum", "operand_rules": "einsum",
    "norm_rule": "[norm", "p_norm_rule": "[norm", "P_NORM": "[norm",
    "peak": "[logsumexp", "shifted": "[logsumexp", "reduced": "[logsumexp",
    "logsumexp_array": "[logsumexp", "logsumexp_objects": "[logsumexp",
    "softmax_array": "[softmax", "softmax_objects": "[softmax", "object_shifted": "[softmax",
    "log_softmax_array": "[log_softmax", "log_softmax_objects": "[log_softmax",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Test files, and words of which a test's name has to hold one (none: all tests run)."""

    files: tuple[str, ...]
    word: str = ""


def stages(mutant: Mutant) -> list[Stage]:
    """The tests near a mutant, nearest first."""
    found = [
        p for p in NEAREST if mutant.path == p or (p.endswith("/") and mutant.path.startswith(p))
    ]
    if not found:
        raise LookupError(
            f"{mutant.path} has no line in mutants/nearest.py: say which tests are near"
        )
    path = max(found, key=len)
    finer = FINER["compile" if "/compile/" in path else path.partition("/")[0]]
    files = tuple(f"tests/{name}" for name in [*NEAREST[path].split(), finer])
    if mutant.path not in TABLES:
        return [Stage(files)]
    symbol = mutant.symbol.partition("[")[0]
    rules, others = files[:2], files[2:]  # of the first there are thousands
    word = WORDS.get(symbol, f"[{symbol.lower()}")
    return [Stage(rules, word), Stage(others), Stage(rules)]
