#!/bin/sh
# Says in plain words what is missing before an environment can be made: sh scripts/preflight.sh python3
python=${1:-python3}

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Leuchtturm needs Python 3.11 or newer, and '$python' was not found." >&2
    echo "Install Python, or name another one: make run PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Leuchtturm needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1)." >&2
    echo "Name a newer one: make run PYTHON=python3.12" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python's own module venv is missing. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi
