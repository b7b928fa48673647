"""What libraries print past Python is held back, can be read, and afterwards everything comes through again."""

import logging
import os

import pytest

from helpers.machine import quiet


def test_what_is_written_past_python_is_held_back_and_can_be_read(capfd):
    with quiet.standard_error() as said:
        os.write(2, b"from C++\n")
        os.system("echo from a process >&2")
        assert said() == "from C++\nfrom a process\n"
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_it_ends_with_an_error_too(capfd):
    with pytest.raises(ZeroDivisionError), quiet.standard_error():
        os.write(2, b"before\n")
        raise ZeroDivisionError
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_no_file_is_left_open(capfd):
    def is_open():
        return set(os.listdir("/proc/self/fd"))

    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system does not list the open files of a process")
    before = is_open()
    for _ in range(3):
        with quiet.standard_error():
            pass
    assert is_open() == before


def test_a_quiet_logger_reports_errors_only(caplog):
    quiet.loggers("a.chatty.one")
    logging.getLogger("a.chatty.one").warning("not this")
    logging.getLogger("a.chatty.one").error("but this")
    logging.getLogger("another").warning("and another's")
    assert [record.message for record in caplog.records] == ["but this", "and another's"]
