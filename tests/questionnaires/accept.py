"""Run by the Python that knows pyxform: each file named on the command line as an XForm, or why it is none, as JSON."""

import json
import sys

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert


def _converted(path: str) -> dict[str, object]:
    try:
        done = convert(path, validate=False)
    except PyXFormError as error:
        return {"refused": str(error)}
    return {"xform": done.xform, "warnings": done.warnings}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([_converted(path) for path in sys.argv[1:]]))
