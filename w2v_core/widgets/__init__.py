"""Pictures that answer: each widget runs in Jupyter, synced with Python, and alone on a published page."""

from w2v_core.widgets.base import Explorable
from w2v_core.widgets.softmax_explorer import SoftmaxExplorer

__all__ = ["Explorable", "SoftmaxExplorer"]
