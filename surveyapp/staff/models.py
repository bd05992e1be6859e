"""Tables of accounts: people who sign in, their sessions, single-use links and second factors."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, LargeBinary, String, true
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class Account(Base):
    """A person who signs in. ``institution`` is the plan's id of the institution whose events an organiser logs.

    ``reminders``: they want the quarterly letter about what is due; ``language`` is that of letters to them.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(32))
    institution: Mapped[str | None] = mapped_column(String(64))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(default=False)
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    language: Mapped[str] = mapped_column(String(2), default="lv", server_default="lv")


class StaffSession(Base):
    """A signed-in browser, known by the hash of its token.

    ``began_with``: link, password or passkey. ``proved``: the second factor was shown as well. ``device`` names browser and
    system without versions, so that the owner knows it again.
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    began_with: Mapped[str] = mapped_column(String(16))
    device: Mapped[str] = mapped_column(String(60))
    proved: Mapped[bool]


class SignInLink(Base):
    """A link that signs in once, known by the hash of its token; deleted when it is used."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OneTimeCode(Base):
    """The secret from which an account's one-time codes are made (TOTP), encrypted with a key outside the database.

    ``pending``: one that is being set up and was not shown to work yet. ``last_step``: the 30 seconds, counted from 1970, whose
    code was used last; that code and earlier ones are refused. ``wrong`` codes in a row, the last of them ``wrong_at``.
    """

    __tablename__ = "one_time_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(String(200))
    pending: Mapped[str | None] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RecoveryCode(Base):
    """A code for the day when the second factor is lost, stretched; deleted when it is used."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))


class Passkey(Base):
    """A key that a device or a password manager keeps for an account (WebAuthn); only its public half is here.

    ``sign_count``: how often the device says it was used, where it counts; a number that does not grow betrays a copy.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_on: Mapped[date] = mapped_column(Date)
    used_on: Mapped[date | None] = mapped_column(Date)


class UsedChallenge(Base):
    """A challenge that a passkey has answered, by its hash, until it is too old to be answered again."""

    __tablename__ = "used_challenge"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
