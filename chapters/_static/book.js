// A formula or figure that scrolls sideways can be reached with the Tab key; the theme sees to code and tables.
const reach = () => {
  for (const box of document.querySelectorAll(".math, div.math mjx-container, .w2v-figure")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  new ResizeObserver(reach).observe(document.body);
});

// Paper is white, whatever the screen was.
const root = document.documentElement;
let theme;
addEventListener("beforeprint", () => { theme = root.dataset.theme; root.dataset.theme = "light"; });
addEventListener("afterprint", () => { root.dataset.theme = theme; });
