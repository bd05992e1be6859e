"""Tables of results: what was once shown stays as it was."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class FrozenResult(Base):
    """Protected results of opened waves, computed once; ``document`` is their JSON, ``hash`` its SHA-256."""

    __tablename__ = "frozen_result"
    __table_args__ = (UniqueConstraint("municipality_id", "made_from", "rules_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    made_from: Mapped[str] = mapped_column(String(300))
    rules_version: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    made_on: Mapped[date]
