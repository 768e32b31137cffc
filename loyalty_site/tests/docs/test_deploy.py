"""compose.yaml, Dockerfile and .env.example hold together: no container is started for it."""

import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from loyalty_site.tests.docs.test_settings import in_example, read

ROOT = settings.BASE_DIR
DESK = ("prepare", "web", "worker", "beat")
OF_COMPOSE = {"POSTGRES_PASSWORD"}  # no setting of the desk: compose makes its DATABASE_URL of it
INSTRUCTIONS = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


@pytest.fixture
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(read("compose.yaml"))["services"]
    return found


@pytest.mark.parametrize("name", DESK)
def test_a_container_is_given_settings_that_there_are(services: dict[str, Any], name: str) -> None:
    given = services[name]["environment"]
    assert {"SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "CELERY_BROKER_URL"} <= given.keys()
    assert given.keys() - in_example().keys() == set()
    assert all(isinstance(value, str) for value in given.values()), "YAML reads 1 and yes as something else"


def test_what_the_file_env_must_say_is_documented() -> None:
    needed = set(re.findall(r"\$\{(\w+):\?", read("compose.yaml")))
    asked = set(re.findall(r"\$\{(\w+)", read("compose.yaml")))
    assert needed == {"SECRET_KEY", "ALLOWED_HOSTS"} | OF_COMPOSE
    assert asked - in_example().keys() == OF_COMPOSE
    assert {name for name in needed if name not in read("docs/deploy.md")} == set()


def test_services_wait_for_services_that_there_are(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
    healthy = [
        other
        for service in services.values()
        if isinstance(service.get("depends_on"), dict)
        for other, how in service["depends_on"].items()
        if how["condition"] == "service_healthy"
    ]
    assert all("test" in services[other]["healthcheck"] for other in healthy)


def test_volumes_and_files_that_are_mounted_are_there(services: dict[str, Any]) -> None:
    named = yaml.safe_load(read("compose.yaml"))["volumes"].keys()
    mounted = [each.split(":")[0] for service in services.values() for each in service.get("volumes", ())]
    files = [each for each in mounted if each.startswith("./") and not each.endswith("certificates")]  # one's own
    assert {each for each in mounted if not each.startswith("./")} == named
    assert files
    assert all((ROOT / each).is_file() for each in files)


def test_the_image_is_made_of_files_that_there_are() -> None:
    lines = re.sub(r"\\\n\s*", "", read("Dockerfile")).splitlines()
    said = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    assert {instruction for instruction, _rest in said} <= INSTRUCTIONS
    copied = [rest.split()[0] for instruction, rest in said if instruction == "COPY" and "--from" not in rest]
    assert all((ROOT / each).exists() for each in copied)
    scripts = re.findall(r'"([\w/]+\.py)"', read("Dockerfile"))
    assert scripts == ["deploy/healthcheck.py"]
    assert all((ROOT / each).is_file() for each in scripts)
    assert said[-1][0] == "CMD"
