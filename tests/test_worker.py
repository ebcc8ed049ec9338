"""What a worker's process is made of."""

import sys
from multiprocessing.spawn import get_preparation_data
from types import ModuleType

import pytest

import worker


def test_the_processes_of_the_press_do_not_read_the_workers_program_again(monkeypatch: pytest.MonkeyPatch) -> None:
    program = ModuleType("__main__")
    program.__file__, program.__spec__ = "worker.py", None
    monkeypatch.setitem(sys.modules, "__main__", program)
    assert "init_main_from_path" in get_preparation_data("a process of the press")
    worker._keep_the_press_light()
    assert not {"init_main_from_path", "init_main_from_name"} & set(get_preparation_data("a process of the press"))
