"""Pins the images of `deploy/` by digest, after what their tags lead to now; `make lock` runs it.

Asks the registries by Docker. Where there is no Docker or no network, the tags stay as they are,
and it says so: they name exact versions, which are rarely made again.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

DEPLOY = Path(__file__).parent.parent / "deploy"
FILES = (DEPLOY / "compose.yaml", DEPLOY / "Dockerfile")
IMAGE = re.compile(r"((?:image: |FROM ))([\w./-]+:v?\d[\w.-]*)(@sha256:[0-9a-f]{64})?")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
PATIENCE_SECONDS = 60


def pinned(text: str, digest_of: Callable[[str], str]) -> str:
    """A file's text with each image of others pinned by the digest that its tag leads to."""

    def pin(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}@{digest_of(found[2])}"

    return IMAGE.sub(pin, text)


def ask_docker(image: str) -> str:
    """The digest of an image's index. Raises RuntimeError with what Docker said."""
    done = subprocess.run(  # noqa: S603 - names of images in our own files
        ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"],  # noqa: S607 - wherever it is
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    digest = done.stdout.strip()
    if done.returncode or not DIGEST.fullmatch(digest):
        raise RuntimeError(f"{image}: {done.stderr.strip() or 'Docker gave no digest'}")
    return digest


def main() -> int:
    """Pin all, or say why not and leave the files as they are."""
    if shutil.which("docker") is None:
        sys.stderr.write("Docker is not here: the images stay pinned by version alone.\n")
        return 0
    try:
        texts = {file: pinned(file.read_text(), ask_docker) for file in FILES}
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"The images stay as they are. {error}\n")
        return 0
    for file, text in texts.items():
        file.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
