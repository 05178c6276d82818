"""Install what the notebooks need, the first time; then open them in JupyterLab: ``python3 start.py``."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

here = Path(__file__).resolve().parent
folder = here / "venv"
python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ready = folder / "ready"

if sys.version_info < (3, 11):  # noqa: UP036  it is the student's Python, whichever that is
    sys.exit(f"This needs Python 3.11 or newer; you have {sys.version.split()[0]}.")
if not ready.exists():
    print("Installing, once. This takes a minute or two ...", flush=True)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
        subprocess.run(install, cwd=here, check=True)
    except subprocess.CalledProcessError as error:
        if not python.exists() or "ensurepip" in str(error.cmd):
            sys.exit("Python cannot make an environment here. On Debian or Ubuntu: sudo apt-get install python3-venv")
        sys.exit("The installation failed; what is missing is said above. A kit without internet: see its README.md.")
    ready.touch()

settings = os.environ | {"JUPYTER_CONFIG_PATH": str(here / "settings")}
lab = [python, "-m", "jupyterlab", "--notebook-dir", here / "notebooks"]
try:
    sys.exit(subprocess.run([*lab, *sys.argv[1:]], env=settings, check=False).returncode)
except KeyboardInterrupt:  # Ctrl-C is how one leaves JupyterLab
    pass
