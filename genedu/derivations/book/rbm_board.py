"""What both derivations of the restricted Boltzmann machine write on the board first."""

from sympy import exp

from ..averages import StateSum
from ..nodes import IndexSum, Named, Tensor, board, indices

i, j, V, H = indices("i j V H")
v = Tensor("v", V, kind="binary")
h = Tensor("h", H, kind="binary")
a = Tensor("a", V)
b = Tensor("b", H)
W = Tensor("W", V, H)
SIZES = {V: 2, H: 2}


def energy(v=v, h=h, names=r"\mathbf{v},\mathbf{h}") -> Named:
    """``E(v, h) = -aᵀv - bᵀh - vᵀWh``; primed letters give the sum over another state."""
    with board():
        pairs = IndexSum(W[i, j] * v[i] * h[j], (i, V), (j, H))
        body = -IndexSum(a[i] * v[i], (i, V)) - IndexSum(b[j] * h[j], (j, H)) - pairs
        return Named(f"E({names})", body)


with board():
    E = energy()
    Z = Named("Z", StateSum(exp(-E), v, h))
    JOINT = Named(r"p(\mathbf{v},\mathbf{h})", exp(-E) / Z)
    TO_HIDDEN = Named("c_j", b[j] + IndexSum(W[i, j] * v[i], (i, V)))
    TO_VISIBLE = Named("d_i", a[i] + IndexSum(W[i, j] * h[j], (j, H)))
    AV = IndexSum(a[i] * v[i], (i, V))
    BH = IndexSum(b[j] * h[j], (j, H))
MACHINE = {"build": (V, H), "state": {"weight": W, "visible_bias": a, "hidden_bias": b}}
