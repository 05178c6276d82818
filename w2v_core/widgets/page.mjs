/** Run a widget on a page without Jupyter: a model that has no kernel behind it, in place of the still figure. */
export function runOnPage(widget, state, page) {
  const hearers = {};
  const model = {
    get: (name) => state[name],
    set(name, value) {
      if (Object.is(state[name], value)) return;
      state[name] = value;
      for (const hear of [...(hearers[`change:${name}`] ?? [])]) hear();
    },
    save_changes() {},
    send() {},
    on(names, hear) {
      for (const name of names.split(" ")) (hearers[name] ??= new Set()).add(hear);
    },
    off(names, hear) {
      for (const name of names.split(" ")) hearers[name]?.delete(hear);
    },
  };
  widget.render({ model, el: page.querySelector(".w2v-live") });
  page.classList.add("w2v-running"); // the style sheet now hides the still figure, except in print
}
