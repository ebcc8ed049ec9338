"""A dairy's webhook: its address, which secret signs, what it was told, and each message (docs/webhook.md)."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class WebhookRow(SQLModel, table=True):
    """Where a dairy is told by machine. Without address or secret nothing is planned.

    secret_id: from which the secret is recomputed (press/webhook.py); the former one signs along until former_until.
    failing_since: nothing was taken there since; delivered_at: the last that was taken. paused_at: given up, until
    somebody resumes it; ended_at: its receiver said that it is gone (both the scheme's time, the others real).
    """

    __tablename__ = "webhook"

    dairy_id: str = text(key=True, to="dairy.dairy_id")
    url: str | None = maybe_text()
    secret_id: str | None = maybe_text()
    secret_since: datetime | None = maybe_moment()
    former_secret_id: str | None = maybe_text()
    former_until: datetime | None = maybe_moment()
    delivered_at: datetime | None = maybe_moment()
    failing_since: datetime | None = maybe_moment()
    paused_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    revision: int = Field(default=1)


class WebhookTold(SQLModel, table=True):
    """A supplier as the dairy's machine knows it; beside what its mails told (records/dairy_told.py)."""

    __tablename__ = "webhook_told"

    dairy_id: str = text(key=True, to="dairy.dairy_id")
    farm_id: str = text(key=True, to="farm.farm_id")
    number: str | None = maybe_text()
    status: str | None = maybe_text()
    valid_until: date | None = Field(default=None)
    told_on: date


class DeliveryRow(SQLModel, table=True):
    """A message: planned, then taken or given up. delivery_id: also the event's id, the same at every attempt.

    kind: EventKind. words: the supplier as it is told. due_at: real time of the next attempt, also the lease of whoever
    sends it; began_at: of the first.
    """

    __tablename__ = "webhook_delivery"

    delivery_id: str = text(key=True)
    dairy_id: str = text(index=True, to="dairy.dairy_id")
    farm_id: str | None = maybe_text(to="farm.farm_id")
    kind: str = text()
    words: dict[str, Any] = json_column()
    state: str = text(index=True)
    planned_at: datetime = moment()
    due_at: datetime | None = maybe_moment()
    began_at: datetime | None = maybe_moment()
    attempts: int = Field(default=0)
    http_status: int | None = Field(default=None)
    trouble: str | None = maybe_text()
    delivered_at: datetime | None = maybe_moment()
