"""The way into the console of a real service, as a person takes it."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.service_process import ServiceProcess

PAGE = {"X-Headway-Console": "1"}


def code_of(url: str) -> str:
    page, _, place = url.partition("#")
    assert page.endswith("/console/")
    (code,) = parse_qs(urlsplit(place).query)["code"]
    return code


def test_a_service_says_where_its_console_is(service: ServiceProcess) -> None:
    said = [line for line in service.log().splitlines() if line.startswith("Console: ")]
    assert said[-1].startswith(f"Console: {service.endpoint}/console/#/sign-in?code=")


def test_a_link_signs_a_browser_in_until_it_signs_out(service: ServiceProcess) -> None:
    done = service.headway("console", "--json")
    assert done.returncode == 0, done.stderr
    url = json.loads(done.stdout)["url"]
    assert url.startswith(service.endpoint)
    jobs = f"/api/v1/{service.project().project_id}/jobs"
    with httpx2.Client(base_url=service.endpoint, headers=PAGE, verify=False) as browser:
        assert browser.get(jobs).status_code == 401
        signed_in = browser.post("/console/session", json={"code": code_of(url)})
        assert signed_in.status_code == 200, signed_in.text
        (project,) = signed_in.json()["projects"]
        assert project == {"project_id": service.project().project_id, "user_name": "admin"}
        assert browser.get(jobs).status_code == 200
        submitted = browser.post(jobs, json={"sql": "select 1"})
        assert submitted.status_code == 201, submitted.text
        assert submitted.json()["owner"] == "admin"
        assert browser.delete("/console/session").status_code == 204
        assert browser.get(jobs).status_code == 401
