"""The centre's store on SQLite, and on a real PostgreSQL where one is installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from server.store.centre import open_centre
from server.store.centre_tables import metadata

PROGRAMS = ("/usr/local/bin", "/usr/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of its own on a unix socket, run as an unprivileged user; its URL."""
    home = next((Path(one) for one in PROGRAMS if (Path(one) / "initdb").exists()), None)
    if home is None:
        pytest.skip("PostgreSQL (initdb) is not installed on this machine")
    folder = Path(tempfile.mkdtemp(prefix="hall-pg-"))
    user = {} if os.getuid() else {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid}
    if user:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(home / program), *arguments]
        done = (
            subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=60, check=False, **user, extra_groups=[]
            )
            if user
            else subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        )
        if done.returncode:
            pytest.skip(f"{program} does not run here: {done.stderr.strip().splitlines()[-1:]}")

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "hall", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    settings = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB"
    run("pg_ctl", "-D", data, "-w", "-t", "30", "-o", settings, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql+psycopg://hall@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty store of each kind."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres")
    made = open_centre(url, tmp_path)
    with made.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())
        connection.execute(text("SELECT 1"))
    yield made
    made.dispose()
