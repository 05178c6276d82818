"""What the site needs from Sphinx beyond its settings: our own MathJax and colours, notebooks, light and true pages."""

import importlib.util
import re
import shutil
from pathlib import Path

import nbformat
from notebooks import notebook

from w2v_core import style

# The parts of MathJax that pages ask for: no context menu, no speech, whose engine would ask another host.
MATHJAX = ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]


def configure(app, config):
    """Give MathJax the book's macros; it lies inside the site, with the extension that knows ``\\class``."""
    if not config.html_theme_options.get("repository_url"):  # a launch button that leads nowhere
        config.html_theme_options.pop("launch_buttons", None)
    config.mathjax_path = "mathjax/startup.js"
    config.mathjax3_config = {
        "loader": {"load": [*MATHJAX, "[tex]/html"]},
        # without noundefined, a command that nobody defined is an error that the tests see, not a red word
        "tex": {"packages": {"[+]": ["html"], "[-]": ["noundefined"]}, "macros": style.mathjax_macros()},
    }


def copy_assets(app):
    """Write the colours' style sheet and our part of MathJax into the site."""
    if app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").submodule_search_locations[0])
    source, copy = package / "static" / "mathjax", static / "mathjax"
    for folder in ("input/tex/extensions", "output/chtml/fonts/woff-v2"):
        shutil.copytree(source / folder, copy / folder, dirs_exist_ok=True)
    for part in ("startup", *MATHJAX, "output/chtml/fonts/tex"):
        (copy / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / f"{part}.js", copy / f"{part}.js")
    (static / "palette.css").write_text(style.css(), encoding="utf-8")
    app.add_css_file("palette.css")


def offer_notebook(app, pagename, templatename, context, doctree):
    """Write the page's notebook beside it and put it into the download menu, in place of the source."""
    if pagename == "search":  # a page opened from a file may not fetch the pages that it found, to quote them
        app.add_js_file(None, body="DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== 'file:'")
    if doctree is None:
        return
    copy = Path(app.outdir) / f"{pagename}.ipynb"
    copy.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(app.env.doc2path(pagename)), copy)
    link = {
        "type": "link",
        "url": context["pathto"](f"{pagename}.ipynb", 1),
        "text": ".ipynb",
        "icon": "fas fa-code",
        "tooltip": "Download this page as a notebook",
        "label": "download-notebook-button",
    }
    for group in context["header_buttons"]:
        if group["label"] == "download-buttons":
            group["buttons"] = [link] + [b for b in group["buttons"] if b["label"] == "download-pdf-button"]
        if group["label"] == "launch-buttons":  # they open the notebook that `.binder/postBuild` has written
            for button in group["buttons"]:
                button["url"] = button["url"].replace(f"{pagename}.md", f"notebooks/{Path(pagename).name}.ipynb")


# What the theme makes every page load and no page uses, and what it says that is not so: (pattern, replacement).
POLISH = [
    (r'<script[^>]*src="[^"]*fontawesome\.js[^"]*"></script>\s*', ""),  # the icons are also in its font
    (r'<script type="application/vnd\.jupyter\.widget-state\+json">.*?</script>\s*', ""),  # for kernels only
    (r'(<html[^>]*?) data-theme="auto"', r"\1"),  # without scripts, nothing would turn "auto" into colours
    (r'(<div role="list" class="citation-list">)|( role="doc-biblioentry")', lambda m: "<div>" if m[1] else ""),
]
SEARCH = r'<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>\s*'
FRONT_DOOR = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="_static/favicon.svg">
<meta http-equiv="refresh" content="0; url={first}.html"></head><body><a href="{first}.html">{title}</a></body></html>
"""


def polish(app, error):
    """Make the finished pages lighter and their markup true, and open the site at its first chapter."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for page in out.rglob("*.html"):
        html = before = page.read_text(encoding="utf-8")
        for pattern, replacement in POLISH + ([] if page.name == "search.html" else [(SEARCH, "")]):
            html = re.sub(pattern, replacement, html, flags=re.DOTALL)
        if html != before:
            page.write_text(html, encoding="utf-8")
    shutil.rmtree(out / "_sources", ignore_errors=True)  # the theme's own notebooks, for launch buttons
    for spare in (out / "_static" / "scripts").glob("fontawesome.js*"):
        spare.unlink()
    door = FRONT_DOOR.format(title=app.config.html_title, first=app.config.root_doc)
    (out / "index.html").write_text(door, encoding="utf-8")


def setup(app):
    """Connect everything to Sphinx."""
    app.setup_extension("ledger_page")
    app.connect("config-inited", configure, priority=900)
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", offer_notebook, priority=900)
    app.connect("build-finished", polish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
