"""The six models once more, in plain loops over floats: slow, obvious, and sharing no code with `w2v_core`.

`uniform` is a function that returns the next random number from [0, 1); all randomness comes from such functions.
A gradient is a dictionary from the row of a matrix to the list of its d numbers.
"""

import math


def count_words(sentences):
    """Words by falling count, ties in order of first sight, and their counts."""
    words, counts = [], []
    for sentence in sentences:
        for word in sentence:
            if word not in words:
                words.append(word)
                counts.append(0)
            counts[words.index(word)] += 1
    order = sorted(range(len(words)), key=lambda w: -counts[w])
    return [words[w] for w in order], [counts[w] for w in order]


def huffman_paths(counts):
    """For each word, the inner nodes from the root down, each with the bit taken there (0 towards the rarer child)."""
    trees = [(count, [word]) for word, count in enumerate(counts)]  # oldest first
    paths = [[] for _ in counts]
    for inner in range(len(counts) - 1):
        merged_count, merged_words = 0, []
        for bit in (0, 1):
            rarest = 0
            for place in range(len(trees)):
                if trees[place][0] < trees[rarest][0]:
                    rarest = place
            count, words = trees.pop(rarest)
            for word in words:
                paths[word].insert(0, (inner, bit))
            merged_count += count
            merged_words += words
        trees.append((merged_count, merged_words))
    return paths


def examples_of(sentence, architecture, window, dynamic_window, keep, uniform):
    """Examples (input words, target) of one sentence of word numbers."""
    if min(keep) < 1:
        survived = [uniform() < keep[word] for word in sentence]
        sentence = [word for word, stays in zip(sentence, survived, strict=True) if stays]
    found = []
    for i in range(len(sentence)):
        reach = window
        if dynamic_window:
            reach = 1 + math.floor(window * uniform())
        context = []
        for j in range(len(sentence)):
            if j != i and abs(j - i) <= reach:
                context.append(sentence[j])
        if architecture == "skip_gram":
            for word in context:
                found.append(([sentence[i]], word))
        elif context:
            found.append((context, sentence[i]))
    return found


def candidates_of(target, objective, counts, uniform, negatives=5, power=0.75):
    """Rows of the output matrix that an example looks at, each with its wanted label."""
    if objective == "FullSoftmax":
        return [(word, 1 if word == target else 0) for word in range(len(counts))]
    if objective == "HierarchicalSoftmax":
        return [(inner, 1 - bit) for inner, bit in huffman_paths(counts)[target]]
    total = 0.0
    for count in counts:
        total += count**power
    found = [(target, 1)]
    for _ in range(negatives):
        left, word = uniform() * total, 0
        while left >= counts[word] ** power:
            left -= counts[word] ** power
            word += 1
        found.append((word, 0))
    return found


def loss_and_gradients(W_in, W_out, inputs, candidates, objective):
    """Loss of one example, and the gradients of both matrices."""
    d, C = len(W_in[0]), len(inputs)
    hidden = [0.0] * d
    for word in inputs:
        for k in range(d):
            hidden[k] += W_in[word][k] / C
    scores = []
    for row, _ in candidates:
        score = 0.0
        for k in range(d):
            score += W_out[row][k] * hidden[k]
        scores.append(score)
    loss, errors = 0.0, []
    if objective == "FullSoftmax":
        normalizer = 0.0
        for score in scores:
            normalizer += math.exp(score)
        for score, (_, label) in zip(scores, candidates, strict=True):
            errors.append(math.exp(score) / normalizer - label)
            if label:
                loss -= math.log(math.exp(score) / normalizer)
    else:
        for score, (_, label) in zip(scores, candidates, strict=True):
            probability = 1 / (1 + math.exp(-score))
            errors.append(probability - label)
            loss -= math.log(probability if label else 1 - probability)
    into, out = {}, {}
    for error, (row, _) in zip(errors, candidates, strict=True):
        out.setdefault(row, [0.0] * d)
        for k in range(d):
            out[row][k] += error * hidden[k]
    for word in inputs:
        into.setdefault(word, [0.0] * d)
        for k in range(d):
            for error, (row, _) in zip(errors, candidates, strict=True):
                into[word][k] += error * W_out[row][k] / C
    return loss, into, out


def train(
    sentences,
    architecture,
    objective,
    *,
    dimension,
    window,
    dynamic_window,
    subsample,
    epochs,
    learning_rate,
    text,
    noise,
):
    """Sequential SGD over a corpus: one example a step. Returns both matrices and the loss of every step."""
    words, counts = count_words(sentences)
    tokens = sum(counts)
    keep = [1.0] * len(counts)
    if subsample:
        keep = [min(1.0, math.sqrt(subsample / (count / tokens))) for count in counts]
    rows_out = len(counts) - (objective == "HierarchicalSoftmax")
    W_in = [[(text() - 0.5) / dimension for _ in range(dimension)] for _ in counts]
    W_out = [[0.0] * dimension for _ in range(rows_out)]
    losses, read, reading = [], 0, 0
    for _ in range(epochs):
        for sentence in sentences:
            reading += len(sentence)
            encoded = [words.index(word) for word in sentence]
            for inputs, target in examples_of(encoded, architecture, window, dynamic_window, keep, text):
                rate = learning_rate * max(1 - read / (epochs * tokens), 0.0001)
                candidates = candidates_of(target, objective, counts, noise)
                loss, into, out = loss_and_gradients(W_in, W_out, inputs, candidates, objective)
                for matrix, gradient in ((W_in, into), (W_out, out)):
                    for row, numbers in gradient.items():
                        for k in range(dimension):
                            matrix[row][k] -= rate * numbers[k]
                losses.append(loss)
                read += reading
                reading = 0
    return W_in, W_out, losses
