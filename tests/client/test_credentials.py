import json
from pathlib import Path

import pytest

from headway.client.credentials import Credentials, NoCredentials, read_credentials

KEYS = {"endpoint": "http://127.0.0.1:8420", "project_id": "p", "token": "tok", "secret_key": "sec"}


def test_the_file_in_the_home_is_read(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text(json.dumps(KEYS))
    assert read_credentials(tmp_path) == Credentials("http://127.0.0.1:8420", "p", "tok", "", "sec")


def test_secrets_stay_out_of_what_is_printed() -> None:
    shown = repr(Credentials("http://x", "p", "tok-value", "ak", "sec-value"))
    assert "tok-value" not in shown
    assert "sec-value" not in shown


@pytest.mark.parametrize("text", [None, "{", "[]", '{"endpoint": "http://x", "project_id": "p"}'])
def test_a_file_that_will_not_do_is_told(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "credentials.json").write_text(text)
    with pytest.raises(NoCredentials, match=r"credentials\.json"):
        read_credentials(tmp_path)
