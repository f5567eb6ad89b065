"""Estimators over tensors and callables: enumeration, lower bounds, annealing, simple fits.

Nothing here knows a model class, so that a model's own methods may stand on these functions.
"""

from .annealing import annealed_importance_sampling
from .anomaly import RocCurve, roc_auc, roc_curve
from .bounds import elbo, importance_weighted
from .estimate import Estimate, gaussian_mle, log_mean_exp, log_mean_exp_error
from .probe import linear_probe
from .states import (
    MAX_ENUMERATED,
    binary_states,
    log_sum_over_states,
    state_frequencies,
    sweep_matrix,
    total_variation,
)

__all__ = [
    "MAX_ENUMERATED",
    "Estimate",
    "RocCurve",
    "annealed_importance_sampling",
    "binary_states",
    "elbo",
    "gaussian_mle",
    "importance_weighted",
    "linear_probe",
    "log_mean_exp",
    "log_mean_exp_error",
    "log_sum_over_states",
    "roc_auc",
    "roc_curve",
    "state_frequencies",
    "sweep_matrix",
    "total_variation",
]
