"""The book as a text: it builds without a warning, its code cites equations that exist, its links lead somewhere."""

import copy
import json
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml
from browser_fixtures import ROOT, built_book, pages_of
from bs4 import BeautifulSoup

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"))
LABEL = re.compile(r"^[ \t]*(?::label:\s*|\$\$\s*\()(eq:[a-z0-9-]+)", re.MULTILINE)
CDN = re.compile(r"jsdelivr|unpkg\.com|cdnjs|googleapis|gstatic|esm\.sh|skypack")
MISRENDERED = re.compile(r"`{3}|:{3}|\{[a-z:-]+\}`|\$\$|^:[a-z-]+: |\\(?:frac|sum|vin|uout|hid)\b", re.MULTILINE)


@pytest.fixture(scope="module")
def pages(site):
    """Every page, parsed, by its path within the site."""
    return {
        page.relative_to(site): BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for page in pages_of(site)
    }


def equation_labels():
    return Counter(label for chapter in CHAPTERS for label in LABEL.findall(chapter.read_text(encoding="utf-8")))


def test_book_builds_without_warnings(tmp_path_factory):
    log = built_book(tmp_path_factory)[1]
    assert "build succeeded." in log
    assert "WARNING:" not in log


def test_every_chapter_is_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    assert sorted(files) == [chapter.relative_to(ROOT).with_suffix("").as_posix() for chapter in CHAPTERS]


def test_equation_labels_are_unique():
    assert [label for label, times in equation_labels().items() if times > 1] == []


def test_code_cites_equations_that_exist():
    sources = [*(ROOT / "w2v_core").rglob("*.py"), *(ROOT / "w2v_core").rglob("*.mjs"), *CHAPTERS]
    cited = {
        (source.relative_to(ROOT).as_posix(), label)
        for source in sources
        for label in re.findall(r"\beq:[a-z0-9-]*[a-z0-9]", source.read_text(encoding="utf-8"))
    }
    assert cited
    assert sorted((source, label) for source, label in cited if label not in equation_labels()) == []


def test_chapters_are_notebooks_in_text_without_outputs():
    assert list((ROOT / "chapters").rglob("*.ipynb")) == []
    for chapter in CHAPTERS:
        text = chapter.read_text(encoding="utf-8")
        assert "{code-cell}" not in text or re.match(r"---\n(?:.*\n)*?\s+format_name: myst\n", text), chapter.name


def test_links_lead_somewhere(site, pages):
    dead, ids = [], {path: {tag["id"] for tag in page.select("[id]")} for path, page in pages.items()}
    for path, page in pages.items():
        for link in page.select("[href], [src]"):
            url = urlsplit(link.get("href") or link.get("src"))
            if url.scheme or url.netloc:
                continue
            target = (site / path).parent / unquote(url.path) if url.path else site / path
            target = target.resolve()
            known = ids.get(target.relative_to(site.resolve())) if target.suffix == ".html" else None
            if not target.is_file() or (url.fragment and known and unquote(url.fragment) not in known):
                dead.append((path.as_posix(), link.get("href") or link.get("src")))
    assert dead == []


def test_pages_load_nothing_from_another_host(site, pages):
    loaded = [
        (path.as_posix(), str(tag)[:200])
        for path, page in pages.items()
        for tag in page.select("link[href], [src], [srcset], object[data], use[href], image[href]")
        if re.search(r"(?:https?:)?//\w", " ".join(tag.get(key, "") for key in ("href", "src", "srcset", "data")))
    ]
    assert loaded == []
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text(encoding="utf-8")), style
    for code in [*site.rglob("*.html"), *site.rglob("*.js")]:
        assert not CDN.search(code.read_text(encoding="utf-8")), code


def test_pictures_say_what_they_show(pages):
    silent = []
    for path, page in pages.items():
        silent += [(path.as_posix(), str(tag)[:200]) for tag in page.select("article img") if not tag.get("alt")]
        for svg in page.select("article svg:not([aria-hidden=true])"):
            if not (svg.get("aria-label") or svg.get("aria-labelledby") or svg.find("title", recursive=False)):
                silent.append((path.as_posix(), str(svg)[:200]))
    assert silent == []


def test_no_markup_is_left_over_in_the_text(pages):
    for path, page in pages.items():
        text = copy.copy(page.find("article") or page)
        for tag in text.select("pre, code, script, style, svg, .math"):
            tag.decompose()
        words = re.sub(r"\\\(.*?\\\)", "", text.get_text(), flags=re.DOTALL)  # formulas in outputs
        assert MISRENDERED.findall(words) == [], path


def test_pages_show_nothing_of_the_machine_that_built_them(site, pages):
    for path, page in pages.items():
        html = re.sub(r'"code": "(?:[^"\\]|\\.)*"', "", str(page))  # a widget's own program has constants
        assert not re.search(r"\b0x[0-9a-f]{8,}\b", html), f"{path}: an address in memory, new on every build"
        assert str(ROOT) not in html, path
        assert str(site.parents[1]) not in html, path


def test_each_page_offers_its_notebook(site, pages):
    chapters = [path for path in pages if path.parts[0] == "chapters"]
    assert chapters
    for path in chapters:
        link = pages[path].select_one("a.btn-download-notebook-button")
        assert link["href"] == path.with_suffix(".ipynb").name
        notebook = nbformat.read(site / path.with_suffix(".ipynb"), as_version=4)
        nbformat.validate(notebook)
        assert notebook.cells[0].source.count(r"\newcommand") > 0
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert cell.outputs == []
                assert cell.execution_count is None
            else:
                assert not re.search(r"^`{3,}\{|^:{3,}|\{[a-z:-]+\}`", cell.source, re.MULTILINE), cell.source


@pytest.mark.parametrize("stem", ["softmax", "gradient", "negat", "sampl", "hierarch", "embed", "skip"])
def test_search_index_knows_the_terms_of_the_field(site, stem):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert any(term.startswith(stem) for term in [*index["terms"], *index["titleterms"]])
