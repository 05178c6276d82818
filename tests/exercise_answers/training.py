"""Answers to the exercises of training: right ones in unusual forms, wrong ones with words of their diagnosis."""

import numpy as np

from w2v_core import sigmoid


def keep(counts, threshold):
    """The chance with logarithms."""
    if not threshold:
        return [1.0 for _ in counts]
    return np.exp(np.minimum(0, (np.log(threshold) - np.log(counts / counts.sum())) / 2))


def by_loop(counts, threshold):
    """Word by word."""
    return [min(1, (threshold * sum(counts) / one) ** 0.5) if threshold else 1 for one in counts]


def subsampled(sentence, keep, draws):
    """The words that stay, through an array."""
    words = np.array(sentence, dtype=int)
    return words[draws < keep[words]].tolist()


def step(W_in, W_out, batch, rate, share=True, mean=False):
    """Question by question, with the old vectors."""
    in_W_in, in_W_out = 0 * W_in, 0 * W_out
    for inputs, rows, labels in batch:
        hidden = sum(W_in[word] for word in inputs) / len(inputs)
        for row, label in zip(rows, labels, strict=True):
            error = (1 + np.tanh(W_out[row] @ hidden / 2)) / 2 - label
            in_W_out[row] += error * hidden
            for word in inputs:
                in_W_in[word] += error * W_out[row] / (len(inputs) if share else 1)
    rate = rate / len(batch) if mean else rate
    return W_in - rate * in_W_in, W_out - rate * in_W_out


def one_by_one(W_in, W_out, batch, rate):
    """A step for each example."""
    for example in batch:
        W_in, W_out = step(W_in, W_out, [example], rate)
    return W_in, W_out


def add_once(matrix, rows, moves):
    """Of two moves of one row only one counts."""
    matrix[rows] += moves


def one_after_the_other(W_in, W_out, batch, rate, add=np.add.at, early=False):
    """W_out first, then W_in; `early` gives it the new W_out."""
    new_in, new_out = W_in.copy(), W_out.copy()
    for inputs, rows, labels in batch:
        hidden = W_in[inputs].mean(axis=0)
        errors = sigmoid(W_out[rows] @ hidden) - labels
        add(new_out, rows, -rate * np.outer(errors, hidden))
        add(new_in, inputs, -rate * errors @ (new_out if early else W_out)[rows] / len(inputs))
    return new_in, new_out


def in_place(W_in, W_out, batch, rate):
    """Moves the matrices that were handed in."""
    W_in[...], W_out[...] = step(W_in, W_out, batch, rate)
    return W_in, W_out


def falling(done, total, rate):
    """The rate with an if."""
    return rate / 10_000 if (total - done) * 10_000 < total else rate * (total - done) / total


RIGHT = {
    "ex:read-table": [[0, 1, 0, 1], (False, True, False, True)],
    "ex:write-keep": [lambda *of: np.array(keep(*of)), lambda *of: np.array(by_loop(*of), dtype=float)],
    "ex:write-keep-b": [
        subsampled,
        lambda sentence, keep, draws: [w for place, w in enumerate(sentence) if keep[w] > draws[place]],
    ],
    "ex:write-rate": [falling, lambda done, total, rate: np.clip(rate - rate * done / total, rate * 1e-4, None)],
    "ex:train-step": [step, lambda *of: list(step(*of)), one_after_the_other],
    "ex:late": [[3.0176, 24], (3.0, 24)],
    "ex:another-text": ["smaller", " Smaller"],
    "ex:which-vectors": [[102, 101], np.array([102.0, 101.0])],
    "ex:fair-race": [
        lambda information, K: np.maximum(information - np.log(K), 0),
        lambda information, K: np.log(np.maximum(np.exp(information) / K, 1)),
    ],
}

WRONG = {
    "ex:read-table": [
        ([1, 1, 1, 1], "means"),
        ([0, 1, 1, 1], "inside another"),
        ([0, 1, 0, 0], "Two seeds"),
        ([1, 0, 1, 0], "0 of 4"),
    ],
    "ex:write-keep": [
        (lambda counts, t: np.minimum(1, t * counts.sum() / counts), "square root"),
        (lambda counts, t: np.sqrt(t * counts.sum() / counts), "never above 1"),
        (lambda counts, t: 1 - np.minimum(1, np.sqrt(t * counts.sum() / counts)), "dropped"),
        (lambda counts, t: np.minimum(1, np.sqrt(counts / (t * counts.sum()))), "upside down"),
        (lambda counts, t: np.minimum(1, np.sqrt(t / counts)), "count for the share"),
        (lambda counts, t: np.minimum(1, np.sqrt(t * counts.sum() / counts)), "threshold 0"),
        (lambda counts, t: 1.0, ""),
    ],
    "ex:write-keep-b": [
        (lambda s, keep, draws: [w for w, x in zip(s, draws, strict=True) if x > keep[w]], "should go"),
        (lambda s, keep, draws: [w for w in s if draws[0] < keep[w]], "own number"),
        (lambda s, keep, draws: [w for w, x in zip(s, draws, strict=True) if x <= keep[w]], "not equal"),
        (lambda s, keep, draws: [w for w in s if np.random.default_rng(0).random() < keep[w]], ""),
        (lambda s, keep, draws: [s.pop(0) for x in draws], "changes its arguments"),
    ],
    "ex:write-rate": [
        (lambda done, total, rate: rate * (1 - done / total), "ten-thousandth"),
        (lambda done, total, rate: max(rate * (1 - done / total), 1e-4), "part of the rate"),
        (lambda done, total, rate: rate * max(done / total, 1e-4), "rises"),
        (lambda done, total, rate: max(1 - done / total, 1e-4), "itself is missing"),
        (lambda done, total, rate: rate, ""),
    ],
    "ex:train-step": [
        (one_by_one, "old vectors"),
        (lambda *of: step(*of, mean=True), "mean over the batch"),
        (lambda *of: step(*of, share=False), "1/C"),
        (lambda *of: one_after_the_other(*of, add=add_once), "moves twice"),
        (lambda *of: one_after_the_other(*of, early=True), "moved first"),
        (lambda *of: step(*of[:-1], -of[-1]), "uphill"),
        (in_place, "changes its arguments"),
        (lambda *of: step(*of)[0], ""),
    ],
    "ex:late": [
        ([1 / 3.0176, 24], "CBOW's part"),
        ([3.0176, 16], "on top"),
        ([8, 64], "sentences end"),
        ([3.02, 8], "1 of 2"),
    ],
    "ex:another-text": [("larger", ""), (0.1, "quotes")],
    "ex:which-vectors": [([102, 102], "inner nodes"), ([6, 101], "one row"), ([101, 102], "")],
    "ex:fair-race": [
        (lambda information, K: np.maximum(information, 0) - np.log(K), "shift comes first"),
        (lambda information, K: information - np.log(K), "still there"),
        (lambda information, K: np.maximum(information - K, 0), "not by K"),
        (lambda information, K: np.maximum(information + np.log(K), 0), "shifted up"),
        (lambda information, K: information.T, ""),
    ],
}
