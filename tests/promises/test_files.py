"""What is true of every file that the app makes in its data folder: nobody but its owner reads it."""

import stat
from pathlib import Path

from surveyapp.app import create_app
from surveyapp.core import municipalities, schema
from surveyapp.settings import load


def test_only_the_owner_reads_what_is_in_the_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    app = create_app(load({"SURVEYAPP_DATA_DIR": str(folder)}))
    with app.app_context():
        schema.upgrade()
        municipalities.create("cesis", "Cēsu novads")
        app.test_client().post("/s/", data={"code": "A"})
        modes = {path.name: stat.filemode(path.stat().st_mode)[1:] for path in (folder, *folder.rglob("*"))}
    app.extensions["engine"].dispose()
    assert {"surveyapp.sqlite3", "surveyapp.sqlite3-wal", "session"} <= set(modes)
    assert {name: mode for name, mode in modes.items() if mode not in {"rw-------", "rwx------"}} == {}
