"""The figures of the book. Each function returns ``(figure, alt text)``, for `display.show`.

Inputs are tensors, arrays or lists. ``alt`` is a sentence that says what is to be seen; a function
adds the numbers that the picture carries. `panels` and `ellipse` are for what a chapter draws by
hand.
"""

from .charts import bars, lines
from .diagrams import layers, machine
from .frame import ellipse, panels
from .pictures import heatmap, images
from .samples import histogram, histograms, scatter

__all__ = [
    "bars",
    "ellipse",
    "heatmap",
    "histogram",
    "histograms",
    "images",
    "layers",
    "lines",
    "machine",
    "panels",
    "scatter",
]
