"""PyTorch on the cpu, torch.compile (inductor, C++).  Scalar graphs are not attempted."""

from . import torch_eager as eager
from .torch_eager import to_numpy  # noqa: F401

TITLE = "torch.compile"
COMPILES = True
ENVIRONMENT = "torch"
REQUIRES = ["torch==2.13.0", "setuptools"]
TOOLS = ["g++"]


def s2b(d):
    """update eager"""
    return eager.s2b(d, compiled=True)


def t1(d):
    """"""
    return eager.t1(d, compiled=True)


def t2(d):
    """"""
    return eager.t2(d, compiled=True)


def t3(d):
    """update eager"""
    return eager.t3(d, compiled=True)
