"""What waits for a decision, as the first page counts it."""

from datetime import UTC, datetime

from records.database import Sessions
from records.queries.home import Pending, pending
from records.register_upload import UploadRow


async def test_an_empty_house_and_a_file_that_was_only_looked_at(made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        assert await pending(session) == Pending(proposals=0, uploads=0, empty=True)
        session.add(
            UploadRow(
                upload_id="1",
                kind="farms",
                name="farms.csv",
                sha256="0",
                content=b"",
                mapping={},
                uploaded_by="P-0001",
                uploaded_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
        )
        await session.flush()
        assert await pending(session) == Pending(proposals=0, uploads=1, empty=True)
