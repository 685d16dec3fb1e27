"""Networks on autograd: layers, losses, optimisers, training, and the two documents' networks."""

from . import crosscheck, data, formulas, init, io, local_gradients
from .crosscheck import cross_check
from .errors import DataError, DivergedError, ModelFileError, TargetError
from .history import History
from .io import Checkpoint, checkpoint, load, save
from .layers import Linear, ReLU, Sequential, Sigmoid, Softmax, Tanh
from .localcheck import cross_check_local
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
    "Checkpoint",
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
    "checkpoint",
    "cross_check",
    "cross_check_local",
    "cross_entropy",
    "crosscheck",
    "data",
    "fit",
    "formulas",
    "half_squared_error",
    "hinge",
    "init",
    "io",
    "l2_penalty",
    "load",
    "local_gradients",
    "mse",
    "save",
]
