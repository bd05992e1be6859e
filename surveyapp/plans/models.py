"""Tables of plans: what was promised."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class PlanDocument(Base):
    """A loaded plan, as the text of its file; never changed afterwards. ``hash`` is the text's SHA-256."""

    __tablename__ = "plan_document"
    __table_args__ = (UniqueConstraint("municipality_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    loaded_on: Mapped[date] = mapped_column(Date)
    loaded_by: Mapped[str] = mapped_column(String(254))
