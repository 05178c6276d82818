// The ledger's filter. Without this script the page shows every entry.
const entries = [...document.querySelectorAll(".ledger-entry")];
const value = (entry, key) => [...entry.classList].find((name) => name.startsWith(`${key}-`))?.slice(key.length + 1);
const word = {
  document: (entry) => value(entry, "document"),
  chapter: (entry) => entry.querySelector(":scope > p:last-of-type a").textContent,
  verdict: (entry) => value(entry, "verdict"),
};
const form = document.createElement("form");
form.className = "ledger-filter";
form.setAttribute("aria-label", "Filter the statements");
for (const key of Object.keys(word)) {
  const names = new Map(entries.map((entry) => [value(entry, key), word[key](entry)]));
  const label = form.appendChild(document.createElement("label"));
  const select = document.createElement("select");
  select.name = key;
  select.add(new Option("all", ""));
  for (const [name, text] of names) select.add(new Option(text, name));
  label.append(`${key[0].toUpperCase()}${key.slice(1)} `, select);
}
const all = form.appendChild(document.createElement("button"));
all.type = "reset";
all.textContent = "Show all";
const count = form.appendChild(document.createElement("output"));
count.setAttribute("aria-live", "polite");
entries[0].closest("section").before(form);

function show() {
  const asked = Object.entries(Object.fromEntries(new FormData(form))).filter(([, wanted]) => wanted);
  for (const entry of entries) entry.hidden = asked.some(([key, wanted]) => value(entry, key) !== wanted);
  for (const section of new Set(entries.map((entry) => entry.closest("section")))) {
    section.hidden = !section.querySelector(".ledger-entry:not([hidden])");
  }
  count.textContent = `${entries.filter((entry) => !entry.hidden).length} of ${entries.length} statements`;
  return asked;
}
// The address keeps the choice: #verdict=wrong&document=summary. A link to one entry shows it.
function read() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const select of form.querySelectorAll("select")) {
    select.value = wanted.get(select.name) ?? "";
    if (select.selectedIndex < 0) select.value = "";
  }
  show();
  document.getElementById(location.hash.slice(1))?.scrollIntoView(); // it may have been hidden until now
}
form.addEventListener("change", () => {
  const asked = new URLSearchParams(show()).toString();
  history.replaceState(null, "", asked ? `#${asked}` : location.pathname + location.search);
});
form.addEventListener("reset", () => setTimeout(() => form.dispatchEvent(new Event("change"))));
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", read);
read();
