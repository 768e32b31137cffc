"""The pages of points by file, from the choice of a file to its last row."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from members.models import Member
from rewards.models import PointsFile
from rewards.tests import shop

PAGE = "/rewards/points/import/"


@pytest.fixture
def wang(merchant, stores) -> Member:
    return Member.objects.create(number="M1", name="Wang", home_store=stores[0])


def upload(text: str) -> dict[str, object]:
    return {"kind": "opening", "file": SimpleUploadedFile("points.csv", text.encode())}


def test_from_the_file_to_the_points(wang, people, signed_in, work_off) -> None:
    client = signed_in(people.manager)
    made = client.post(PAGE, upload("member_no,points\nM1,80\nM7,1\n"))
    shown = client.get(made.headers["Location"])
    assert shown.context["findings"][0][0] == 2
    assert shop.figures(wang) == (0, 0, 0)
    assert client.post(f"{made.headers['Location']}start/").status_code == 302
    work_off()
    assert shop.figures(wang) == (80, 0, 0)
    assert client.get(made.headers["Location"]).context["written"] == 1


def test_what_cannot_be_read_is_said_at_the_field(wang, people, signed_in) -> None:
    answer = signed_in(people.manager).post(PAGE, upload(""))
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_the_template_can_be_read_again(people, signed_in) -> None:
    client = signed_in(people.manager)
    body = client.get(f"{PAGE}template.csv").content
    made = client.post(PAGE, {"kind": "opening", "file": SimpleUploadedFile("points.csv", body)})
    assert PointsFile.objects.get().rows == 2
    assert made.status_code == 302


def test_a_file_of_somebody_else_is_not_found_in_another_store(wang, people, signed_in) -> None:
    signed_in(people.manager).post(PAGE, upload("member_no,points\nM1,80\n"))
    file = PointsFile.objects.get()
    for path in ("", "start/", "discard/"):
        client = signed_in(people.stranger)
        answer = client.post(f"{PAGE}{file.pk}/{path}") if path else client.get(f"{PAGE}{file.pk}/")
        assert answer.status_code == 404


def test_the_command_checks_and_writes(wang, tmp_path, capsys) -> None:
    path = tmp_path / "points.csv"
    path.write_text("member_no,points\nM1,80\n")
    call_command("import_points", path, "--dry-run")
    assert json.loads(capsys.readouterr().out)["ready"] == 1
    assert shop.figures(wang) == (0, 0, 0)
    call_command("import_points", path)
    assert shop.figures(wang) == (80, 0, 0)
    call_command("import_points", path)
    assert shop.figures(wang) == (80, 0, 0)
    with pytest.raises(CommandError):
        call_command("import_points", tmp_path / "none.csv")
