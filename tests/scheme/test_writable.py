"""What keeps a letter from being written, found before a round begins (domain.md §2)."""

from dataclasses import replace

import pytest

from scheme.ids import FarmId
from scheme.writable import LONGEST, Obstacle, Reachable, obstacles

FARM = Reachable(FarmId("F-000001"), "Hoeve Ter Linde", "Dorp 1", "2300", "Turnhout", "nl", "hoeve@f1.example")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"name": "Ferme de l’Étoile – Søn & Ełk"}, (), id="accents"),
        pytest.param({"street": ""}, (), id="mail needs no street"),
        pytest.param({"street": "", "email": None}, (Obstacle.NO_ADDRESS,), id="neither mail nor street"),
        pytest.param({"email": "hoeve@f1"}, (Obstacle.MAIL_ADDRESS,), id="no domain"),
        pytest.param({"email": "a@b.example, c@d.example"}, (Obstacle.MAIL_ADDRESS,), id="two addresses"),
        pytest.param({"language": "es"}, (Obstacle.LANGUAGE,), id="a language nobody writes"),
        pytest.param({"name": "Hoeve 農"}, (Obstacle.UNPRINTABLE,), id="a sign without a typeface"),
        pytest.param({"city": "x" * LONGEST}, (Obstacle.TOO_LONG,), id="longer than the window"),
    ],
)
def test_obstacles(changes: dict[str, str | None], found: tuple[Obstacle, ...]) -> None:
    assert obstacles(replace(FARM, **changes)) == found
