"""What a reader waits for: `import genedu`, the bundled digits, `genedu verify`.

python benchmarks/package.py
"""

import statistics
import subprocess
import sys
import time

from report import row, spread


def seconds(code: str, repeats: int, before: str = "pass") -> list[float]:
    """Seconds of a statement in a fresh interpreter, less the interpreter's own start."""
    values = []
    for _ in range(repeats):
        clock = "time.perf_counter()"
        timed = f"import time; {before}; t = {clock}; {code}; print({clock} - t)"
        done = subprocess.run(
            [sys.executable, "-c", timed], capture_output=True, text=True, check=True
        )
        values.append(float(done.stdout))
    return values


def main() -> bool:
    imports = seconds("import genedu", 9)
    digits = seconds("load('mnist', source='bundled')", 5, "from genedu.data import load")
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from genedu.cli import main; main()", "verify"], check=True
    )
    verify = time.perf_counter() - started
    middle = statistics.median(imports)
    return all(
        [
            row("import genedu, seconds", middle, "<= 0.2", middle <= 0.2, spread(imports)),
            row("load 10,000 bundled digits, seconds", min(digits), "<= 0.5", min(digits) <= 0.5),
            row("genedu verify, seconds", verify, "<= 30", verify <= 30),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
