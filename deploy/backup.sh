#!/bin/sh
# One consistent copy of the database: backup.sh FOLDER. Needs LEUCHTTURM_DATABASE_URL; keeps KEEP_DAYS (30) days.
#
# 30 days and no longer: somebody who asked to be forgotten must not live on in an old copy.
# The secret (LEUCHTTURM_SECRET) is not in the database: keep it elsewhere, without it channel tokens cannot be read.
set -eu

folder=${1:?usage: backup.sh FOLDER}
keep=${KEEP_DAYS:-30}
stamp=$(date -u +%Y-%m-%dT%H%M%SZ)
url=${LEUCHTTURM_DATABASE_URL:-sqlite://${LEUCHTTURM_DATA_DIR:-var}/leuchtturm.sqlite3}
umask 077
mkdir -p "$folder"

case $url in
postgres://* | postgresql://*)
    file=$folder/leuchtturm-$stamp.dump
    pg_dump --format=custom --no-owner --dbname="$(echo "$url" | sed 's/?.*//')" --file="$file.part"
    pg_restore --list "$file.part" >/dev/null # a copy that cannot be read is no copy
    ;;
sqlite://*)
    file=$folder/leuchtturm-$stamp.sqlite3
    source=$(echo "$url" | sed 's|^sqlite://||; s/?.*//')
    # VACUUM INTO takes a consistent copy while the system runs.
    python3 - "$source" "$file.part" <<'PYTHON'
import sqlite3, sys
source, target = sys.argv[1:]
with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as database:
    database.execute("VACUUM INTO ?", (target,))
answer = sqlite3.connect(target).execute("PRAGMA integrity_check").fetchone()[0]
sys.exit(None if answer == "ok" else f"the copy is damaged: {answer}")
PYTHON
    ;;
*)
    echo "backup.sh does not know this kind of database" >&2
    exit 2
    ;;
esac

mv "$file.part" "$file"
find "$folder" -name 'leuchtturm-*' -type f -mtime "+$keep" -delete
echo "$file"
