"""Settings: who wins, and what a wrong one says."""

from pathlib import Path

import pytest

from headway.settings import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "someone"))
    for name in ("HEADWAY_HOME", "HEADWAY_PORT", "HEADWAY_ENGINE__MEMORY"):
        monkeypatch.delenv(name, raising=False)


def written(home: Path, text: str) -> Path:
    (home / "headway.toml").write_text(text)
    return home


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = load()
    assert settings.home == (tmp_path / "someone" / ".headway").resolve()
    assert (settings.host, settings.port, settings.time_zone) == ("127.0.0.1", 8420, "UTC")
    assert settings.engine.master == "local[*]"
    assert list(settings.queues) == ["default"]


def test_the_file_wins_over_the_defaults(tmp_path: Path) -> None:
    home = written(
        tmp_path,
        'port = 9000\n[engine]\nmemory = "2g"\n[engine.conf]\n"spark.x.y" = "1"\n'
        "[queues.Etl]\nmax_concurrent = 4\n",
    )
    settings = load(home=home)
    assert (settings.port, settings.engine.memory) == (9000, "2g")
    assert settings.engine.conf == {"spark.x.y": "1"}
    assert {name: queue.max_concurrent for name, queue in settings.queues.items()} == {
        "default": 16,
        "etl": 4,
    }


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = written(tmp_path, 'port = 9000\n[engine]\nmemory = "2g"\nmaster = "local[1]"\n')
    monkeypatch.setenv("HEADWAY_PORT", "9001")
    monkeypatch.setenv("HEADWAY_ENGINE__MEMORY", "3g")
    settings = load(home=home)
    assert (settings.port, settings.engine.memory, settings.engine.master) == (9001, "3g", "local[1]")


def test_what_is_given_wins_over_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = written(tmp_path, "port = 9000\n")
    monkeypatch.setenv("HEADWAY_PORT", "9001")
    assert load(home=home, port=9002).port == 9002
    assert load(home=home, port=None).port == 9001  # not given


def test_the_file_is_that_of_the_home_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWAY_HOME", str(written(tmp_path, "port = 9000\n")))
    assert load().port == 9000


def test_an_empty_variable_is_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_PORT", "")
    assert load(home=tmp_path).port == 8420


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 70000", "setting port: "),
        ('port = "many"', "setting port: "),
        ("prot = 1", "setting prot: "),
        ('[engine]\nmemmory = "2g"', "setting engine.memmory: "),
        ("[queues.etl]\nmax_concurrent = 0", "setting queues.etl.max_concurrent: "),
        ('time_zone = "Mars/North"', "there is no time zone named Mars/North"),
        ("port = = 1", "settings cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(home=written(tmp_path, text))
    assert said in str(refused.value)


def test_a_wrong_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWAY_ENGINE__START_TIMEOUT_SECONDS", "-1")
    with pytest.raises(SettingsError, match=r"setting engine\.start_timeout_seconds: "):
        load(home=tmp_path)


def test_every_setting_says_what_it_is() -> None:
    parts = {"engine", "results", "store", "retention", "history", "limits"}
    for model in (Settings, *(Settings.model_fields[part].annotation for part in parts)):
        for name, field in model.model_fields.items():  # type: ignore[union-attr]
            assert field.description or name in {"queues", *parts}, name
