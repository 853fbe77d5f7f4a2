"""A unit's store that cannot be opened: what is tried again, and what a person must mend."""

from pathlib import Path

import pytest

from config import linking
from config.commandline import end_with
from config.ending import AGAIN, FAILED
from config.load import ConfigError
from config.unit import Identity, UnitConfig
from hall.store.trouble import StoreFault, StoreTrouble


@pytest.mark.parametrize("fault", list(StoreFault))
def test_only_what_may_pass_is_tried_again(
    fault: StoreFault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linking, "open_store", lambda path: StoreTrouble(fault, str(path), "do this"))
    unit = UnitConfig(unit=Identity("counter-1", "counter", "https://127.0.0.1:9", str(tmp_path)))
    with pytest.raises(ConfigError) as seen:
        linking.open_unit_store(unit)
    lasting = fault in (StoreFault.CORRUPT, StoreFault.NEWER)
    assert end_with(seen.value) == (FAILED if lasting else AGAIN)
    assert capsys.readouterr().err == f"unit.state_dir {tmp_path}: {tmp_path}/unit.db: {fault.value}: do this\n"
