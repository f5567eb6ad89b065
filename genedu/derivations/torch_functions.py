"""An abstract function of the board as a torch function, for code that takes a function."""

from .functions import Func
from .refuter import values
from .scope import Point

__all__ = ["torch_function"]


def torch_function(func: Func, point: Point):
    """Return what is drawn for ``func`` at ``point``, from ``(batch, 1)`` to ``(batch,)``.

    ``func`` has one argument, a symbol. torch's derivative of it is its own, not one of torch.
    """
    import torch

    (variable,) = func.arguments

    def numbers(f: Func, x: torch.Tensor) -> torch.Tensor:
        at = point.bind({variable: x.detach().numpy()})
        return torch.from_numpy(values(f, at, tuple(x.shape)).copy())

    class Drawn(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return numbers(func, x)

        @staticmethod
        def backward(ctx, slope):
            (x,) = ctx.saved_tensors
            return slope * numbers(func.prime(), x)

    return lambda z: Drawn.apply(z[:, 0])
