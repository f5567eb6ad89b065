"""Set the book's repository in the one place that holds it, and in every chapter's setup cell.

    python tools/repository.py https://github.com/OWNER/NAME
    python tools/repository.py ""        unset it again

`make repository URL=…` calls this.
"""

import re
import sys
from pathlib import Path

from setup_cell import ROOT, rewrite

# The line of `_config.yml` that belongs to `repository:`; the rest of the file stays as written.
URL_LINE = re.compile(r"""(^repository:\n(?:[ \t]+.*\n)*?[ \t]+url:[ \t]*)("[^"]*"|\S+)""", re.M)
ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w.~-]+){2,}")


def clean(url: str) -> str:
    """Return the address without a trailing slash or ``.git``, or raise ValueError."""
    url = url.strip().removesuffix("/").removesuffix(".git")
    if url and not ADDRESS.fullmatch(url):
        raise ValueError(
            f"URL is {url!r}, but an address like https://github.com/OWNER/NAME is accepted "
            "(or nothing, to unset it)."
        )
    return url


def set_repository(url: str, root: Path = ROOT) -> list[Path]:
    """Write ``url`` into `_config.yml` and the setup cells; return the notebooks that changed."""
    url = clean(url)
    config = root / "_config.yml"
    text, found = URL_LINE.subn(
        lambda line: f'{line[1]}"{url}"', config.read_text(encoding="utf8"), count=1
    )
    if not found:
        raise ValueError(f"`{config}` has no setting `repository.url`.")
    config.write_text(text, encoding="utf8")
    return rewrite(url, root)


def main() -> int:
    """Run the command; exit with 2 for an address that is none."""
    if len(sys.argv) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        changed = set_repository(sys.argv[1])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    state = f"is {clean(sys.argv[1])}" if clean(sys.argv[1]) else "is unset"
    print(f"The repository {state}; chapters rewritten: {len(changed)}. Next: make book")
    return 0


if __name__ == "__main__":
    sys.exit(main())
