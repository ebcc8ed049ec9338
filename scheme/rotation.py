"""Whether a farm has had one auditor too often: another pair of eyes sees other things (ISO/IEC 17065, 4.2)."""

from collections.abc import Sequence

from scheme.ids import PersonId


def too_often(held_by: Sequence[PersonId | None], auditor: PersonId, most: int) -> bool:
    """Whether the farm's last `most` audits were all this auditor's; held_by: who held them, the latest first."""
    last = held_by[:most]
    return len(last) == most and all(one == auditor for one in last)
