"""The examples of the README, run as they are printed against a real service."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT, fences
from tests.service_process import ServiceProcess

README = (ROOT / "README.md").read_text()


def user(service: ServiceProcess, home: Path) -> dict[str, str]:
    """Give the environment of a user whose ``~/.headway`` is the service's home."""
    (home / ".headway").symlink_to(service.home)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**service.environment, "HOME": str(home), "PATH": path}


def test_the_sdk_example(service: ServiceProcess, tmp_path: Path) -> None:
    (example,) = fences(README, "python")
    environment = user(service, tmp_path)
    service.project().run("SELECT count(*) FROM range(0, 1000000, 1, 8)")
    ran = run_python(example, environment)
    for _ in range(3):
        if "DLI.0999" not in ran.stderr:
            break
        ran = run_python(example, environment)  # a busy machine: the README says to ask again
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "FINISHED [[1000000]]"


def run_python(example: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # The SDK itself leaves warnings behind that are none of ours.
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", example],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_curl_example(service: ServiceProcess, tmp_path: Path) -> None:
    (example,) = (block for block in fences(README, "sh") if "curl" in block)
    project = service.project()
    job_id = project.submit("SELECT 1")
    printed = "1f452d22-6e0c-4c9f-98cd-4b2bc3e8c5cc"
    assert printed in example
    ran = subprocess.run(
        ["bash", "-euc", example.replace(f"/{printed}", f"/{job_id}")],
        env=user(service, tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    submitted, progress = (json.loads(text) for text in ran.stdout.replace("}{", "}\n{").splitlines())
    assert submitted["is_success"]
    assert progress["job_id"] == job_id


def test_the_table_example(service: ServiceProcess, tmp_path: Path) -> None:
    (example,) = (block for block in fences(README, "sh") if "shop" in block)
    ran = subprocess.run(
        ["bash", "-euc", example],
        env=user(service, tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "tea" in ran.stdout
