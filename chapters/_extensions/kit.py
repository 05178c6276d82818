"""One zip for a class: ``python chapters/_extensions/kit.py FOLDER [--offline]`` writes FOLDER/w2v-kit.zip.

`students/` holds all that a student needs: notebooks without solutions, the book's pinned versions, its package as a
wheel, and, offline, the wheels of everything else. `teacher/` holds the solutions and the guide.
The same book gives the same zip, byte for byte.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from markdown_it import MarkdownIt
from notebooks import plain_markdown, without_solutions, write_class, write_solutions

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
DAY_ONE = {"SOURCE_DATE_EPOCH": "315532800"}  # 1980, where the calendar of zip files begins
GUIDE = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Teaching with this book</title>\n'
GUIDE += "<style>body {{max-width: 46em; margin: auto; padding: 1em; font: 1.05em/1.5 sans-serif}}\n"
GUIDE += "th, td {{padding: .2em .6em; text-align: left; vertical-align: top}}</style>\n{}</html>\n"


def pip(*arguments, **options):
    """Run pip quietly."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, **options)


def wheel(folder):
    """Build the book's package, with what its ledger reads: the entries, the checks, the chapters without solutions."""
    with tempfile.TemporaryDirectory() as copy:
        package = Path(copy) / "w2v_core"
        shutil.copytree(ROOT / "w2v_core", package, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy)
        chapters, inside = ROOT / "chapters", package / "chapters"
        shutil.copytree(chapters / "ledger_checks", inside / "ledger_checks", ignore=shutil.ignore_patterns("__*"))
        for data in chapters.glob("*.yml"):
            shutil.copy(data, inside)
        for chapter in chapters.glob("*.md"):
            text = without_solutions(chapter.read_text(encoding="utf-8"))
            (inside / chapter.name).write_text(text, encoding="utf-8")
        options = ("--no-deps", "--no-build-isolation", "--wheel-dir", folder)
        pip("wheel", *options, copy, env=os.environ | DAY_ONE)
    return next(folder.glob("*.whl"))


def guide():
    """The teacher's guide as a page of its own; its links lead to the students' notebooks."""
    text = plain_markdown((ROOT / "chapters" / "teaching.md").read_text(encoding="utf-8"))
    text = re.sub(r"\]\((\w+\.ipynb)", r"](../students/notebooks/\1", text)
    return GUIDE.format(MarkdownIt("commonmark").enable("table").render(text))


def make_kit(folder, offline=False):
    """Write the kit afresh and return the path of its zip."""
    kit = folder / "w2v-kit"
    shutil.rmtree(kit, ignore_errors=True)
    students, teacher = kit / "students", kit / "teacher"
    write_class(students / "notebooks")
    write_solutions(teacher / "solutions")
    (teacher / "guide.html").write_text(guide(), encoding="utf-8")
    shutil.copytree(HERE / "jupyter", students / "settings")
    shutil.copy(HERE / "kit_start.py", students / "start.py")
    readme = (HERE / "kit_readme.md").read_text(encoding="utf-8")
    (kit / "README.md").write_text(readme, encoding="utf-8")
    (students / "README.md").write_text(readme[readme.index("## Start") :], encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", kit)

    # The requirement is a path: a package of this name on an index would not be ours.
    needs = [f"./wheels/{wheel(students / 'wheels').name}[lab]", "--constraint versions.txt"]
    shutil.copy(ROOT / "requirements.txt", students / "versions.txt")
    requirements = students / "requirements.txt"
    requirements.write_text("\n".join([*needs, ""]), encoding="utf-8")
    if offline:
        only = ("--only-binary", ":all:")
        pip("download", "--dest", "wheels", *only, "--requirement", "requirements.txt", cwd=students)
        needs += ["--no-index", "--find-links wheels"]
        requirements.write_text("\n".join([*needs, ""]), encoding="utf-8")
    return pack(kit)


def pack(folder):
    """Zip a folder: sorted, with one date and one set of rights for every file."""
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix())
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--offline", action="store_true", help="put the wheels of all requirements into the kit")
    chosen = parser.parse_args()
    made = make_kit(chosen.folder, chosen.offline)
    print(f"The kit for your class: {made} ({made.stat().st_size / 1e6:.0f} MB). Unzip it and read its README.md.")
