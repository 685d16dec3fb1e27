"""Networks on autograd: layers, losses, optimisers, training, and the two documents' networks."""

from . import data, formulas, init, local_gradients
from .errors import DataError, DivergedError, ModelFileError, TargetError
from .history import History
from .layers import Linear, ReLU, Sequential, Sigmoid, Softmax, Tanh
from .losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    hinge,
    l2_penalty,
    mse,
)
from .module import Module
from .networks import SigmoidNet, TestNet
from .optim import SGD, Adam, GradientDescent, Optimizer
from .scalar import MLP, Layer, Neuron
from .train import fit

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "DataError",
    "DivergedError",
    "GradientDescent",
    "History",
    "Layer",
    "Linear",
    "ModelFileError",
    "Module",
    "Neuron",
    "Optimizer",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "SigmoidNet",
    "Softmax",
    "Tanh",
    "TargetError",
    "TestNet",
    "binary_cross_entropy",
    "cross_entropy",
    "data",
    "fit",
    "formulas",
    "half_squared_error",
    "hinge",
    "init",
    "l2_penalty",
    "local_gradients",
    "mse",
]
