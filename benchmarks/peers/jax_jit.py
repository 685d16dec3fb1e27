"""JAX on the cpu, all of it under jit.

XLA does not finish with 100,000 operations in a row: S1 is a scan over its blocks, and S2 and S3
are the scalar program of one sample under vmap.
"""

import jax
import jax.numpy as jnp

from .. import models

TITLE = "JAX jit"
COMPILES = True
ENVIRONMENT = "jax"
REQUIRES = ["jax==0.10.2", "jaxlib==0.10.2"]
IMPORT = "import jax, jax.numpy"
jax.config.update("jax_enable_x64", True)


def gradients(loss, arrays):
    f = jax.jit(jax.value_and_grad(loss))
    p = [jnp.array(v) for v in arrays]
    return lambda: jax.block_until_ready(f(p))


def training(d, start, loss):
    """Loss, gradients and update as one program that may overwrite the parameters."""

    def whole(p):
        y, g = jax.value_and_grad(loss)(p)
        return y, g, jax.tree.map(lambda v, q: v - d.lr * q, p, g)

    f = jax.jit(whole, donate_argnums=0)
    p = jax.tree.map(jnp.array, start)

    def step():
        nonlocal p
        y, g, p = jax.block_until_ready(f(p))
        return y, jax.tree.leaves(g)

    return step


def s1(d):
    """scan over blocks of 10 operations"""

    def loss(p):
        def block(x, _):
            return models.chain((x, *p[1:]), d.k, 10, jnp.tanh, jax.nn.sigmoid, jnp.exp), None

        return jax.lax.scan(block, p[0], None, length=d.n // 10)[0]

    f = jax.jit(loss)
    p = [jnp.array(v) for v in d.parameters]
    return gradients(loss, d.parameters), lambda: jax.block_until_ready(f(p))


def s2(d):
    """scalar program of one sample, vmap over 100"""
    x, y = jnp.array(d.x), jnp.array(d.y)

    def loss(flat):
        p = list(flat)
        scores = jax.vmap(lambda v: models.score(p, [v[0], v[1]], jax.nn.relu))(x)
        return jax.nn.relu(1 - y * scores).mean() + d.alpha * sum(v * v for v in p)

    return training(d, jnp.array(d.parameters), loss)


def s3(d):
    """scalar program of one sample, vmap over 100"""
    x, labels = jnp.array(d.x.T), jnp.array(d.labels)

    def loss(flat):
        p = list(flat)

        def of_one(v, label):
            e = models.exponentials(p, v[0], v[1], jax.nn.sigmoid, jnp.exp)
            return -jnp.log(jnp.where(label == 0, e[0], e[1]) / (e[0] + e[1]))

        return jax.vmap(of_one)(x, labels).mean() + d.weight_decay / 2 * models.penalty(p)

    return training(d, jnp.array(d.parameters), loss)


def s2b(d):
    """update in the program"""
    x, y = jnp.array(d.x), jnp.array(d.y)

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = jax.nn.relu(x @ W1 + b1)
        h = jax.nn.relu(h @ W2 + b2)
        score = (h @ W3 + b3)[:, 0]
        return jax.nn.relu(1 - y * score).mean() + d.alpha * sum((v * v).sum() for v in p)

    return training(d, d.W + d.b, loss)


def t1(d):
    """"""
    t = jnp.array(d.t)

    def loss(p):
        W1, b1, W2, b2, z0 = p
        h1 = jax.nn.sigmoid(jax.nn.sigmoid(z0) @ W1 + b1)
        return 0.5 * ((t - jax.nn.sigmoid(h1 @ W2 + b2)) ** 2).sum()

    return gradients(loss, (d.W1, d.b1, d.W2, d.b2, d.z0))


def t2(d):
    """"""
    x, one_hot = jnp.array(d.x), jnp.array(d.one_hot)

    def loss(p):
        W1, b1, W2, b2 = p
        log_p = jax.nn.log_softmax(W2 @ jax.nn.sigmoid(W1 @ x + b1) + b2, axis=0)
        squares = (W1 * W1).sum() + (W2 * W2).sum()
        return -(log_p * one_hot).sum() / d.n + d.weight_decay / 2 * squares

    return gradients(loss, (d.W1, d.b1, d.W2, d.b2))


def t3(d):
    """update in the program"""
    x, one_hot = jnp.array(d.x), jnp.array(d.one_hot)

    def loss(p):
        W1, W2, W3, b1, b2, b3 = p
        h = jax.nn.relu(x @ W1 + b1)
        h = jax.nn.relu(h @ W2 + b2)
        return -(jax.nn.log_softmax(h @ W3 + b3) * one_hot).sum() / len(x)

    return training(d, d.W + d.b, loss)
