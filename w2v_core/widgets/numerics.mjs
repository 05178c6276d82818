// The book's functions for the browser, under the book's names; the tests hold them against w2v_core.numerics.

export function sigmoid(score) {
  const decay = Math.exp(-Math.abs(score)); // never of a positive number: cannot overflow
  return (score < 0 ? decay : 1) / (1 + decay); // eq:sigmoid
}

export function logSigmoid(score) {
  return Math.min(score, 0) - Math.log1p(Math.exp(-Math.abs(score))); // eq:log-sigmoid
}

export function logSoftmax(scores) {
  const largest = Math.max(...scores); // eq:softmax-shift
  const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  return scores.map((score) => score - largest - Math.log(sum)); // eq:log-softmax
}

export function softmax(scores) {
  return logSoftmax(scores).map(Math.exp); // eq:softmax
}

/** Probability minus target: the derivative of the loss by each score. */
export function softmaxErrors(scores, target) {
  return softmax(scores).map((probability, word) => probability - (word === target ? 1 : 0));
}

/** Softmax as the textbook writes it, which overflows above 709 and divides 0 by 0 below -745. */
export function naiveSoftmax(scores) {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
