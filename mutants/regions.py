"""Where systematic faults are seeded: all rules of the op tables, and functions that compute.

What checks its arguments, writes messages or takes a short cut is left to the lists by hand.
"""

TABLES = tuple(
    f"autograd/{name}.py"
    for name in ("elementwise", "reductions", "shaping", "linalg", "softmaxes")
)

FUNCTIONS = {
    "autograd/elementwise.py": """sign step zero share same greater at_least differ tally as_real
        sigmoid_array sigmoid_float relu leaky_relu_op elu_op silu softplus gelu_array gelu_float
        maximum minimum greatest least where_op clip_array clip_float bounded within
        below above""",
    "autograd/reductions.py": """kept count sum_array blocks mean_array deviation var_array
        root_objects nonzero STD ties_array rows_of MAX MIN others PROD reversed_along CUMSUM""",
    "autograd/shaping.py": "inverse swapaxes scatter_array diag diagonal",
    "autograd/linalg.py": "flat_rows outer operand_rule NORM P_NORM",
    "autograd/softmaxes.py": """peak shifted logsumexp_array reduced softmax_array
        log_softmax_array object_shifted logsumexp_objects softmax_objects log_softmax_objects""",
    "autograd/arrival.py": "expanded arrived writable",
    "autograd/cotangents.py": "leading_to",
    "autograd/scalar_sweep.py": "scalar_backward reached reach scalars_pulled_back",
    "autograd/compile/identities.py": """sums differences products scaled quotients negatives powers
        squares reshapes transposes kept_sums means""",
    "autograd/compile/passes.py": "flipped reassociated product_cost",
    "nn/formulas.py": """sigmoid softmax sigmoid_net_loss sigmoid_net_gradients
        sigmoid_net_residuals _sigmoid_net testnet_loss testnet_gradients testnet_residuals _testnet
        update _penalty""",
    "nn/local_gradients.py": """d_minus d_scaled d_reciprocal d_exp d_maximum d_sigmoid neuron
        neuron_gradients softmax_jacobian""",
    "nn/losses.py": "half_squared_error mse cross_entropy binary_cross_entropy hinge l2_penalty",
    "nn/optim.py": "Optimizer.step GradientDescent.change SGD.change Adam.change",
    "nn/networks.py": """DocumentNet.__init__ SigmoidNet.intermediates TestNet.intermediates
        TestNet.__call__ TestNet._data_loss DocumentNet.row_scores DocumentNet.predict
        DocumentNet.accuracy linear transposed_linear TestNet._squashed""",
    "nn/init.py": "xavier he chained",
    "nn/data.py": "moons Standardizer.fit Standardizer.transform stratified",
    "nn/scalar.py": "Neuron.__call__ MLP.__init__",
}
