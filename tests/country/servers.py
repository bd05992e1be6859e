"""Three app servers with data folders of their own, and the balancer before them, each on its host."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.country import hosts

_PORT: Final = 8000
_APPS: Final = ("app1", "app2", "app3")
_PATIENCE_S: Final = 60
_BALANCER: Final = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log /dev/null crit;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream app {{
{servers}
        keepalive 64;
    }}
    server {{
        listen 80;
        client_body_buffer_size 256k;
        proxy_http_version 1.1;
        proxy_connect_timeout 2s;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Port $server_port;
        proxy_set_header Connection "";
        location / {{
            proxy_pass http://app;
        }}
        location /s/ {{
            proxy_pass http://app;
            # A sheet that was sent twice counts once: it may go to the next server when the first dies with it.
            proxy_next_upstream error timeout non_idempotent;
        }}
    }}
}}
"""


@dataclass
class Servers:
    """The app servers and the balancer; *database* is the address that each server gets in its settings."""

    folder: Path
    database: str
    workers: int
    processes: dict[str, hosts.Process] = field(default_factory=dict)
    balancer: hosts.Process | None = None

    def environment(self, name: str) -> dict[str, str]:
        """The settings of one server."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SURVEYAPP_")}
        own = {"DATA_DIR": str(self.data(name)), "DATABASE_URL": self.database, "WORKERS": str(self.workers), "PROXIES": "1"}
        own |= {"BASE_URL": f"http://{hosts.address('balancer')}", "TRUSTED_HOSTS": ",".join(map(hosts.address, hosts.NAMES))}
        return kept | {f"SURVEYAPP_{key}": value for key, value in own.items()} | {"PORT": str(_PORT)}

    def data(self, name: str) -> Path:
        """The data folder of one server."""
        return self.folder / name

    def prepare(self) -> None:
        """Set the first server up, and give the others its secrets, as their administrator does."""
        for name in _APPS:
            if name != _APPS[0]:
                shutil.copytree(self.data(_APPS[0]) / "secrets", self.data(name) / "secrets")
            command = [sys.executable, "-m", "surveyapp.cli", "init"]
            subprocess.run(command, check=True, env=self.environment(name), stdout=subprocess.DEVNULL)

    def start(self, name: str) -> None:
        """Start one server and wait until it answers."""
        command = [sys.executable, "-m", "surveyapp.cli", "serve", "--host", hosts.address(name)]
        self.processes[name] = hosts.start(name, command, self.environment(name), self.folder / f"{name}.log")
        _wait(f"http://{hosts.address(name)}:{_PORT}/health")

    def kill(self, name: str) -> None:
        """Kill a server with all its workers, as by kill -9."""
        hosts.kill(self.processes.pop(name))

    def balance(self, names: Sequence[str]) -> None:
        """Have the balancer send people to the servers in *names*."""
        if self.balancer:
            hosts.kill(self.balancer)
        told = (f"        server {hosts.address(name)}:{_PORT} max_fails=1 fail_timeout=2s;" for name in names)
        file = self.folder / "nginx.conf"
        file.write_text(_BALANCER.format(folder=self.folder, servers="\n".join(told)))
        self.balancer = hosts.start("balancer", ["nginx", "-c", str(file), "-g", "daemon off;"])
        _wait(f"http://{hosts.address('balancer')}/health")

    def stop(self) -> None:
        """Stop all of them."""
        for process in (*self.processes.values(), *([self.balancer] if self.balancer else ())):
            hosts.kill(process)


def _wait(address: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
