"""PyTorch on the cpu, eager.  `compiled` is what the adapter of torch.compile passes."""

import torch
import torch.nn.functional as F

from .. import models

TITLE = "PyTorch"
ENVIRONMENT = "torch"
REQUIRES = ["torch==2.13.0", "setuptools"]
IMPORT = "import torch"
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.set_default_dtype(torch.float64)


def to_numpy(v):
    return v.detach().numpy() if isinstance(v, torch.Tensor) else v


def leaf(v):
    return torch.tensor(v, requires_grad=True)


def differentiated(y, p):
    return y, list(torch.autograd.grad(y, p))


def gradients(loss, arrays, compiled):
    p = [leaf(v) for v in arrays]
    f = torch.compile(loss, dynamic=False) if compiled else loss
    return lambda: differentiated(f(*p), p)


def training(d, arrays, loss, compiled=False, flat=False):
    p = [leaf(v) for v in arrays]
    f = torch.compile(loss, dynamic=False) if compiled else loss

    def step():
        y, g = differentiated(f(*p), p)
        with torch.no_grad():
            for v, q in zip(p, g, strict=True):
                v.sub_(q, alpha=d.lr)
        return y, [torch.stack(g)] if flat else g

    return step


def s1(d):
    """0-d tensors"""

    def forward():
        p = [leaf(v) for v in d.parameters]
        return models.chain(p, d.k, d.n, torch.tanh, torch.sigmoid, torch.exp), p

    return lambda: differentiated(*forward()), forward


def s2(d):
    """0-d tensors"""
    return training(d, d.parameters, lambda *p: models.hinge_loss(p, d, torch.relu), flat=True)


def s3(d):
    """0-d tensors"""

    def loss(*p):
        return models.cross_entropy(p, d, torch.sigmoid, torch.exp, torch.log)

    return training(d, d.parameters, loss, flat=True)


def s2b(d, compiled=False):
    """"""
    x, y = torch.tensor(d.x), torch.tensor(d.y)

    def loss(W1, W2, W3, b1, b2, b3):
        h = torch.relu(torch.addmm(b1, x, W1))
        h = torch.relu(torch.addmm(b2, h, W2))
        score = torch.addmm(b3, h, W3)[:, 0]
        squares = sum((p * p).sum() for p in (W1, W2, W3, b1, b2, b3))
        return torch.relu(1 - y * score).mean() + d.alpha * squares

    return training(d, d.W + d.b, loss, compiled)


def t1(d, compiled=False):
    """"""
    t = torch.tensor(d.t)

    def loss(W1, b1, W2, b2, z0):
        h1 = torch.sigmoid(torch.addmm(b1, torch.sigmoid(z0), W1))
        h2 = torch.sigmoid(torch.addmm(b2, h1, W2))
        return 0.5 * ((t - h2) ** 2).sum()

    return gradients(loss, (d.W1, d.b1, d.W2, d.b2, d.z0), compiled)


def t2(d, compiled=False):
    """"""
    x, labels = torch.tensor(d.x), torch.tensor(d.labels)[None]

    def loss(W1, b1, W2, b2):
        a = torch.sigmoid(torch.addmm(b1, W1, x))
        log_p = torch.log_softmax(torch.addmm(b2, W2, a), 0)
        squares = (W1 * W1).sum() + (W2 * W2).sum()
        return -log_p.gather(0, labels).mean() + d.weight_decay / 2 * squares

    return gradients(loss, (d.W1, d.b1, d.W2, d.b2), compiled)


def t3(d, compiled=False):
    """"""
    x, labels = torch.tensor(d.x), torch.tensor(d.labels)

    def loss(W1, W2, W3, b1, b2, b3):
        h = torch.relu(torch.addmm(b1, x, W1))
        h = torch.relu(torch.addmm(b2, h, W2))
        return F.cross_entropy(torch.addmm(b3, h, W3), labels)

    return training(d, d.W + d.b, loss, compiled)
