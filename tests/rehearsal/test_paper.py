"""The code that a farmer on paper types stands in the letter that asks, at an address of practice too."""

import pytest

from press.batch import bind
from press.letter import typeset
from rehearsal.paper import audit_codes_of, codes_of
from scheme.ids import FarmId
from scheme.language import Language
from tests.press.letters import letter_to_smet


@pytest.mark.parametrize("language", Language)
def test_each_letter_that_asks_is_read(language: Language) -> None:
    asking = letter_to_smet(language=language, practice=True, enter_at="http://127.0.0.1:8400/choices")
    batch = bind([typeset(asking)])

    assert codes_of(batch) == {FarmId(asking.farm_id): asking.code}
    assert audit_codes_of(batch) == {}
