"""word2vec, equation by equation: the six models, small enough to read.

Two architectures (`skip_gram`, `cbow`), three objectives (`FullSoftmax`, `HierarchicalSoftmax`,
`NegativeSampling`) and one gradient (`training.losses_and_gradients`) make the six models.

Sizes, in shapes everywhere: ``V`` words in the vocabulary, ``M`` rows of ``W_out``, ``d`` numbers in a
vector, ``B`` examples in a batch, ``C`` input words of an example, ``R`` candidate rows of an example.
"""

import importlib

# Where each public name lives; loaded on first use, so that `import w2v_core` stays fast.
_HOME = {
    "errors": [
        "BookError", "CheckpointError", "CorpusError", "DivergenceError", "ProofError", "SettingError",
        "TrainingInterrupted", "UnknownWordError", "VectorFileError", "WorkerError",
    ],
    "numerics": ["finite_differences", "sigmoid", "log_sigmoid", "softmax", "log_softmax"],
    "corpus": ["TextFile", "Vocabulary", "keep_probability", "windows"],
    "toy": ["ToyCorpus"],
    "architectures": ["skip_gram", "cbow", "ARCHITECTURES"],
    "huffman": ["HuffmanTree"],
    "objectives": ["FullSoftmax", "HierarchicalSoftmax", "NegativeSampling", "OBJECTIVES"],
    "training": ["Embeddings", "Examples", "Word2Vec", "losses_and_gradients", "sgd_step"],
    "blocks": ["FastWord2Vec"],
    "vectors": ["WordVectors"],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULE_OF)


def __getattr__(name):
    """Load a public name from its module."""
    if name not in _MODULE_OF:
        raise AttributeError(f"w2v_core has no {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(f"w2v_core.{_MODULE_OF[name]}"), name)


def __dir__():
    """Public names and submodules."""
    return __all__ + sorted(_HOME)
