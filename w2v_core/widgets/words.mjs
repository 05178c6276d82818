// Words and their counts as a text that the reader edits, a word and its count on each line. Words stay text.
import { changing, cut, h, whole } from "./parts.mjs";

const LARGEST_COUNT = 1e9;
const listOfCounts = (words, counts) => words.map((word, w) => `${word} ${counts[w]}`).join("\n");

/** The words and counts of a text; or the first problem with it. At most `most` words. */
export function wordsAndCounts(text, most) {
  const lines = text.split(/\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/); // where Python ends a line, too
  const found = new Map(); // no plain object: "__proto__" is a word like any other
  for (const [number, line] of lines.entries()) {
    const pieces = line.split(/[\s\x1f]+/).filter((piece) => piece);
    if (!pieces.length) continue;
    const [count, word] = [pieces.pop(), pieces.join(" ")];
    const short = cut(word, 21);
    const at = `Line ${number + 1}: `;
    if (!word) return { problem: `${at}write a word and its count, for example “tea 5”.` };
    if (!/^\d{1,10}$/.test(count) || count < 1 || count > LARGEST_COUNT) {
      return { problem: `${at}after “${short}” write a whole number from 1 to ${whole(LARGEST_COUNT)}.` };
    }
    if (found.has(word)) return { problem: `${at}“${short}” is already there; give each word one line.` };
    found.set(word, Number(count));
  }
  if (found.size < 2) return { problem: "Write two words at least: one word leaves nothing to decide." };
  if (found.size > most) return { problem: `These are ${whole(found.size)} words; ${whole(most)} are the most.` };
  return { words: [...found.keys()], counts: [...found.values()] };
}

/** A place to edit them: `hear(words, counts)` once the text is right, else it says what is wrong. `set` shows others. */
export function wordsBox(most, hear) {
  const text = h("textarea", { spellcheck: "false", autocomplete: "off", oninput: () => {
    const found = wordsAndCounts(text.value, most);
    setProblem(found.problem ?? "");
    text.setAttribute("aria-invalid", String(Boolean(found.problem)));
    if (!found.problem) hear(found.words, found.counts);
  } });
  const [problem, setProblem] = changing("p", { class: "w2v-note w2v-failed", role: "alert" });
  return {
    node: h("div", { class: "w2v-words" }, h("label", null, "on each line a word and its count", text), problem),
    set(words, counts) {
      const [found, list] = [wordsAndCounts(text.value, most), listOfCounts(words, counts)];
      if (!found.problem && listOfCounts(found.words, found.counts) === list) return; // leave it as it was typed
      text.value = list;
      text.setAttribute("aria-invalid", "false");
      setProblem("");
    },
  };
}
