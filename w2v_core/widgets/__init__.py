"""Pictures that answer: each widget runs in Jupyter, synced with Python, and alone on a published page."""

from w2v_core.widgets.base import Explorable
from w2v_core.widgets.cost_meter import CostMeter
from w2v_core.widgets.embedding_map import EmbeddingMap
from w2v_core.widgets.force_explorer import ForceExplorer
from w2v_core.widgets.noise_explorer import NoiseExplorer
from w2v_core.widgets.sigmoid_explorer import SigmoidExplorer
from w2v_core.widgets.softmax_explorer import SoftmaxExplorer
from w2v_core.widgets.spot_the_slip import SpotTheSlip
from w2v_core.widgets.training_theatre import TrainingTheatre
from w2v_core.widgets.tree_explorer import TreeExplorer
from w2v_core.widgets.window_explorer import WindowExplorer

__all__ = [
    "CostMeter",
    "EmbeddingMap",
    "Explorable",
    "ForceExplorer",
    "NoiseExplorer",
    "SigmoidExplorer",
    "SoftmaxExplorer",
    "SpotTheSlip",
    "TrainingTheatre",
    "TreeExplorer",
    "WindowExplorer",
]
