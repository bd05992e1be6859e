"""The server of the app, as the apps run in it that the app is measured against."""

from granian.constants import Interfaces
from granian.server import Server


def serve(app: str, port: str, workers: str, interface: Interfaces, *, factory: bool = False) -> None:
    """Serve *app*, named as the server looks for it (what makes it with *factory*), until it is told to stop."""
    Server(
        app,
        factory=factory,
        port=int(port),
        interface=interface,
        workers=int(workers),
        log_access=False,
        log_level="error",  # type: ignore[arg-type]  # granian takes the word as well as its enumeration
    ).serve()
