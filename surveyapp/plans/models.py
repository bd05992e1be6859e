"""Tables of plans: what was promised, and everything ever stated about it."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base
from surveyapp.core.stated import StatedColumns


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


class PlanChoice(Base):
    """Which of several loaded plans events are logged against, from the day on which somebody chose it; the newest holds."""

    __tablename__ = "plan_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    key: Mapped[str] = mapped_column(String(64))
    chosen_on: Mapped[date] = mapped_column(Date)
    chosen_by: Mapped[str] = mapped_column(String(254))


class PlanStatement(StatedColumns, Base):
    """What was stated about a plan at one moment (a decision, a measured value, money); never updated, only superseded.

    ``kind`` and ``subject`` say what it is about; the database refuses a second one with the same number about the same thing.
    ``document`` is the statement as canonical JSON. ``account_id`` is empty if it came from the command line.
    """

    __tablename__ = "plan_statement"
    __table_args__ = (
        UniqueConstraint("municipality_id", "plan_key", "kind", "subject", "number"),
        UniqueConstraint("account_id", "form_id"),
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    plan_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
